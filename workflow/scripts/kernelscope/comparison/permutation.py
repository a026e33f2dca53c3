"""Exact tests of two banks of kernels: what their match is worth, told by the kernels themselves.

Nothing is estimated, so p is exactly uniform wherever what is drawn by lot makes no difference to the law of the
kernels. Noise as smooth as they are (surrogates.py) has to be estimated from the few kernels that it is to judge.
"""

from collections.abc import Iterable

import numpy as np

from kernelscope.comparison import matching

ROUNDING = 1e-9


def turned(a: np.ndarray, b: np.ndarray, either_sign: bool = False, draws: int = 199, seed=0) -> tuple[float, float]:
    """Are the kernels of two seeds more alike than chance? Those of b turned upside down, negated, or both by lot.

    (mean similarity of the matched kernels over the draws, p of the banks as they are), one-sided; a (m, in, k, k),
    b (n, in, k, k). Exact for independent noise of any autocovariance, another one in every kernel, and of any strength
    that is symmetric about the middle of the window: then a kernel is as likely either way up and with either sign.
    With `either_sign` a negative is the same kernel, so kernels are only turned. One in four of the kernels, or one in
    two, stays as it is in a draw, so the mean lies between that of unrelated kernels and the similarity itself.
    """
    views = [b, b[..., ::-1, ::-1]]
    if not either_sign:
        views += [-view for view in views]
    similarity = np.stack([matching.similarity(a, view, either_sign).value for view in views])
    rng, kernel = np.random.default_rng(seed), np.arange(len(b))
    lots = (rng.integers(0, len(views), len(b)) for _ in range(draws))
    return _tested(similarity[0], (similarity[lot, :, kernel].T for lot in lots))


def dealt(a: np.ndarray, b: np.ndarray, either_sign: bool = False, draws: int = 199, seed=0) -> tuple[float, float]:
    """Have two seeds the same kernels, or only kernels of one kind? The kernels of both, dealt at random to two hands.

    As `turned`; each hand gets as many kernels as one seed has. p is small where kernels match better across the seeds
    than across two random hands, for kernels that come back one by one then lose half of their partners; it is large
    where kernels of one seed are more like each other. Exact if it does not matter which seed a kernel sits in. It does
    where every seed holds the same numbers of different kinds, as a smooth half and a rough one: two such banks fit
    better than two random hands (docs/log.md, 2026-11-25; benchmarks/matching.py).
    """
    both, n = np.concatenate([a, b]), len(a)
    similarity = matching.similarity(both, both, either_sign).value
    rng = np.random.default_rng(seed)
    orders = (rng.permutation(len(both)) for _ in range(draws))
    return _tested(similarity[:n, n:], (similarity[np.ix_(order[:n], order[n:])] for order in orders))


def _tested(observed: np.ndarray, drawn: Iterable[np.ndarray]) -> tuple[float, float]:
    """From similarities of all kernels of one bank with all of another, as they are and in every draw."""
    null = np.array([matching.best(similarity).mean() for similarity in drawn])
    reached = (null >= matching.best(observed).mean() - ROUNDING).sum()
    return float(null.mean()), float((1 + reached) / (1 + len(null)))
