"""Which kernel of one seed goes with which of another, and how well single kernels would match by chance.

Kernels under pooling may sit anywhere in their window, so similarity is the largest normalised cross-correlation
over shifts. Smooth noise matches better by chance than white noise, so chance is noise as smooth as the kernels
(surrogates.py), put through the same matching. The p of whole banks is that of exact tests (comparison/permutation.py).
The three nulls beside each other: docs/explanation/methods.md#matching-the-kernels-of-two-seeds.
"""

from typing import NamedTuple

import numpy as np
from scipy.fft import next_fast_len
from scipy.optimize import linear_sum_assignment

from kernelscope.comparison.surrogates import surrogates


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
    r = np.concatenate(list(_correlations(_spectra(a.astype(np.float64)), _spectra(b.astype(np.float64)), k)))
    grid = r.shape[2:]
    r = r.reshape(*r.shape[:2], -1)
    place = np.abs(r).argmax(-1) if either_sign else r.argmax(-1)
    value = np.take_along_axis(r, place[..., None], -1)[..., 0]
    lag = np.stack(np.unravel_index(place, grid), -1)
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


def best(similarity: np.ndarray) -> np.ndarray:
    """The similarities (min(m, n),) of the assignment with the largest total, best first, from those (m, n) of all."""
    return -np.sort(-similarity[linear_sum_assignment(similarity, maximize=True)])


def chance(a: np.ndarray, b: np.ndarray, either_sign: bool = False, draws: int = 199, seed=0) -> np.ndarray:
    """Similarities (draws, pairs) of the matched kernels of surrogate banks, best pair first in every draw.

    Under the null both banks follow one law, so it is estimated from both: two estimates, each with its own errors,
    would match each other less than kernels of one law do, and the test became too bold (docs/log.md, 2026-11-23).
    """
    draw = surrogates(np.concatenate([_rescaled(a), _rescaled(b)]), np.random.default_rng(seed))
    null = []
    for _ in range(draws):
        spectra = _spectra(draw())  # single precision is enough
        null.append(_matched(spectra[: len(a)], spectra[len(a) :], a.shape[-1], either_sign))
    return np.stack(null)


def chance_of_order(a: np.ndarray, b: np.ndarray, either_sign: bool = False, draws: int = 199, seed=0) -> np.ndarray:
    """The same with b itself, its channels in random order, (draws, pairs).

    The null of a deeper layer: its kernels share structure over their channels, which surrogates of independent
    kernels lack (unrelated banks of rank 1 gave p <= 0.05 in 15 of 15 pairs, docs/log.md). What is tested is whether
    the kernels agree channel by channel.
    """
    rng = np.random.default_rng(seed)
    A, B = (_spectra(bank.astype(np.float64)) for bank in (a, b))
    return np.stack([_matched(A, B[:, rng.permutation(b.shape[1])], a.shape[-1], either_sign) for _ in range(draws)])


def _rescaled(bank: np.ndarray) -> np.ndarray:
    """The bank with root mean square 1, as one seed may have larger weights than another."""
    size = np.sqrt((bank.astype(np.float64) ** 2).mean())
    return bank / size if size > 0 else bank


def _matched(A: np.ndarray, B: np.ndarray, k: int, either_sign: bool) -> np.ndarray:
    """The similarities of the matched kernels of two banks of spectra, best first."""
    value = np.concatenate([(np.abs(r) if either_sign else r).max((-1, -2)) for r in _correlations(A, B, k)]).astype(
        float
    )
    return best(value)


def _spectra(bank: np.ndarray) -> np.ndarray:
    """Spectra of the kernels, centred and of norm 1, on a grid that no shift wraps around."""
    return np.fft.rfft2(_unit(bank), s=_grid(bank.shape[-1]))


def _grid(k: int) -> tuple[int, int]:
    """At least 2k - 1 on each side, and a length with small factors: an FFT of a prime length, as 29, is slow."""
    return (next_fast_len(2 * k - 1, real=True),) * 2


def _correlations(A: np.ndarray, B: np.ndarray, k: int):
    """For some kernels of A after the other: cross-correlations with each of B, (some, n, grid, grid), lag 0 first."""
    B, grid = B.conj(), _grid(k)
    some = max(1, AT_ONCE // (len(B) * grid[0] * grid[1]))
    for start in range(0, len(A), some):
        products = np.einsum("mihw,nihw->mnhw", A[start : start + some], B, optimize=True)
        yield np.fft.irfft2(products, s=grid)


AT_ONCE = 1 << 16  # numbers that stay in the cache


def _unit(bank: np.ndarray) -> np.ndarray:
    """Each kernel with centred channels, divided by the norm of the whole; a constant kernel becomes 0."""
    bank = bank - bank.mean((-1, -2), keepdims=True)
    norm = np.sqrt((bank**2).sum((-1, -2, -3), keepdims=True))
    return np.divide(bank, norm, out=np.zeros_like(bank), where=norm > 0)
