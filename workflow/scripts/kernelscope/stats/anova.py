"""Factorial analysis of variance: how much of an outcome's variance each factor of a sweep explains.

Sums of squares are of type II (Langsrud 2003): the sum of a term is what it adds to all terms that do not contain it.
In a balanced design they equal the classical sums, and the shares of all terms add up to one. A condition is a
combination of levels; its runs differ only in their seeds.
"""

from itertools import combinations
from typing import NamedTuple

import numpy as np
from scipy.special import gammaln, stdtrit

from kernelscope.stats import pvalues

SEEDS, HIGHER = "seeds", "higher interactions"
ROUNDING = 1e-9  # difference of shares below which they are equal


class Effect(NamedTuple):
    """How much of an outcome's variance one term explains.

    term: the factors whose effect or interaction it is. share: its share of the total sum of squares. low, high: a 95 %
    bootstrap interval over the runs of each condition, as percentiles shifted by the bootstrap's bias (resampled runs
    vary less within conditions, which adds noise to the effects); None if no condition has several runs. p: tests that
    a factor has no effect at all, by permuting runs over its levels among runs that agree in all other factors; or that
    the effects of two factors add up, by random signs of what all other terms leave, if some condition has several
    runs; None for other terms. smallest_p: the smallest p that the design allows.
    """

    term: tuple[str, ...]
    share: float
    low: float | None
    high: float | None
    p: float | None
    smallest_p: float | None = None


def varied(levels: list[dict]) -> list[str]:
    """Return the factors that have more than one level.

    Parameters
    ----------
    levels : list of dict
        factor -> level, for each run.

    Returns
    -------
    list of str
    """
    return [factor for factor in levels[0] if len({levels_of_run[factor] for levels_of_run in levels}) > 1]


def explained(y: np.ndarray, levels: list[dict], n_resamples: int, seed: int = 0) -> list[Effect]:
    """Return the effect of each factor and each pair of factors, of all higher interactions, and of the seeds.

    Parameters
    ----------
    y : (n,) array
        Outcome of each run.
    levels : list of n dict
        factor -> level, for each run.
    n_resamples : int
        Number of bootstrap samples and of permutations.
    seed : int

    Returns
    -------
    list of Effect
        Empty if no factor varies or the outcome is constant. The seeds' effect is there only if some condition has
        several runs.

    Notes
    -----
    p is that of a permutation test with the term's share as statistic. For a factor, runs are permuted over its levels
    within strata of runs that agree in all other factors, which is exact. For a pair of factors, the `residuals` of the
    model without the pair change their signs at random (wild bootstrap), which is approximate and, unlike permuted
    residuals, allows conditions with different spreads and numbers of runs.

    References
    ----------
    Langsrud 2003 (sums of squares of type II); Davidson and Flachaire 2008 (random signs).
    """
    factors, cell = varied(levels), cells(levels)
    total = ((y - y.mean()) ** 2).sum()
    if not factors or not total > 0:
        return []
    rng = np.random.default_rng(seed)
    resampled_y = y[resampled(cell, n_resamples, rng)]  # (n, n_resamples)
    totals = ((resampled_y - resampled_y.mean(0)) ** 2).sum(0)
    totals[totals == 0] = np.inf
    terms = [(factor,) for factor in factors] + list(combinations(factors, 2))
    seeds = within(y, cell) / total, within(resampled_y, cell) / totals
    unexplained, effects, replicated = [1 - seeds[0], 1 - seeds[1]], [], len(y) > cell.max() + 1
    for term in terms:
        basis, before = added(levels, term, terms)
        share, resampled_share = squares(basis, y) / total, squares(basis, resampled_y) / totals
        unexplained = [unexplained[0] - share, unexplained[1] - resampled_share]
        of_term = effect(term, share, resampled_share, replicated)
        if len(term) == 1:
            permuted = squares(basis, y[permutations(strata(levels, term[0]), n_resamples, rng)]) / total
            of_term = tested(of_term, permuted, smallest_p(levels, term[0]))
        elif replicated:
            flipped = residuals(y, before)[:, None] * rng.choice((-1.0, 1.0), (len(y), n_resamples))
            of_term = tested(of_term, squares(basis, flipped) / total, 0)
        effects.append(of_term)
    effects.append(effect((HIGHER,), *unexplained, replicated))
    return [*effects, effect((SEEDS,), *seeds, replicated)] if replicated else effects


def effect(term: tuple[str, ...], share: float, spread: np.ndarray, replicated: bool) -> Effect:
    """Return the effect of a term, without p, from its share and its bootstrap shares `spread` (n_resamples,)."""
    if not replicated:
        return Effect(term, float(max(share, 0)), None, None, None)
    low, high = np.clip(np.quantile(spread - (spread.mean() - share), [0.025, 0.975]), 0, 1).tolist()
    return Effect(term, float(max(share, 0)), low, high, None)


def residuals(y: np.ndarray, basis: np.ndarray) -> np.ndarray:
    """Return what an orthonormal basis (n, df) leaves of y (n,), divided by the root of 1 minus the leverage.

    The division makes up for residuals being smaller than errors (MacKinnon and White 1985, HC2).
    """
    rest, free = y - basis @ (basis.T @ y), 1 - (basis**2).sum(1)
    return np.divide(rest, np.sqrt(free), out=np.zeros(len(y)), where=free > ROUNDING)


