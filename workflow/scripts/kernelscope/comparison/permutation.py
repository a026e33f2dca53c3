"""Tests of all seeds at once, with nulls made from the kernels themselves.

A test draws new banks of kernels, one for each seed, and asks whether the observed banks match better. Nothing is
estimated, so p is exactly uniform wherever the randomization leaves the distribution of the kernels unchanged.
"""

from collections.abc import Callable, Iterable
from itertools import combinations
from typing import NamedTuple

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.special import gammaln

from kernelscope.comparison import pool
from kernelscope.comparison.pool import Pool
from kernelscope.stats import intervals

N_RESAMPLES = 999  # so that the smallest p is 0.001
FEWEST_PAIRS = 2000  # pairs of banks from which the mean under the null is estimated where a seed is left out
FEWEST = 3  # seeds with a jackknife interval
ROUNDING = 1e-9


class Tested(NamedTuple):
    """An observed statistic beside its null."""

    value: float
    null: np.ndarray  # (draws,)
    p: float
    smallest_p: float  # that the numbers of seeds and kernels allow, even if all seeds had the same kernels
    sides: int


def matched_mean(similarity: np.ndarray, sizes: Iterable[int]) -> float:
    """Return the mean similarity of matched kernels over all pairs of banks.

    Parameters
    ----------
    similarity : array (n, n)
        Similarities of all pairs of kernels, bank after bank.
    sizes : iterable of int
        Number of kernels in each bank; their sum is n. Of two banks, as many kernels are matched as the smaller has.
    """
    ends = np.concatenate([[0], np.cumsum(list(sizes))]).tolist()
    banks = [slice(*ends[i : i + 2]) for i in range(len(ends) - 1) if ends[i] < ends[i + 1]]
    means = []
    for first, second in combinations(banks, 2):
        between = similarity[first, second]
        rows, columns = linear_sum_assignment(between, maximize=True)
        means.append(between[rows, columns].sum() / len(rows))  # as mean(), in half the time
    return float(np.mean(means)) if means else np.nan


def permuted(of: Pool, groups: np.ndarray | None = None, n_resamples: int = N_RESAMPLES, seed: int = 0) -> Tested:
    """Test whether kernels match better across the seeds than kernels permuted among the seeds.

    Null: it does not matter which seed a kernel is from. In each draw the kernels of all seeds are pooled and
    permuted among as many banks of the same sizes. The test rejects if seeds share individual kernels, and also if
    every seed has the same mixture of unlike kinds, or if the kernels of a seed are more like each other.

    Parameters
    ----------
    of : Pool
        The kernels of at least two seeds.
    groups : int array (n,), optional
        The type of each kernel. Kernels are then permuted within their type only, so that every bank keeps its number
        of kernels of each type: a mixture of kinds that all seeds share is no longer a rival explanation.
    n_resamples, seed : int
        Number and seed of the draws.

    Returns
    -------
    Tested
        Two-sided: p is the share of draws, the observed banks among them, that are at least as far from the mean of all
        draws (Phipson and Smyth 2010).
    """
    groups = np.zeros(len(of.seed), int) if groups is None else groups
    rng, members = np.random.default_rng(seed), [np.flatnonzero(groups == group) for group in np.unique(groups)]

    def drawn() -> np.ndarray:
        order = np.arange(len(of.seed))
        for places in members:
            order[places] = rng.permutation(places)
        return of.value.take(order, 0).take(order, 1)

    counts = [np.unique(of.seed[places], return_counts=True)[1] for places in members]
    smallest = np.prod([smallest_p(each) for each in counts])
    sizes = list(map(len, pool.banks(of.seed)))
    return _tested(of.value, (drawn() for _ in range(n_resamples)), sizes, smallest, 2)


