"""What the kernels of one layer look like as a whole: how many are alive, and how many are more than noise."""

import numpy as np

from kernelscope import kernels

COLUMNS = ("kernels", "alive", "lag1", "lag1_null_99", "structured", "initial_share")


def structure(
    untrained: np.ndarray, trained: np.ndarray, responses: np.ndarray, initial_sd: float | None
) -> dict[str, float | None]:
    """The columns of one layer from its kernels (out, in, k, k) and largest responses (out,).

    alive and structured are shares of all kernels: alive as in `kernels.alive`; structured if also its lag-1
    autocorrelation is beyond the 99 % point of the re-initialised layer (None below 7x7, where that says nothing).
    lag1 and initial_share are medians.
    """
    out, channels, k, _ = trained.shape
    alive = kernels.alive(kernels.norms(trained), responses)
    lag1 = kernels.lag1_autocorrelation(trained.astype(np.float64)).mean(1)
    point = float(np.quantile(kernels.lag1_null(k, channels, initial_sd), 0.99))
    return {
        "kernels": out,
        "alive": alive.mean(),
        "lag1": np.median(lag1),
        "lag1_null_99": point,
        "structured": (alive & (lag1 > point)).mean() if k >= kernels.NO_POWER_BELOW else None,
        "initial_share": np.median(kernels.initial_share(trained, untrained)),
    }
