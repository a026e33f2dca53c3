"""When each kernel comes to rest."""

import numpy as np

SETTLED = 0.9  # a kernel has settled once its cosine to its last state stays at or above this


def settled(steps: np.ndarray, cosines: np.ndarray) -> np.ndarray:
    """The first step from which on the cosine to the last state stays at or above SETTLED, (n,); NaN for none.

    steps (t,) ascending, cosines (t, n).
    """
    stays = np.logical_and.accumulate((cosines >= SETTLED)[::-1])[::-1]
    return np.where(stays.any(0), steps[stays.argmax(0)], np.nan)
