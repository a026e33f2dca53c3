"""95 % intervals of means and of shares."""

import numpy as np
from scipy.special import betaincinv, stdtrit


def mean(values: np.ndarray, least: float) -> tuple[float | None, float | None, float | None]:
    """The mean of numbers from `least` to 1 with its t interval; None where it is unknown, as it is of equal ones."""
    if not len(values):
        return None, None, None
    middle = float(values.mean())
    if len(values) < 2 or (values == values[0]).all():
        return middle, None, None
    half = stdtrit(len(values) - 1, 0.975) * values.std(ddof=1) / np.sqrt(len(values))
    return middle, max(least, middle - half), min(1, middle + half)


def proportion(count: int, n: int) -> tuple[float, float, float]:
    """A share with its exact interval (Clopper and Pearson 1934)."""
    low = betaincinv(count, n - count + 1, 0.025) if count else 0.0
    high = betaincinv(count + 1, n - count, 0.975) if count < n else 1.0
    return count / n, float(low), float(high)
