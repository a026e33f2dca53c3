"""How much of an outcome's variance each factor of a sweep explains: the analysis of variance of a factorial design.

Sums of squares are of type II (Langsrud 2003): those of a term are what it adds to all terms that do not contain it;
in a balanced design they are the classical ones, and the shares of all terms add up to one.
"""

from itertools import combinations
from typing import NamedTuple

import numpy as np
from scipy.special import stdtrit

from kernelscope.stats import pvalues

SEEDS, HIGHER = "seeds", "higher interactions"


class Effect(NamedTuple):
    """What one term explains of the variance of an outcome: its share with a 95 % interval, and p.

    The interval is of runs drawn anew in each cell (percentiles of a bootstrap, moved by its bias, as runs drawn anew
    are less spread in their cells and add noise to the effects); None where no cell has several. p is of one
    factor, that it has no effect at all, from runs permuted over its levels among those that have all other levels in
    common; None for other terms.
    """

    term: tuple[str, ...]
    share: float
    low: float | None
    high: float | None
    p: float | None


def varied(levels: list[dict]) -> list[str]:
    """The factors that have more than one level, out of the levels of every run."""
    return [factor for factor in levels[0] if len({of[factor] for of in levels}) > 1]


def explained(y: np.ndarray, levels: list[dict], draws: int, seed: int = 0) -> list[Effect]:
    """The effects on an outcome y (n,) of runs with these levels: factors, pairs of factors, what is left of the
    cells, and the seeds in a cell. Empty where there is nothing to explain.
    """
    factors, cell = varied(levels), cells(levels)
    total = ((y - y.mean()) ** 2).sum()
    if not factors or not total > 0:
        return []
    rng = np.random.default_rng(seed)
    again = y[resampled(cell, draws, rng)]  # (n, draws)
    totals = ((again - again.mean(0)) ** 2).sum(0)
    totals[totals == 0] = np.inf
    terms = [(factor,) for factor in factors] + list(combinations(factors, 2))
    seeds = within(y, cell) / total, within(again, cell) / totals
    left, found, replicated = [1 - seeds[0], 1 - seeds[1]], [], len(y) > cell.max() + 1
    for term in terms:
        basis = added(levels, term, terms)
        share, spread = squares(basis, y) / total, squares(basis, again) / totals
        left = [left[0] - share, left[1] - spread]
        p = None
        if len(term) == 1:
            permuted = squares(basis, y[permutations(strata(levels, term[0]), draws, rng)]) / total
            p = float(pvalues.p_value(share * (1 - 1e-9), permuted))
        found.append(effect(term, share, spread, p, replicated))
    found.append(effect((HIGHER,), *left, None, replicated))
    return [*found, effect((SEEDS,), *seeds, None, replicated)] if replicated else found


def effect(term: tuple[str, ...], share: float, spread: np.ndarray, p: float | None, replicated: bool) -> Effect:
    if not replicated:
        return Effect(term, float(max(share, 0)), None, None, p)
    low, high = np.clip(np.quantile(spread - (spread.mean() - share), [0.025, 0.975]), 0, 1).tolist()
    return Effect(term, float(max(share, 0)), low, high, p)


def squares(basis: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The sum of squares of y (n, ...) along an orthonormal basis (n, df)."""
    return ((basis.T @ y) ** 2).sum(0)


def cells(levels: list[dict]) -> np.ndarray:
    """The number of the cell (n,) of each run, by its levels."""
    number: dict[tuple, int] = {}
    return np.array([number.setdefault(tuple(of.values()), len(number)) for of in levels])


def strata(levels: list[dict], factor: str) -> np.ndarray:
    """The cells that are left where one factor is not told apart."""
    return cells([{name: level for name, level in of.items() if name != factor} for of in levels])


def within(y: np.ndarray, cell: np.ndarray) -> np.ndarray:
    """The sum of squares of y (n, ...) about the means of its cells."""
    members = np.equal.outer(np.arange(cell.max() + 1), cell).astype(float)
    means = (members @ y) / members.sum(1).reshape(-1, *[1] * (y.ndim - 1))
    return ((y - means[cell]) ** 2).sum(0)


def resampled(cell: np.ndarray, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Numbers of runs (n, draws): as many of each cell as it has, with replacement."""
    found = np.empty((len(cell), draws), int)
    for number in range(cell.max() + 1):
        members = np.flatnonzero(cell == number)
        found[members] = rng.choice(members, (len(members), draws))
    return found


def permutations(stratum: np.ndarray, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Numbers of runs (n, draws), each column a permutation that keeps every stratum together."""
    found = np.empty((len(stratum), draws), int)
    for number in range(stratum.max() + 1):
        members = np.flatnonzero(stratum == number)
        found[members] = rng.permuted(np.tile(members[:, None], draws), axis=0)
    return found


def added(levels: list[dict], term: tuple[str, ...], terms: list[tuple[str, ...]]) -> np.ndarray:
    """An orthonormal basis (n, df) of what a term adds to those that do not contain it."""
    others = [other for other in terms if not set(term) <= set(other)]
    before = np.hstack([np.ones((len(levels), 1)), *(columns(levels, other) for other in others)])
    own = columns(levels, term)
    rest = own - before @ np.linalg.lstsq(before, own, rcond=None)[0]
    vectors, values, _ = np.linalg.svd(rest, full_matrices=False)
    return vectors[:, values > 1e-8 * max(1.0, np.sqrt(len(levels)))]


def columns(levels: list[dict], term: tuple[str, ...]) -> np.ndarray:
    """The design (n, df) of a term: deviations from the last level, multiplied over its factors."""
    design = np.ones((len(levels), 1))
    for factor in term:
        names = sorted({of[factor] for of in levels})
        is_level = np.array([[of[factor] == name for name in names] for of in levels], float)
        own = is_level[:, :-1] - is_level[:, -1:]
        design = (design[:, :, None] * own[:, None]).reshape(len(levels), -1)
    return design


def level_mean(y: np.ndarray, cell: np.ndarray, least: float) -> tuple[float, float | None, float | None]:
    """The mean over cells of their means, with a 95 % interval from the spread in the cells; None where it is unknown.

    y (n,), numbers from `least` to 1, and the cell (n,) of each: the runs that have one level of a factor.
    """
    groups = [y[cell == number] for number in np.unique(cell)]
    middle = float(np.mean([group.mean() for group in groups]))
    freedom = sum(len(group) - 1 for group in groups)
    if not freedom:
        return middle, None, None
    variance = sum(((group - group.mean()) ** 2).sum() for group in groups) / freedom
    half = stdtrit(freedom, 0.975) * np.sqrt(variance * sum(1 / len(group) for group in groups)) / len(groups)
    return middle, max(least, middle - half), min(1.0, middle + half)
