"""The outcomes of a run: numbers that can be compared across the architectures of a sweep."""

from functools import cache

import numpy as np
import torch

from kernelscope.io import run_info
from kernelscope.measures import kernels, spectra, structure
from kernelscope.probes import stimuli, tuning

KERNELS = ("initial_ratio", "structured", "change_structured", "lag1", "change_lag1", "orientation", "bars")
COLUMNS = ("accuracy", "failed", *KERNELS)
FACTOR = "decay_factor"  # not an outcome: it follows from the settings
LEAST = {"lag1": -1.0, "change_lag1": -1.0}  # the smallest possible value where it is not 0
MOST = {"initial_ratio": np.inf}  # the largest possible value where it is not 1
LINE = 2.0  # pixels, the line width of the stimuli: the middle of the waveforms' default range


def bounds(name: str) -> tuple[float, float]:
    """Return the smallest and the largest possible value of an outcome."""
    return LEAST.get(name, 0.0), MOST.get(name, 1.0)


def row(outcome: dict, banks: dict[str, np.ndarray], factors: dict[str, np.ndarray]) -> dict:
    """Return the outcomes of one run as a row with COLUMNS and FACTOR.

    Parameters
    ----------
    outcome : dict
        The content of run.json.
    banks : dict
        Layer -> kernels (t, out, in, k, k) of kernels.npz.
    factors : dict
        Layer -> decay factors (t,) of decay.csv.

    Returns
    -------
    dict
        `accuracy` on the test images; `failed`, 1 if the run has a failure label, else 0. The other columns describe
        the first layer. They are None if the run failed, because the kernels of a network that learned nothing are
        uninformative. initial_ratio, structured, lag1 and decay_factor are as in summary.csv; change_structured and
        change_lag1 are the same measures of the change. `orientation` is the median orientation R of the changes of the
        alive kernels. `bars` is the share of the alive kernels whose change responds to a bar at least as strongly as
        to a corner or an arc.
    """
    first = next(iter(banks))
    bank = banks[first]
    failed = bool(outcome["failure"])
    columns = {"accuracy": outcome["test"]["accuracy"], "failed": int(failed)} | dict.fromkeys((*KERNELS, FACTOR))
    if failed:
        return columns
    untrained, responses = run_info.untrained(outcome, bank), run_info.responses(outcome, first)
    initial = run_info.initial(outcome, first, untrained)
    factor = factors[first][-1]
    of_trained = structure.structure(untrained, bank[-1], responses, initial, factor)
    change = kernels.change(bank[-1], bank[0], factor)
    of_change = structure.structure(None, change, responses, initial, np.nan)
    alive = kernels.alive(kernels.norms(bank[-1]), responses)
    numbers = {
        **{name: of_trained[name] for name in ("initial_ratio", "structured", "lag1", FACTOR)},
        **{f"change_{name}": of_change[name] for name in ("structured", "lag1")},
        **(preferences(change[alive].mean(1)) if alive.any() else {}),
    }
    return columns | {
        name: None if value is None or not np.isfinite(value) else value for name, value in numbers.items()
    }


def preferences(changes: np.ndarray) -> dict[str, float]:
    """Return `orientation` and `bars` of the kernels' changes (n, k, k), averaged over channels."""
    concentration = spectra.measures(changes.astype(float))["orientation_concentration"]
    return {"orientation": np.median(concentration), "bars": bar_share(changes[:, None])}


def bar_share(kernels: np.ndarray) -> float:
    """Return the share of kernels (out, 1, k, k) that respond to a bar no less than to a corner or an arc."""
    probes, images = line_probes(kernels.shape[-1])
    responses = torch.conv2d(images, torch.from_numpy(kernels.astype(np.float32)))
    curves = tuning.curves(responses.numpy())
    best = {name: curves[:, probes.stimulus == name].max(1) for name in tuning.SIMPLEST_FIRST}
    bar, largest = best["bar"], np.max(list(best.values()), axis=0)
    return float(((largest > 0) & (bar >= tuning.AS_GOOD * largest)).mean())


@cache
def line_probes(kernel_size: int) -> tuple[stimuli.Probes, torch.Tensor]:
    """Return the stimuli, also as network input (n, 1, h, w): twice as large as a kernel, which may be anywhere."""
    side = 2 * kernel_size
    probes = stimuli.probes(side, side, LINE)
    return probes, torch.from_numpy(probes.images[:, None].astype(np.float32) / np.float32(255))
