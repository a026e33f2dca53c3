"""The tables of a sweep: outcomes by condition, and the effect of each factor."""

from collections import Counter

import numpy as np

from kernelscope.comparison import architectures_table, outcomes
from kernelscope.stats import anova
from kernelscope.stats.factor_rows import ALL_BASES, PAIR
from kernelscope.stats.intervals import mean, proportion
from kernelscope.stats.pvalues import LEVEL

SHARES = (*(name for name in outcomes.COLUMNS if name != "failed"),)
PARTS = ("mean", "low", "high", "n")
BEYOND_ROTATED = "beyond_rotated"


def columns(factors: list[str]) -> tuple[str, ...]:
    """Return the header of conditions.csv, from all factors that any architecture of the experiment has."""
    measured = (f"{name}_{part}" for name in (*SHARES, BEYOND_ROTATED) for part in PARTS)
    failed = ("failures", "failure_rate", "failure_low", "failure_high")
    beyond = ("beyond_rotated_pairs", "beyond_rotated_p05")
    return ("arch", *factors, "runs", *failed, outcomes.FACTOR, *measured, *beyond, outcomes.REASON)


def row(arch: str, levels: dict[str, str], runs: list[dict], pairs: list[dict]) -> dict:
    """Return one row of conditions.csv: the outcomes of one condition.

    Parameters
    ----------
    arch : str
        The architecture, which is the condition.
    levels : dict
        Factor -> level.
    runs : list of dict
        The outcomes of its runs (`outcomes.row`), each with its seed.
    pairs : list of dict
        Its rows of pairs.csv.

    Returns
    -------
    dict
        All intervals are 95 %: t intervals over seeds for means, clipped to the possible range; `proportion` for
        failures. `beyond_rotated` is how much more alike the first-layer kernels of two seeds are than kernels rotated
        at random, averaged over pairs of seeds that did not fail. Its interval is a t interval over delete-one-seed
        pseudovalues, because pairs share seeds. `beyond_rotated_p05` is the share of pairs with p <= 0.05.
    """
    failed = sum(run["failed"] for run in runs)
    rate = dict(zip(("failure_rate", "failure_low", "failure_high"), proportion(failed, len(runs)), strict=True))
    columns = {"arch": arch, **levels, "runs": len(runs), "failures": failed, **rate}
    columns[outcomes.FACTOR] = architectures_table.first_known(runs, outcomes.FACTOR)
    for name in SHARES:
        values = [run[name] for run in runs if run[name] is not None]
        columns |= parts(name, mean(np.array(values), *outcomes.bounds(name)), len(values))
    successful = {run["seed"] for run in runs if not run["failed"]}
    first = [pair for pair in architectures_table.of_first_layer(pairs) if pair["null_mean"] is not None]
    comparable = [pair for pair in first if {pair[end] for end in ENDS} <= successful]
    seeds = {pair[end] for pair in comparable for end in ENDS}
    columns |= parts(BEYOND_ROTATED, beyond_rotated(comparable), len(seeds))
    significant = np.mean([pair["p"] <= LEVEL for pair in comparable]) if comparable else None
    columns |= {"beyond_rotated_pairs": len(comparable), "beyond_rotated_p05": significant}
    return columns | {outcomes.REASON: missing(runs)}


def missing(runs: list[dict]) -> str:
    """Return why means of a condition are over fewer runs than it has, with the number of runs; "" if all count."""
    reasons = Counter(run[outcomes.REASON] for run in runs if run[outcomes.REASON])
    return "; ".join(f"{reason} in {count} of {len(runs)} runs" for reason, count in reasons.items())


ENDS = ("seed_a", "seed_b")


def parts(name: str, numbers: tuple, n: int) -> dict:
    """Return a mean, the ends of its interval and n as columns of an outcome."""
    return dict(zip((f"{name}_{part}" for part in PARTS), (*numbers, n), strict=True))


def beyond_rotated(pairs: list[dict]) -> tuple:
    """Return the mean over pairs of the similarity minus that of rotated kernels, with its interval over seeds."""
    if not pairs:
        return None, None, None
    beyond = np.array([pair["similarity"] - pair["null_mean"] for pair in pairs])
    ends = np.array([[pair[end] for end in ENDS] for pair in pairs])
    seeds, overall = np.unique(ends), beyond.mean()
    without = [beyond[(ends != seed).all(1)] for seed in seeds]
    if len(seeds) < 4:  # three seeds without one leave a single pair
        return overall, None, None
    _, low, high = mean(np.array([len(seeds) * overall - (len(seeds) - 1) * rest.mean() for rest in without]), -1)
    return overall, low, high


OUTCOMES = (*outcomes.COLUMNS, "beyond_rotated")
EFFECTS = (
    *("design", "outcome", "base", "runs", "conditions", "term"),
    *("share", "low", "high", "p", "smallest_p", "reason"),
)
LEVELS = ("design", "outcome", "factor", "level", "mean", "low", "high", "runs", "conditions", "reason")
NOT_TESTED = "only factors and pairs of factors are tested"
NO_INTERVAL = "an interval needs several runs of a condition"
N_RESAMPLES = 999


