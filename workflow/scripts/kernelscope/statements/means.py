"""A mean over seeds as a number of a statement, and exact tests of it."""

from math import ceil, comb, log2

import numpy as np
from scipy import stats

from kernelscope.statements.statement import SEEDS, Number
from kernelscope.stats import exchange, intervals
from kernelscope.stats.pvalues import LEVEL

FEWEST = 3  # values with an interval
ENOUGH = ceil(log2(1 / LEVEL))  # seeds whose 2^n changes of sign allow a one-sided p at or below the level
MOST_EXCHANGES = 9999  # above, that many exchanges are drawn at random


def number(statistic: str, values: list[float], unit: str = "", least: float = -np.inf, most: float = np.inf) -> Number:
    """Return the mean of one value per seed with its 95 % interval, cut at `least` and `most`; None without values."""
    middle, low, high = intervals.mean(np.array(values, float), least, most)
    if len(values) < FEWEST:
        low = high = None
    return Number(statistic, middle, unit, low, high, len(values), SEEDS)


def share(statistic: str, values: list[float]) -> Number:
    """Return the mean of shares from 0 to 1, as `number`."""
    return number(statistic, values, "share", 0, 1)


def above_zero(mean: Number, differences: list[float]) -> Number:
    """Return a number with the one-sided p that differences of seeds are above 0 on average (`exchange.paired`)."""
    if not differences:
        return mean._replace(sides=1, reason="no seed has both values")
    p, smallest_p = exchange.paired(np.array(differences, float), sides=1)
    return mean._replace(p=p, smallest_p=smallest_p, sides=1)


def more_seeds(differences: list[float]) -> str:
    """Return how many seeds `above_zero` needs for a p at or below the level, "" if these are enough."""
    return f"{ENOUGH} seeds" * (len(differences) < ENOUGH)


def exchanged(mean: Number, values: list[float], others: list[float]) -> Number:
    """Return a number with the two-sided p that two groups of seeds have different means, by exchanging seeds.

    All exchanges are made if there are at most MOST_EXCHANGES (Fisher 1935).
    """
    a, b = len(values), len(others)
    if min(a, b) < 1 or a + b < 3:
        return mean._replace(sides=2, reason="each group needs a seed, and one of them needs two")
    difference = lambda a, b, axis: np.mean(a, axis=axis) - np.mean(b, axis=axis)  # noqa: E731
    data = (np.array(values, float), np.array(others, float))
    result = stats.permutation_test(data, difference, vectorized=True, n_resamples=MOST_EXCHANGES, rng=0)
    smallest = max((1 + (a == b)) / comb(a + b, a), 1 / (1 + MOST_EXCHANGES))
    return mean._replace(p=float(result.pvalue), smallest_p=smallest, sides=2)


def apart(values: list[float], others: list[float]) -> Number:
    """Return the difference of the mean shares of two groups of seeds, with Welch's 95 % interval, as `difference`."""
    if not values or not others:
        return Number("difference", None, "share", reason="a group without seeds")
    mean = float(np.mean(values) - np.mean(others))
    low = high = None
    if min(len(values), len(others)) >= FEWEST and max(np.ptp(values), np.ptp(others)) > 0:
        low, high = (float(end) for end in stats.ttest_ind(values, others, equal_var=False).confidence_interval())
    return Number("difference", mean, "share", low, high, min(len(values), len(others)), SEEDS)


def column(rows: list[dict], name: str) -> list[float]:
    """Return the values of a column, without empty cells."""
    return [row[name] for row in rows if row[name] is not None]
