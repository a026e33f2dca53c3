"""Draw the first-layer kernels of all pretrained runs: untrained, trained, and the change."""

from kernelscope.figures import captions, saving
from kernelscope.figures.pretrained import Run, sheet
from kernelscope.io import array_files, cli, records, run_info

SCALED = (
    "Each kernel on its own scale and less its own mean: numbers from 0 to 1 were published, which have lost sign, "
    "zero and size of the weights."
)
PLAIN = "Each kernel on its own scale."
CHANGE = "Change: an estimate, by least squares, of what training put in; the weight decay is unknown."


def draw_pretrained(spec: dict, runs: str, figure: str) -> None:
    """Read the kernels of all pretrained runs of a dataset and draw their first layers.

    Runs without an untrained state are left out, unless no run has one.

    Parameters
    ----------
    spec : {"dataset", "arch", "seeds", "colormap"}
    runs : folder with `seed{seed}/kernels.npz` and `run.json`
    figure : pretrained.png, to write
    """
    drawn = [read_run(f"{runs}/seed{seed}") for seed in spec["seeds"]]
    without = [run.label for run in drawn if run.untrained is None]
    if len(without) < len(drawn):
        drawn = [run for run in drawn if run.untrained is not None]
    title = f"{spec['dataset']} · the kernels of the first layer, untrained, trained, and the change"
    scaled = records.read_json(f"{runs}/seed{spec['seeds'][0]}/run.json")["pretrained"]["min_max_normalized"]
    zero = "its mean" if scaled else "zero"
    notes = [SCALED if scaled else PLAIN, CHANGE]
    if without and len(drawn) < len(spec["seeds"]):
        notes.append(f"Not shown, as the untrained state was not published: {', '.join(without)}.")
    saving.write_png(figure, sheet(drawn, title, zero, notes, spec["colormap"]))


def read_run(folder: str) -> Run:
    """Read the first layer of a run."""
    arrays, outcome = array_files.read_npz(f"{folder}/kernels.npz"), records.read_json(f"{folder}/run.json")
    steps, epochs = arrays.pop("steps"), arrays.pop("epochs")
    bank = next(iter(arrays.values()))
    when = captions.when(outcome, steps[-1], epochs[-1])
    return Run(run_info.name(outcome), when, run_info.untrained(outcome, bank), bank[-1])


if __name__ == "__main__":
    cli.run(draw_pretrained, __doc__)
