"""Extract the kernels of every conv layer from the snapshots of a run."""

from pathlib import Path

from kernelscope.io import array_files, cli, csv_files
from kernelscope.measures import kernels as measures_kernels
from kernelscope.training import checkpoint_files


def extract_kernels(spec: dict, snapshots: str, kernels: str, table: str) -> None:
    """Read the snapshots of a run; write all kernels as NPZ, and the first and last snapshot as tidy CSV.

    This job only runs once the training is complete and recorded, so it removes the training's checkpoint.

    Parameters
    ----------
    spec : {"dataset", "arch", "seed"}
    snapshots : snapshots.npz
    kernels, table : kernels.npz and kernels.csv, to write
    """
    arrays = array_files.read_npz(snapshots)
    checkpoint_files.remove(Path(snapshots).parent)
    steps, epochs = arrays["steps"], arrays["epochs"]
    banks = {name.removeprefix("kernels/"): bank for name, bank in arrays.items() if name.startswith("kernels/")}
    array_files.write_npz(kernels, {"steps": steps, "epochs": epochs, **banks})
    rows = (
        row
        for t in sorted({0, len(steps) - 1})
        for name in banks
        for row in measures_kernels.table(name, banks[name][t], steps[t], epochs[t])
    )
    csv_files.write_csv(table, measures_kernels.COLUMNS, rows)


if __name__ == "__main__":
    cli.run(extract_kernels, __doc__)
