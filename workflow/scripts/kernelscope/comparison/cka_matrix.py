"""The matrix of CKA between all layers of all runs, with similar layers side by side, and the names of its groups."""

import numpy as np
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.spatial.distance import squareform

from kernelscope.comparison.cka_table import TRAINED, Entry

LONGEST = 44  # letters of a name
MOST_SEEDS = 5  # at most this many seeds are in a name


def matrix(similarity: list[dict]) -> tuple[list[Entry], np.ndarray]:
    """Return the entries of the trained rows, and their CKA (n, n): 1 on the diagonal, NaN where CKA is undefined."""
    trained = [row for row in similarity if row["state"] == TRAINED]
    ends = [tuple(row[f"{name}_{end}"] for name in ("arch", "seed", "layer")) for row in trained for end in "ab"]
    entries = list(dict.fromkeys(ends))
    place = {entry: i for i, entry in enumerate(entries)}
    values = np.full((len(entries), len(entries)), np.nan)
    for row, a, b in zip(trained, ends[::2], ends[1::2], strict=True):
        values[place[a], place[b]] = values[place[b], place[a]] = np.nan if row["cka"] is None else row["cka"]
    whole = np.isfinite(values).any(1)
    values[whole, whole] = 1
    return entries, values


def order(entries: list[Entry], values: np.ndarray, failed: set[tuple[str, int]]) -> np.ndarray:
    """Return the order in which the matrix is drawn: average linkage of 1 - CKA, similar entries side by side.

    Entries of failed runs follow, then entries without any value. A single missing value counts as dissimilar.
    """
    empty = ~np.isfinite(values).any(1)
    broken = np.array([entry[:2] in failed for entry in entries], bool) & ~empty
    groups = (np.flatnonzero(~broken & ~empty), np.flatnonzero(broken), np.flatnonzero(empty))
    return np.concatenate([clustered(values, group) for group in groups])


def clustered(values: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Return the group in the order of the leaves of its tree."""
    if len(group) < 3:
        return group
    distance = 1 - np.clip(np.nan_to_num(values[np.ix_(group, group)]), 0, 1)
    np.fill_diagonal(distance, 0)
    return group[leaves_list(linkage(squareform(distance, checks=False), "average", optimal_ordering=True))]


def names(entries: list[Entry], failed: set[tuple[str, int]]) -> list[tuple[int, int, str]]:
    """Return the first row, last row and name of neighbors that are the same layer of the same architecture."""
    groups = []
    for row, (arch, seed, layer) in enumerate(entries):
        key = (arch, layer, (arch, seed) in failed)
        if groups and groups[-1][2] == key:
            groups[-1][1] = row
            groups[-1][3].append(seed)
        else:
            groups.append([row, row, key, [seed]])
    return [(first, last, name(*key, seeds)) for first, last, key, seeds in groups]


def name(arch: str, layer: str, failed: bool, seeds: list[int]) -> str:
    """Return the label of one layer of one architecture, with its seeds."""
    which_seeds = f"{len(seeds)} seeds"
    if len(seeds) <= MOST_SEEDS:
        which_seeds = ("seed " if len(seeds) == 1 else "seeds ") + ", ".join(map(str, seeds))
    end = f" · {layer} · {which_seeds}" + " (failed)" * failed
    return cut(arch, max(12, LONGEST - len(end))) + end


def cut(name: str, most: int) -> str:
    """Return a name of at most so many letters, with an ellipsis where it was cut."""
    return name if len(name) <= most else f"{name[: most - 1]}…"
