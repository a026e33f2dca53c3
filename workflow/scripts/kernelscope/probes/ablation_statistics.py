"""Statistics of ablation: drops of accuracy with intervals, and whether a loss of images is more than chance."""

import numpy as np
from scipy.special import bdtrc
from scipy.stats import hypergeom

from kernelscope.io.names import first_names
from kernelscope.stats.pvalues import LEVEL, corrected

STATISTICS = ("accuracy", "drop", "low", "high", "mean_drop_of_others", "p", "p_corrected", "p_random")
EVERY = "all"  # instead of a class: all images
Z = 1.959963984540054  # of a 95 % interval


def predicted(logits: np.ndarray) -> np.ndarray:
    """Return the class of the largest output, (..., classes) -> (...); -1 if an output is not finite."""
    return np.where(np.isfinite(logits).all(-1), logits.argmax(-1), -1)


def damage(whole: np.ndarray, changed: np.ndarray, at_chance: bool = False) -> dict[str, np.ndarray]:
    """Return STATISTICS, (kernels,) each, from whether each image is right.

    whole (n,): with the whole network. changed (kernels, n): with each kernel ablated. at_chance: whether the network
    is no better than chance, so that no p is reported.
    """
    kernels, n = changed.shape
    if n == 0:
        return {column: np.full(kernels, np.nan) for column in STATISTICS}
    lost, won = (whole & ~changed).sum(-1), (~whole & changed).sum(-1)
    drop = (lost - won) / n
    low, high = interval((whole & changed).sum(-1), lost, won, (~whole & ~changed).sum(-1))
    p = np.where(lost > 0, bdtrc(lost - 1.0, lost + won, 0.5), 1)
    others = np.full(1, np.nan) if kernels == 1 else (drop.sum() - drop) / (kernels - 1)
    tests = [p, corrected(p), beyond_random(changed)]
    if at_chance:
        tests = [np.full(kernels, np.nan)] * 3
    return dict(zip(STATISTICS, (changed.mean(-1), drop, low, high, others, *tests), strict=True))


def beyond_random(changed: np.ndarray) -> np.ndarray:
    """Return the one-sided p that ablating a random kernel, drawn anew for each image, gets as many images wrong.

    An image that m of K ablations get wrong is wrong with probability m / K, so the number of wrong images has a
    Poisson binomial distribution, which is computed exactly.

    Parameters
    ----------
    changed : bool array (kernels, n)
        Whether each image is right with each kernel ablated.

    Returns
    -------
    array (kernels,)
        NaN for a single kernel.
    """
    kernels, _ = changed.shape
    if kernels == 1:
        return np.full(1, np.nan)
    wrong = ~changed
    probability = np.ones(1)  # of each number of wrong images so far
    for share in wrong.mean(0)[wrong.any(0)]:
        probability = np.append(probability * (1 - share), 0) + np.append(0, probability * share)
    return np.minimum(probability[::-1].cumsum()[::-1], 1)[wrong.sum(1)]


def better_than_chance(predictions: np.ndarray, labels: np.ndarray, number: int) -> bool:
    """Return whether images of a class are given to it more often than other images are (Fisher's exact test).

    Parameters
    ----------
    predictions, labels : arrays (n,)
        Predicted and true classes.
    number : int
        The class.
    """
    given, own = predictions == number, labels == number
    return bool(hypergeom.sf((given & own).sum() - 1, len(labels), own.sum(), given.sum()) <= LEVEL)


def reasons(predictions: np.ndarray, labels: np.ndarray, class_names: list[str]) -> dict[str, str]:
    """Return why a loss says nothing about each class, and about all images (EVERY): "" where it does.

    An untrained network may by luck be better than chance at one class, so over all images it must be better at each.
    """
    missed = [
        name
        for number, name in enumerate(class_names)
        if (labels == number).any() and not better_than_chance(predictions, labels, number)
    ]
    return {EVERY: f"the network is not better than chance at {first_names(missed)}" if missed else ""} | {
        name: "the network is not better than chance at this class" if name in missed else "" for name in class_names
    }


def interval(both: np.ndarray, lost: np.ndarray, won: np.ndarray, neither: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the 95 % interval of the paired difference (lost - won) / n.

    Parameters
    ----------
    both, lost, won, neither : arrays (...)
        Numbers of images that are right before and after, only before, only after, and never. Their sum is n > 0.

    Returns
    -------
    low, high : arrays (...)
        The ends, from -1 to 1. Source: Newcombe (1998, Statistics in Medicine 17:2635), method 10.
    """
    n = both + lost + won + neither
    before, after = (both + lost) / n, (both + won) / n
    low_before, high_before = wilson(before, n)
    low_after, high_after = wilson(after, n)
    excess = 1.0 * both * neither - 1.0 * lost * won
    excess = np.where(excess > 0, np.maximum(excess - n / 2, 0), excess)
    size = np.sqrt(1.0 * (both + lost) * (won + neither) * (both + won) * (lost + neither))
    phi = np.divide(excess, size, out=np.zeros(np.shape(size)), where=size > 0)
    down, up = before - low_before, high_after - after
    below = np.sqrt(down**2 - 2 * phi * down * up + up**2)
    up, down = high_before - before, after - low_after
    above = np.sqrt(up**2 - 2 * phi * up * down + down**2)
    return before - after - below, before - after + above


def wilson(share: np.ndarray, n: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the 95 % score interval of a share of n (Wilson 1927)."""
    middle = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z * np.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2)) / (1 + Z**2 / n)
    return middle - half, middle + half
