"""Match the kernels of two seeds.

A kernel under pooling may be anywhere in its window, so the similarity is the largest normalized cross-correlation over
shifts. Any two smooth kernels are similar, so a similarity says little by itself: the tests are in permutation.py.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.fft import next_fast_len
from scipy.optimize import linear_sum_assignment


class Similarity(NamedTuple):
    """Similarities of all pairs of kernels, with the shift of the second kernel and the sign there."""

    value: np.ndarray  # (m, n), -1 to 1; 0 to 1 if the sign is ignored
    shift: np.ndarray  # (m, n, 2) rows and columns, in pixels
    sign: np.ndarray  # (m, n), 1 or -1


class Match(NamedTuple):
    """Matched kernels, the most similar pair first: kernel_a[i] of the first bank with kernel_b[i] of the second."""

    kernel_a: np.ndarray  # (pairs,)
    kernel_b: np.ndarray  # (pairs,)
    similarity: np.ndarray  # (pairs,)
    shift: np.ndarray  # (pairs, 2) rows and columns, in pixels
    sign: np.ndarray  # (pairs,), 1 or -1


def similarity(a: np.ndarray, b: np.ndarray, ignore_sign: bool = False) -> Similarity:
    """Return the similarity of each kernel of one bank to each kernel of another.

    The similarity is the largest normalized cross-correlation over shifts. All channels are shifted alike and zeros
    come in from outside. Each channel is centered, and the norms are those of the whole kernels, so weights that a
    shift moves out of the window lower the similarity.

    Parameters
    ----------
    a : array (m, in, k, k)
        The first bank.
    b : array (n, in, k, k)
        The second bank, which is shifted.
    ignore_sign : bool
        Whether the largest absolute correlation counts, so that a kernel equals its negative.

    Returns
    -------
    Similarity
        value (m, n), shift (m, n, 2) in pixels, and sign (m, n). A constant kernel has similarity 0.
    """
    k, grid, found, shifts = a.shape[-1], _grid(a.shape[-1]), [], []
    for block in _correlations(_spectra(a.astype(np.float64)), _spectra(b.astype(np.float64)), k):
        correlation = block.reshape(*block.shape[:2], -1)
        lags = np.abs(correlation).argmax(-1) if ignore_sign else correlation.argmax(-1)
        found.append(np.take_along_axis(correlation, lags[..., None], -1)[..., 0])
        lag = np.stack(np.unravel_index(lags, grid), -1).astype(np.int16)  # of wide layers there are millions
        shifts.append(np.where(lag >= k, lag - np.int16(grid[0]), lag))
    value = np.concatenate(found)
    sign = np.where(value < 0, np.int8(-1), np.int8(1))
    return Similarity(np.abs(value) if ignore_sign else value, np.concatenate(shifts), sign)


def match(a: np.ndarray, b: np.ndarray, ignore_sign: bool = False, threshold: float | None = None) -> Match:
    """Return the one-to-one assignment of two banks with the largest total similarity above a threshold.

    Parameters
    ----------
    a, b : arrays (m, in, k, k) and (n, in, k, k)
        The banks.
    ignore_sign : bool
        Whether a kernel equals its negative; see `similarity`.
    threshold : float, optional
        Kernels that are not more similar than this stay without a partner, so that no kernel is forced on another; by
        default min(m, n) pairs are matched.

    Returns
    -------
    Match
        The pairs, the most similar first. Solved by `scipy.optimize.linear_sum_assignment`: the partial assignment of
        Kapoor et al. (2026) with whole kernels.
    """
    all_pairs = similarity(a, b, ignore_sign)
    gain = all_pairs.value if threshold is None else np.maximum(all_pairs.value - threshold, 0)
    rows, cols = linear_sum_assignment(gain, maximize=True)
    if threshold is not None:
        rows, cols = rows[gain[rows, cols] > 0], cols[gain[rows, cols] > 0]
    order = np.argsort(-all_pairs.value[rows, cols], kind="stable")
    rows, cols = rows[order], cols[order]
    return Match(rows, cols, all_pairs.value[rows, cols], all_pairs.shift[rows, cols], all_pairs.sign[rows, cols])


def products(kernels: int, channels: int, k: int, assignments: int, correlations: int) -> int:
    """Return about how many products of complex numbers it takes to match two banks again and again.

    A product of the assignment of `kernels` to each other is as fast as a product of complex numbers, or faster.
    """
    rows, columns = _grid(k)
    return kernels**2 * (assignments * kernels + correlations * channels * rows * (columns // 2 + 1))


def best(similarity: np.ndarray) -> np.ndarray:
    """Return the similarities of the assignment with the largest total.

    Parameters
    ----------
    similarity : array (m, n)
        The similarities of all pairs.

    Returns
    -------
    array (min(m, n),)
        The similarities of the matched pairs, largest first.
    """
    return -np.sort(-similarity[linear_sum_assignment(similarity, maximize=True)])


def chance_of_order(
    a: np.ndarray, b: np.ndarray, ignore_sign: bool = False, n_resamples: int = 199, seed=0
) -> np.ndarray:
    """Return the similarities that matched kernels reach if the channels of b are in random order.

    Null of a deeper layer: it does not matter which channel of b corresponds to which channel of a. The test asks
    whether the kernels agree channel by channel. Independent kernels are no null here, because the kernels of a
    deeper layer share structure over their channels (unrelated banks of rank 1 gave p <= 0.05 in 15 of 15 pairs,
    docs/log.md).

    Parameters
    ----------
    a, b : arrays (m, in, k, k) and (n, in, k, k)
        The banks, their channels in the order in which the layer before was matched.
    ignore_sign : bool
        Whether a kernel equals its negative; see `similarity`.
    n_resamples : int
        Number of random orders.
    seed : int or list of int
        Seed of the random orders.

    Returns
    -------
    array (n_resamples, min(m, n))
        The similarities of each draw, largest first.
    """
    rng = np.random.default_rng(seed)
    A, B = (_spectra(bank.astype(np.float64)) for bank in (a, b))
    return np.stack(
        [_matched(A, B[:, rng.permutation(b.shape[1])], a.shape[-1], ignore_sign) for _ in range(n_resamples)]
    )


def _matched(A: np.ndarray, B: np.ndarray, k: int, ignore_sign: bool) -> np.ndarray:
    """Return the similarities of the matched kernels of two banks of spectra, largest first."""
    return best(_values(A, B, k, ignore_sign))


def values(a: np.ndarray, b: np.ndarray, ignore_sign: bool = False) -> np.ndarray:
    """Return the values of `similarity` (m, n), in less memory."""
    A, B = (_spectra(bank.astype(np.float64)) for bank in (a, b))
    return _values(A, B, a.shape[-1], ignore_sign)


def _values(A: np.ndarray, B: np.ndarray, k: int, ignore_sign: bool) -> np.ndarray:
    """Return the similarities of all pairs of kernels of two banks of spectra."""
    return np.concatenate([(np.abs(r) if ignore_sign else r).max((-1, -2)) for r in _correlations(A, B, k)])


def _spectra(bank: np.ndarray) -> np.ndarray:
    """Return the spectra of the kernels, centered and of norm 1, on a grid that no shift wraps around."""
    return np.fft.rfft2(_unit(bank), s=_grid(bank.shape[-1]))


def _grid(k: int) -> tuple[int, int]:
    """Return the grid of an FFT: at least 2k - 1 on each side, with small factors, because a prime length is slow."""
    return (next_fast_len(2 * k - 1, real=True),) * 2


def _correlations(A: np.ndarray, B: np.ndarray, k: int):
    """Yield cross-correlations (kernels of A, kernels of B, grid, grid), lag 0 first, for block after block of A."""
    B, grid, is_wide = B.conj(), _grid(k), B.shape[1] >= WIDE
    at_once, product = (AT_ONCE_WIDE, by_matrices(B)) if is_wide else (AT_ONCE, by_kernels(B))
    per_block = max(1, at_once // (len(B) * grid[0] * grid[1]))
    for start in range(0, len(A), per_block):
        yield np.fft.irfft2(product(A[start : start + per_block]), s=grid)


AT_ONCE = 1 << 16  # numbers in a block of correlations, which then stays in the processor's cache
WIDE, AT_ONCE_WIDE = 16, 1 << 21  # channels from which a product of matrices per frequency is faster, in larger blocks


def by_kernels(B: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """Return a function: spectra (m, in, h, w) times those of B, summed over the channels, (m, n, h, w)."""
    return lambda A: np.einsum("mihw,nihw->mnhw", A, B, optimize=True)


def by_matrices(B: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """Return the function of `by_kernels` as a product of matrices for each frequency."""
    right = np.ascontiguousarray(B.transpose(2, 3, 1, 0))
    return lambda A: np.matmul(np.ascontiguousarray(A.transpose(2, 3, 0, 1)), right).transpose(2, 3, 0, 1)


def _unit(bank: np.ndarray) -> np.ndarray:
    """Return kernels with centered channels, divided by the norm of the whole kernel; a constant kernel becomes 0."""
    bank = bank - bank.mean((-1, -2), keepdims=True)
    norm = np.sqrt((bank**2).sum((-1, -2, -3), keepdims=True))
    return np.divide(bank, norm, out=np.zeros_like(bank), where=norm > 0)
