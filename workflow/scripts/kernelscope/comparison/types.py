"""Types of kernels: average linkage over the kernels of all seeds, which does not know from which seed a kernel is."""

from typing import NamedTuple

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import squareform

from kernelscope.comparison import pool
from kernelscope.comparison.pool import Pool

MOST, FEWEST_KERNELS = 48, 4  # types that are tried; kernels without which there are no types


class Types(NamedTuple):
    """The types of the kernels of a pool."""

    of: np.ndarray  # (n,) type of each kernel: 0 is in most seeds, of those in as many the one with most kernels
    cut: float  # mean similarity at which two groups are no longer joined


def found(kernels: Pool, cut: float | None = None) -> Types:
    """Return the types of the kernels of a pool.

    Average linkage joins the two groups of kernels with the largest mean similarity, again and again.

    Parameters
    ----------
    kernels : Pool
        At least FEWEST_KERNELS kernels.
    cut : float, optional
        Mean similarity at which no more groups are joined. By default there are as many types, from 2 to MOST, as give
        the largest mean silhouette (Rousseeuw 1987), and `cut` is halfway between the last joined and the next groups.
        Neither the linkage nor the silhouette knows the seeds.
    """
    distance = 1 - kernels.value
    tree = linkage(squareform(distance, checks=False), "average")
    if cut is None:
        most = min(MOST, len(distance) - 1)
        width = [silhouette(distance, fcluster(tree, count, "maxclust")) for count in range(2, most + 1)]
        number = 2 + int(np.argmax(np.round(width, 9)))
        heights = tree[len(distance) - number - 1 : len(distance) - number + 1, 2]
        cut = float(1 - heights.mean())
    return Types(_ordered(fcluster(tree, 1 - cut, "distance"), kernels.seed), cut)


def silhouette(distance: np.ndarray, labels: np.ndarray) -> float:
    """Return the mean silhouette of a clustering (Rousseeuw 1987).

    Parameters
    ----------
    distance : array (n, n)
        Distances of all pairs.
    labels : array (n,)
        The group of each.

    Returns
    -------
    float
        From -1 to 1: how much nearer the kernels are to their own group than to the next one. A kernel alone counts 0.
    """
    member = labels[:, None] == np.unique(labels)
    size = member.sum(0)
    if len(size) < 2:
        return 0.0
    total, own_size = distance @ member, member @ size
    own = total[member] / np.maximum(own_size - 1, 1)
    nearest = np.where(member, np.inf, total / size).min(1)
    largest = np.maximum(own, nearest)
    width = np.divide(nearest - own, largest, out=np.zeros(len(labels)), where=(own_size > 1) & (largest > 0))
    return float(width.mean())


def _ordered(labels: np.ndarray, seed: np.ndarray) -> np.ndarray:
    """Return the labels as numbers from 0: the type in most seeds first, then the largest, then the first kernel's."""
    names = np.unique(labels)
    keys = [(-len(set(seed[labels == n])), -(labels == n).sum(), np.flatnonzero(labels == n)[0]) for n in names]
    rank = np.empty(len(names), int)
    rank[sorted(range(len(names)), key=keys.__getitem__)] = np.arange(len(names))
    return rank[np.searchsorted(names, labels)]


def mean_similarity(kernels: Pool, types: np.ndarray) -> np.ndarray:
    """Return the mean similarity of each kernel to the other kernels of each type (n, types); NaN to no other kernel.

    types: (n,) the type of each kernel, -1 for a kernel that is not counted in any.
    """
    member = types[:, None] == np.arange(types.max() + 1)
    others = member.sum(0) - member
    total = kernels.value @ member - member  # the similarity of a kernel to itself is 1
    return np.divide(total, others, out=np.full(total.shape, np.nan), where=others > 0)


def exemplars(kernels: Pool, types: Types) -> np.ndarray:
    """Return the place of the most typical kernel of each type, which has the largest mean similarity to the others."""
    similarity = mean_similarity(kernels, types.of)
    places = [np.flatnonzero(types.of == number) for number in range(types.of.max() + 1)]
    return np.array([at[np.argmax(np.nan_to_num(similarity[at, number]))] for number, at in enumerate(places)])


class HeldOut(NamedTuple):
    """What the types are like without one seed."""

    has: np.ndarray  # bool (types, seeds): whether the seed has a kernel of the type that is found without the seed
    overlap: np.ndarray  # (types, seeds): kernels in both types over kernels in either, without the seed


def held_out(kernels: Pool, types: Types) -> HeldOut:
    """Return whether each seed has each type, with types that are found without that seed.

    The types without a seed are found at the same cut. Each is the type of all seeds with which it has the most kernels
    in common, one for one. The seed has the type if one of its kernels is more similar to it than to any other type,
    and similar enough to be joined.
    """
    seeds, count = np.unique(kernels.seed), types.of.max() + 1
    has, overlap = np.zeros((count, len(seeds)), bool), np.zeros((count, len(seeds)))
    for column, seed in enumerate(seeds):
        rest = np.flatnonzero(kernels.seed != seed)
        if len(rest) < FEWEST_KERNELS:
            continue
        without = found(pool.subset(kernels, rest), types.cut)
        jaccard = overlaps(types.of[rest], without.of, count)
        mine, theirs = linear_sum_assignment(jaccard, maximize=True)
        overlap[mine, column] = jaccard[mine, theirs]
        numbers = np.full(len(kernels.seed), -1)
        numbers[rest] = without.of
        similarity = mean_similarity(kernels, numbers)[kernels.seed == seed]
        nearest, near = similarity.argmax(1), similarity.max(1) >= types.cut
        has[mine, column] = np.isin(theirs, nearest[near]) & (jaccard[mine, theirs] > 0)
    return HeldOut(has, overlap)


def overlaps(first: np.ndarray, second: np.ndarray, count: int) -> np.ndarray:
    """Return the Jaccard index of each two types of two clusterings (count, types of the second)."""
    a, b = first[:, None] == np.arange(count), second[:, None] == np.arange(second.max() + 1)
    both = a.T.astype(int) @ b
    return both / np.maximum(a.sum(0)[:, None] + b.sum(0) - both, 1)
