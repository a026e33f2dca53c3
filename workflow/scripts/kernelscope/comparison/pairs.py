"""Compare all pairs of seeds of one architecture: which kernels match, and which have no partner."""

from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

import numpy as np

from kernelscope.comparison import matching, permutation, pool
from kernelscope.comparison import types as kernel_types
from kernelscope.io.notes import Note, within
from kernelscope.stats import pvalues

MATCH_COLUMNS = (
    *("layer", "seed_a", "seed_b", "kernel_a", "kernel_b", "shift_row", "shift_col", "sign"),
    *("similarity", "threshold", "reason"),
)
PAIR_COLUMNS = (
    *("layer", "seed_a", "seed_b", "kernels", "matched", "similarity"),
    *("null", "null_mean", "null_99", "p", "reason"),
)
ROTATED, CHANNELS = "rotated", "channels in random order"
UNMATCHED, DEAD, TOO_WIDE = "unmatched", "dead or weak", "too many weights to compare all pairs of seeds"
MOST_PRODUCTS = 3_000_000_000_000  # of complex numbers, over all pairs and draws: at most an hour or two
ONCE = 10  # times that kernels are matched beside the draws: two banks in one pool, and rotated
MOST_KERNELS = 1500  # of a layer, because the similarities of two seeds are held for all pairs and shifts


class Aligned(NamedTuple):
    """One layer of two seeds, the channels of b in the order in which the layer before was matched."""

    layer: str
    a: np.ndarray  # (m, in, k, k)
    b: np.ndarray  # (n, in, k, k)
    is_reordered: bool


def compare(banks: dict, alive: dict, ignore_sign: bool, n_resamples: int) -> tuple[list[dict], list[dict]]:
    """Return the rows of matches.csv (one per kernel) and of pairs.csv (one per layer and pair of seeds).

    Parameters
    ----------
    banks : dict
        Seed -> layer -> trained kernels (out, in, k, k), with the same layers for every seed.
    alive : dict
        Seed -> layer -> which kernels are alive, bool (out,). Other kernels match nothing.
    ignore_sign : bool
        Whether a kernel equals its negative; see `matching.similarity`.
    n_resamples : int
        Number of draws of every null.

    Returns
    -------
    matches : list of dict
        Rows with MATCH_COLUMNS. Two kernels match if they are each other's partner in the assignment with the largest
        total similarity above `threshold`; a kernel without a partner has a row with a reason. In the first layer, the
        threshold is the mean similarity at which kernels of all seeds are one type (`types.Types.cut`); in deeper
        layers, the 99 % point of assigned kernels with channels in random order.
    pairs : list of dict
        Rows with PAIR_COLUMNS. `similarity` is the mean over the assignment of as many kernels as the smaller bank has,
        whether above the threshold or not. Its null, p and the 99 % point are from kernels rotated by 180 degrees by
        lot in the first layer (`permutation.rotated`), and in deeper layers from channels in random order
        (`matching.chance_of_order`). Pairs share seeds, so their p values are not independent; the tests of all seeds
        at once are in seed_tests.csv.
    """
    first = next(iter(next(iter(banks.values()), {})), None)
    cut = threshold({s: b[first] for s, b in banks.items()}, {s: a[first] for s, a in alive.items()}, ignore_sign)
    narrow, matches, pairs = fitting(banks, n_resamples)[0], [], []
    for a, b in combinations(sorted(banks), 2):
        for one in aligned(banks[a], banks[b], ignore_sign, narrow):
            key, which = {"layer": one.layer, "seed_a": a, "seed_b": b}, (alive[a][one.layer], alive[b][one.layer])
            if reason := undefined(one.a, one.b, *which) or TOO_WIDE * (one.layer not in narrow):
                matches += unmatched_rows(key, *which, None, reason)
                blank = {"kernels": min(map(np.sum, which))} | dict.fromkeys(PAIR_COLUMNS[4:-1])
                pairs.append(key | blank | {"reason": reason})
                continue
            null, each = null_of(one, which, ignore_sign, n_resamples, [a, b])
            limit = cut if each is None else float(np.quantile(each, 0.99))
            rows = match_rows(key, one, which, limit, ignore_sign)
            matches += rows
            partners = sum(row["reason"] == "" for row in rows)
            pairs.append(pair_row(key, one, which, partners, null, ignore_sign))
    return matches, pairs


def fitting(banks: dict, n_resamples: int) -> tuple[list[str], Note]:
    """Return the layers that are compared, as MOST_PRODUCTS and MOST_KERNELS allow, and a note about the others.

    banks, n_resamples: as for `compare`.
    """
    layers, count = list(next(iter(banks.values()), {})), len(banks) * (len(banks) - 1) // 2
    sizes = {}
    for layer in layers:
        kernels, channels, k = (max(bank[layer].shape[axis] for bank in banks.values()) for axis in range(3))
        drawn = n_resamples * (layer != layers[0] and channels > 1)  # else nothing but the assignment is drawn
        products = matching.products(kernels, channels, k, n_resamples + ONCE, drawn + ONCE)
        sizes[layer] = count * products if kernels <= MOST_KERNELS else MOST_PRODUCTS + 1
    return within(sizes, MOST_PRODUCTS, TOO_WIDE)


