"""Draw the kernels of every conv layer of a run: untrained, trained, and the change."""

from pathlib import Path

from kernelscope.figures import captions, colormaps, saving, styling
from kernelscope.figures import montage as figures_montage
from kernelscope.io import cells, cli, notes, records, run_info


def draw_montage(spec: dict, kernels: str, decay: str, run: str, montage: list[str]) -> None:
    """Read the kernels of a run; draw the first and last snapshot and the change of every layer.

    Parameters
    ----------
    spec : {"dataset", "arch", "seed", "colormap", "for", "probed": whether there is an atlas.csv}
    kernels, decay, run : kernels.npz, decay.csv and run.json, perhaps with atlas.csv beside them
    montage : montage.png and its other files, to write
    """
    banks, _, epochs = run_info.read_snapshots(kernels)
    outcome, factors = records.read_json(run), run_info.read_factors(decay)
    named = captions.names(cells.read(f"{Path(kernels).parent}/atlas.csv")) if spec["probed"] else {}
    layers, scaled = {}, run_info.is_min_max_normalized(outcome)
    for name, bank in banks.items():
        states = run_info.untrained(outcome, bank), bank[-1], run_info.responses(outcome, name)
        about = factors[name][-1], colormaps.limit(bank), named.get(name, {})
        layers[name] = figures_montage.Layer(*states, scaled, *about)
    counts = {name: len(layer.trained) for name, layer in layers.items()}
    notes.keep(styling.cut_kernels("montage", counts, spec["for"]))
    look = styling.look(captions.title(spec, run_info.epoch(outcome, epochs)), captions.outcome(outcome), spec)
    saving.write(montage, figures_montage.pages(layers, look), spec["for"])


if __name__ == "__main__":
    cli.run(draw_montage, __doc__)
