"""A row per architecture of a sweep: each outcome with its interval over the seeds."""

import numpy as np

from kernelscope import outcomes, overview
from kernelscope.intervals import mean, proportion

SHARES = (*(name for name in outcomes.COLUMNS if name != "failed"),)
PARTS = ("mean", "low", "high", "n")
UNIVERSALITY = "universality"


def columns(factors: list[str]) -> tuple[str, ...]:
    """The header of cells.csv; factors: all that any architecture of the experiment has."""
    measured = (f"{name}_{part}" for name in (*SHARES, UNIVERSALITY) for part in PARTS)
    failed = ("failures", "failure_rate", "failure_low", "failure_high")
    return ("arch", *factors, "runs", *failed, *measured, "universality_pairs", "universality_p05")


def row(arch: str, levels: dict[str, str], runs: list[dict], pairs: list[dict]) -> dict:
    """One row of cells.csv from the outcomes of its runs and its rows of pairs.csv.

    Intervals are 95 %: of means by t over the seeds, cut to what is possible; of failures as in `proportion`.
    universality: how much more alike the first-layer kernels of two seeds that did not fail are than turned or
    negated at random, the mean over pairs; its interval is by t over delete-one-seed pseudovalues, as the pairs share
    seeds.
    universality_p05: the share of pairs with p <= 0.05.
    """
    failed = sum(run["failed"] for run in runs)
    rate = dict(zip(("failure_rate", "failure_low", "failure_high"), proportion(failed, len(runs)), strict=True))
    found = {"arch": arch, **levels, "runs": len(runs), "failures": failed, **rate}
    for name in SHARES:
        known = [run[name] for run in runs if run[name] is not None]
        found |= parts(name, mean(np.array(known), outcomes.LEAST.get(name, 0)), len(known))
    worked = {run["seed"] for run in runs if not run["failed"]}
    of_worked = [pair for pair in overview.of_first_layer(pairs) if {pair[end] for end in ENDS} <= worked]
    first = [pair for pair in of_worked if pair["turned_mean"] is not None]
    found |= parts(UNIVERSALITY, beyond_turned(first), len({pair[end] for pair in first for end in ENDS}))
    beyond = np.mean([pair["p"] <= 0.05 for pair in first]) if first else None
    return found | {"universality_pairs": len(first), "universality_p05": beyond}


ENDS = ("seed_a", "seed_b")


def parts(name: str, numbers: tuple, n: int) -> dict:
    return dict(zip((f"{name}_{part}" for part in PARTS), (*numbers, n), strict=True))


def beyond_turned(pairs: list[dict]) -> tuple:
    """Mean of similarity less that of turned kernels over pairs of seeds, with its interval over seeds."""
    if not pairs:
        return None, None, None
    beyond = np.array([pair["similarity"] - pair["turned_mean"] for pair in pairs])
    ends = np.array([[pair[end] for end in ENDS] for pair in pairs])
    seeds, whole = np.unique(ends), beyond.mean()
    without = [beyond[(ends != seed).all(1)] for seed in seeds]
    if len(seeds) < 4:  # without one of three there is one pair
        return whole, None, None
    _, low, high = mean(np.array([len(seeds) * whole - (len(seeds) - 1) * left.mean() for left in without]), -1)
    return whole, low, high
