"""When the kernels of each layer settle, over seeds, and whether one layer settles before another."""

from itertools import combinations
from typing import NamedTuple

import numpy as np

from kernelscope.stats import exchange, intervals
from kernelscope.stats.pvalues import LEVEL

COLUMNS = (
    *("layer_a", "layer_b", "seeds", "failed", "kernels", "settled_step", "settled_after", "unit", "share"),
    *("share_after", "low", "high", "resolution", "difference", "p", "smallest_p", "reason", "would_decide"),
)
NO_TEST = "a layer alone is not tested"
NEVER = "no kernel settles"
UNKNOWN = "it is unknown when kernels settle, as"
FAILED, ONE = f"{UNKNOWN} every training run failed", f"{UNKNOWN} there is one snapshot"
FAILED_OR_ONE = f"{FAILED} or has one snapshot"
TWO = "fewer than two seeds in which kernels of both layers settle"


class Settling(NamedTuple):
    """When the kernels of one layer settle in one seed, (n,) each, of its living kernels; NaN for one that never does.

    step, after: the first snapshot at which a kernel has settled, and the snapshot before. share, share_after: the same
    as shares of the training.
    """

    step: np.ndarray
    after: np.ndarray
    share: np.ndarray
    share_after: np.ndarray


def rows(layers: dict[str, dict[int, Settling]], failed: int, unit: str, single: int = 0) -> list[dict]:
    """Return the rows of settling.csv: one for each layer, and one for each two layers.

    Parameters
    ----------
    layers : dict
        Layer -> seed -> settling, of the seeds that have several snapshots and whose training did not fail.
    failed : int
        Number of the seeds whose training failed.
    unit : str
        What `share` is a share of.
    single : int
        Number of the other seeds that have one snapshot.

    Returns
    -------
    list of dict
        Rows with COLUMNS. A layer has the means over seeds of the median kernel's step and share, each with that of the
        snapshot before; `low` and `high` are the 95 % t interval of the share, and `resolution` is the mean distance of
        the two snapshots, as a share. Two layers have the mean difference of their shares, its interval, and p from
        exchanging the layers in each seed.
    """
    shared = {"failed": failed, "unit": unit}
    medians = {layer: {seed: median(settling) for seed, settling in seeds.items()} for layer, seeds in layers.items()}
    known = {
        layer: {seed: of_seed for seed, of_seed in seeds.items() if np.isfinite(of_seed.share)}
        for layer, seeds in medians.items()
    }
    none = {(True, False): FAILED, (True, True): FAILED_OR_ONE}.get((failed > 0, single > 0), ONE)
    table = [of_layer(seeds, known[layer], none) | {"layer_a": layer} for layer, seeds in layers.items()]
    return [row | shared for row in table + [of_two(*two, known) for two in combinations(layers, 2)]]


def median(settling: Settling) -> Settling:
    """Return the kernel in the middle of those that settle, the earlier of two; all NaN if none settles."""
    places = np.flatnonzero(np.isfinite(settling.step))
    if not len(places):
        return Settling(*[np.nan] * 4)
    middle = places[np.argsort(settling.step[places], kind="stable")[(len(places) - 1) // 2]]
    return Settling(*(float(values[middle]) for values in settling))


def of_layer(seeds: dict[int, Settling], known: dict[int, Settling], none: str) -> dict:
    """Return the row of one layer without its name; none: why there may be no seeds."""
    count = sum(int(np.isfinite(settling.step).sum()) for settling in seeds.values())
    row = dict.fromkeys(COLUMNS) | {"seeds": len(known), "kernels": count}
    if not known:
        return row | {"reason": NEVER if seeds else none}
    means = {name: np.array([getattr(of_seed, name) for of_seed in known.values()]) for name in Settling._fields}
    share, low, high = intervals.mean(means["share"], 0)
    numbers = {"settled_step": means["step"].mean(), "settled_after": means["after"].mean(), "share": share}
    numbers |= {"share_after": means["share_after"].mean(), "low": low, "high": high}
    reason = NO_TEST if low is not None else f"{NO_TEST}; no interval of one seed or of equal seeds"
    return row | numbers | {"resolution": share - numbers["share_after"], "reason": reason}


def of_two(a: str, b: str, known: dict[str, dict[int, Settling]]) -> dict:
    """Return the row of two layers."""
    seeds = sorted(known[a].keys() & known[b].keys())
    row = dict.fromkeys(COLUMNS) | {"layer_a": a, "layer_b": b, "seeds": len(seeds)}
    if len(seeds) < 2:
        return row | {"reason": TWO, "would_decide": needed()}
    differences = np.array([known[b][seed].share - known[a][seed].share for seed in seeds])
    resolution = np.mean(
        [known[layer][seed].share - known[layer][seed].share_after for layer in (a, b) for seed in seeds]
    )
    middle, low, high = intervals.mean(differences, -1)
    p, smallest = exchange.paired(differences)
    numbers = {"difference": middle, "low": low, "high": high, "p": p, "smallest_p": smallest}
    undecided = {"would_decide": needed()} if smallest > LEVEL else {}
    return row | numbers | {"resolution": resolution, "reason": "a comparison of two layers"} | undecided


def needed() -> str:
    """Return how many seeds would decide whether one layer settles before another."""
    return f"{exchange.pairs_needed(LEVEL)} seeds"
