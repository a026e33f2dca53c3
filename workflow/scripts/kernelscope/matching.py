"""Which kernel of one seed goes with which of another, and how well chance alone would do.

Kernels under pooling may sit anywhere in their window, so similarity is the largest normalised cross-correlation
over shifts. Smooth kernels match by chance (0.43 for smooth noise against 0.10 for white, METHODS section 5), so
the null is Gaussian noise with the bank's own autocovariance, put through the same matching.
"""

from typing import NamedTuple

import numpy as np
from scipy.optimize import linear_sum_assignment


class Similarity(NamedTuple):
    """Per pair of kernels, arrays (m, n): the similarity, the shift of the second at which it is reached, the sign."""

    value: np.ndarray
    shift: np.ndarray  # (m, n, 2): rows, cols
    sign: np.ndarray


class Match(NamedTuple):
    """kernel_b[i] is the kernel of the second bank that goes with kernel_a[i] of the first; best first."""

    kernel_a: np.ndarray
    kernel_b: np.ndarray
    similarity: np.ndarray
    shift: np.ndarray  # (n, 2)
    sign: np.ndarray


def similarity(a: np.ndarray, b: np.ndarray, either_sign: bool = False) -> Similarity:
    """Largest normalised cross-correlation of each kernel of a (m, in, k, k) with each of b (n, in, k, k).

    Every channel is centred and shifted alike, zeros come in from outside, and both norms are those of the whole
    kernels, so what a shift pushes out of the window is missing. With `either_sign` the largest |r| counts.
    """
    k = a.shape[-1]
    grid = (2 * k - 1, 2 * k - 1)
    A, B = (np.fft.rfft2(_unit(bank), s=grid) for bank in (a, b))
    products = np.einsum("mihw,nihw->mnhw", A, B.conj(), optimize=True)
    r = np.fft.irfft2(products, s=grid).reshape(len(a), len(b), -1)
    best = np.abs(r).argmax(-1) if either_sign else r.argmax(-1)
    value = np.take_along_axis(r, best[..., None], -1)[..., 0]
    lag = np.stack(np.unravel_index(best, grid), -1)
    return Similarity(
        np.abs(value) if either_sign else value, np.where(lag >= k, lag - grid[0], lag), np.where(value < 0, -1, 1)
    )


def match(a: np.ndarray, b: np.ndarray, either_sign: bool = False) -> Match:
    """The assignment of largest total similarity (linear_sum_assignment), best pair first."""
    s = similarity(a, b, either_sign)
    rows, cols = linear_sum_assignment(s.value, maximize=True)
    order = np.argsort(-s.value[rows, cols], kind="stable")
    rows, cols = rows[order], cols[order]
    return Match(rows, cols, s.value[rows, cols], s.shift[rows, cols], s.sign[rows, cols])


def chance(a: np.ndarray, b: np.ndarray, either_sign: bool = False, draws: int = 199, seed=0) -> np.ndarray:
    """Similarities (draws, pairs) of the matched kernels of surrogate banks, best pair first in every draw."""
    rng = np.random.default_rng(seed)
    draw_a, draw_b = surrogates(a, rng), surrogates(b, rng)
    return np.stack([match(draw_a(), draw_b(), either_sign).similarity for _ in range(draws)])


def chance_of_order(a: np.ndarray, b: np.ndarray, either_sign: bool = False, draws: int = 199, seed=0) -> np.ndarray:
    """The same with b itself, its channels in random order, (draws, pairs).

    The null of a deeper layer: its kernels share structure over their channels, which surrogates of independent
    kernels lack (unrelated banks of rank 1 gave p <= 0.05 in 15 of 15 pairs, docs/log.md). What is tested is whether
    the kernels agree channel by channel.
    """
    rng = np.random.default_rng(seed)
    return np.stack([match(a, b[:, rng.permutation(b.shape[1])], either_sign).similarity for _ in range(draws)])


