"""The tables of a sweep: what each factor explains of each outcome, and the mean outcome at each of its levels."""

import numpy as np

from kernelscope import factors, outcomes

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
        effects = factors.explained(y, levels, DRAWS) if len(y) else []
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
        for factor in factors.varied(of) if len(y) else []:
            cell, whole = factors.cells(of), at_all_levels(of, factor)
            for level in dict.fromkeys(one[factor] for one in of) if whole.any() else []:
                mine = whole & np.array([one[factor] == level for one in of])
                middle = factors.level_mean(y[mine], cell[mine], outcomes.LEAST.get(outcome, 0))
                numbers = dict(zip(("mean", "low", "high"), middle, strict=True))
                count = {"runs": int(mine.sum()), "cells": len(np.unique(cell[mine]))}
                found.append({"design": name, "outcome": outcome, "factor": factor, "level": level} | numbers | count)
    return found


def at_all_levels(levels: list[dict[str, str]], factor: str) -> np.ndarray:
    """Whether there are runs at every level of a factor with the other levels of each run (n,)."""
    stratum, own = factors.strata(levels, factor), np.array([of[factor] for of in levels])
    count = len(set(own))
    return np.array([len(set(own[stratum == number])) == count for number in stratum])


def known(rows: list[dict], column: str, design: dict[str, dict[str, str]]) -> tuple[np.ndarray, list[dict[str, str]]]:
    """The values of a column and the levels of their architectures, of those rows of a design that have one."""
    mine = [row for row in rows if row["arch"] in design and row[column] is not None]
    return np.array([row[column] for row in mine], float), [design[row["arch"]] for row in mine]
