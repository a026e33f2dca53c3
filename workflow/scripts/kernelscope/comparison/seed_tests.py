"""The rows of seed_tests.csv: is it the same for every seed? Each claim beside its null, trained and untrained."""

from collections.abc import Iterator

import numpy as np

from kernelscope.comparison import control_comparison, permutation, planted, pool, vocabulary
from kernelscope.comparison import types as kernel_types
from kernelscope.comparison.permutation import Tested
from kernelscope.comparison.pool import Pool
from kernelscope.stats import text
from kernelscope.stats.pvalues import LEVEL

COLUMNS = (
    *("state", "layer", "claim", "statistic", "value", "null", "null_mean", "null_sd", "excess", "low", "high"),
    *("p", "smallest_p", "sides", "n", "n_unit", "detectable", "detectable_shared", "note", "reason", "would_decide"),
)
ROTATION, CONTROL = "same_kinds_rotation", "same_kinds_control"
SAME, WITHIN = "same_kernels", "same_kernels_within_types"
CELLS, SHARED = "vocabulary_cells", "vocabulary_shared"
CLAIMS = {  # claim -> statistic, null
    ROTATION: ("mean matched similarity", "kernels rotated by 180 degrees at random"),
    SAME: ("mean matched similarity", "kernels of all seeds permuted among the seeds"),
    WITHIN: ("mean matched similarity", "kernels of each type permuted among the seeds"),
    CELLS: ("types that the seeds have, summed over seeds", "kernels of all seeds permuted among the seeds"),
    SHARED: ("types in every seed", "kernels of all seeds permuted among the seeds"),
}
ONE_SEED = "fewer than two seeds"
MORE_SEEDS = 60  # largest number of seeds or kernels that `would_decide` names


def of_kernels(key: dict, kernels: Pool, note: str = "") -> Iterator[dict]:
    """Yield the rows of one state and layer that compare the kernels of the seeds with each other.

    Parameters
    ----------
    key : dict
        `state` and `layer`.
    kernels : Pool
        The kernels of all seeds that take part.
    note : str
        Which seeds and kernels do not take part.
    """
    seeds = len(np.unique(kernels.seed))
    base = key | {"n": seeds, "n_unit": "seeds", "note": note}
    few = seeds < 2 and kernels.reason in ("", pool.TOO_FEW)
    if reason := text.joined(ONE_SEED, note) if few else kernels.reason:
        yield from (undecided(base, claim, reason, needed(claim, kernels) * few) for claim in CLAIMS)
        return
    yield rotation(base, kernels)
    same = permutation.permuted(kernels)
    low_high = permutation.interval(kernels, same, lambda rest, draws: permutation.permuted(rest, None, draws))
    numbers = row(base, SAME, same, low_high)
    if (detectable := numbers["detectable"]) is not None:
        numbers["detectable_shared"] = planted.shared(kernels, detectable)
    yield numbers | decided_by(same, SAME, kernels)
    if reason := vocabulary.undefined(kernels):
        yield from (undecided(base, claim, reason, "more kernels") for claim in (WITHIN, CELLS, SHARED))
        return
    yield from of_types(base, kernels)


def rotation(base: dict, kernels: Pool) -> dict:
    """Return the row of the rotation null; without a p where most kernels look the same when rotated."""
    symmetric = permutation.point_symmetric(kernels)
    if symmetric > 0.5:
        why = f"{100 * symmetric:.0f} % of the kernels look the same when rotated by 180 degrees"
        return undecided(base, ROTATION, why, "the control comparison")
    test = permutation.rotated(kernels)
    low_high = permutation.interval(kernels, test, lambda rest, draws: permutation.rotated(rest, draws))
    return row(base, ROTATION, test, low_high) | decided_by(test, ROTATION, kernels)


def of_types(base: dict, kernels: Pool) -> Iterator[dict]:
    """Yield the rows about the types of the kernels."""
    types = kernel_types.found(kernels).of
    place = {number: i for i, number in enumerate(zip(kernels.seed, kernels.kernel, strict=True))}

    def again(rest: Pool, draws: int) -> Tested:
        chosen = [place[number] for number in zip(rest.seed, rest.kernel, strict=True)]
        return permutation.permuted(rest, types[chosen], draws)

    within = permutation.permuted(kernels, types)
    yield row(base, WITHIN, within, permutation.interval(kernels, within, again)) | more_kernels(within)
    cells = vocabulary.tested(vocabulary.filled, kernels, types)
    yield row(base, CELLS, cells, vocabulary.interval(kernels, types, cells)) | more_kernels(cells)
    shared = vocabulary.tested(vocabulary.in_every_seed, kernels, types)
    numbers = row(base, SHARED, shared, (None, None), reason="a number of types has no jackknife interval")
    yield numbers | more_kernels(shared)


