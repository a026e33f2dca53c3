"""Are the kernels of real seeds more alike than the kernels of a real and a control network?"""

from itertools import combinations, product
from math import comb
from typing import NamedTuple

import numpy as np

from kernelscope.comparison import permutation, pool
from kernelscope.comparison.permutation import Tested
from kernelscope.comparison.pool import Pool
from kernelscope.stats import intervals

ENUMERATED = 4096  # largest number of exchanges of which all are made
DRAWN = 4095  # random exchanges where there are more


class Banks(NamedTuple):
    """All banks, real banks first, with the mean similarity of matched kernels of each two."""

    seed: np.ndarray  # (banks,)
    real: np.ndarray  # bool (banks,)
    matched: np.ndarray  # (banks, banks); NaN for two banks of one seed, which start from the same weights


def banks(real: Pool, control: Pool, similarity: np.ndarray) -> Banks:
    """Return the banks of two pools.

    Parameters
    ----------
    real, control : Pool
        The kernels of the real and of the control networks.
    similarity : array (n, n)
        Similarities of all pairs, the kernels of `real` before the kernels of `control`.
    """
    offset = len(real.seed)
    places = [*pool.banks(real.seed), *(bank + offset for bank in pool.banks(control.seed))]
    seeds = [np.unique(real.seed), np.unique(control.seed)]
    seed, is_real = np.concatenate(seeds), np.repeat([True, False], [len(each) for each in seeds])
    matched = np.full((len(places), len(places)), np.nan)
    for i, j in combinations(range(len(places)), 2):
        if seed[i] != seed[j]:
            pair = np.concatenate([places[i], places[j]])
            sizes = (len(places[i]), len(places[j]))
            matched[i, j] = matched[j, i] = permutation.matched_mean(similarity[np.ix_(pair, pair)], sizes)
    return Banks(seed, is_real, matched)


def tested(of: Banks, seed: int = 0) -> Tested:
    """Test whether real seeds are more alike than real and control networks.

    Null: it does not matter which networks are the controls. A control with the seed of a real network shares its
    initial weights and images, so these two exchange their roles; networks without such a partner are permuted. The
    statistic is the mean matched similarity among real networks minus the mean between real networks and controls, both
    without pairs of one seed.

    Parameters
    ----------
    of : Banks
        The networks of at least two real seeds and a control with another seed.
    seed : int
        Seed of the exchanges, where they are too many to make all.

    Returns
    -------
    Tested
        Two-sided: p is twice the smaller one-sided p, and never below 2 / exchanges.
    """
    value = difference(of.matched, of.real)
    null = np.array([difference(of.matched, real) for real in exchanges(of, seed)])
    null, observed = null[np.isfinite(null)], np.array([value])
    count = len(null)
    one_sided = [(sign * null >= sign * observed - permutation.ROUNDING).mean() for sign in (1, -1)]
    return Tested(value, null, min(1.0, 2 * float(min(one_sided))), min(1.0, 2 / count), 2)


def difference(matched: np.ndarray, real: np.ndarray) -> float:
    """Return the mean among real banks minus the mean between real and control banks; NaN if there are no pairs."""
    means = []
    for second in (real, ~real):
        between = matched[np.ix_(real, second)]
        means.append(between[np.isfinite(between)].mean() if np.isfinite(between).any() else np.nan)
    return float(means[0] - means[1])


def among(of: Banks) -> float:
    """Return the mean matched similarity of the real banks."""
    between = of.matched[np.ix_(of.real, of.real)]
    return float(between[np.isfinite(between)].mean())


def exchanges(of: Banks, seed: int = 0):
    """Yield which banks are real, bool (banks,), in every exchange or in random exchanges, the observed one first."""
    pairs, alone = paired(of)
    count, reals = len(alone), int(of.real[alone].sum())
    if 2 ** len(pairs) * comb(count, reals) <= ENUMERATED:
        drawn = product(product((False, True), repeat=len(pairs)), combinations(range(count), reals))
        choices = [(np.array(swap, bool), np.array(chosen, int)) for swap, chosen in drawn]
    else:
        rng = np.random.default_rng(seed)
        observed = np.flatnonzero(of.real[alone])
        choices = [(np.zeros(len(pairs), bool), observed)]
        choices += [(rng.random(len(pairs)) < 0.5, rng.permutation(count)[:reals]) for _ in range(DRAWN)]
    for swap, chosen in choices:
        real = of.real.copy()
        for first, second in pairs[swap]:
            real[[first, second]] = real[[second, first]]
        real[alone] = np.isin(np.arange(count), chosen)
        yield real


def paired(of: Banks) -> tuple[np.ndarray, np.ndarray]:
    """Return the places of banks that share their seed (pairs, 2), and of all other banks (n,)."""
    both = [np.flatnonzero(of.seed == seed) for seed in np.unique(of.seed)]
    pairs = np.array([places for places in both if len(places) == 2], int).reshape(-1, 2)
    return pairs, np.array([places[0] for places in both if len(places) == 1], int)


def interval(of: Banks) -> tuple[float | None, float | None]:
    """Return the 95 % jackknife interval of the difference; a seed is left out with its control."""
    seeds = np.unique(of.seed)
    rest = [np.flatnonzero(of.seed != seed) for seed in seeds]
    without = [difference(of.matched[np.ix_(places, places)], of.real[places]) for places in rest]
    return intervals.jackknife(difference(of.matched, of.real), np.array(without))
