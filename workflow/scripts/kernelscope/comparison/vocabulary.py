"""The vocabulary of an architecture: which types of kernels there are, and which seeds have them."""

import numpy as np

from kernelscope.comparison import permutation, pool
from kernelscope.comparison import types as kernel_types
from kernelscope.comparison.permutation import N_RESAMPLES, Tested
from kernelscope.comparison.pool import Pool
from kernelscope.comparison.types import Types
from kernelscope.stats import intervals, text

COLUMNS = (
    *("layer", "type", "name", "kernels", "seeds", "seeds_total", "seeds_held_out", "low", "high"),
    *("seeds_permuted", "p", "stability", "exemplar_seed", "exemplar_kernel", "feature", "reason"),
)
TYPE_COLUMNS = ("layer", "seed", "kernel", "type", "similarity", "shift_row", "shift_col", "reason")
TOO_FEW = f"fewer than {kernel_types.FEWEST_KERNELS} living kernels"
DEEPER = "kernels of a deeper layer read channels that every seed numbers in its own order"
ONE_SEED, NOT_PROBED = "one seed", "kernels were not probed"
MOST_NAMED = 0.5  # share of a type's kernels that respond to a feature, above which the type is named after it


def undefined(kernels: Pool) -> str:
    """Return why a pool has no types, or ""."""
    return kernels.reason or TOO_FEW * (len(kernels.seed) < kernel_types.FEWEST_KERNELS)


def rows(layer: str, kernels: Pool, types: Types, features: dict[tuple[int, int], str], seed: int = 0) -> list[dict]:
    """Return the rows of vocabulary.csv of one layer, the type in most seeds first.

    Parameters
    ----------
    layer : str
    kernels : Pool
        The living kernels of all seeds.
    types : Types
        Their types.
    features : dict
        (seed, kernel) -> the feature that the kernel responds to; empty if kernels were not probed.
    seed : int
        Seed of the permutations.

    Returns
    -------
    list of dict
        Rows with COLUMNS. `seeds` have a kernel of the type. `seeds_held_out` have one of the type as it is found
        without them, and `low` and `high` are the 95 % interval of their share (Clopper and Pearson 1934).
        `seeds_permuted` is the mean number of seeds if the kernels are permuted among the seeds, and `p` the share of
        permutations with as many seeds or more. `stability` is the mean Jaccard index of the type and the type found
        without a seed (Hennig 2007).
    """
    total = len(np.unique(kernels.seed))
    has = present(types.of, kernels.seed).sum(1)
    permuted = np.array([present(types.of, order).sum(1) for order in orders(kernels.seed, seed)])
    held_out, exemplar = kernel_types.held_out(kernels, types), kernel_types.exemplars(kernels, types)
    table = []
    for number in range(len(has)):
        members, count = np.flatnonzero(types.of == number), int(held_out.has[number].sum())
        feature, named = described(members, kernels, features)
        low, high = intervals.proportion(count, total)[1:] if total > 1 else (None, None)
        at_least = float((1 + (permuted[:, number] >= has[number]).sum()) / (1 + len(permuted)))
        tested = {"seeds_held_out": count, "low": low, "high": high, "seeds_permuted": permuted[:, number].mean()}
        tested |= {"p": at_least, "stability": held_out.overlap[number].mean()}
        tested = tested if total > 1 else dict.fromkeys(tested)
        place = {"exemplar_seed": kernels.seed[exemplar[number]], "exemplar_kernel": kernels.kernel[exemplar[number]]}
        again = sum(row["name"].startswith(named) for row in table) if named else 0
        name = f"{named} ({again + 1})" if again else named or f"type {number + 1}"
        key = {"layer": layer, "type": number + 1, "name": name}
        counts = {"kernels": len(members), "seeds": int(has[number]), "seeds_total": total}
        reason = text.joined(ONE_SEED * (total < 2), (NOT_PROBED if not features else "no feature") * (not feature))
        table.append(key | counts | tested | place | {"feature": feature, "reason": reason})
    return table


def described(members: np.ndarray, kernels: Pool, features: dict[tuple[int, int], str]) -> tuple[str | None, str]:
    """Return the most frequent feature of a type's kernels, with its count, and a name if most of them have it."""
    told = [features.get((int(kernels.seed[i]), int(kernels.kernel[i]))) for i in members]
    told = [feature for feature in told if feature]
    if not told:
        return None, ""
    most = max(dict.fromkeys(told), key=told.count)
    share = told.count(most) / len(members)
    return f"{most} ({told.count(most)} of {len(members)})", most if share > MOST_NAMED else ""