def more_kernels(test: Tested) -> dict:
    """Return what would make a p at or below LEVEL possible for a test of types, whose sizes are not known before."""
    return {"would_decide": "more kernels of each type in every seed"} if test.smallest_p > LEVEL else {}


def of_control(key: dict, kind: str, real: Pool, control: Pool, similarity: np.ndarray | None, note: str = "") -> dict:
    """Return the row of one kind of control.

    Parameters
    ----------
    key : dict
        `state` and `layer`.
    kind : str
        The kind of control in words.
    real, control : Pool
        The kernels of both; each without similarities to the other.
    similarity : array (n, n) or None
        Similarities of all pairs, the kernels of `real` before the kernels of `control`; None if there are none.
    note : str
        Which seeds and kernels do not take part, and which seeds share their start.
    """
    seeds = np.union1d(real.seed, control.seed)
    base = key | {"n": len(seeds), "n_unit": "seeds", "note": note}
    head = {"statistic": "mean matched similarity", "null": kind}
    if similarity is None or real.reason or control.reason:
        return undecided(base, CONTROL, real.reason or control.reason or pool.OTHER_SIZE, "", head)
    of = control_comparison.banks(real, control, similarity)
    if not np.isfinite(control_comparison.difference(of.matched, of.real)):
        return undecided(base, CONTROL, "fewer than two real seeds, or no control of another seed", "6 seeds", head)
    test, among = control_comparison.tested(of), control_comparison.among(of)
    low, high = control_comparison.interval(of)
    excess = {"value": among, "null_mean": among - test.value, "excess": test.value}
    numbers = row(base, CONTROL, test, (low, high), head) | excess
    why = "exchanges of real and control seeds contain the effect, so no power is computed"
    reasons = [numbers["reason"], why]
    needed = "6 seeds of both" * (test.smallest_p > LEVEL)
    return numbers | {"detectable": None, "reason": text.joined(*reasons), "would_decide": needed}


def row(base: dict, claim: str, test: Tested, low_high: tuple, head: dict | None = None, reason: str = "") -> dict:
    """Return a row of a claim that was tested. reason: why it has no interval, by default too few seeds."""
    statistic, null = CLAIMS.get(claim, ("", ""))
    low, high = low_high
    detectable = planted.detectable(test)
    reasons = [(reason or f"an interval needs {permutation.FEWEST} seeds that differ") * (low is None)]
    reasons.append(f"no p at or below {LEVEL} is possible" * (detectable is None))
    about = {"claim": claim, "statistic": statistic, "value": test.value, "null": null}
    about |= {"null_mean": float(test.null.mean()), "null_sd": float(test.null.std()), "sides": test.sides}
    numbers = {"excess": permutation.above(test), "low": low, "high": high, "p": test.p}
    numbers |= {"smallest_p": test.smallest_p, "detectable": detectable}
    texts = {"reason": text.joined(*reasons), "would_decide": ""}
    return dict.fromkeys(COLUMNS) | base | about | numbers | texts | (head or {})


def undecided(base: dict, claim: str, reason: str, would_decide: str, head: dict | None = None) -> dict:
    """Return a row of a claim that cannot be tested, with the reason and what would decide it."""
    statistic, null = CLAIMS.get(claim, ("", ""))
    words = {"claim": claim, "statistic": statistic, "null": null, "reason": reason, "would_decide": would_decide}
    return dict.fromkeys(COLUMNS) | base | words | (head or {})


def decided_by(test: Tested, claim: str, kernels: Pool) -> dict:
    """Return what would make a p at or below LEVEL possible for a claim; nothing if this test allows one."""
    return {"would_decide": needed(claim, kernels)} if test.smallest_p > LEVEL else {}


def needed(claim: str, kernels: Pool) -> str:
    """Return which seeds allow a p at or below LEVEL: more of as many kernels, or as many of more kernels.

    The tests of types need at least as many as that of individual kernels.
    """
    smallest = permutation.smallest_p_rotated if claim == ROTATION else permutation.smallest_p
    sizes = list(map(len, pool.banks(kernels.seed)))
    if not sizes:
        return "living kernels in more seeds"
    more = {"seeds": lambda n: [int(np.median(sizes))] * n, "kernels": lambda n: [n] * len(sizes)}
    fewest = {
        unit: next((n for n in range(2, MORE_SEEDS) if smallest(counts(n)) <= LEVEL), None)
        for unit, counts in more.items()
    }
    return " or ".join(f"{n} {unit}" for unit, n in fewest.items() if n)
