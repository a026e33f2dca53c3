"""Describe a layer as a whole: how many of its kernels are alive, and how many are more than noise."""

import numpy as np

from kernelscope.measures import kernels

COLUMNS = ("kernels", "alive", "lag1", "lag1_null_99", "structured", "initial_ratio", "decay_factor")


def structure(
    untrained: np.ndarray | None, trained: np.ndarray, responses: np.ndarray | None, initial, factor: float
) -> dict[str, float | None]:
    """Return the columns of one layer for summary.csv and architectures.csv.

    Parameters
    ----------
    untrained : (out, in, k, k) array or None
        Kernels before training; None if unknown.
    trained : (out, in, k, k) array
    responses : (out,) array or None
        Largest response of each kernel to any training image. If it is unknown, all kernels count as alive.
    initial : None, float, array or str
        Initial distribution, as in `kernels.reinitialized`, or run_info.UNKNOWN.
    factor : float
        Decay factor of the layer at the end, as in `kernels.change`.

    Returns
    -------
    dict
        `kernels`, their number; `alive`, the share of kernels that are alive (`kernels.alive`); `lag1` and
        `initial_ratio`, medians over the kernels that have them (not constant); `decay_factor`, None if it is unknown
        and the ratio an estimate; `lag1_null_99`, the 99 % point of the lag-1 autocorrelation in the re-initialized
        layer; and `structured`, the share of kernels that are alive and whose autocorrelation is beyond that point.
        None for what is unknown. `structured` is None also for kernels smaller than 7 x 7, where the comparison has no
        power.
    """
    out, channels, k, _ = trained.shape
    alive = np.full(out, True) if responses is None else kernels.alive(kernels.norms(trained), responses)
    lag1 = kernels.lag1_autocorrelation(trained.astype(np.float64)).mean(1)
    initial_known = not isinstance(initial, str)
    point = float(np.quantile(kernels.lag1_null(k, channels, initial), 0.99)) if initial_known else None
    return {
        "kernels": out,
        "alive": None if responses is None else alive.mean(),
        "lag1": median(lag1),
        "lag1_null_99": point,
        "structured": (alive & (lag1 > point)).mean() if initial_known and k >= kernels.NO_POWER_BELOW else None,
        "initial_ratio": None if untrained is None else median(kernels.initial_ratio(trained, untrained, factor)),
        "decay_factor": None if np.isnan(factor) else factor,
    }


def median(values: np.ndarray) -> float:
    """Return the median of the values that are known; NaN if none is."""
    known = values[~np.isnan(values)]
    return float(np.median(known)) if len(known) else np.nan
