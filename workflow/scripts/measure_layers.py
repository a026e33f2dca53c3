"""Measure every layer of a pretrained run as a whole, whatever the shape of its kernels, and draw the other shapes."""

from kernelscope.figures import foreign, saving
from kernelscope.io import array_files, cli, csv_files, names
from kernelscope.measures import any_shape

TITLE = "{dataset} · {arch} · seed {seed} ({pretrained}) · layers as a whole"


def measure_layers(spec: dict, snapshots: str, measures: str, figure: list[str]) -> None:
    """Read all layers of a run; write their measures at the first and last snapshot, and draw them at the last.

    Parameters
    ----------
    spec : {"dataset", "arch", "seed", "pretrained": name of the run, "colormap", "for"}
    snapshots : snapshots.npz
    measures, figure : layer_measures.csv, and shapes.png with its other files, to write
    """
    arrays = array_files.read_npz(snapshots)
    steps, epochs = arrays["steps"], arrays["epochs"]
    others = names.below(names.OTHER_KERNELS, arrays)
    banks = names.below(names.KERNELS, arrays) | others
    rows = [
        any_shape.row(bank[t]) | {"step": steps[t], "epoch": epochs[t], "layer": name}
        for t in sorted({0, len(steps) - 1})
        for name, bank in banks.items()
    ]
    csv_files.write_csv(measures, any_shape.COLUMNS, rows)
    found = {name: any_shape.components(bank[-1])[0] for name, bank in banks.items()}
    components = {name: tuple(of) for name, of in found.items() if of is not None}
    last = {name: bank[-1] for name, bank in others.items()}
    page = foreign.of_shapes(TITLE.format(**spec), components, last, spec["colormap"], spec["for"])
    saving.write(figure, page, spec["for"])


if __name__ == "__main__":
    cli.run(measure_layers, __doc__)
