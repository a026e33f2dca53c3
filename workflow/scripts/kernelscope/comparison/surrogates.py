"""Surrogate banks: noise as smooth as a bank's kernels and as strong at each place of the window, otherwise random.

A surrogate is stationary Gaussian noise with the autocovariance of the kernels, multiplied by the profile of their
strength over the window. benchmarks/matching.py measures how well it serves as a null; docs/log.md has the alternatives
that were tried.
"""

from collections.abc import Callable

import numpy as np

from kernelscope.measures.gaussian_noise import channel_covariance, covariance, root

REPEATS = 10  # surrogates per kernel, from which the spread of sizes and smoothness under one law is estimated
GAP = 1.5  # between two groups, in standard deviations of the smoothness of kernels of one law


def surrogates(bank: np.ndarray, rng: np.random.Generator) -> Callable[[], np.ndarray]:
    """Return a function that draws surrogate banks of independent kernels that follow the law of a bank.

    The law is a strength over the window (`window`), a covariance of the channels, and an autocovariance
    (`autocovariance`) for each group of about equally smooth kernels (`groups`). The scale of a surrogate has no
    meaning. A constant kernel, which has no similarity, has a surrogate of zeros.

    Parameters
    ----------
    bank : array (out, in, k, k)
        The kernels that the law is estimated from.
    rng : numpy.random.Generator
        Source of the noise, for the estimate and for every draw.

    Returns
    -------
    function
        Without arguments; each call returns another surrogate bank, (out, in, k, k) float32.
    """
    varies = (bank != bank[..., :1, :1]).any((1, 2, 3))
    if not varies.any():
        return lambda: np.zeros(bank.shape, np.float32)
    kernels, smoothness = _prepared(bank[varies].astype(np.float64), rng)
    strength = window(kernels)
    kernels = kernels / strength
    channels = root(channel_covariance(kernels))
    laws = [(np.flatnonzero(varies)[group], _law(kernels[group])) for group in groups(_smoothness(kernels), smoothness)]

    def draw() -> np.ndarray:
        noise = np.zeros(bank.shape, np.float32)
        for group, pixels in laws:
            noise[group] = _noise(rng, len(group), pixels, channels, strength)
        return noise

    return draw


def _prepared(bank: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, float]:
    """Return the kernels on a common scale, and the standard deviation of `_smoothness` among kernels of one law.

    Strong kernels must not set the law for weak kernels, but rescaling every kernel to size 1 would remove the random
    part of its longest waves. So each log size is shrunk toward the mean, and keeps only the share of its variance
    that kernels of one law would have.
    """
    size = _size(bank, (1, 2, 3))
    rescaled = bank / size
    strength = window(rescaled)
    flat = rescaled / strength
    sample = _noise(rng, REPEATS * len(bank), _law(flat), root(channel_covariance(flat)), strength).astype(np.float64)
    observed, under_law = (np.log(_size(sizes, (1, 2, 3))).var() for sizes in (bank, sample))
    sampling_share = min(1, under_law / observed) if observed > 0 else 1
    return rescaled * np.exp(sampling_share * (np.log(size) - np.log(size).mean())), _smoothness(
        sample / strength
    ).std()


def _noise(rng: np.random.Generator, count: int, pixels, channels, strength) -> np.ndarray:
    """Return `count` kernels of noise (count, in, k, k) from the factors of the law: pixels, channels and strength."""
    noise = rng.standard_normal((count, len(channels), len(pixels)), dtype=np.float32) @ pixels
    if len(channels) > 1:
        noise = np.einsum("oip,ij->ojp", noise, channels)
    return noise.reshape(*noise.shape[:2], *strength.shape) * strength.astype(np.float32)


def groups(smoothness: np.ndarray, spread: float) -> list[np.ndarray]:
    """Return the indices of kernels that are about equally smooth, group by group.

    Each group gets its own autocovariance, because smooth kernels match smooth kernels by chance and rough kernels
    hardly match at all.

    Parameters
    ----------
    smoothness : array (n,)
        The smoothness of each kernel (`_smoothness`).
    spread : float
        Standard deviation of the smoothness among kernels of one law. A group ends where the next smoother kernel is
        more than GAP such standard deviations away.

    Returns
    -------
    list of arrays
        The indices of each group, the roughest group first.
    """
    order = smoothness.argsort(kind="stable")
    return np.split(order, 1 + np.flatnonzero(np.diff(smoothness[order]) > GAP * spread))


