"""95 % confidence intervals of means and proportions."""

import numpy as np
from scipy.special import betaincinv, stdtrit


def mean(values: np.ndarray, least: float, most: float = 1) -> tuple[float | None, float | None, float | None]:
    """Return the mean with its 95 % t interval.

    Parameters
    ----------
    values : (n,) array
        Numbers from `least` to `most`, the bounds at which the interval is cut.
    least, most : float

    Returns
    -------
    tuple of float
        Mean, low, high. None where unknown: all three without values, and the interval for a single value or equal
        values.
    """
    if not len(values):
        return None, None, None
    middle = float(values.mean())
    if len(values) < 2 or (values == values[0]).all():
        return middle, None, None
    half = stdtrit(len(values) - 1, 0.975) * values.std(ddof=1) / np.sqrt(len(values))
    return middle, max(least, middle - half), min(most, middle + half)


def proportion(count: int, n: int) -> tuple[float, float, float]:
    """Return a proportion with its exact 95 % interval (Clopper and Pearson 1934).

    Parameters
    ----------
    count : int
        Number of successes.
    n : int
        Number of trials.

    Returns
    -------
    tuple of float
        count / n, low, high.
    """
    low = betaincinv(count, n - count + 1, 0.025) if count else 0.0
    high = betaincinv(count + 1, n - count, 0.975) if count < n else 1.0
    return count / n, float(low), float(high)


def jackknife(overall: float, without: np.ndarray) -> tuple[float | None, float | None]:
    """Return the 95 % jackknife interval of a statistic over seeds.

    Parameters
    ----------
    overall : float
        The statistic of all n seeds.
    without : (n,) array
        The statistic without each seed.

    Returns
    -------
    tuple of float
        Low and high of a t interval with the delete-one standard error (Efron and Tibshirani 1993, chapter 11); None
        for fewer than 2 seeds, and if a value is not finite or all are equal.
    """
    n, without = len(without), np.asarray(without, float)
    if n < 2 or not np.isfinite([overall, *without]).all() or np.ptp(without) < 1e-12:
        return None, None
    half = stdtrit(n - 1, 0.975) * np.sqrt((n - 1) / n * ((without - without.mean()) ** 2).sum())
    return overall - float(half), overall + float(half)