def threshold(banks: dict[int, np.ndarray], alive: dict[int, np.ndarray], ignore_sign: bool) -> float | None:
    """Return the mean similarity at which kernels of all seeds are one type; None for too few kernels to have types."""
    kernels = pool.pooled(*pool.first("", banks, alive)[:2], ignore_sign)
    usable = not kernels.reason and len(kernels.seed) >= kernel_types.FEWEST_KERNELS
    return kernel_types.found(kernels).cut if usable else None


def undefined(a: np.ndarray, b: np.ndarray, alive_a: np.ndarray, alive_b: np.ndarray) -> str:
    """Return why two banks (out, in, k, k) have no similarity, or "" if they have one.

    In a constant channel nothing is left once it is centered.
    """
    if a.shape[1:] != b.shape[1:]:
        return pool.OTHER_SIZE
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        return pool.NOT_FINITE
    if a.shape[-1] == 1:
        return pool.ONE_PIXEL
    if any((bank == bank[..., :1, :1]).all() for bank in (a, b)):
        return pool.CONSTANT
    return "" if alive_a.any() and alive_b.any() else "all kernels dead or weak"


def aligned(a: dict, b: dict, ignore_sign: bool, narrow: list[str]) -> Iterator[Aligned]:
    """Yield each layer of two seeds, with the channels of b put in order. narrow: the layers that are compared.

    The kernels of a deeper layer read the kernels of the layer before, which two seeds number differently. So the
    channels of b are put into the order in which the layer before was matched. After a layer that cannot be compared
    the channels stay as they are: no similarity is found then, but the null is still right.
    """
    order = None
    for layer in a:
        bank_b, everything = b[layer], np.ones(1, bool)
        if layer not in narrow or undefined(a[layer], bank_b, everything, everything):
            yield Aligned(layer, a[layer], bank_b, False)
            order = np.arange(len(bank_b))
            continue
        is_reordered = order is not None and len(order) == bank_b.shape[1] > 1
        bank_b = bank_b[:, order] if is_reordered else bank_b
        yield Aligned(layer, a[layer], bank_b, is_reordered)
        match = matching.match(a[layer], bank_b, ignore_sign)
        order = match.kernel_b[np.argsort(match.kernel_a)]


def null_of(of: Aligned, alive: tuple, ignore_sign: bool, n_resamples: int, seeds: list[int]) -> tuple:
    """Return the null of the mean similarity (n_resamples,), and of single kernels (n_resamples, pairs) or None."""
    a, b = of.a[alive[0]], of.b[alive[1]]
    if of.is_reordered:
        each = matching.chance_of_order(a, b, ignore_sign, n_resamples, seeds)
        return each.mean(1), each
    both = pool.pooled({0: a, 1: b}, {0: np.ones(len(a), bool), 1: np.ones(len(b), bool)}, ignore_sign)
    return permutation.rotated(both, n_resamples, seeds).null, None


def match_rows(key: dict, of: Aligned, alive: tuple, limit: float | None, ignore_sign: bool) -> list[dict]:
    """Return a row of matches.csv for each match, best first, and for each kernel of either seed without a partner."""
    place_a, place_b = map(np.flatnonzero, alive)
    match = matching.match(of.a[place_a], of.b[place_b], ignore_sign, limit)
    found = place_a[match.kernel_a], place_b[match.kernel_b], *match.shift.T, match.sign, match.similarity
    end = {"threshold": limit, "reason": ""}
    rows = [key | dict(zip(MATCH_COLUMNS[3:9], numbers, strict=True)) | end for numbers in zip(*found, strict=True)]
    partners = {row["kernel_a"] for row in rows}, {row["kernel_b"] for row in rows}
    rest = [np.array([i not in has for i in range(len(which))]) for has, which in zip(partners, alive, strict=True)]
    return rows + unmatched_rows(key, *rest, limit, UNMATCHED, alive)


def unmatched_rows(key: dict, rest_a, rest_b, limit: float | None, reason: str, alive: tuple | None = None) -> list:
    """Return a row without a partner for each kernel of seed_a and seed_b, bool (out,) each, with the reason."""
    rows = []
    for end, rest in enumerate((rest_a, rest_b)):
        for kernel in np.flatnonzero(rest):
            ends = {"kernel_a": None, "kernel_b": None} | {("kernel_a", "kernel_b")[end]: kernel}
            why = reason if alive is None or alive[end][kernel] else DEAD
            rows.append(key | ends | dict.fromkeys(MATCH_COLUMNS[5:9]) | {"threshold": limit, "reason": why})
    return rows


def pair_row(key: dict, of: Aligned, alive: tuple, partners: int, null: np.ndarray, ignore_sign: bool) -> dict:
    """Return the row of pairs.csv of two banks that can be compared."""
    a, b = of.a[alive[0]], of.b[alive[1]]
    value = float(matching.match(a, b, ignore_sign).similarity.mean())
    counts = {"kernels": min(len(a), len(b)), "matched": partners, "similarity": value}
    name, p = CHANNELS if of.is_reordered else ROTATED, float(pvalues.p_value(value - permutation.ROUNDING, null))
    about = {"null": name, "null_mean": null.mean(), "null_99": np.quantile(null, 0.99), "p": p}
    return key | counts | about | {"reason": ""}
