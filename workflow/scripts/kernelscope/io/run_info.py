"""What is known of a run, from its run.json: all of one that was trained here, less of published kernels.

A run with published kernels has `published` in its run.json: {"run": its name, "scaled": whether sign, zero and size
are lost, "untrained": whether its first snapshot is the untrained state, "time": what its steps are, "step" or "epoch",
or "" where the time of its one state is unknown, "history": whether there are losses, "unknown": words}.
"""

from pathlib import Path

import numpy as np

from kernelscope.io import array_files, records


def read_kernels(path: str | Path) -> dict[str, np.ndarray]:
    """The layers of a kernels.npz, (t, out, in, k, k) each, without its steps and epochs."""
    return {name: array for name, array in array_files.read_npz(path).items() if name not in ("steps", "epochs")}


def read_run(folder: str | Path) -> tuple[dict, dict[str, np.ndarray]]:
    """The run.json of a run, and the layers of its kernels.npz, (t, out, in, k, k) each."""
    return records.read_json(f"{folder}/run.json"), read_kernels(f"{folder}/kernels.npz")


UNKNOWN = "unknown"  # as an initial distribution: there is no untrained state either


def name(run: dict) -> str:
    """The name of a published run, "" of one of ours."""
    return run.get("published", {}).get("run", "")


def is_scaled(run: dict) -> bool:
    """Whether the sign, zero and size of the weights are lost."""
    return run.get("published", {}).get("scaled", False)


def time(run: dict) -> str:
    """What the steps of a run count: updates of the weights ("step"), or "epoch" where only epochs are known."""
    return run.get("published", {}).get("time", "step")


def responses(run: dict, layer: str) -> np.ndarray | None:
    """The largest response (out,) of each kernel to the training images; None where these are unknown."""
    found = run["largest_responses"].get(layer)
    return None if found is None else np.array(found, float)


def initial(run: dict, layer: str, untrained: np.ndarray | None):
    """What the untrained weights of a layer were drawn from, as nulls.reinitialised takes it."""
    if "published" in run:
        return UNKNOWN if untrained is None else untrained
    if "cdbn" in run["spec"]:
        return 1.0  # from a normal distribution; its scale means nothing
    sd = run["spec"]["training"]["initial_sd"]
    return sd.get(layer, sd["conv"])


def untrained(run: dict, bank: np.ndarray) -> np.ndarray | None:
    """The untrained kernels of a bank (t, out, in, k, k); None where that state was not published."""
    return bank[0] if run.get("published", {}).get("untrained", True) else None


def epoch(run: dict, epochs: np.ndarray) -> float | None:
    """The last epoch, if epochs are known."""
    return float(epochs[-1]) if "published" not in run or time(run) == "epoch" else None