def _smoothness(kernels: np.ndarray) -> np.ndarray:
    """Return Fisher's z of each kernel's lag-1 autocorrelation about zero, averaged over both directions."""
    across = (kernels[..., 1:] * kernels[..., :-1]).mean((1, 2, 3))
    down = (kernels[..., 1:, :] * kernels[..., :-1, :]).mean((1, 2, 3))
    return np.arctanh(np.clip((across + down) / 2 / (kernels**2).mean((1, 2, 3)), -0.999, 0.999))


def _law(kernels: np.ndarray) -> np.ndarray:
    """Return the matrix M (k k, k k) for which white noise (..., k k) @ M has the autocovariance of the kernels."""
    return root(covariance(autocovariance(kernels)))


def window(bank: np.ndarray) -> np.ndarray:
    """Return the strength of a bank over the window, with root mean square 1.

    The squared strength is exp(c + r row^2 + s col^2), with row and col from -1 to 1 about the middle. It is fitted by
    least squares to the logarithm of the mean squares, averaged over both mirror images. It has only three parameters,
    because a free profile of a few kernels would be mostly noise.

    Parameters
    ----------
    bank : array (out, in, k, k)
        The kernels.

    Returns
    -------
    array (k, k)
        The strength of each pixel.
    """
    k = bank.shape[-1]
    square = (bank.astype(np.float64) ** 2).mean((0, 1))
    square = square + square[::-1]
    square = square + square[:, ::-1]
    if k < 3 or not square.any():
        return np.ones((k, k))
    row, col = np.meshgrid(*[np.linspace(-1, 1, k) ** 2] * 2, indexing="ij")
    terms = np.stack([np.ones(k * k), row.ravel(), col.ravel()], 1)
    fitted = terms @ np.linalg.lstsq(terms, np.log(square.ravel() / square.mean() + FLOOR), rcond=None)[0]
    strength = np.exp(fitted / 2).reshape(k, k)
    return strength / _size(strength, None)


FLOOR = 1e-3  # of the mean square, added so that pixels that are zero in every kernel have a logarithm


def autocovariance(bank: np.ndarray) -> np.ndarray:
    """Return the mean product of two pixels at each lag, over the pairs of pixels within a plane.

    Every channel is scaled to mean square 1, and the average is over all planes. Products are taken about zero:
    subtracting each plane's mean would remove its longest waves. Each lag is shrunk by the share of its square that is
    sampling error, estimated from the variance between planes (positive-part shrinkage, James and Stein 1961), because
    errors in all lags make noise that is too smooth.

    Parameters
    ----------
    bank : array (out, in, k, k)
        The kernels.

    Returns
    -------
    array (2k - 1, 2k - 1)
        The autocovariance, with lag 0 in the middle.
    """
    k = bank.shape[-1]
    planes = _divided(bank, _size(bank, (0, 2, 3))).reshape(-1, k, k)
    spectrum = np.abs(np.fft.rfft2(planes, s=(2 * k - 1, 2 * k - 1))) ** 2
    pixel_pairs = k - np.abs(np.arange(1 - k, k))
    of_plane = np.fft.fftshift(np.fft.irfft2(spectrum, s=(2 * k - 1, 2 * k - 1)), axes=(1, 2)) / np.outer(
        pixel_pairs, pixel_pairs
    )
    mean = of_plane.mean(0)
    deviation = of_plane - mean * of_plane[:, k - 1, k - 1, None, None]  # a plane that differs only in size is no error
    error = 2 * deviation.var(0, ddof=1) / len(of_plane) if len(of_plane) > 1 else np.zeros_like(mean)
    error[k - 1, k - 1] = 0
    return mean * np.maximum(0, 1 - _divided(error, mean**2))


def _size(values: np.ndarray, axes) -> np.ndarray:
    """Return the root mean square over the axes, which stay with length 1."""
    return np.sqrt((values**2).mean(axes, keepdims=True))


def _divided(values: np.ndarray, by: np.ndarray) -> np.ndarray:
    """Return values / by, and 0 where `by` is 0."""
    by = np.broadcast_to(by, values.shape)
    return np.divide(values, by, out=np.zeros(values.shape), where=by > 0)
