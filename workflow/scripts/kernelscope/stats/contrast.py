"""Values at marked places against values at chance places of the same image: difference, interval and p."""

from functools import lru_cache

import numpy as np
from scipy.special import gammaincc, ndtr

KEYS = ("images", "response", "chance", "difference", "low", "high", "variance", "p")


def measured(
    x: np.ndarray,
    inside: np.ndarray,
    image: np.ndarray,
    reference: np.ndarray,
    places: np.ndarray,
    draws: int,
    seed: int,
) -> dict[str, np.ndarray]:
    """Per kernel (out,): the mean over marked places of the value there minus the mean at chance in the same image.

    x, inside (n, out): values at the marked places and whether they count; image (n,): 0 to i - 1, each at least once,
    ascending; reference, places (i, m, out): values at chance places and whether they count. An image without one of
    both is left out. low, high: 95 % interval of the bootstrap over images; variance: of the values within images.
    """
    x, reference = np.where(inside, x, 0.0), np.where(places, reference, 0.0)
    marked, chance = _per_image(inside.astype(float), image), places.sum(1).astype(float)
    used = (marked > 0) & (chance > 0)
    marked, chance = np.where(used, marked, 0), np.where(used, chance, 0)
    mean = reference.sum(1) / np.maximum(chance, 1)
    response = np.where(used, _per_image(x, image), 0)
    sums = response - marked * np.where(used, mean, 0)
    count = marked.sum(0)
    difference = _ratio(sums.sum(0), count)
    squares, cubes = _moments(x, inside, image, reference, places)
    p = tail(sums, marked, chance, np.where(used, squares, 0), np.where(used, cubes, 0))
    low, high = interval(sums, marked, draws, seed)
    variance = _ratio((squares * used).sum(0), ((marked + chance - 1) * used).sum(0))
    means = _ratio(response.sum(0), count), _ratio((marked * mean).sum(0), count)
    return dict(zip(KEYS, (used.sum(0), *means, difference, low, high, variance, p), strict=True))


def tail(
    sums: np.ndarray, marked: np.ndarray, chance: np.ndarray, squares: np.ndarray, cubes: np.ndarray
) -> np.ndarray:
    """p (out,) that the sum of differences is this large if marks and chance places of an image are exchangeable.

    All (images, out): sums of differences, numbers of marked and of chance places, and the sums of the second and
    third powers of all values about the mean of their image. With f of N values drawn without replacement (Cochran
    1977, chapter 2), the sum of differences has mean 0, and its variance and third moment are exact:
    (N f / c) s^2 and (N/c)^3 f c (N - 2f) / (N (N - 1) (N - 2)) sum (x - mean)^3, c = N - f. The tail is that of the
    Pearson type III distribution with these three moments; where the skewness is negative, of the normal one, which
    is larger. 1 where all values are the same.
    """
    n = marked + chance
    per_chance = _ratio(n, chance, 0)
    variance = (per_chance * marked * _ratio(squares, n - 1, 0)).sum(0)
    share = _ratio(marked * chance * (n - 2 * marked), n * (n - 1) * (n - 2), 0)
    third = (per_chance**3 * share * cubes).sum(0)
    known = variance > 0
    z = _ratio(sums.sum(0), np.sqrt(variance), 0)
    return np.where(known, _pearson_tail(z, _ratio(third, variance**1.5, 0)), 1.0)


def _pearson_tail(z: np.ndarray, skew: np.ndarray) -> np.ndarray:
    """P(Z >= z) of the Pearson type III distribution with mean 0, variance 1 and this skewness, normal below 1e-4.

    2 Z / skew + a is gamma distributed with shape a = 4 / skew^2.
    """
    skewed = np.maximum(skew, 1e-4)
    shape = 4 / skewed**2
    return np.where(skew > 1e-4, gammaincc(shape, np.maximum(shape + 2 / skewed * z, 0)), ndtr(-z))


def interval(sums: np.ndarray, counts: np.ndarray, draws: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """95 % percentile interval (out,) of sum / count, both (images, out), over images drawn with replacement."""
    weights = resamples(len(sums), draws, seed)
    means, weight = weights @ sums, weights @ counts
    whole = _ratio(sums.sum(0), counts.sum(0))
    means = np.where(weight > 0, means / np.maximum(weight, 1), whole)
    low, high = np.quantile(means, [0.025, 0.975], axis=0)
    return low, high


@lru_cache(maxsize=8)
def resamples(images: int, draws: int, seed: int) -> np.ndarray:
    """How often each image is drawn, (draws, images): the same for every feature with as many images."""
    drawn = np.random.default_rng([seed, images]).integers(images, size=(draws, images))
    counts = np.bincount((drawn + images * np.arange(draws)[:, None]).ravel(), minlength=draws * images)
    return counts.reshape(draws, images).astype(float)


def _moments(x, inside, image, reference, places) -> tuple[np.ndarray, np.ndarray]:
    """Sums of the second and third powers (images, out) of all values about the mean of their image.

    Exactly 0 where the values differ by no more than their rounding.
    """
    n = np.maximum(_per_image(inside.astype(float), image) + places.sum(1), 1)
    mean = (_per_image(x, image) + reference.sum(1)) / n
    x = np.where(inside, x - mean[image], 0)
    reference = np.where(places, reference - mean[:, None], 0)
    x2, reference2 = x * x, reference * reference
    squares = _per_image(x2, image) + reference2.sum(1)
    squares = np.where(squares > n * (1e-9 * mean) ** 2, squares, 0)
    cubes = _per_image(x2 * x, image) + np.einsum("imo,imo->io", reference2, reference)
    return squares, np.where(squares > 0, cubes, 0)


def _per_image(values: np.ndarray, image: np.ndarray) -> np.ndarray:
    """Sums of values (n, out) over equal neighbours in `image` (n,)."""
    return np.add.reduceat(values, np.flatnonzero(np.diff(image, prepend=-1)), axis=0)


def _ratio(a: np.ndarray, b: np.ndarray, otherwise: float = np.nan) -> np.ndarray:
    """a / b, `otherwise` where b is 0."""
    return np.divide(a, b, out=np.full(np.shape(a), float(otherwise)), where=b != 0)
