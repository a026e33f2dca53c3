"""Exact tests of paired differences: whether the two of a pair could as well have been the other way round."""

from itertools import product
from math import ceil, log2

import numpy as np

EXACT = 12  # pairs up to which all exchanges are counted
DRAWN = 4095  # exchanges that are drawn for more pairs
ROUNDING = 1e-12


def paired(differences: np.ndarray, seed: int = 0, sides: int = 2) -> tuple[float, float]:
    """Return the p of the mean of paired differences, and the smallest p that so many pairs allow.

    Null: the sign of each difference is a matter of chance (Fisher 1935). All 2^n signs are counted for up to EXACT
    pairs; for more, DRAWN of them are drawn.

    Parameters
    ----------
    differences : (n,) array
        At least one.
    seed : int
        Seed of the drawn signs.
    sides : {1, 2}
        One side tests whether the mean is above 0.
    """
    n = len(differences)
    exchanges = signs(n, seed)
    means = exchanges @ differences / n
    means = np.abs(means) if sides == 2 else means
    least = sides if n <= EXACT else 1
    return float(np.mean(means >= means[0] - ROUNDING)), least / len(exchanges)


def signs(n: int, seed: int = 0) -> np.ndarray:
    """Return all 2^n signs of n pairs, or DRAWN random ones and the first for more than EXACT pairs: (exchanges, n).

    The first row is as observed, all 1; -1 exchanges the two of a pair.
    """
    if n <= EXACT:
        return np.array(list(product((1, -1), repeat=n)))
    rows = np.random.default_rng([seed, n]).choice((1, -1), (DRAWN, n))
    return np.concatenate([np.ones((1, n), int), rows])


def pairs_needed(level: float) -> int:
    """Return the fewest pairs whose smallest p is at or below a level."""
    return ceil(log2(2 / level))