def tested(of_term: Effect, permuted: np.ndarray, smallest: float) -> Effect:
    """Return an effect with the p of its share among those of permuted runs, and the smallest p that is possible."""
    p = float(pvalues.p_value(of_term.share - ROUNDING, permuted))
    return of_term._replace(p=p, smallest_p=max(smallest, 1 / (1 + len(permuted))))


def smallest_p(levels: list[dict], factor: str) -> float:
    """Return the smallest p that permuting runs over the levels of a factor within strata allows.

    Of all different permutations, those that only exchange levels with equal numbers of runs in every stratum have the
    same share as the observed runs.
    """
    names = sorted({levels_of_run[factor] for levels_of_run in levels})
    stratum, level = strata(levels, factor), np.array([names.index(run[factor]) for run in levels])
    counts = np.zeros((stratum.max() + 1, len(names)))  # strata x levels
    np.add.at(counts, (stratum, level), 1)
    permuted = gammaln(counts.sum(1) + 1).sum() - gammaln(counts + 1).sum()
    _, alike = np.unique(counts, axis=1, return_counts=True)
    return float(min(1, np.exp(gammaln(alike + 1).sum() - permuted)))


def squares(basis: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the sum of squares of y (n, ...) along an orthonormal basis (n, df)."""
    return ((basis.T @ y) ** 2).sum(0)


def cells(levels: list[dict]) -> np.ndarray:
    """Return the number of each run's condition, (n,), counted in the order of their first run.

    levels : factor -> level, for each run
    """
    number: dict[tuple, int] = {}
    return np.array([number.setdefault(tuple(levels_of_run.values()), len(number)) for levels_of_run in levels])


def strata(levels: list[dict], factor: str) -> np.ndarray:
    """Return the number of each run's stratum, (n,): runs in a stratum agree in all factors but this one."""
    return cells([{name: level for name, level in levels_of_run.items() if name != factor} for levels_of_run in levels])


def within(y: np.ndarray, cell: np.ndarray) -> np.ndarray:
    """Return the sum of squares of y (n, ...) about the means of its conditions."""
    members = np.equal.outer(np.arange(cell.max() + 1), cell).astype(float)
    means = (members @ y) / members.sum(1).reshape(-1, *[1] * (y.ndim - 1))
    return ((y - means[cell]) ** 2).sum(0)


def resampled(cell: np.ndarray, n_resamples: int, rng: np.random.Generator) -> np.ndarray:
    """Return run numbers (n, n_resamples) that resample each condition with replacement, keeping its size."""
    runs = np.empty((len(cell), n_resamples), int)
    for number in range(cell.max() + 1):
        members = np.flatnonzero(cell == number)
        runs[members] = rng.choice(members, (len(members), n_resamples))
    return runs


def permutations(stratum: np.ndarray, n_resamples: int, rng: np.random.Generator) -> np.ndarray:
    """Return run numbers (n, n_resamples), each column a permutation within strata."""
    runs = np.empty((len(stratum), n_resamples), int)
    for number in range(stratum.max() + 1):
        members = np.flatnonzero(stratum == number)
        runs[members] = rng.permuted(np.tile(members[:, None], n_resamples), axis=0)
    return runs


def added(levels: list[dict], term: tuple[str, ...], terms: list[tuple[str, ...]]) -> tuple[np.ndarray, np.ndarray]:
    """Return orthonormal bases (n, df) of what a term adds to the terms that do not contain it, and of those terms."""
    others = [other for other in terms if not set(term) <= set(other)]
    before = np.hstack([np.ones((len(levels), 1)), *(columns(levels, other) for other in others)])
    before, design = basis_of(before), columns(levels, term)
    return basis_of(design - before @ (before.T @ design)), before


def basis_of(design: np.ndarray) -> np.ndarray:
    """Return an orthonormal basis (n, df) of the columns of a design."""
    vectors, values, _ = np.linalg.svd(design, full_matrices=False)
    return vectors[:, values > 1e-8 * max(1.0, np.sqrt(len(design)))]


def columns(levels: list[dict], term: tuple[str, ...]) -> np.ndarray:
    """Return the design (n, df) of a term: sum-to-zero contrasts with the last level, multiplied over its factors."""
    design = np.ones((len(levels), 1))
    for factor in term:
        names = sorted({levels_of_run[factor] for levels_of_run in levels})
        is_level = np.array([[levels_of_run[factor] == name for name in names] for levels_of_run in levels], float)
        contrasts = is_level[:, :-1] - is_level[:, -1:]
        design = (design[:, :, None] * contrasts[:, None]).reshape(len(levels), -1)
    return design


def level_mean(
    y: np.ndarray, cell: np.ndarray, least: float, most: float = 1
) -> tuple[float, float | None, float | None]:
    """Return the mean over conditions of their means, with a 95 % t interval.

    The interval uses the pooled variance within conditions.

    Parameters
    ----------
    y : (n,) array
        Outcomes from `least` to `most` of the runs that have one level of a factor.
    cell : (n,) int array
        Condition of each run.
    least, most : float
        Bounds of the outcome, at which the interval is cut.

    Returns
    -------
    tuple of float
        Mean, low, high; low and high are None if no condition has several runs.
    """
    groups = [y[cell == number] for number in np.unique(cell)]
    middle = float(np.mean([group.mean() for group in groups]))
    freedom = sum(len(group) - 1 for group in groups)
    if not freedom:
        return middle, None, None
    variance = sum(((group - group.mean()) ** 2).sum() for group in groups) / freedom
    half = stdtrit(freedom, 0.975) * np.sqrt(variance * sum(1 / len(group) for group in groups)) / len(groups)
    return middle, max(least, middle - half), min(most, middle + half)
