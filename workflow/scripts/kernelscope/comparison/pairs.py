"""All pairs of seeds of one architecture: which kernels go together, and what chance gives."""

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
    *("turned_mean", "p", "dealt_mean", "p_dealt", "undefined"),
)
NOT_FINITE, ONE_PIXEL, CONSTANT = "kernels not finite", "kernels of 1 x 1", "all kernels constant"
OTHER_SIZE = "kernels of other sizes"


def compare(banks: dict[int, dict[str, np.ndarray]], either_sign: bool, draws: int) -> tuple[list[dict], list[dict]]:
    """Rows of matches.csv (a row per matched kernel) and of pairs.csv (a row per pair of seeds, means over kernels).

    banks: seed -> layer -> trained kernels (out, in, k, k), the same layers in all. Seeds may have other numbers of
    kernels: then so many are matched as the smaller bank has. chance_mean and chance_99 are the mean and the 99 % point
    of the similarities that chance gives to matched kernels, all ranks together; in pairs.csv of their means.
    p_corrected is p after Benjamini and Hochberg (1995) over the kernels of one layer and pair of seeds. Where two
    banks cannot be compared, the rows stay, kernel beside kernel, without numbers; pairs.csv says why (`undefined`).
    In pairs.csv, p of the first layer is that of kernels turned at random (turned_mean, `permutation.turned`), of
    deeper ones that of chance. p_dealt and dealt_mean are those of kernels dealt at random to two seeds
    (`permutation.dealt`), of the first layer only: deeper kernels of one seed read the same channels and are alike
    for that.
    """
    matches, pairs = [], []
    for a, b in combinations(sorted(banks), 2):
        for layer, match, null in layer_matches(banks[a], banks[b], either_sign, draws, (a, b)):
            key = {"layer": layer, "seed_a": a, "seed_b": b}
            one, other = banks[a][layer], banks[b][layer]
            if why := undefined(one, other):
                matches += empty_match_rows(key, min(len(one), len(other)))
                pairs.append(empty_pair_row(key, min(len(one), len(other)), why))
                continue
            matches += match_rows(key, match, null)
            first = layer == next(iter(banks[a]))
            exact = randomised(one, other, either_sign, draws, [a, b]) if first else {}
            pairs.append(pair_row(key, match, null) | exact | {"undefined": ""})
    return matches, pairs


def undefined(a: np.ndarray, b: np.ndarray) -> str:
    """Why two banks have no similarity, or "": nothing is left of a constant channel once it is centred."""
    if a.shape[1:] != b.shape[1:]:
        return OTHER_SIZE
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        return NOT_FINITE
    if a.shape[-1] == 1:
        return ONE_PIXEL
    return CONSTANT if any((bank == bank[..., :1, :1]).all() for bank in (a, b)) else ""


def layer_matches(
    a: dict, b: dict, either_sign: bool, draws: int, seeds: tuple[int, int]
) -> Iterator[tuple[str, matching.Match | None, np.ndarray | None]]:
    """Layer by layer: the match, and the similarities that chance gives; None where the banks cannot be compared.

    Kernels of a deeper layer read the kernels of the one before, which two seeds number differently. So the channels
    of b are first put into the order in which the layer before was matched, and chance is a random order. Behind a
    layer that cannot be compared they stay as they are: then no likeness is found, but chance is still right.
    """
    order = None
    for number, layer in enumerate(a):
        other = b[layer]
        if undefined(a[layer], other):
            yield layer, None, None
            order = np.arange(len(other))
            continue
        deeper = order is not None and len(order) == other.shape[1] > 1
        if deeper:
            other = other[:, order]
        match = matching.match(a[layer], other, either_sign)
        null = matching.chance_of_order if deeper else matching.chance
        yield layer, match, null(a[layer], other, either_sign, draws, seed=[*seeds, number])
        order = match.kernel_b[np.argsort(match.kernel_a)]


def match_rows(key: dict, match: matching.Match, null: np.ndarray) -> Iterator[dict]:
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
    means, observed = null.mean(1), match.similarity.mean()
    return key | {
        "kernels": len(match.kernel_a),
        "similarity": observed,
        "chance_mean": means.mean(),
        "chance_99": np.quantile(means, 0.99),
        "turned_mean": None,
        "p": float(pvalues.p_value(observed, means)),
        "dealt_mean": None,
        "p_dealt": None,
    }


def randomised(a: np.ndarray, b: np.ndarray, either_sign: bool, draws: int, seeds: list[int]) -> dict:
    """The columns of the exact tests."""
    turned = permutation.turned(a, b, either_sign, draws, seeds)
    dealt = permutation.dealt(a, b, either_sign, draws, seeds)
    return dict(zip(("turned_mean", "p", "dealt_mean", "p_dealt"), (*turned, *dealt), strict=True))


def empty_match_rows(key: dict, kernels: int) -> Iterator[dict]:
    for kernel in range(kernels):
        yield key | {"kernel_a": kernel, "kernel_b": kernel} | dict.fromkeys(MATCH_COLUMNS[5:])


def empty_pair_row(key: dict, kernels: int, why: str) -> dict:
    return key | {"kernels": kernels} | dict.fromkeys(PAIR_COLUMNS[4:-1]) | {"undefined": why}
