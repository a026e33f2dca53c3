"""The kernels of one layer from all seeds in one pool, with the similarities of all pairs of kernels."""

from typing import NamedTuple

import numpy as np

from kernelscope.comparison import matching
from kernelscope.io.notes import Note

MOST = 2048  # kernels of all seeds, because their similarities are held for all pairs
NOT_FINITE, ONE_PIXEL, CONSTANT = "kernels not finite", "kernels of 1 x 1", "all kernels constant"
OTHER_SIZE, TOO_FEW = "kernels of other sizes", "fewer than two kernels that are alive and not constant"


class Pool(NamedTuple):
    """The kernels of all seeds that take part, seed after seed."""

    seed: np.ndarray  # (n,) the seed of each kernel
    kernel: np.ndarray  # (n,) its number in its layer
    value: np.ndarray  # (n, n) similarity of each two kernels; 1 on the diagonal
    shift: np.ndarray  # (n, n, 2) int16, shift of the second kernel, rows and columns, in pixels
    rotated: np.ndarray  # (n, n) similarity of each kernel to each kernel rotated by 180 degrees
    left_out: int  # kernels of these seeds that do not take part
    reason: str  # why there are no similarities, or ""


def first(layer: str, banks: dict, alive: dict) -> tuple[dict, dict, Note]:
    """Return as many kernels of each seed as a pool has room for, which are alive, and a note about the others.

    Parameters
    ----------
    layer : str
        Name of the layer.
    banks, alive : dict
        As for `pooled`.
    """
    most = max(1, MOST // max(1, len(banks)))
    counts = {seed: len(bank) for seed, bank in banks.items()}
    cut = sum(max(0, count - most) for count in counts.values())
    words = f"compared across seeds are the first {most} of each"
    note = Note("cut", f"kernels of {layer}", cut, sum(counts.values()), words)
    return {s: bank[:most] for s, bank in banks.items()}, {s: which[:most] for s, which in alive.items()}, note


def pooled(banks: dict[int, np.ndarray], alive: dict[int, np.ndarray], ignore_sign: bool = False) -> Pool:
    """Return the pool of the living kernels of one layer.

    Parameters
    ----------
    banks : dict
        Seed -> kernels (out, in, k, k).
    alive : dict
        Seed -> which kernels are alive, bool (out,). Kernels that are constant or not finite take no part either.
    ignore_sign : bool
        Whether a kernel equals its negative; see `matching.similarity`.

    Returns
    -------
    Pool
        Without similarities, and with the reason, if fewer than two kernels remain or the seeds have kernels of other
        sizes.
    """
    usable = {seed: alive[seed] & varying(bank) for seed, bank in banks.items()}
    kernel = np.concatenate([np.flatnonzero(which) for which in usable.values()] or [np.zeros(0, int)])
    seed = np.repeat(list(usable), [which.sum() for which in usable.values()])
    left_out = sum(len(which) for which in usable.values()) - len(kernel)
    if reason := undefined(banks, len(kernel)):
        nothing = np.zeros((0, 0))
        return Pool(seed[:0], kernel[:0], nothing, np.zeros((0, 0, 2), int), nothing, left_out, reason)
    chosen = np.concatenate([bank[usable[s]] for s, bank in banks.items()])
    value, shift, _ = matching.similarity(chosen, chosen, ignore_sign)
    value = np.minimum((value + value.T) / 2, 1)  # rounding may make equal kernels more than equal
    np.fill_diagonal(value, 1)
    rotated = matching.values(chosen, chosen[..., ::-1, ::-1], ignore_sign)
    return Pool(seed, kernel, value, shift, (rotated + rotated.T) / 2, left_out, "")


def undefined(banks: dict[int, np.ndarray], kernels: int) -> str:
    """Return why so many usable kernels of these banks have no similarities, or "" if they have."""
    shapes = {bank.shape[1:] for bank in banks.values()}
    if len(shapes) > 1:
        return OTHER_SIZE
    if any(shape[-1] == 1 for shape in shapes):
        return ONE_PIXEL
    return TOO_FEW if kernels < 2 else ""


def varying(bank: np.ndarray) -> np.ndarray:
    """Return which kernels (out, in, k, k) are finite and not constant in every channel, bool (out,)."""
    finite = np.isfinite(bank).all((1, 2, 3))
    return finite & (bank != bank[..., :1, :1]).any((1, 2, 3))


def without(pool: Pool, seed: int) -> Pool:
    """Return the pool without the kernels of one seed."""
    return subset(pool, np.flatnonzero(pool.seed != seed))


def subset(pool: Pool, rest: np.ndarray) -> Pool:
    """Return the pool of the kernels at these places."""
    pairs = np.ix_(rest, rest)
    numbers = (pool.value[pairs], pool.shift[pairs], pool.rotated[pairs])
    return Pool(pool.seed[rest], pool.kernel[rest], *numbers, pool.left_out, pool.reason)


def banks(seed: np.ndarray) -> list[np.ndarray]:
    """Return the places of each seed's kernels in a pool, seed after seed."""
    return [np.flatnonzero(seed == number) for number in np.unique(seed)]
