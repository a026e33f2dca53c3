"""Draw the first-layer kernels of all pretrained runs: untrained, trained, and the change."""

import numpy as np

from kernelscope.figures import captions, montage, saving, styling
from kernelscope.figures.montage import Layer
from kernelscope.io import cli, notes, records, run_info
from kernelscope.io.notes import Note, beyond

SCALED = (
    "Each kernel on its own scale and minus its own mean: numbers from 0 to 1 were published, which have lost sign, "
    "zero and size of the weights."
)
PLAIN = "Each kernel on its own scale."
CHANGE = "Change: an estimate, by least squares, of what training put in; the weight decay is unknown."
EXACT = "Change: what training put in, without what weight decay leaves of the untrained kernel."


def draw_pretrained(spec: dict, runs: str, figure: list[str]) -> None:
    """Read the kernels of all pretrained runs of a dataset and draw their first layers.

    Runs without an untrained state are left out, unless no run has one.

    Parameters
    ----------
    spec : {"dataset", "arch", "seeds", "colormap", "for"}
    runs : folder with `seed{seed}/kernels.npz`, `decay.csv` and `run.json`
    figure : pretrained.png and its other files, to write
    """
    read = [read_run(f"{runs}/seed{seed}") for seed in spec["seeds"]]
    drawn = {name: layer for name, layer, _ in read}
    without = [name for name, layer in drawn.items() if layer.untrained is None]
    if len(without) < len(drawn):
        drawn = {name: layer for name, layer in drawn.items() if layer.untrained is not None}
    title = f"{spec['dataset']} · the kernels of the first layer, untrained, trained, and the change"
    scaled = read[0][2]
    is_exact = all(np.isfinite(layer.factor) for layer in drawn.values())
    if not is_exact:  # one way for all
        drawn = {name: layer._replace(factor=np.nan) for name, layer in drawn.items()}
    lines = [SCALED if scaled else PLAIN, EXACT if is_exact else CHANGE]
    if without and len(drawn) < len(spec["seeds"]):
        words = f"as the untrained state was not published: {', '.join(without)}"
        lines.append(f"Not shown, {words}.")
        text = f"not in the figure pretrained, {words}"
        notes.keep([Note("left_out", "runs", len(without), len(spec["seeds"]), text)])
    kernels = sum(len(layer.trained) for layer in drawn.values())
    look, zero = styling.look(title, "", spec), "its mean" if scaled else "zero"
    words = f"not in the figure pretrained, at most {montage.MOST} of a run are"
    notes.keep([beyond("kernels", kernels, len(montage.drawn_of(drawn, look.use)), words)])
    saving.write(figure, montage.of_runs(drawn, zero, lines, look), spec["for"])


def read_run(folder: str) -> tuple[str, Layer, bool]:
    """Read the name and the time of a run, its first layer, and whether the size of its weights is lost."""
    banks, steps, epochs = run_info.read_snapshots(f"{folder}/kernels.npz")
    outcome, (name, bank) = records.read_json(f"{folder}/run.json"), next(iter(banks.items()))
    when = captions.when(outcome, steps[-1], epochs[-1])
    factor = run_info.read_factors(f"{folder}/decay.csv")[name][-1]
    layer = Layer(run_info.untrained(outcome, bank), bank[-1], run_info.responses(outcome, name), factor=factor)
    return f"{run_info.name(outcome)} · {when}", layer, run_info.is_min_max_normalized(outcome)


if __name__ == "__main__":
    cli.run(draw_pretrained, __doc__)