def designs(levels: dict[str, dict[str, str]]) -> dict[str, dict[str, dict[str, str]]]:
    """Return the designs: name -> architecture -> levels, where the name lists the bases.

    levels: architecture -> factor -> level, `base` first. Sweeps with the same factors and levels are one design, in
    which the base is also a factor.
    """
    bases: dict[str, list[str]] = {}
    for arch, chosen in levels.items():
        bases.setdefault(chosen["base"], []).append(arch)
    same_choices: dict[tuple, list[str]] = {}
    for base, archs in bases.items():
        choices = sorted(tuple(sorted((levels[arch] | {"base": ""}).items())) for arch in archs)
        same_choices.setdefault(tuple(choices), []).append(base)
    designs = same_choices.values()
    return {", ".join(names): {arch: levels[arch] for base in names for arch in bases[base]} for names in designs}


def effects(name: str, design: dict[str, dict[str, str]], runs: list[dict], conditions: list[dict]) -> list[dict]:
    """Return the rows of effects.csv of one design, from rows of outcomes.csv and conditions.csv.

    If there are several bases, there are also rows about each factor within each base. Likeness across seeds belongs to
    architectures, not to runs. Its observations are therefore the conditions, without variation between seeds.
    """
    bases = list(dict.fromkeys(chosen["base"] for chosen in design.values()))
    parts = {ALL_BASES: design}
    if len(bases) > 1:
        parts |= {base: {arch: of for arch, of in design.items() if of["base"] == base} for base in bases}
    table = []
    for outcome in OUTCOMES:
        for base, part in parts.items():
            y, levels = observed(outcome, runs, conditions, part)
            key = {"design": name, "outcome": outcome, "base": base, "runs": len(y)}
            key["conditions"] = len({tuple(chosen.values()) for chosen in levels})
            effects = anova.explained(y, levels, N_RESAMPLES) if len(y) else []
            table += [
                key | effect._asdict() | {"term": PAIR.join(effect.term), "reason": why(effect)}
                for effect in effects
                if base == ALL_BASES or (len(effect.term) == 1 and effect.term[0] in levels[0])
            ]
    return table


def why(effect: anova.Effect) -> str:
    """Return why an effect has no interval or no p."""
    if effect.low is None:
        return NO_INTERVAL
    return NOT_TESTED if effect.p is None else ""


def levels(name: str, design: dict[str, dict[str, str]], runs: list[dict], conditions: list[dict]) -> list[dict]:
    """Return the rows of levels.csv of one design: each outcome at each level of each factor that varies.

    If there are several bases, each of them together with each other factor is a factor too, named `base x FACTOR`. A
    condition counts only if every other level of the factor also has runs with that outcome, so all levels are averaged
    over the same choices of the other factors. `runs` is the number of observations: runs, or conditions for
    beyond_rotated.
    """
    table = []
    for outcome in OUTCOMES:
        y, levels_of_design = observed(outcome, runs, conditions, design)
        varied = anova.varied(levels_of_design) if len(y) else []
        for factor in [*varied, *(f"base{PAIR}{other}" for other in varied[1:] if varied[0] == "base")]:
            run_levels = [joined(chosen, factor) for chosen in levels_of_design]
            condition, complete = anova.cells(run_levels), at_all_levels(run_levels, factor)
            for level in dict.fromkeys(chosen[factor] for chosen in run_levels) if complete.any() else []:
                at_level = complete & np.array([chosen[factor] == level for chosen in run_levels])
                interval = anova.level_mean(y[at_level], condition[at_level], *outcomes.bounds(outcome))
                numbers = dict(zip(("mean", "low", "high"), interval, strict=True))
                count = {"runs": int(at_level.sum()), "conditions": len(np.unique(condition[at_level]))}
                reason = {"reason": NO_INTERVAL if interval[1] is None else ""}
                key = {"design": name, "outcome": outcome, "factor": factor, "level": level}
                table.append(key | numbers | count | reason)
    return table


def joined(levels: dict[str, str], factor: str) -> dict[str, str]:
    """Return the levels of a run in which a pair of factors is one factor; unchanged if `factor` is no pair."""
    if factor in levels:
        return levels
    names = factor.split(PAIR)
    rest = {name: level for name, level in levels.items() if name not in names}
    return {factor: ", ".join(levels[name] for name in names)} | rest


def observed(
    outcome: str, runs: list[dict], conditions: list[dict], design: dict[str, dict[str, str]]
) -> tuple[np.ndarray, list[dict[str, str]]]:
    """Return the values of an outcome and their levels, over the runs or, for beyond_rotated, over the conditions."""
    rows, column = (runs, outcome) if outcome in outcomes.COLUMNS else (conditions, f"{outcome}_mean")
    usable = [row for row in rows if row["arch"] in design and row[column] is not None]
    return np.array([row[column] for row in usable], float), [design[row["arch"]] for row in usable]


def at_all_levels(levels: list[dict[str, str]], factor: str) -> np.ndarray:
    """Return whether the other levels of each run also have runs at every level of a factor, bool (n,)."""
    stratum, level = anova.strata(levels, factor), np.array([chosen[factor] for chosen in levels])
    count = len(set(level))
    return np.array([len(set(level[stratum == number])) == count for number in stratum])
