"""The outcomes of a run: numbers that can be compared across the architectures of a sweep."""

from functools import cache

import numpy as np
import torch

from kernelscope.io import run_info
from kernelscope.measures import kernels, spectra, structure
from kernelscope.probes import stimuli, tuning

OF_LIVING = ("initial_share", "structured", "change_structured", "lag1", "change_lag1", "orientation", "bars", "arcs")
KERNELS = ("alive", *OF_LIVING)
FAILED, DEAD = "the run failed", "all kernels are dead"  # why there are no numbers about kernels
COLUMNS = ("accuracy", "failed", *KERNELS)
REASON = "reason"
LEAST = {"lag1": -1.0, "change_lag1": -1.0}  # the smallest possible value where it is not 0
# Radii of arcs, in kernel sizes. Arcs of a radius that is not among the stimuli would be taken for corners.
RADII = (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.8, 1.0)
LINE = 2.0  # pixels, the line width of the stimuli: the middle of the waveforms' default range


def row(outcome: dict, banks: dict[str, np.ndarray]) -> dict:
    """Return the outcomes of one run as a row with COLUMNS and REASON.

    Parameters
    ----------
    outcome : dict
        The content of run.json.
    banks : dict
        Layer -> kernels (t, out, in, k, k) of kernels.npz.

    Returns
    -------
    dict
        `accuracy` on the test images; `failed`, 1 if the run has a failure label, else 0. The other columns describe
        the first layer. They are None if the run failed, because the kernels of a network that learned nothing are
        uninformative; `reason` says so. `alive` is the share of living kernels, and all columns after it are about
        living kernels only. initial_share, structured and lag1 are defined as in summary.csv; change_structured and
        change_lag1 are the same measures of the change. `orientation` is the median orientation R of the changes.
        `bars` is the share of kernels whose change prefers a bar to a corner and an arc, and `arcs` the share that
        prefers an arc to both. A corner has two straight arms, so only `arcs` is about curves.
    """
    first = next(iter(banks))
    bank = banks[first]
    failed = bool(outcome["failure"])
    columns = {"accuracy": outcome["test"]["accuracy"], "failed": int(failed)} | dict.fromkeys(KERNELS)
    if failed:
        return columns | {REASON: FAILED}
    alive = kernels.alive(kernels.norms(bank[-1]), run_info.responses(outcome, first))
    columns |= {"alive": float(alive.mean()), REASON: "" if alive.any() else DEAD}
    if not alive.any():
        return columns
    untrained = run_info.untrained(outcome, bank)
    initial = run_info.initial(outcome, first, untrained)
    bank, untrained = bank[:, alive], None if untrained is None else untrained[alive]
    change = kernels.change(bank[-1], bank[0])
    of_trained = structure.structure(untrained, bank[-1], None, initial)
    of_change = structure.structure(None, change, None, initial)
    numbers = {
        **{name: of_trained[name] for name in ("initial_share", "structured", "lag1")},
        **{f"change_{name}": of_change[name] for name in ("structured", "lag1")},
        **preferences(change.mean(1)),
    }
    return columns | {
        name: None if value is None or not np.isfinite(value) else value for name, value in numbers.items()
    }


def preferences(changes: np.ndarray) -> dict[str, float]:
    """Return `orientation`, `bars` and `arcs` of the kernels' changes (n, k, k), averaged over channels."""
    concentration = spectra.measures(changes.astype(float))["orientation_concentration"]
    shares = preferred_shares(changes[:, None])
    return {"orientation": np.median(concentration), "bars": shares["bar"], "arcs": shares["arc"]}


def preferred_shares(kernels: np.ndarray) -> dict[str, float]:
    """Return the share of kernels (out, 1, k, k) that prefer each stimulus, a simpler one if it is as good.

    Kernels that respond to no stimulus count in no share, but in the number of kernels.
    """
    probes, images = line_probes(kernels.shape[-1])
    responses = torch.conv2d(images, torch.from_numpy(kernels.astype(np.float32)))
    curves = tuning.curves(responses.numpy())
    best = np.stack([curves[:, probes.stimulus == name].max(1) for name in tuning.SIMPLEST_FIRST])  # (stimuli, out)
    largest = best.max(0)
    first = (best >= tuning.AS_GOOD * largest).argmax(0)
    return {name: float(((first == place) & (largest > 0)).mean()) for place, name in enumerate(tuning.SIMPLEST_FIRST)}


@cache
def line_probes(kernel_size: int) -> tuple[stimuli.Probes, torch.Tensor]:
    """Return the stimuli, with arcs of all RADII, also as network input (n, 1, h, w).

    They are twice as large as a kernel, which may be anywhere.
    """
    side = 2 * kernel_size
    of_radii = [stimuli.probes(side, side, LINE, share * kernel_size) for share in RADII]
    kept = [(of_radius.stimulus == "arc") | (place == 0) for place, of_radius in enumerate(of_radii)]
    chosen = [[column[which] for column in of_radius] for of_radius, which in zip(of_radii, kept, strict=True)]
    probes = stimuli.Probes(*map(np.concatenate, zip(*chosen, strict=True)))
    return probes, torch.from_numpy(probes.images[:, None].astype(np.float32) / np.float32(255))
