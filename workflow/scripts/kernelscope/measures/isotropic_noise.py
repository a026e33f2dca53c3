"""Isotropic Gaussian noise that is as smooth as each kernel: the rival of an orientation, a shape, a feature or a span.

A smooth plane looks oriented and has a shape by chance more often than white noise does. So a kernel is compared with
noise that has the kernel's own lag-1 autocorrelation, mean, size and correlation of channels, and no direction.
"""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from kernelscope.measures import kernels as measures_kernels

LEVELS = (0.0, *np.linspace(0.05, 0.9, 18), 0.93, 0.96)  # correlation of neighbors
SAMPLE = 400  # planes of each level, from which its mean lag-1 autocorrelation is taken
SMALLEST = 2  # rows of a plane that has neighbors


def noise(bank: np.ndarray, draws: int, seed: list[int]) -> np.ndarray:
    """Draw noise for every kernel of a bank.

    The covariance of two pixels at a distance of r is c^(r^2), as after a Gaussian blur. c is chosen so that the mean
    lag-1 autocorrelation of the noise is the mean over the kernel's channels; it is 0 (white noise) where that is
    negative. The channels of the noise have the covariance of the kernel's channels, and the kernel's means.

    Parameters
    ----------
    bank : (out, in, k, k) array
        The kernels of one layer.
    draws : int
        Draws for each kernel.
    seed : list of int

    Returns
    -------
    (out, draws, in, k, k) float32 array
        NaN for a kernel that is constant or not finite.
    """
    return np.concatenate(list(noise_in_parts(bank, draws, seed, len(bank))))


def noise_in_parts(bank: np.ndarray, draws: int, seed: list[int], size: int) -> Iterator[np.ndarray]:
    """Yield the noise of `noise` for `size` kernels at a time."""
    rng = np.random.default_rng([*seed, *bank.shape])
    for start in range(0, len(bank), size):
        yield drawn(bank[start : start + size], draws, rng)


def drawn(bank: np.ndarray, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Draw noise for every kernel of a part of a bank."""
    out, channels, k, _ = bank.shape
    result = np.full((out, draws, channels, k, k), np.nan, np.float32)
    if k < SMALLEST:
        return result
    with np.errstate(invalid="ignore"):
        means = bank.mean((2, 3), dtype=np.float64, keepdims=True)
        centered = (bank - means).reshape(out, channels, k * k)
        lag1 = lag1_of_kernels(bank)
    for kernel in np.flatnonzero(np.isfinite(lag1)):
        planes = smoothed(rng.standard_normal((draws, channels, k, k), np.float32), level(k, lag1[kernel]))
        planes = planes.reshape(draws, channels, k * k)
        planes -= planes.mean(-1, keepdims=True)
        planes /= np.sqrt((planes**2).mean(-1, keepdims=True))
        result[kernel] = mixed(centered[kernel], planes).reshape(draws, channels, k, k) + means[kernel]
    return result


def mixed(centered: np.ndarray, planes: np.ndarray) -> np.ndarray:
    """Give planes (draws, in, pixels) the covariance of the channels of a kernel (in, pixels) that is centered.

    Of more channels than pixels, the root of their covariance has no more directions than pixels, so it is not formed.
    """
    channels, pixels = centered.shape
    if channels <= pixels:
        return np.einsum("ij,njp->nip", symmetric_root(centered @ centered.T / pixels), planes)
    directions, sizes, _ = np.linalg.svd(centered, full_matrices=False)
    directions = directions.astype(np.float32)
    return (directions * (sizes / np.sqrt(pixels)).astype(np.float32)) @ (directions.T @ planes)


def lag1_of_kernels(bank: np.ndarray) -> np.ndarray:
    """Return the lag-1 autocorrelation of each kernel (..., out, in, k, k): the mean over its channels that vary."""
    lag1 = measures_kernels.lag1_autocorrelation(bank.astype(np.float64))
    counted = np.isfinite(lag1)
    finite = np.isfinite(bank).all((-1, -2, -3))
    total = np.where(counted, lag1, 0).sum(-1)
    return np.divide(total, counted.sum(-1), out=np.full(total.shape, np.nan), where=counted.any(-1) & finite)


def symmetric_root(covariance: np.ndarray) -> np.ndarray:
    """Return the symmetric square root of a covariance (n, n), float32."""
    values, vectors = np.linalg.eigh(covariance)
    return ((vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T).astype(np.float32)


def level(k: int, lag1: float) -> int:
    """Return the number of the level whose noise of k x k has the mean lag-1 autocorrelation nearest to `lag1`."""
    return int(np.abs(_lag1(k) - max(lag1, _lag1(k)[0])).argmin())


def smoothed(white: np.ndarray, number: int) -> np.ndarray:
    """Return white noise (..., k, k) with the covariance of a level: c^(r^2) = c^(rows^2) c^(cols^2), an axis each."""
    root = _roots(white.shape[-1])[number]
    return root @ white @ root


@lru_cache(maxsize=8)
def _roots(k: int) -> np.ndarray:
    """Return the symmetric square root of the covariance of k pixels in a line for each level, (levels, k, k)."""
    squared = (np.arange(k)[:, None] - np.arange(k)) ** 2
    return np.stack([symmetric_root(c**squared) for c in _levels()])


def _levels() -> tuple[float, ...]:
    """Return the correlations of neighboring pixels: finer steps between LEVELS."""
    return tuple(np.interp(np.arange(0, len(LEVELS) - 0.5, 0.5), np.arange(len(LEVELS)), LEVELS))


@lru_cache(maxsize=8)
def _lag1(k: int) -> np.ndarray:
    """Return the mean lag-1 autocorrelation of noise of each level, ascending."""
    white = np.random.default_rng([0, k]).standard_normal((SAMPLE, k, k), np.float32)
    means = [measures_kernels.lag1_autocorrelation(smoothed(white, i)).mean() for i in range(len(_levels()))]
    return np.maximum.accumulate(means)
