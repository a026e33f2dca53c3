"""The tables of a sweep: outcomes by condition, and the effect of each factor."""

import numpy as np

from kernelscope.comparison import architectures_table, outcomes
from kernelscope.stats import anova
from kernelscope.stats.intervals import mean, proportion

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
    of_worked = [pair for pair in architectures_table.of_first_layer(pairs) if {pair[end] for end in ENDS} <= worked]
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


OUTCOMES = (*outcomes.COLUMNS, "universality")
EFFECTS = ("design", "outcome", "runs", "cells", "term", "share", "low", "high", "p")
LEVELS = ("design", "outcome", "factor", "level", "mean", "low", "high", "runs", "cells")
DRAWS = 999


def designs(levels: dict[str, dict[str, str]]) -> dict[str, dict[str, dict[str, str]]]:
    """name -> architecture -> levels of each design, which is called after its bases.

    levels: arch -> factor -> level, `base` first. Sweeps with the same factors and levels are one design, in which the
    base is a factor too.
    """
    bases: dict[str, list[str]] = {}
    for arch, chosen in levels.items():
        bases.setdefault(chosen["base"], []).append(arch)
    alike: dict[tuple, list[str]] = {}
    for base, archs in bases.items():
        choices = sorted(tuple(sorted(without_base(levels[arch]).items())) for arch in archs)
        alike.setdefault(tuple(choices), []).append(base)
    return {
        ", ".join(names): {arch: levels[arch] for base in names for arch in bases[base]} for names in alike.values()
    }


def without_base(chosen: dict[str, str]) -> dict[str, str]:
    return {factor: level for factor, level in chosen.items() if factor != "base"}


def effects(name: str, design: dict[str, dict[str, str]], runs: list[dict], cells: list[dict]) -> list[dict]:
    """Rows of effects.csv of one design, from rows of outcomes.csv and cells.csv.

    Universality is of architectures, not of runs: its cells are its numbers, so that there are no seeds in them.
    """
    found = []
    for outcome in OUTCOMES:
        rows, column = (runs, outcome) if outcome in outcomes.COLUMNS else (cells, f"{outcome}_mean")
        y, levels = known(rows, column, design)
        key = {"design": name, "outcome": outcome, "runs": len(y), "cells": len({tuple(of.values()) for of in levels})}
        effects = anova.explained(y, levels, DRAWS) if len(y) else []
        found += [key | effect._asdict() | {"term": " x ".join(effect.term)} for effect in effects]
    return found


def levels(name: str, design: dict[str, dict[str, str]], runs: list[dict]) -> list[dict]:
    """Rows of levels.csv of one design: every outcome of runs at every level of every factor that varies.

    Of cells whose fellow at another level has no run with that outcome none counts: all levels are averaged over the
    same choices of the other factors.
    """
    found = []
    for outcome in outcomes.COLUMNS:
        y, of = known(runs, outcome, design)
        for factor in anova.varied(of) if len(y) else []:
            cell, whole = anova.cells(of), at_all_levels(of, factor)
            for level in dict.fromkeys(one[factor] for one in of) if whole.any() else []:
                mine = whole & np.array([one[factor] == level for one in of])
                middle = anova.level_mean(y[mine], cell[mine], outcomes.LEAST.get(outcome, 0))
                numbers = dict(zip(("mean", "low", "high"), middle, strict=True))
                count = {"runs": int(mine.sum()), "cells": len(np.unique(cell[mine]))}
                found.append({"design": name, "outcome": outcome, "factor": factor, "level": level} | numbers | count)
    return found


def at_all_levels(levels: list[dict[str, str]], factor: str) -> np.ndarray:
    """Whether there are runs at every level of a factor with the other levels of each run (n,)."""
    stratum, own = anova.strata(levels, factor), np.array([of[factor] for of in levels])
    count = len(set(own))
    return np.array([len(set(own[stratum == number])) == count for number in stratum])


def known(rows: list[dict], column: str, design: dict[str, dict[str, str]]) -> tuple[np.ndarray, list[dict[str, str]]]:
    """The values of a column and the levels of their architectures, of those rows of a design that have one."""
    mine = [row for row in rows if row["arch"] in design and row[column] is not None]
    return np.array([row[column] for row in mine], float), [design[row["arch"]] for row in mine]
