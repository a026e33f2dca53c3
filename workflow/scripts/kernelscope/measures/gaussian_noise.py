"""Stationary Gaussian noise with the autocovariance of a bank of kernels: the null for measures of single kernels."""

import numpy as np


def noise(bank: np.ndarray, n_resamples: int, seed: int = 0) -> np.ndarray:
    """Draw stationary Gaussian noise with the autocovariance of a bank, and with the covariance of its channels.

    Parameters
    ----------
    bank : (out, in, k, k) array
        The kernels of one layer.
    n_resamples : int
        Number of kernels to draw.
    seed : int

    Returns
    -------
    (n_resamples, in, k, k) float32 array
    """
    _, channels, k, _ = bank.shape
    pixels, mixed = root(covariance(autocovariance(bank))), root(channel_covariance(bank.astype(np.float64)))
    white = np.random.default_rng([seed, *bank.shape]).standard_normal((n_resamples, channels, k * k))
    return np.einsum("nip,ij->njp", white @ pixels, mixed).reshape(n_resamples, channels, k, k)


def autocovariance(bank: np.ndarray) -> np.ndarray:
    """Return the mean product of the pixels at each lag, over all planes and all pairs of pixels inside the plane.

    Each channel is scaled to a mean square of 1 before; a channel of zeros stays zero. The mean is not subtracted.

    Parameters
    ----------
    bank : (out, in, k, k) array

    Returns
    -------
    (2k - 1, 2k - 1) float64 array
        Lag 0 is in the middle.
    """
    k = bank.shape[-1]
    size = np.sqrt((bank.astype(np.float64) ** 2).mean((0, 2, 3), keepdims=True))
    planes = (bank / np.where(size > 0, size, 1)).reshape(-1, k, k)
    spectrum = np.abs(np.fft.rfft2(planes, s=(2 * k - 1, 2 * k - 1))) ** 2
    total = np.fft.fftshift(np.fft.irfft2(spectrum.mean(0), s=(2 * k - 1, 2 * k - 1)))
    pairs = k - np.abs(np.arange(1 - k, k))
    return total / np.outer(pairs, pairs)


def channel_covariance(bank: np.ndarray) -> np.ndarray:
    """Return the mean product of each two input channels over kernels and pixels.

    Parameters
    ----------
    bank : (out, in, k, k) array

    Returns
    -------
    (in, in) array
    """
    planes = bank.transpose(1, 0, 2, 3).reshape(bank.shape[1], -1)
    return planes @ planes.T / planes.shape[1]


def covariance(lags: np.ndarray) -> np.ndarray:
    """Return the covariance of the pixels of a stationary plane.

    Parameters
    ----------
    lags : (2k - 1, 2k - 1) array
        Autocovariance, with lag 0 in the middle.

    Returns
    -------
    (k * k, k * k) array
    """
    k = (len(lags) + 1) // 2
    lag = np.arange(k)[:, None] - np.arange(k) + k - 1
    return lags[lag[:, None, :, None], lag[None, :, None, :]].reshape(k * k, k * k)


def root(matrix: np.ndarray) -> np.ndarray:
    """Return a factor R such that R'R approximates a covariance.

    Only the largest eigenvalues are kept, as many as add up to the trace. An estimated covariance has negative
    eigenvalues, and small positive ones that are estimation errors as well. Cutting off only the negative ones would
    add white noise and make the test too bold (docs/log.md, 2026-11-22).

    Parameters
    ----------
    matrix : (n, n) array

    Returns
    -------
    (n, n) float32 array
    """
    values, vectors = np.linalg.eigh(matrix)
    values, vectors = values[::-1], vectors[:, ::-1]
    kept = np.arange(len(values)) <= np.searchsorted(np.cumsum(values), np.trace(matrix) * (1 - 1e-9))
    return (vectors * np.sqrt(np.where(kept, np.maximum(values, 0), 0))).T.astype(np.float32)
