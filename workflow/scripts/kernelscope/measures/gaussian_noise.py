"""Stationary Gaussian noise with the autocovariance of a bank of kernels: what a single kernel is held against.

The noise that whole banks are matched against is another (surrogates.py): it shrinks the autocovariance, and a Gabor
fits it too badly (on smooth noise mean p 0.43, of this 0.49 to 0.51).
"""

import numpy as np


def noise(bank: np.ndarray, draws: int, seed: int = 0) -> np.ndarray:
    """Kernels (draws, in, k, k) of stationary Gaussian noise with the autocovariance of the bank (out, in, k, k).

    The channels keep their covariance.
    """
    _, channels, k, _ = bank.shape
    pixels, mixed = root(covariance(autocovariance(bank))), root(channel_covariance(bank.astype(np.float64)))
    white = np.random.default_rng([seed, *bank.shape]).standard_normal((draws, channels, k * k))
    return np.einsum("nip,ij->njp", white @ pixels, mixed).reshape(draws, channels, k, k)


def autocovariance(bank: np.ndarray) -> np.ndarray:
    """Mean product about zero of pixels at each lag, (2k - 1, 2k - 1) with lag 0 in the middle, over all pairs inside.

    Over all planes, each channel scaled to mean square 1; a channel of zeros counts as zeros.
    """
    k = bank.shape[-1]
    size = np.sqrt((bank.astype(np.float64) ** 2).mean((0, 2, 3), keepdims=True))
    planes = (bank / np.where(size > 0, size, 1)).reshape(-1, k, k)
    spectrum = np.abs(np.fft.rfft2(planes, s=(2 * k - 1, 2 * k - 1))) ** 2
    total = np.fft.fftshift(np.fft.irfft2(spectrum.mean(0), s=(2 * k - 1, 2 * k - 1)))
    pairs = k - np.abs(np.arange(1 - k, k))
    return total / np.outer(pairs, pairs)


def channel_covariance(bank: np.ndarray) -> np.ndarray:
    """The mean product of two input channels over kernels and pixels, (in, in)."""
    planes = bank.transpose(1, 0, 2, 3).reshape(bank.shape[1], -1)
    return planes @ planes.T / planes.shape[1]


def covariance(lags: np.ndarray) -> np.ndarray:
    """The covariance (k*k, k*k) of a stationary plane with this autocovariance."""
    k = (len(lags) + 1) // 2
    lag = np.arange(k)[:, None] - np.arange(k) + k - 1
    return lags[lag[:, None, :, None], lag[None, :, None, :]].reshape(k * k, k * k)


def root(matrix: np.ndarray) -> np.ndarray:
    """A factor R with R'R the covariance `matrix`, from its largest eigenvalues until they add up to its trace.

    An estimated covariance has negative eigenvalues, and small positive ones of the same origin. Cutting off only the
    negative ones adds white noise, and the test becomes too bold (docs/log.md, 2026-11-22).
    """
    values, vectors = np.linalg.eigh(matrix)
    values, vectors = values[::-1], vectors[:, ::-1]
    kept = np.arange(len(values)) <= np.searchsorted(np.cumsum(values), np.trace(matrix) * (1 - 1e-9))
    return (vectors * np.sqrt(np.where(kept, np.maximum(values, 0), 0))).T.astype(np.float32)
