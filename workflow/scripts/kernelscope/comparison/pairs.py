"""Compare all pairs of seeds of one architecture: which kernels match, and how well they would match by chance."""

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from kernelscope.comparison import matching, permutation
from kernelscope.stats import pvalues

MATCH_COLUMNS = (
    *("layer", "seed_a", "seed_b", "kernel_a", "kernel_b", "shift_row", "shift_col", "sign"),
    *("similarity", "chance_mean", "chance_99", "p", "p_corrected"),
)
PAIR_COLUMNS = (
    *("layer", "seed_a", "seed_b", "kernels", "similarity", "chance_mean", "chance_99"),
    *("rotated_mean", "p", "permuted_mean", "p_permuted", "reason"),
)
NOT_FINITE, ONE_PIXEL, CONSTANT = "kernels not finite", "kernels of 1 x 1", "all kernels constant"
OTHER_SIZE = "kernels of other sizes"


def compare(
    banks: dict[int, dict[str, np.ndarray]], ignore_sign: bool, n_resamples: int
) -> tuple[list[dict], list[dict]]:
    """Return the rows of matches.csv (one per matched kernel) and of pairs.csv (one per layer and pair of seeds).

    Parameters
    ----------
    banks : dict
        Seed -> layer -> trained kernels (out, in, k, k), with the same layers for every seed. Seeds may differ in their
        numbers of kernels: then as many kernels are matched as the smaller bank has.
    ignore_sign : bool
        Whether a kernel equals its negative; see `matching.similarity`.
    n_resamples : int
        Number of draws of every null.

    Returns
    -------
    matches : list of dict
        Rows with MATCH_COLUMNS. chance_mean and chance_99 are the mean and the 99 % point of the null similarities of
        matched kernels, all ranks together. p is the share of null similarities that reach the observed one;
        p_corrected is p after Benjamini and Hochberg (1995) over the kernels of one layer and pair of seeds.
    pairs : list of dict
        Rows with PAIR_COLUMNS, means over matched kernels. chance_mean and chance_99 are the mean and the 99 % point of
        the null means. In the first layer, p and rotated_mean come from kernels rotated or negated at random
        (`permutation.rotated`), and p_permuted and permuted_mean from kernels pooled and split at random
        (`permutation.permuted`). In deeper layers, p comes from channels in random order (`matching.chance_of_order`)
        and the exact tests are left out, because the kernels of one seed read the same channels and are alike for that
        reason.

    Notes
    -----
    Two banks that cannot be compared keep their rows, kernel beside kernel, without numbers; `reason` in pairs.csv
    gives the reason.
    """
    matches, pairs = [], []
    for a, b in combinations(sorted(banks), 2):
        for layer, match, null in layer_matches(banks[a], banks[b], ignore_sign, n_resamples, (a, b)):
            key = {"layer": layer, "seed_a": a, "seed_b": b}
            bank_a, bank_b = banks[a][layer], banks[b][layer]
            if reason := undefined(bank_a, bank_b):
                matches += empty_match_rows(key, min(len(bank_a), len(bank_b)))
                pairs.append(empty_pair_row(key, min(len(bank_a), len(bank_b)), reason))
                continue
            matches += match_rows(key, match, null)
            is_first = layer == next(iter(banks[a]))
            exact_tests = randomized(bank_a, bank_b, ignore_sign, n_resamples, [a, b]) if is_first else {}
            pairs.append(pair_row(key, match, null) | exact_tests | {"reason": ""})
    return matches, pairs


def undefined(a: np.ndarray, b: np.ndarray) -> str:
    """Return why two banks (out, in, k, k) have no similarity, or "" if they have one.

    In a constant channel nothing is left once it is centered.
    """
    if a.shape[1:] != b.shape[1:]:
        return OTHER_SIZE
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        return NOT_FINITE
    if a.shape[-1] == 1:
        return ONE_PIXEL
    return CONSTANT if any((bank == bank[..., :1, :1]).all() for bank in (a, b)) else ""


def layer_matches(
    a: dict, b: dict, ignore_sign: bool, n_resamples: int, seeds: tuple[int, int]
) -> Iterator[tuple[str, matching.Match | None, np.ndarray | None]]:
    """Yield each layer, its match and the null similarities (n_resamples, pairs), None if not comparable.

    The kernels of a deeper layer read the kernels of the layer before, which two seeds number differently. So the
    channels of b are first put into the order in which the layer before was matched, and the null is a random order.
    After a layer that cannot be compared the channels stay as they are: no similarity is found then, but the null is
    still right.
    """
    channel_order = None
    for number, layer in enumerate(a):
        bank_b = b[layer]
        if undefined(a[layer], bank_b):
            yield layer, None, None
            channel_order = np.arange(len(bank_b))
            continue
        reads_matched = channel_order is not None and len(channel_order) == bank_b.shape[1] > 1
        if reads_matched:
            bank_b = bank_b[:, channel_order]
        match = matching.match(a[layer], bank_b, ignore_sign)
        null = matching.chance_of_order if reads_matched else matching.chance
        yield layer, match, null(a[layer], bank_b, ignore_sign, n_resamples, seed=[*seeds, number])
        channel_order = match.kernel_b[np.argsort(match.kernel_a)]


def match_rows(key: dict, match: matching.Match, null: np.ndarray) -> Iterator[dict]:
    """Yield a row of matches.csv for each matched kernel, with p from the null similarities (n_resamples, pairs)."""
    scale = {"chance_mean": null.mean(), "chance_99": np.quantile(null, 0.99)}
    p = pvalues.p_value(match.similarity, null)
    corrected = pvalues.corrected(p)
    for i in range(len(match.kernel_a)):
        yield key | {
            "kernel_a": match.kernel_a[i],
            "kernel_b": match.kernel_b[i],
            "shift_row": match.shift[i, 0],
            "shift_col": match.shift[i, 1],
            "sign": match.sign[i],
            "similarity": match.similarity[i],
            **scale,
            "p": p[i],
            "p_corrected": corrected[i],
        }


def pair_row(key: dict, match: matching.Match, null: np.ndarray) -> dict:
    """Return the row of pairs.csv, with p from the mean of each draw of the null and no exact tests."""
    means, observed = null.mean(1), match.similarity.mean()
    return key | {
        "kernels": len(match.kernel_a),
        "similarity": observed,
        "chance_mean": means.mean(),
        "chance_99": np.quantile(means, 0.99),
        "rotated_mean": None,
        "p": float(pvalues.p_value(observed, means)),
        "permuted_mean": None,
        "p_permuted": None,
    }


def randomized(a: np.ndarray, b: np.ndarray, ignore_sign: bool, n_resamples: int, seeds: list[int]) -> dict:
    """Return the columns of the exact tests (permutation.py)."""
    rotated = permutation.rotated(a, b, ignore_sign, n_resamples, seeds)
    permuted = permutation.permuted(a, b, ignore_sign, n_resamples, seeds)
    return dict(zip(("rotated_mean", "p", "permuted_mean", "p_permuted"), (*rotated, *permuted), strict=True))


def empty_match_rows(key: dict, kernels: int) -> Iterator[dict]:
    """Yield rows without numbers for banks that cannot be compared."""
    for kernel in range(kernels):
        yield key | {"kernel_a": kernel, "kernel_b": kernel} | dict.fromkeys(MATCH_COLUMNS[5:])


def empty_pair_row(key: dict, kernels: int, why: str) -> dict:
    """Return a row of pairs.csv without numbers, with the reason why the banks cannot be compared."""
    return key | {"kernels": kernels} | dict.fromkeys(PAIR_COLUMNS[4:-1]) | {"reason": why}
