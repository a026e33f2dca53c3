"""How well single units tell classes apart (Lee et al., ICML 2009, Figs. 4 and 5), against shuffled labels."""

import numpy as np

from kernelscope.stats import pvalues

COLUMNS = (*("dataset", "arch", "seed", "layer", "measure", "units", "mean", "null_mean", "null_point", "p"),)
ON = 0.5  # a unit is active in an image where its largest pooled probability is above that


def average_precision(scores: np.ndarray, positive: np.ndarray) -> np.ndarray:
    """The area under the precision-recall curve of each unit as a detector: scores (n, units), positive (n,) bool.

    The mean over the positive images of the precision among all images that score no less.
    """
    order = np.argsort(-scores, axis=0)
    hit, ranked = positive[order], np.take_along_axis(scores, order, 0)
    ends = np.full(scores.shape, len(scores) - 1)  # of each image the last one that scores as much
    ends[:-1] = np.where(ranked[:-1] != ranked[1:], np.arange(len(scores) - 1)[:, None], len(scores))
    ends = np.minimum.accumulate(ends[::-1])[::-1]
    precision = np.take_along_axis(hit.cumsum(0), ends, 0) / (ends + 1)
    return (precision * hit).sum(0) / positive.sum()


def conditional_entropy(active: np.ndarray, labels: np.ndarray, classes: int) -> np.ndarray:
    """H(class | unit active) in bits (units,), from active (n, units) bool; NaN for a unit that never is."""
    counts = np.stack([active[labels == label].sum(0) for label in range(classes)])
    total = counts.sum(0)
    share = np.divide(counts, total, out=np.zeros(counts.shape), where=total > 0)
    bits = -(share * np.log2(np.where(share > 0, share, 1))).sum(0)
    return np.where(total > 0, bits, np.nan)


def tested(measure, labels: np.ndarray, larger: bool, draws: int, seed: int = 0) -> dict[str, float]:
    """The mean over units of `measure(labels)` beside that under shuffled labels, their 99 % point and p.

    larger: whether more is more telling; else the point is that of 1 %. Units without a value count for nothing.
    """
    rng, sign = np.random.default_rng([seed, len(labels)]), 1 if larger else -1
    mean = lambda values: float(np.nanmean(values)) if np.isfinite(values).any() else np.nan  # noqa: E731
    observed = mean(measure(labels))
    null = np.array([mean(measure(rng.permutation(labels))) for _ in range(draws)])
    p = pvalues.p_value(observed - sign * 1e-12, null, "greater" if larger else "less")
    point = np.quantile(null, 0.99 if larger else 0.01)
    return {"mean": observed, "null_mean": float(null.mean()), "null_point": float(point), "p": float(p)}
