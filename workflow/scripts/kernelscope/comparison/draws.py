"""Are the kernels the same for other images of this kind? Runs on datasets that differ in their seed alone."""

from itertools import combinations, permutations, product
from math import factorial

import numpy as np

from kernelscope.comparison import matching, permutation
from kernelscope.stats import exchange, intervals
from kernelscope.stats.pvalues import LEVEL

COLUMNS = (
    *("arch", "state", "layer", "datasets", "statistic", "within", "between", "difference", "low", "high"),
    *("p", "smallest_p", "sides", "n", "failed", "reason", "would_decide"),
)
STATISTIC = "mean similarity of matched kernels between datasets minus within"
ALSO = "a comparison of draws of the images"
FEW = "fewer than two seeds that did not fail on each of these datasets"
Banks = dict[tuple[str, int], np.ndarray]  # (dataset, seed) -> kernels (out, in, k, k)


def row(banks: Banks, datasets: list[str], failed: int) -> dict:
    """Return the numbers of one row of draws.csv.

    The runs of one seed on several datasets share their untrained kernels, so they are not compared with each other,
    and p is from exchanging the datasets among the runs of each seed: all exchanges if there are at most
    `exchange.DRAWN`, else so many that are drawn. It is two-sided.

    Parameters
    ----------
    banks : dict
        The kernels of one layer for every run that did not fail; runs of a seed without a run on each dataset are left
        out.
    datasets : list of str
        At least two, which differ in their seed alone.
    failed : int
        Number of the runs that failed.

    Returns
    -------
    dict
        COLUMNS without `arch`, `state` and `layer`. `low` and `high` are the 95 % jackknife interval of the difference
        over seeds.
    """
    seeds = sorted({seed for _, seed in banks if all((name, seed) in banks for name in datasets)})
    key = dict.fromkeys(COLUMNS[3:]) | {"datasets": " ".join(datasets), "statistic": STATISTIC, "sides": 2}
    key |= {"n": len(seeds), "failed": failed, "reason": ALSO}
    smallest = smallest_p(len(datasets), len(seeds))
    needed = {"would_decide": f"{seeds_needed(len(datasets))} seeds"} if smallest > LEVEL else {}
    if len(seeds) < 2:
        return key | {"reason": FEW} | needed
    similar = similarities(banks, [[(name, seed) for name in datasets] for seed in seeds])
    within, between = means(similar, np.tile(np.arange(len(datasets)), (len(seeds), 1)))
    null = np.array([np.subtract(*means(similar, order)[::-1]) for order in orders(len(datasets), len(seeds))])
    distance = np.abs(null - null.mean())
    low, high = jackknife(similar)
    numbers = {"within": within, "between": between, "difference": between - within, "low": low, "high": high}
    p = float(np.mean(distance >= distance[0] - exchange.ROUNDING))
    return key | numbers | {"p": p, "smallest_p": smallest} | needed


def similarities(banks: Banks, runs: list[list[tuple[str, int]]]) -> np.ndarray:
    """Return the mean similarity of matched kernels of every two runs of different seeds, (s, d, s, d); else NaN."""
    n, d = len(runs), len(runs[0])
    similar = np.full((n, d, n, d), np.nan)
    for i, j in combinations(range(n), 2):
        for a, b in product(range(d), repeat=2):
            found = matching.match(banks[runs[i][a]], banks[runs[j][b]]).similarity.mean()
            similar[i, a, j, b] = similar[j, b, i, a] = found
    return similar


def means(similar: np.ndarray, order: np.ndarray) -> tuple[float, float]:
    """Return the mean similarity within and between datasets; `order` (s, d) is the dataset that each run counts as."""
    n, d = order.shape
    label = order.ravel()
    flat = similar.reshape(n * d, n * d)
    same = label[:, None] == label
    return float(np.nanmean(flat[same])), float(np.nanmean(flat[~same]))


def orders(datasets: int, seeds: int) -> np.ndarray:
    """Return the exchanges of datasets among the runs of each seed, (exchanges, s, d); the first changes nothing."""
    each = np.array(list(permutations(range(datasets))))
    if len(each) ** (seeds - 1) <= exchange.DRAWN:  # the first seed stays: only the grouping counts
        return np.array([each[[0, *rest]] for rest in product(range(len(each)), repeat=seeds - 1)])
    drawn = np.random.default_rng([datasets, seeds]).integers(0, len(each), (exchange.DRAWN, seeds))
    return each[np.concatenate([np.zeros((1, seeds), int), drawn])]


def smallest_p(datasets: int, seeds: int) -> float:
    """Return the smallest p that so many seeds allow."""
    return 1 / min(factorial(datasets) ** max(0, seeds - 1), exchange.DRAWN + 1)


def seeds_needed(datasets: int) -> int:
    """Return the fewest seeds whose smallest p is at or below the level."""
    return next(seeds for seeds in range(2, 100) if smallest_p(datasets, seeds) <= LEVEL)


def jackknife(similar: np.ndarray) -> tuple[float | None, float | None]:
    """Return the 95 % interval of the difference from leaving out each seed; None with fewer than three."""
    n = len(similar)
    if n < permutation.FEWEST:
        return None, None
    without = [difference(np.delete(np.delete(similar, i, 0), i, 2)) for i in range(n)]
    return intervals.jackknife(difference(similar), np.array(without))


def difference(similar: np.ndarray) -> float:
    """Return the mean similarity between datasets minus that within."""
    n, d = similar.shape[:2]
    within, between = means(similar, np.tile(np.arange(d), (n, 1)))
    return between - within
