"""Are the trained layers of two seeds more alike in their responses than the untrained layers?"""

import numpy as np

from kernelscope.comparison import permutation
from kernelscope.comparison.cka_table import CROSSED, TRAINED, UNTRAINED
from kernelscope.comparison.energy_tests import jackknife
from kernelscope.comparison.permutation import Tested
from kernelscope.stats import exchange


def matrices(rows: list[dict], layer: str) -> tuple[list[int], np.ndarray]:
    """Return the seeds, and the CKA of each two seeds in one layer, from rows of cka.csv.

    Returns
    -------
    seeds : list of int
        The seeds that have all values.
    array (3, seeds, seeds)
        Trained, untrained, and the first trained and the second not; NaN on the diagonal.
    """
    of_layer = [row for row in rows if row["layer_a"] == row["layer_b"] == layer]
    seeds = sorted({row[end] for row in of_layer for end in ("seed_a", "seed_b")})
    values = np.full((3, len(seeds), len(seeds)), np.nan)
    for row in of_layer:
        state = (TRAINED, UNTRAINED, CROSSED).index(row["state"])
        i, j = seeds.index(row["seed_a"]), seeds.index(row["seed_b"])
        values[state, i, j] = np.nan if row["cka"] is None else row["cka"]
        if row["state"] != CROSSED:
            values[state, j, i] = values[state, i, j]
    whole = np.isfinite(values).any((0, 2))
    return [seed for seed, usable in zip(seeds, whole, strict=True) if usable], values[:, whole][:, :, whole]


def tested(values: np.ndarray, seed: int = 0) -> Tested:
    """Test whether trained pairs of seeds are more or less alike than untrained pairs.

    Null: it does not matter which state of a seed is the trained one. In each draw the states of some seeds are
    exchanged: all 2^n exchanges for up to exchange.EXACT seeds, so that p is exact and never below 2 / 2^n.

    Parameters
    ----------
    values : array (3, seeds, seeds)
        As of `matrices`.
    seed : int
        Seed of random exchanges.

    Returns
    -------
    Tested
        Two-sided. The statistic is the mean CKA of trained pairs minus the mean CKA of untrained pairs.
    """
    null = np.array([difference(values, signs < 0) for signs in exchange.signs(values.shape[1], seed)])
    p = float((np.abs(null) >= abs(null[0]) - permutation.ROUNDING).mean())
    return Tested(float(null[0]), null, p, min(1.0, 2 / len(null)), 2)


def difference(values: np.ndarray, exchanged: np.ndarray) -> float:
    """Return the mean of trained minus untrained pairs after exchanging the states of some seeds, bool (seeds,)."""
    trained, untrained, crossed = values
    change = trained - untrained
    half = crossed - crossed.T
    first, second = exchanged[:, None], exchanged[None]
    pairs = np.where(first == second, np.where(first, -change, change), np.where(first, -half, half))
    return float(pairs[np.triu_indices(len(pairs), 1)].mean())


def interval(values: np.ndarray) -> tuple[float | None, float | None]:
    """Return the 95 % jackknife interval over seeds of trained minus untrained pairs."""
    return jackknife(values[0] - values[1])
