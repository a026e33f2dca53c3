"""Do two seeds have the same kernels, or only kernels of one kind? The kernels of both, dealt at random to two banks.

Surrogates ask whether kernels are more alike than noise as smooth as they are; so are any two kernels made of strokes.
Here nothing is assumed of what kernels look like: if it does not matter which seed a kernel sits in, dealing changes
nothing, and p is exactly uniform (a permutation test). Kernels that come back one by one lose half of their partners.
It does matter where every seed holds the same numbers of different kinds, as a smooth half and a rough one: two such
banks fit better than two random hands (p <= 0.05 in 16 % of pairs that share no kernel, benchmarks/matching.py).
"""

import numpy as np
from scipy.optimize import linear_sum_assignment

from kernelscope import matching

ROUNDING = 1e-9


def dealt(a: np.ndarray, b: np.ndarray, either_sign: bool = False, draws: int = 199, seed=0) -> tuple[float, float]:
    """(mean similarity of matched kernels when all are dealt at random, p of the banks as they are), one-sided.

    a, b (n, in, k, k): the kernels of one layer in two seeds. p is small where kernels match better across the seeds
    than across two random hands, and large where kernels of one seed are more like each other.
    """
    both, n = np.concatenate([a, b]), len(a)
    similarity = matching.similarity(both, both, either_sign).value
    rng = np.random.default_rng(seed)
    null = np.array([_mean(similarity, order[:n], order[n:]) for order in _orders(len(both), draws, rng)])
    observed = _mean(similarity, np.arange(n), np.arange(n, len(both)))
    return float(null.mean()), float((1 + (null >= observed - ROUNDING).sum()) / (1 + draws))


def _orders(count: int, draws: int, rng: np.random.Generator):
    return (rng.permutation(count) for _ in range(draws))


def _mean(similarity: np.ndarray, one: np.ndarray, other: np.ndarray) -> float:
    """The mean similarity of the matched kernels of two hands, from the similarities of all."""
    among = similarity[np.ix_(one, other)]
    return among[linear_sum_assignment(among, maximize=True)].mean()
