"""All pairs of seeds of one architecture: which kernels go together, and what chance gives."""

from collections.abc import Iterator
from itertools import combinations

import numpy as np
from scipy.stats import false_discovery_control

from kernelscope import matching

MATCH_COLUMNS = (
    *("layer", "seed_a", "seed_b", "kernel_a", "kernel_b", "shift_row", "shift_col", "sign"),
    *("similarity", "chance_mean", "chance_99", "p", "p_corrected"),
)
PAIR_COLUMNS = ("layer", "seed_a", "seed_b", "kernels", "similarity", "chance_mean", "chance_99", "p")


def compare(banks: dict[int, dict[str, np.ndarray]], either_sign: bool, draws: int) -> tuple[list[dict], list[dict]]:
    """Rows of matches.csv (a row per matched kernel) and of pairs.csv (a row per pair of seeds, means over kernels).

    banks: seed -> layer -> trained kernels (out, in, k, k). chance_mean and chance_99 are the mean and the 99 % point
    of the similarities that chance gives to matched kernels, all ranks together; in pairs.csv of their means.
    p_corrected is p after Benjamini and Hochberg (1995) over the kernels of one layer and pair of seeds.
    """
    matches, pairs = [], []
    banks = {seed: {name: finite(bank) for name, bank in layers.items()} for seed, layers in banks.items()}
    for a, b in combinations(sorted(banks), 2):
        for layer, match, null in layer_matches(banks[a], banks[b], either_sign, draws, (a, b)):
            key = {"layer": layer, "seed_a": a, "seed_b": b}
            matches += match_rows(key, match, null)
            pairs.append(pair_row(key, match, null))
    return matches, pairs


def finite(bank: np.ndarray) -> np.ndarray:
    """The bank, or zeros, which match nothing, for one that a failed training left without finite numbers."""
    return bank if np.isfinite(bank).all() else np.zeros_like(bank)


def layer_matches(
    a: dict, b: dict, either_sign: bool, draws: int, seeds: tuple[int, int]
) -> Iterator[tuple[str, matching.Match, np.ndarray]]:
    """Layer by layer: the match, and the similarities that chance gives.

    Kernels of a deeper layer read the kernels of the one before, which two seeds number differently. So the channels
    of b are first put into the order in which the layer before was matched, and chance is a random order.
    """
    order = None
    for number, layer in enumerate(a):
        other = b[layer]
        deeper = order is not None and len(order) == other.shape[1] > 1
        if deeper:
            other = other[:, order]
        match = matching.match(a[layer], other, either_sign)
        null = matching.chance_of_order if deeper else matching.chance
        yield layer, match, null(a[layer], other, either_sign, draws, seed=[*seeds, number])
        order = match.kernel_b[np.argsort(match.kernel_a)]


def match_rows(key: dict, match: matching.Match, null: np.ndarray) -> Iterator[dict]:
    scale = {"chance_mean": null.mean(), "chance_99": np.quantile(null, 0.99)}
    p = matching.p_value(match.similarity, null)
    corrected = false_discovery_control(p)
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
        "p": matching.p_value(np.array([observed]), means)[0],
    }
