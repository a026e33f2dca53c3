"""What the kernels of one layer look like as a whole: how many are alive, and how many are more than noise."""

import numpy as np

from kernelscope.measures import kernels

COLUMNS = ("kernels", "alive", "lag1", "lag1_null_99", "structured", "initial_share")


def structure(
    untrained: np.ndarray | None, trained: np.ndarray, responses: np.ndarray | None, initial
) -> dict[str, float | None]:
    """The columns of one layer from its kernels (out, in, k, k) and largest responses (out,), None where unknown.

    alive and structured are shares of all kernels: alive as in `kernels.alive`; structured if also its lag-1
    autocorrelation is beyond the 99 % point of the re-initialised layer (None below 7x7, where that says nothing, and
    where `initial`, as in run_info.initial, is unknown). Where it is unknown which are alive, all count. lag1 and
    initial_share are medians.
    """
    out, channels, k, _ = trained.shape
    alive = np.full(out, True) if responses is None else kernels.alive(kernels.norms(trained), responses)
    lag1 = kernels.lag1_autocorrelation(trained.astype(np.float64)).mean(1)
    known = not isinstance(initial, str)
    point = float(np.quantile(kernels.lag1_null(k, channels, initial), 0.99)) if known else None
    return {
        "kernels": out,
        "alive": None if responses is None else alive.mean(),
        "lag1": np.median(lag1),
        "lag1_null_99": point,
        "structured": (alive & (lag1 > point)).mean() if known and k >= kernels.NO_POWER_BELOW else None,
        "initial_share": None if untrained is None else np.median(kernels.initial_share(trained, untrained)),
    }
