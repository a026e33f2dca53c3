"""Extract the kernels of every conv layer from the snapshots of a run."""

from pathlib import Path

import numpy as np

from kernelscope.dbn import decay as dbn_decay
from kernelscope.io import array_files, cli, csv_files, names, notes, records
from kernelscope.io.notes import within
from kernelscope.measures import kernels as measures_kernels
from kernelscope.training import checkpoint_files
from kernelscope.training import decay as training_decay
from kernelscope.training.decay import Factor

MOST_WEIGHTS = 1_000_000  # rows of kernels.csv, about 40 MB
ELSEWHERE = "trained elsewhere: optimizer, learning rates and weight decay are unknown"


def extract_kernels(spec: dict, snapshots: str, run: str, kernels: str, table: str, decay: str) -> None:
    """Read the snapshots of a run; write all kernels, the first and last snapshot as tidy CSV, and the decay factors.

    This job only runs once the training is complete and recorded, so it removes the training's checkpoint.

    Parameters
    ----------
    spec : {"dataset", "arch", "seed"}
    snapshots, run : snapshots.npz and run.json
    kernels, table, decay : kernels.npz, kernels.csv and decay.csv, to write
    """
    arrays = array_files.read_npz(snapshots)
    checkpoint_files.remove(Path(snapshots).parent)
    steps, epochs = arrays["steps"], arrays["epochs"]
    banks, others = names.below(names.KERNELS, arrays), names.below(names.OTHER_KERNELS, arrays)
    array_files.write_npz(kernels, {"steps": steps, "epochs": epochs, **banks})
    times = sorted({0, len(steps) - 1})
    sizes = {name: len(times) * bank[0].size for name, bank in (banks | others).items()}
    listed, note = within(sizes, MOST_WEIGHTS, "too many weights for kernels.csv; kernels.npz has them")
    notes.keep([note])
    rows = (
        row
        for t in times
        for name in listed
        for row in measures_kernels.table(name, (banks | others)[name][t], steps[t], epochs[t])
    )
    csv_files.write_csv(table, measures_kernels.COLUMNS, rows)
    known = decay_factors(records.read_json(run), steps, epochs, list(banks))
    csv_files.write_csv(decay, training_decay.COLUMNS, training_decay.rows(steps, known))


def decay_factors(outcome: dict, steps: np.ndarray, epochs: np.ndarray, layers: list[str]) -> dict[str, Factor]:
    """Return the decay factors (t,) of these layers, from the content of run.json."""
    if "pretrained" in outcome:
        known, unknown = outcome["pretrained"].get("decay", {}), {"factors": [None] * len(steps), "reason": ELSEWHERE}
        of_layers = {layer: known.get(layer, unknown) for layer in layers}
        return {layer: Factor(np.array(of["factors"], float), of["reason"]) for layer, of in of_layers.items()}
    if "cdbn" in outcome["spec"]:
        return dbn_decay.of_run(outcome["spec"]["cdbn"], steps, layers)
    known = training_decay.of_run(outcome["spec"], steps, epochs)
    return {layer: known[layer] for layer in layers}


if __name__ == "__main__":
    cli.run(extract_kernels, __doc__)
