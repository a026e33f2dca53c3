"""The smallest effect that a test would have found, and how many shared kernels such an effect amounts to."""

import numpy as np
from scipy.special import ndtri

from kernelscope.comparison import permutation, pool
from kernelscope.comparison.permutation import Tested
from kernelscope.comparison.pool import Pool
from kernelscope.stats.pvalues import LEVEL

POWER = 0.8
SAME = 0.8  # similarity of two copies of a kernel, each with independent noise half as strong as the kernel
TRIED = 64  # numbers of shared kernels: all, if there are no more
REPEATS, N_RESAMPLES = 8, 49  # pools in which kernels are planted, and draws from the null of each


def detectable(test: Tested) -> float | None:
    """Return the smallest excess that would be found at LEVEL in a share POWER of planted cases.

    The mean of many matched similarities is close to normal, so an excess is found in that share of cases if it is
    z(1 - LEVEL / sides) + z(POWER) standard deviations of the null above 0. benchmarks/matching.py plants shared
    kernels and compares.

    Returns
    -------
    float or None
        None if no p at or below LEVEL is possible.
    """
    if test.smallest_p > LEVEL:
        return None
    return float((ndtri(1 - LEVEL / test.sides) + ndtri(POWER)) * test.null.std())


def shared(of: Pool, excess: float, seed: int = 0) -> int | None:
    """Return how many kernels all seeds must share for a mean excess of this size.

    The kernels of all seeds are permuted among the seeds, so that nothing is shared; then the first kernels of every
    seed are replaced with the same kernels, at a similarity SAME to each other.

    Parameters
    ----------
    of : Pool
        The kernels of all seeds.
    excess : float
        Matched similarity minus its mean under the null of `permutation.permuted`.
    seed : int
        Seed of the random permutations.

    Returns
    -------
    int or None
        The smallest number of shared kernels in each seed, of those that are tried; None if sharing all kernels of the
        smallest bank is not enough.
    """
    rng, most = np.random.default_rng(seed), min(map(len, pool.banks(of.seed)))
    for count in np.unique(np.rint(np.linspace(1, most, min(most, TRIED)))).astype(int).tolist():
        planted = (with_shared(of, count, rng) for _ in range(REPEATS))
        tests = [permutation.permuted(each, None, N_RESAMPLES, seed) for each in planted]
        if np.mean([permutation.above(test) for test in tests]) >= excess:
            return count
    return None


def with_shared(of: Pool, count: int, rng: np.random.Generator) -> Pool:
    """Return a pool of the same kernels permuted among the seeds, in which all seeds share `count` kernels."""
    order = rng.permutation(len(of.seed))
    banks = pool.banks(of.seed)
    for bank in banks:
        order[bank[:count]] = order[banks[0][:count]]
    planted = pool.subset(of, order)
    value = planted.value.copy()
    value[(order[:, None] == order) & ~np.eye(len(order), dtype=bool)] = SAME
    return planted._replace(seed=of.seed, value=value)