def type_rows(layer: str, kernels: Pool, types: Types, alive: dict[int, np.ndarray]) -> list[dict]:
    """Return the rows of types.csv of one layer: the type of every kernel, and how it is like the exemplar.

    alive: seed -> bool (out,). A kernel that takes no part has a row with the reason.
    """
    exemplar = kernel_types.exemplars(kernels, types)[types.of]
    place = {key: i for i, key in enumerate(zip(kernels.seed.tolist(), kernels.kernel.tolist(), strict=True))}
    table = []
    for seed, which in alive.items():
        for kernel in range(len(which)):
            row = {"layer": layer, "seed": seed, "kernel": kernel}
            if (i := place.get((seed, kernel))) is None:
                why = "dead, weak or of a failed run" if not which[kernel] else "constant or not finite"
                table.append(row | dict.fromkeys(TYPE_COLUMNS[3:-1]) | {"reason": why})
                continue
            shift = kernels.shift[exemplar[i], i]
            numbers = {"type": types.of[i] + 1, "similarity": kernels.value[exemplar[i], i]}
            table.append(row | numbers | {"shift_row": shift[0], "shift_col": shift[1], "reason": ""})
    return table


def empty_rows(layer: str, alive: dict[int, np.ndarray], reason: str) -> tuple[list[dict], list[dict]]:
    """Return the rows of vocabulary.csv and types.csv of a layer without types."""
    vocabulary = {"layer": layer} | dict.fromkeys(COLUMNS[1:-1]) | {"seeds_total": len(alive), "reason": reason}
    blank = dict.fromkeys(TYPE_COLUMNS[3:-1]) | {"reason": reason}
    places = [(seed, kernel) for seed, which in alive.items() for kernel in range(len(which))]
    return [vocabulary], [{"layer": layer, "seed": seed, "kernel": kernel} | blank for seed, kernel in places]


def present(types: np.ndarray, seed: np.ndarray) -> np.ndarray:
    """Return whether each seed has each type, bool (types, seeds)."""
    numbers, column = np.unique(seed, return_inverse=True)
    has = np.zeros((types.max() + 1, len(numbers)), bool)
    has[types, column] = True
    return has


def orders(seed: np.ndarray, random_seed: int, n_resamples: int = N_RESAMPLES):
    """Yield the seeds of the kernels in random order: kernels permuted among banks of the same sizes."""
    rng = np.random.default_rng(random_seed)
    return (rng.permutation(seed) for _ in range(n_resamples))


def filled(has: np.ndarray) -> int:
    """Return the number of filled cells of types x seeds."""
    return int(has.sum())


def in_every_seed(has: np.ndarray) -> int:
    """Return the number of types that every seed has."""
    return int(has.all(1).sum())


def most(count, types: np.ndarray, seed: np.ndarray) -> int:
    """Return the largest value of `filled` or `in_every_seed` that types of these sizes allow."""
    size, seeds = np.bincount(types), len(np.unique(seed))
    return count(np.arange(seeds) < size[:, None])


def tested(count, kernels: Pool, types: np.ndarray, n_resamples: int = N_RESAMPLES, seed: int = 0) -> Tested:
    """Test whether the seeds share more or fewer types than the same kernels permuted among the seeds.

    Parameters
    ----------
    count : function
        `filled` or `in_every_seed`, of a bool array (types, seeds).
    kernels : Pool
    types : int array (n,)
        The type of each kernel, found without knowing its seed.
    n_resamples, seed : int
        Number and seed of the draws.

    Returns
    -------
    Tested
        Two-sided.
    """
    types = np.unique(types, return_inverse=True)[1]  # without a seed, some types may be gone
    null = np.array([count(present(types, order)) for order in orders(kernels.seed, seed, n_resamples)], float)
    best = permutation.judged(float(most(count, types, kernels.seed)), null, 0, 2)
    return permutation.judged(float(count(present(types, kernels.seed))), null, best.p, 2)


def interval(kernels: Pool, types: np.ndarray, overall: Tested) -> tuple[float | None, float | None]:
    """Return the 95 % jackknife interval over seeds of the excess of filled cells, scaled to the number of seeds.

    The number of types in every seed has none, because leaving out a seed can only raise it.
    """
    seeds = np.unique(kernels.seed)
    if len(seeds) < permutation.FEWEST:
        return None, None
    scale = len(seeds) / (len(seeds) - 1)
    rest = [kernels.seed != seed for seed in seeds]
    tests = [tested(filled, pool.subset(kernels, np.flatnonzero(r)), types[r], 199) for r in rest]
    return intervals.jackknife(permutation.above(overall), scale * np.array([permutation.above(t) for t in tests]))
