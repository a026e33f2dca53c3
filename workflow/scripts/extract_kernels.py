"""Take the kernels of every conv layer out of the snapshots of a run."""

from pathlib import Path

from kernelscope import artifacts, checkpoint_files, command
from kernelscope import kernels as library


def extract_kernels(spec: dict, snapshots: str, kernels: str, table: str) -> None:
    """All snapshots to an NPZ, the first and the last to a tidy CSV. spec: {"dataset", "arch", "seed"}.

    The training is complete and recorded as such, or this job would not run: its checkpoint can go.
    """
    arrays = artifacts.read_npz(snapshots)
    checkpoint_files.remove(Path(snapshots).parent)
    steps, epochs = arrays["steps"], arrays["epochs"]
    banks = {name.removeprefix("kernels/"): bank for name, bank in arrays.items() if name.startswith("kernels/")}
    artifacts.write_npz(kernels, {"steps": steps, "epochs": epochs, **banks})
    rows = (
        row
        for t in sorted({0, len(steps) - 1})
        for name in banks
        for row in library.table(name, banks[name][t], steps[t], epochs[t])
    )
    artifacts.write_csv(table, library.COLUMNS, rows)


if __name__ == "__main__":
    command.run(extract_kernels, __doc__)
