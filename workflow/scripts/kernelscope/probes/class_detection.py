"""How well single units tell classes apart, compared with shuffled labels (Lee et al., ICML 2009, Figs. 4 and 5)."""

import numpy as np

from kernelscope.stats import pvalues

COLUMNS = (
    *("dataset", "arch", "seed", "layer", "measure", "units", "mean", "null_mean", "null_point", "p"),
    *("smallest_p", "untrained", "untrained_null_mean", "reason"),
)
NEVER_ON = "no unit is ever on"
ON = 0.5  # a unit is active in an image if its largest pooled probability is above this


def average_precision(scores: np.ndarray, positive: np.ndarray) -> np.ndarray:
    """Return the area under the precision-recall curve of each unit as a detector of a class.

    Parameters
    ----------
    scores : array (n, units)
        The score of each unit in each image.
    positive : bool array (n,)
        Whether each image is of the class.

    Returns
    -------
    array (units,)
        The mean over positive images of the precision among all images with at least their score. Source: Lee et al.
        (ICML 2009), Fig. 4.
    """
    order = np.argsort(-scores, axis=0)
    hit, ranked = positive[order], np.take_along_axis(scores, order, 0)
    ends = np.full(scores.shape, len(scores) - 1)  # for each image, the last image with the same score
    ends[:-1] = np.where(ranked[:-1] != ranked[1:], np.arange(len(scores) - 1)[:, None], len(scores))
    ends = np.minimum.accumulate(ends[::-1])[::-1]
    precision = np.take_along_axis(hit.cumsum(0), ends, 0) / (ends + 1)
    return (precision * hit).sum(0) / positive.sum()


def conditional_entropy(active: np.ndarray, labels: np.ndarray, classes: int) -> np.ndarray:
    """Return H(class | unit active) of each unit, in bits.

    Parameters
    ----------
    active : bool array (n, units)
        Whether each unit is active in each image.
    labels : array (n,)
        The class of each image.
    classes : int
        Number of classes.

    Returns
    -------
    array (units,)
        NaN for a unit that is never active. Source: Lee et al. (ICML 2009), Fig. 5.
    """
    counts = np.stack([active[labels == label].sum(0) for label in range(classes)])
    total = counts.sum(0)
    share = np.divide(counts, total, out=np.zeros(counts.shape), where=total > 0)
    bits = -(share * np.log2(np.where(share > 0, share, 1))).sum(0)
    return np.where(total > 0, bits, np.nan)


def tested(measure, labels: np.ndarray, larger: bool, n_resamples: int, seed: int = 0) -> dict[str, float]:
    """Return the mean over units of a measure of the labels, compared with the same mean under shuffled labels.

    Parameters
    ----------
    measure : function
        Labels (n,) -> values (units,). Units without a value do not count.
    labels : array (n,)
        The class of each image.
    larger : bool
        Whether larger values mean that units tell more of the classes.
    n_resamples : int
        Number of permutations of the labels.
    seed : int
        Seed of the permutations.

    Returns
    -------
    dict
        `mean`, `null_mean`, `null_point` (the 99 % point of the null, or its 1 % point if not `larger`), the one-sided
        `p`; `smallest_p`, the smallest that so many permutations allow; and `reason`, why the mean is NaN.
    """
    rng, sign = np.random.default_rng([seed, len(labels)]), 1 if larger else -1
    mean = lambda values: float(np.nanmean(values)) if np.isfinite(values).any() else np.nan  # noqa: E731
    observed = mean(measure(labels))
    null = np.array([mean(measure(rng.permutation(labels))) for _ in range(n_resamples)])
    p = pvalues.p_value(observed - sign * 1e-12, null, "greater" if larger else "less")
    point = np.quantile(null, 0.99 if larger else 0.01)
    columns = {"mean": observed, "null_mean": float(null.mean()), "null_point": float(point), "p": float(p)}
    return columns | {"smallest_p": 1 / (1 + n_resamples), "reason": "" if np.isfinite(observed) else NEVER_ON}