def p_value(observed: np.ndarray, null: np.ndarray) -> np.ndarray:
    """(1 + how many of `null` reach each of `observed`) / (1 + size of null): never 0 (Phipson and Smyth 2010)."""
    reached = null.size - np.searchsorted(np.sort(null.ravel()), observed, side="left")
    return (1 + reached) / (1 + null.size)


def surrogates(bank: np.ndarray, rng: np.random.Generator):
    """A function that draws banks (out, in, k, k) of stationary Gaussian noise with the bank's own autocovariance.

    The covariance of two pixels depends on their distance only; channels keep their sizes and their covariance.
    """
    pixels, channels = _root(_covariance(bank)), _root(_channel_covariance(bank))

    def draw() -> np.ndarray:
        noise = rng.standard_normal((*bank.shape[:2], len(pixels)))
        return np.einsum("oip,ij->ojp", noise @ pixels, channels).reshape(bank.shape)

    return draw


def autocovariance(bank: np.ndarray) -> np.ndarray:
    """Mean product of pixels at each lag, (2k-1, 2k-1) with lag 0 in the middle, over the pairs inside the plane.

    Over all planes, each channel scaled to mean square 1, and about zero: what is taken out of the single plane, its
    mean or its size, is taken out of the longest waves, and surrogates too rough for the bank match too badly.
    """
    k = bank.shape[-1]
    size = _channel_size(bank)
    planes = np.divide(bank, size, out=np.zeros(bank.shape), where=size > 0).reshape(-1, k, k)
    spectrum = np.abs(np.fft.rfft2(planes, s=(2 * k - 1, 2 * k - 1))) ** 2
    total = np.fft.fftshift(np.fft.irfft2(spectrum.mean(0), s=(2 * k - 1, 2 * k - 1)))
    pairs = k - np.abs(np.arange(1 - k, k))
    return total / np.outer(pairs, pairs)


def _channel_covariance(bank: np.ndarray) -> np.ndarray:
    """The mean product of two input channels over kernels and pixels, (in, in)."""
    planes = bank.astype(np.float64).transpose(1, 0, 2, 3).reshape(bank.shape[1], -1)
    return planes @ planes.T / planes.shape[1]


def _channel_size(bank: np.ndarray) -> np.ndarray:
    """The root mean square over the kernels and pixels of each input channel, (1, in, 1, 1)."""
    return np.sqrt((bank.astype(np.float64) ** 2).mean((0, 2, 3), keepdims=True))


def _covariance(bank: np.ndarray) -> np.ndarray:
    """The covariance (k*k, k*k) of a stationary plane with the bank's autocovariance."""
    k = bank.shape[-1]
    lag = np.arange(k)[:, None] - np.arange(k) + k - 1
    return autocovariance(bank)[lag[:, None, :, None], lag[None, :, None, :]].reshape(k * k, k * k)


def _root(covariance: np.ndarray) -> np.ndarray:
    """A factor R with R'R the covariance, from its largest eigenvalues until they add up to its trace.

    An estimated covariance has negative eigenvalues, and small positive ones of the same origin. Cutting off only the
    negative ones adds white noise, and the test becomes too bold (measured in docs/log.md).
    """
    values, vectors = np.linalg.eigh(covariance)
    values, vectors = values[::-1], vectors[:, ::-1]
    kept = np.arange(len(values)) <= np.searchsorted(np.cumsum(values), np.trace(covariance) * (1 - 1e-9))
    return (vectors * np.sqrt(np.where(kept, np.maximum(values, 0), 0))).T


def _centred(bank: np.ndarray) -> np.ndarray:
    bank = bank.astype(np.float64)
    return bank - bank.mean((-1, -2), keepdims=True)


def _unit(bank: np.ndarray) -> np.ndarray:
    """Each kernel with centred channels, divided by the norm of the whole; a constant kernel becomes 0."""
    bank = _centred(bank)
    norm = np.sqrt((bank**2).sum((-1, -2, -3), keepdims=True))
    return np.divide(bank, norm, out=np.zeros_like(bank), where=norm > 0)
