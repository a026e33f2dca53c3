"""What came of a run, in numbers that can be compared over the architectures of a sweep."""

from functools import cache

import numpy as np
import torch

from kernelscope.io import run_info
from kernelscope.measures import kernels, spectra, structure
from kernelscope.probes import stimuli, tuning

KERNELS = ("initial_share", "structured", "change_structured", "lag1", "change_lag1", "orientation", "bars")
COLUMNS = ("accuracy", "failed", *KERNELS)
LEAST = {"lag1": -1.0, "change_lag1": -1.0}  # of a number that is no share; a share is 0 to 1
LINE = 2.0  # pixels, the line of the stimuli: in the middle of what the waveforms have by default


def row(outcome: dict, banks: dict[str, np.ndarray]) -> dict:
    """The outcomes of one run from its run.json and the layers of its kernels.npz, (t, out, in, k, k) each.

    accuracy: on the test images. failed: 1 if it has a failure label, else 0. Of its first layer, and None where the
    run failed, as the kernels of a network that learned nothing say nothing: initial_share, structured and lag1 as in
    summary.csv; the last two also of the change; orientation: the median orientation R of the changes; bars: of the
    kernels alive, the share whose change answers to a bar no less than to a corner or an arc.
    """
    first = next(iter(banks))
    whole = banks[first]
    failed = bool(outcome["failure"])
    found = {"accuracy": outcome["test"]["accuracy"], "failed": int(failed)} | dict.fromkeys(KERNELS)
    if failed:
        return found
    untrained, responses = run_info.untrained(outcome, whole), run_info.responses(outcome, first)
    initial = run_info.initial(outcome, first, untrained)
    change = kernels.change(whole[-1], whole[0])
    own = structure.structure(untrained, whole[-1], responses, initial)
    of_change = structure.structure(None, change, responses, initial)
    alive = kernels.alive(kernels.norms(whole[-1]), responses)
    numbers = {
        **{name: own[name] for name in ("initial_share", "structured", "lag1")},
        **{f"change_{name}": of_change[name] for name in ("structured", "lag1")},
        **(preferences(change[alive].mean(1)) if alive.any() else {}),
    }
    return found | {name: None if value is None or not np.isfinite(value) else value for name, value in numbers.items()}


def preferences(changes: np.ndarray) -> dict[str, float]:
    """orientation and bars of the changes (n, k, k) of kernels, averaged over channels."""
    concentration = spectra.measures(changes.astype(float))["orientation_concentration"]
    return {"orientation": np.median(concentration), "bars": bar_share(changes[:, None])}


def bar_share(kernels: np.ndarray) -> float:
    """Of kernels (out, 1, k, k), the share that answers to a bar no less than to a corner or an arc."""
    probes, images = shown(kernels.shape[-1])
    responses = torch.conv2d(images, torch.from_numpy(kernels.astype(np.float32)))
    curves = tuning.curves(responses.numpy())
    best = {name: curves[:, probes.stimulus == name].max(1) for name in tuning.SIMPLEST_FIRST}
    bar, most = best["bar"], np.max(list(best.values()), axis=0)
    return float(((most > 0) & (bar >= tuning.AS_GOOD * most)).mean())


@cache
def shown(kernel_size: int) -> tuple[stimuli.Probes, torch.Tensor]:
    """The stimuli, and as network input (n, 1, h, w): twice as large as a kernel, which can lie anywhere on them."""
    side = 2 * kernel_size
    probes = stimuli.probes(side, side, LINE)
    return probes, torch.from_numpy(probes.images[:, None].astype(np.float32) / np.float32(255))
