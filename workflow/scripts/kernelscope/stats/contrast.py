"""Compare values at marked places with values at chance places of the same image: difference, interval and p."""

from functools import lru_cache

import numpy as np
from scipy.special import gammaincc, ndtr

KEYS = ("images", "response", "chance", "difference", "variance", "low", "high", "p")


def measured(
    x: np.ndarray,
    inside: np.ndarray,
    image: np.ndarray,
    reference: np.ndarray,
    places: np.ndarray,
    n_resamples: int,
    seed: int,
) -> dict[str, np.ndarray]:
    """Compare the values of each kernel at marked places with its values at chance places of the same image.

    Images without marked or without chance places are left out.

    Parameters
    ----------
    x, inside : (n, out) arrays
        Values at the n marked places, and whether they count.
    image : (n,) int array
        Image of each marked place, ascending; each of 0 to i - 1 occurs at least once.
    reference, places : (i, m, out) arrays
        Values at m chance places of each image, and whether they count.
    n_resamples, seed : int
        Number of bootstrap samples, and their seed. Without any, `low`, `high` and `p` are left out.

    Returns
    -------
    dict
        Arrays (out,), by name: `images`, the number of images used; `response` and `chance`, the mean value at marked
        places and at chance places, both with images weighted by their number of marked places; `difference`, their
        difference; `low` and `high`, its 95 % bootstrap interval over images; `variance`, the variance of the values
        within images; `p`, one-sided, from `tail`. Values are in units of the response.

    Notes
    -----
    The null is that marked and chance places of an image are exchangeable.
    """
    x, reference = np.where(inside, x, 0.0), np.where(places, reference, 0.0)
    starts = np.flatnonzero(np.diff(image, prepend=-1))
    marked, chance = np.add.reduceat(inside.astype(float), starts), places.sum(1).astype(float)
    of_marked, of_chance = np.add.reduceat(x, starts), reference.sum(1)
    used = (marked > 0) & (chance > 0)
    middle = (of_marked + of_chance) / np.maximum(marked + chance, 1)
    x, reference = np.where(inside, x - middle[image], 0), np.where(places, reference - middle[:, None], 0)
    squares = _squares(x, reference, starts, marked + chance, middle)
    marked, chance = np.where(used, marked, 0), np.where(used, chance, 0)
    mean = of_chance / np.maximum(chance, 1)
    response = np.where(used, of_marked, 0)
    sums, count = response - marked * np.where(used, mean, 0), marked.sum(0)
    variance = _ratio((squares * used).sum(0), ((marked + chance - 1) * used).sum(0))
    means = [_ratio(total.sum(0), count) for total in (response, marked * mean, sums)]
    columns = [used.sum(0), *means, variance]
    if not n_resamples:
        return dict(zip(KEYS[:-3], columns, strict=True))
    cubes = np.where(used & (squares > 0), _cubes(x, reference, starts), 0)
    low, high = interval(sums, marked, n_resamples, seed)
    p = tail(sums, marked, chance, np.where(used, squares, 0), cubes)
    return dict(zip(KEYS, (*columns, low, high, p), strict=True))


def tail(
    sums: np.ndarray, marked: np.ndarray, chance: np.ndarray, squares: np.ndarray, cubes: np.ndarray
) -> np.ndarray:
    """Return the p that the sum of differences is as large if marked and chance places of an image are exchangeable.

    With f of N values drawn without replacement (Cochran 1977, chapter 2), the sum of differences has mean 0, and its
    variance and third moment are exact: (N f / c) s^2 and (N/c)^3 f c (N - 2f) / (N (N - 1) (N - 2)) sum (x - mean)^3,
    with c = N - f. The tail is that of the Pearson type III distribution with these three moments. If the skewness is
    negative, it is that of the normal distribution, which is larger.

    Parameters
    ----------
    sums : (images, out) array
        Sum of differences in each image.
    marked, chance : (images, out) arrays
        Numbers of marked and of chance places.
    squares, cubes : (images, out) arrays
        Sums of the second and third powers of all values about the mean of their image.

    Returns
    -------
    (out,) array
        One-sided p; 1 if all values are equal.
    """
    n = marked + chance
    per_chance = _ratio(n, chance, 0)
    variance = (per_chance * marked * _ratio(squares, n - 1, 0)).sum(0)
    share = _ratio(marked * chance * (n - 2 * marked), n * (n - 1) * (n - 2), 0)
    third = (per_chance**3 * share * cubes).sum(0)
    varies = variance > 0
    z = _ratio(sums.sum(0), np.sqrt(variance), 0)
    return np.where(varies, _pearson_tail(z, _ratio(third, variance**1.5, 0)), 1.0)


def _pearson_tail(z: np.ndarray, skew: np.ndarray) -> np.ndarray:
    """Return P(Z >= z) of the Pearson type III distribution with mean 0, variance 1 and this skewness.

    2 Z / skew + a is gamma distributed with shape a = 4 / skew^2. Below a skewness of 1e-4, the normal distribution is
    used.
    """
    skewed = np.maximum(skew, 1e-4)
    shape = 4 / skewed**2
    return np.where(skew > 1e-4, gammaincc(shape, np.maximum(shape + 2 / skewed * z, 0)), ndtr(-z))


def interval(sums: np.ndarray, counts: np.ndarray, n_resamples: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the 95 % bootstrap percentile interval of sum / count over images.

    Parameters
    ----------
    sums, counts : (images, out) arrays
    n_resamples, seed : int
        Number of bootstrap samples, and their seed.

    Returns
    -------
    tuple of (out,) arrays
        Low and high.
    """
    weights = resamples(len(sums), n_resamples, seed)
    means, weight = weights @ sums, weights @ counts
    mean_of_all = _ratio(sums.sum(0), counts.sum(0))
    means = np.where(weight > 0, means / np.maximum(weight, 1), mean_of_all)
    low, high = np.quantile(means, [0.025, 0.975], axis=0)
    return low, high


@lru_cache(maxsize=8)
def resamples(images: int, n_resamples: int, seed: int) -> np.ndarray:
    """Return how often each image is drawn, (n_resamples, images); cached, as features share numbers of images."""
    drawn = np.random.default_rng([seed, images]).integers(images, size=(n_resamples, images))
    counts = np.bincount((drawn + images * np.arange(n_resamples)[:, None]).ravel(), minlength=n_resamples * images)
    return counts.reshape(n_resamples, images).astype(float)


def _squares(x: np.ndarray, reference: np.ndarray, starts: np.ndarray, n: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """Return the sum of squares in each image (images, out) of n values, minus their mean, at marked and chance places.

    It is exactly 0 if the values differ by no more than their rounding errors.
    """
    squares = np.add.reduceat(x * x, starts) + (reference * reference).sum(1)
    return np.where(squares > np.maximum(n, 1) * (1e-9 * mean) ** 2, squares, 0)


def _cubes(x: np.ndarray, reference: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Return the sum of third powers in each image (images, out), as `_squares`."""
    return np.add.reduceat(x * x * x, starts) + np.einsum("imo,imo->io", reference * reference, reference)


def _ratio(a: np.ndarray, b: np.ndarray, otherwise: float = np.nan) -> np.ndarray:
    """Return a / b, and `otherwise` where b is 0."""
    return np.divide(a, b, out=np.full(np.shape(a), float(otherwise)), where=b != 0)