def rotated(of: Pool, n_resamples: int = N_RESAMPLES, seed: int = 0) -> Tested:
    """Test whether kernels match better across the seeds than the same kernels rotated by 180 degrees at random.

    Null: every kernel of every seed is as likely either way up. Kernels are never negated: images have a polarity, so
    any two banks of bright strokes would be more alike than a bank and its negative. The test is exact for kernels
    whose law a rotation leaves unchanged, such as noise of any autocovariance or random strokes. It cannot see kernels
    that look the same when rotated (`point_symmetric`).

    Returns
    -------
    Tested
        One-sided.
    """
    rng, n = np.random.default_rng(seed), len(of.seed)
    lots = (rng.integers(0, 2, n) for _ in range(n_resamples))
    drawn = (np.where(lot[:, None] == lot, of.value, of.rotated) for lot in lots)
    sizes = list(map(len, pool.banks(of.seed)))
    return _tested(of.value, drawn, sizes, smallest_p_rotated(sizes), 1)


SYMMETRIC = 0.9  # similarity to itself rotated, above which a kernel counts as point-symmetric


def point_symmetric(of: Pool) -> float:
    """Return the share of kernels that look the same when rotated by 180 degrees: bars, even Gabors, rings."""
    return float((np.diag(of.rotated) > SYMMETRIC).mean())


def smallest_p(counts: Iterable[int]) -> float:
    """Return the smallest p of permuting kernels among banks of these sizes, even if all banks have the same kernels.

    If all s banks have the same K kernels, exchanging the copies of a kernel changes nothing, so (s!)^K of the
    (s K)! / (K!)^s ways to permute them are as good as the observed one.
    """
    counts = np.array(list(counts))
    holders = np.array([(counts > kernel).sum() for kernel in range(counts.max(initial=0))])
    return float(np.exp(gammaln(counts + 1).sum() + gammaln(holders + 1).sum() - gammaln(counts.sum() + 1)))


def smallest_p_rotated(counts: Iterable[int]) -> float:
    """Return the smallest p of rotating the kernels of banks of these sizes, even if all banks have the same kernels.

    What counts is which kernels are rotated beside those of the largest bank.
    """
    counts = list(counts)
    return 2.0 ** (max(counts) - sum(counts))


def interval(of: Pool, overall: Tested, test: Callable[[Pool, int], Tested]) -> tuple[float | None, float | None]:
    """Return the 95 % jackknife interval over seeds of the observed statistic minus its mean under the null.

    Parameters
    ----------
    of : Pool
        The kernels of all seeds.
    overall : Tested
        The test of these kernels.
    test : function
        From a pool and a number of draws to its test. It is repeated without each seed.

    Returns
    -------
    tuple of float
        Low and high; None for fewer than FEWEST seeds.
    """
    seeds = np.unique(of.seed)
    if len(seeds) < FEWEST:
        return None, None
    n_resamples = max(19, 2 * FEWEST_PAIRS // (len(seeds) * (len(seeds) - 1)))
    rest = [above(test(pool.without(of, seed), n_resamples)) for seed in seeds]
    return intervals.jackknife(above(overall), np.array(rest))


def above(test: Tested) -> float:
    """Return the observed statistic minus its mean under the null."""
    return test.value - float(test.null.mean())


def _tested(observed: np.ndarray, drawn: Iterable, sizes: list[int], smallest: float, sides: int) -> Tested:
    """Return a test from the similarities of all pairs as observed and in every draw."""
    value = matched_mean(observed, sizes)
    null = np.array([matched_mean(similarity, sizes) for similarity in drawn])
    return judged(value, null, smallest, sides)


def judged(value: float, null: np.ndarray, smallest: float, sides: int) -> Tested:
    """Return a test whose p counts the observed value as one of the draws.

    smallest: the smallest p if all seeds had the same kernels. A smaller p is possible on the other side of the null.
    """
    every = np.append(null, value)
    distance = np.abs(every - every.mean()) if sides == 2 else every
    p = float((distance >= distance[-1] - ROUNDING).mean()) if np.isfinite(value) else np.nan
    return Tested(value, null, p, max(min(smallest, p), 1 / len(every)), sides)
