"""Noise that looks like a bank of kernels: as smooth, as strong in the middle and at the rim, and nothing else alike.

Gaussian noise with an autocovariance, stationary over the window, times a profile of its strength. Measured in
benchmarks/matching.py; what else was tried is in docs/log.md.
"""

from collections.abc import Callable

import numpy as np

from kernelscope.measures.gaussian_noise import channel_covariance, covariance, root

REPEATS = 10  # surrogates per kernel that show how sizes and smoothness spread under one law
GAP = 1.5  # standard deviations of that spread


def surrogates(bank: np.ndarray, rng: np.random.Generator) -> Callable[[], np.ndarray]:
    """A function that draws banks (out, in, k, k) float32 of independent kernels that follow the law of the bank's.

    The law is a strength over the window, a covariance of the channels, and an autocovariance for each group of about
    equally smooth kernels. The scale of a surrogate has no meaning, but that of a constant kernel, which has no
    similarity, is zero.
    """
    varies = (bank != bank[..., :1, :1]).any((1, 2, 3))
    if not varies.any():
        return lambda: np.zeros(bank.shape, np.float32)
    kernels, smoothness = _prepared(bank[varies].astype(np.float64), rng)
    strength = window(kernels)
    kernels = kernels / strength
    channels = root(channel_covariance(kernels))
    members = [
        (np.flatnonzero(varies)[group], _law(kernels[group])) for group in groups(_smoothness(kernels), smoothness)
    ]

    def draw() -> np.ndarray:
        noise = np.zeros(bank.shape, np.float32)
        for group, pixels in members:
            noise[group] = _noise(rng, len(group), pixels, channels, strength)
        return noise

    return draw


def _prepared(bank: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, float]:
    """The kernels on a common scale, and the standard deviation of `_smoothness` between kernels of one law.

    Strong kernels must not set the law for weak ones, but a kernel brought to size 1 has lost what is random in its
    longest waves. So of each log size, from their mean, the share stays that is variance of one law.
    """
    size = _size(bank, (1, 2, 3))
    equal = bank / size
    strength = window(equal)
    flat = equal / strength
    sample = _noise(rng, REPEATS * len(bank), _law(flat), root(channel_covariance(flat)), strength).astype(np.float64)
    own, by_law = (np.log(_size(each, (1, 2, 3))).var() for each in (bank, sample))
    random = min(1, by_law / own) if own > 0 else 1
    return equal * np.exp(random * (np.log(size) - np.log(size).mean())), _smoothness(sample / strength).std()


def _noise(rng: np.random.Generator, count: int, pixels, channels, strength) -> np.ndarray:
    noise = rng.standard_normal((count, len(channels), len(pixels)), dtype=np.float32) @ pixels
    if len(channels) > 1:
        noise = np.einsum("oip,ij->ojp", noise, channels)
    return noise.reshape(*noise.shape[:2], *strength.shape) * strength.astype(np.float32)


def groups(smoothness: np.ndarray, spread: float) -> list[np.ndarray]:
    """The indices of kernels that are about equally smooth; each group has an autocovariance of its own.

    Smooth kernels match smooth ones by chance, and rough ones hardly match. A group ends where the next smoother
    kernel is further than GAP standard deviations (`spread`) of kernels of one law.
    """
    order = smoothness.argsort(kind="stable")
    return np.split(order, 1 + np.flatnonzero(np.diff(smoothness[order]) > GAP * spread))


def _smoothness(kernels: np.ndarray) -> np.ndarray:
    """Fisher's z of the lag-1 autocorrelation of each kernel about zero, mean over both directions."""
    across = (kernels[..., 1:] * kernels[..., :-1]).mean((1, 2, 3))
    down = (kernels[..., 1:, :] * kernels[..., :-1, :]).mean((1, 2, 3))
    return np.arctanh(np.clip((across + down) / 2 / (kernels**2).mean((1, 2, 3)), -0.999, 0.999))


def _law(kernels: np.ndarray) -> np.ndarray:
    """What makes white noise (..., k*k) @ it noise with the autocovariance of the kernels."""
    return root(covariance(autocovariance(kernels)))


def window(bank: np.ndarray) -> np.ndarray:
    """The strength (k, k) of a bank over the window, root mean square 1: exp(c + r row^2 + s col^2) about its middle.

    Least squares on the logarithm of the mean squares, averaged over both mirror images; three numbers, because a
    free profile of a few kernels would be mostly noise.
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


FLOOR = 1e-3  # of the mean square, so that pixels that are zero in every kernel have a logarithm


def autocovariance(bank: np.ndarray) -> np.ndarray:
    """Mean product of pixels at each lag, (2k-1, 2k-1) with lag 0 in the middle, over the pairs inside the plane.

    Over all planes, each channel scaled to mean square 1, about zero: what is taken out of the single plane is taken
    out of the longest waves. Each lag is shrunk by the share of its square that is sampling error, estimated between
    planes (James and Stein 1961, positive part), because errors in all lags make noise that is too smooth.
    """
    k = bank.shape[-1]
    planes = _divided(bank, _size(bank, (0, 2, 3))).reshape(-1, k, k)
    spectrum = np.abs(np.fft.rfft2(planes, s=(2 * k - 1, 2 * k - 1))) ** 2
    pairs = k - np.abs(np.arange(1 - k, k))
    each = np.fft.fftshift(np.fft.irfft2(spectrum, s=(2 * k - 1, 2 * k - 1)), axes=(1, 2)) / np.outer(pairs, pairs)
    mean = each.mean(0)
    apart = each - mean * each[:, k - 1, k - 1, None, None]  # a plane that is only larger is no error
    error = 2 * apart.var(0, ddof=1) / len(each) if len(each) > 1 else np.zeros_like(mean)
    error[k - 1, k - 1] = 0
    return mean * np.maximum(0, 1 - _divided(error, mean**2))


def _size(values: np.ndarray, axes) -> np.ndarray:
    """The root mean square over the axes, which stay with length 1."""
    return np.sqrt((values**2).mean(axes, keepdims=True))


def _divided(values: np.ndarray, by: np.ndarray) -> np.ndarray:
    """values / by, 0 where `by` is 0."""
    by = np.broadcast_to(by, values.shape)
    return np.divide(values, by, out=np.zeros(values.shape), where=by > 0)
