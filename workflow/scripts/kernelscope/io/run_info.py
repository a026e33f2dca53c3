"""Read facts about a run from run.json; pretrained runs lack some of them.

The run.json of a pretrained run has a key `pretrained`, a mapping of
run : its name
min_max_normalized : whether sign, zero and scale of the weights are lost
untrained : whether its first snapshot is the untrained state
time : the unit of its steps, "step" or "epoch"; "" if the time of its only state is unknown
history : whether there are losses
unknown : a list, in words, of what is not known
"""

from pathlib import Path

import numpy as np

from kernelscope.io import array_files, csv_files, records
from kernelscope.io.names import MOMENTS


def read_snapshots(path: str | Path) -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]:
    """Return the kernels (t, out, in, k, k) of every layer in a kernels.npz, and their steps and epochs (t,)."""
    arrays = array_files.read_npz(path)
    steps, epochs = (arrays.pop(name, None) for name in MOMENTS)
    return arrays, steps, epochs


def read_kernels(path: str | Path) -> dict[str, np.ndarray]:
    """Return the kernels of every layer in a kernels.npz, (t, out, in, k, k) each, t snapshots."""
    return read_snapshots(path)[0]


def read_factors(path: str | Path) -> dict[str, np.ndarray]:
    """Return the decay factor of every layer in a decay.csv, (t,) each, t snapshots; NaN where there is none."""
    factors: dict[str, list[float]] = {}
    for row in csv_files.read_csv(path):
        factors.setdefault(row["layer"], []).append(float(row["factor"] or "nan"))
    return {layer: np.array(values) for layer, values in factors.items()}


def read_run(folder: str | Path) -> tuple[dict, dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Return the content of run.json, and for every layer its kernels (t, out, in, k, k) and decay factors (t,)."""
    run, decay = records.read_json(f"{folder}/run.json"), read_factors(f"{folder}/decay.csv")
    return run, read_kernels(f"{folder}/kernels.npz"), decay


UNKNOWN = "unknown"  # initial distribution of a run that has no untrained state either


def name(run: dict) -> str:
    """Return the name of a pretrained run; "" for a run that was trained here."""
    return run.get("pretrained", {}).get("run", "")


def is_min_max_normalized(run: dict) -> bool:
    """Whether sign, zero and scale of the weights are lost."""
    return run.get("pretrained", {}).get("min_max_normalized", False)


def time(run: dict) -> str:
    """Return the unit of a run's steps: "step" (weight updates), or "epoch" if only epochs are known."""
    return run.get("pretrained", {}).get("time", "step")


def responses(run: dict, layer: str) -> np.ndarray | None:
    """Return the largest response of each kernel to the training images, (out,); None if the images are unknown."""
    largest = run["largest_responses"].get(layer)
    return None if largest is None else np.array(largest, float)


def initial(run: dict, layer: str, untrained: np.ndarray | None):
    """Return the distribution of a layer's untrained weights, in the form that nulls.reinitialized takes.

    Parameters
    ----------
    run : content of run.json
    layer : name of a conv layer
    untrained : untrained kernels of a pretrained run, if they are known

    Returns
    -------
    None (torch's default), a standard deviation, an array to resample, or UNKNOWN
    """
    if "pretrained" in run:
        return UNKNOWN if untrained is None else untrained
    if "cdbn" in run["spec"]:
        return 1.0  # normal, with a scale that has no meaning
    sd = run["spec"]["training"]["init_std"]
    return sd.get(layer, sd["conv"])


def untrained(run: dict, bank: np.ndarray) -> np.ndarray | None:
    """Return the untrained kernels (out, in, k, k) of a bank (t, out, in, k, k); None if they are unknown."""
    return bank[0] if run.get("pretrained", {}).get("untrained", True) else None


def epoch(run: dict, epochs: np.ndarray) -> float | None:
    """Return the last epoch; None if epochs are unknown."""
    return float(epochs[-1]) if "pretrained" not in run or time(run) == "epoch" else None


def chance(run: dict, classes: int) -> float | None:
    """Return the test accuracy of always predicting the largest class; None without classes.

    run : content of run.json; classes : how many there are, which decides where a run does not say more
    """
    return (run.get("largest_class_share") or 1 / classes) if classes else None
