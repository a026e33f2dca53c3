"""Exact tests of how well two banks of kernels match, with nulls made from the kernels themselves.

Nothing is estimated, so p is exactly uniform wherever the randomization leaves the distribution of the kernels
unchanged. Noise as smooth as the kernels (surrogates.py), by contrast, has to be estimated from the few kernels that it
is to judge.
"""

from collections.abc import Iterable

import numpy as np

from kernelscope.comparison import matching

ROUNDING = 1e-9


def rotated(
    a: np.ndarray, b: np.ndarray, ignore_sign: bool = False, n_resamples: int = 199, seed=0
) -> tuple[float, float]:
    """Test whether the kernels of two seeds are more alike than kernels rotated or negated at random.

    Null: every kernel of b is as likely rotated by 180 degrees as not, and as likely with either sign. In each draw
    every kernel of b is rotated, negated, both, or left alone, at random, and the banks are matched again. With
    `ignore_sign` a kernel equals its negative, so kernels are only rotated. The test is exact for independent noise of
    any autocovariance, which may differ between kernels, and of any strength that is symmetric about the middle of the
    window. It cannot see what a rotation and a negation leave unchanged, such as gratings. A draw leaves one kernel in
    four unchanged, or one in two with `ignore_sign`, so the mean of the draws is between the similarity of unrelated
    kernels and the observed similarity.

    Parameters
    ----------
    a, b : arrays (m, in, k, k) and (n, in, k, k)
        The banks.
    ignore_sign : bool
        Whether a kernel equals its negative; see `matching.similarity`.
    n_resamples : int
        Number of random draws.
    seed : int or list of int
        Seed of the random draws.

    Returns
    -------
    mean : float
        Mean over the draws of the mean similarity of the matched kernels.
    p : float
        One-sided p of the observed mean similarity, (1 + draws that reach it) / (1 + n_resamples)
        (Phipson and Smyth 2010).
    """
    views = [b, b[..., ::-1, ::-1]]
    if not ignore_sign:
        views += [-view for view in views]
    similarity = np.stack([matching.similarity(a, view, ignore_sign).value for view in views])
    rng, kernel = np.random.default_rng(seed), np.arange(len(b))
    draws_of_view = (rng.integers(0, len(views), len(b)) for _ in range(n_resamples))
    return _tested(similarity[0], (similarity[view_of_kernel, :, kernel].T for view_of_kernel in draws_of_view))


def permuted(
    a: np.ndarray, b: np.ndarray, ignore_sign: bool = False, n_resamples: int = 199, seed=0
) -> tuple[float, float]:
    """Test whether two seeds share individual kernels, or only kernels of the same kinds.

    Null: it does not matter which seed a kernel comes from. In each draw the kernels of both seeds are pooled and split
    at random into two sets of the original sizes, which are matched. p is small if kernels match better across the
    seeds than across random halves: kernels that recur one by one lose half of their partners in a split. p is large if
    the kernels of one seed are more like each other. The test is not exact where every seed has the same mixture of
    different kinds, such as a smooth half and a rough half: two such banks match better than two random halves
    (docs/log.md, 2026-11-25; benchmarks/matching.py).

    Parameters
    ----------
    a, b : arrays (m, in, k, k) and (n, in, k, k)
        The banks.
    ignore_sign : bool
        Whether a kernel equals its negative; see `matching.similarity`.
    n_resamples : int
        Number of random splits.
    seed : int or list of int
        Seed of the random splits.

    Returns
    -------
    mean : float
        Mean over the splits of the mean similarity of the matched kernels.
    p : float
        One-sided p of the observed mean similarity, (1 + splits that reach it) / (1 + splits) (Phipson and Smyth 2010).
    """
    pooled, n = np.concatenate([a, b]), len(a)
    similarity = matching.similarity(pooled, pooled, ignore_sign).value
    rng = np.random.default_rng(seed)
    orders = (rng.permutation(len(pooled)) for _ in range(n_resamples))
    return _tested(similarity[:n, n:], (similarity[np.ix_(order[:n], order[n:])] for order in orders))


def _tested(observed: np.ndarray, resampled: Iterable[np.ndarray]) -> tuple[float, float]:
    """Return the mean under the null and p, from the similarities of all pairs as observed and in every draw."""
    null = np.array([matching.best(similarity).mean() for similarity in resampled])
    reached = (null >= matching.best(observed).mean() - ROUNDING).sum()
    return float(null.mean()), float((1 + reached) / (1 + len(null)))
