"""What the terminal shows of a run (workflow/terminal): its jobs, how long each should take, and what to open."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from statistics import median

from experiment.plan.jobs import without_number
from experiment.plan.plan import Plan
from experiment.plan.rule_table import RULES, selected

COSTS = "cost.csv"  # of the last run
SECONDS = {  # of jobs before any is measured; only their ratios count much, of the default experiment on 2026-11-30
    **{"train_network": 20, "train_group": 20, "train_cdbn": 60, "probe_kernels": 20, "compare_seeds": 10},
    **{"measure_kernels": 3.5, "write_seed_tests": 3, "write_page": 3, "compare_runs": 3, "match_kernels": 2},
    **{"make_movie": 2, "read_dataset": 2, "write_summary": 1, "draw_measures": 1, "compare_settling": 1},
}
OTHERS = 0.3
READ = {  # file of the results -> the rule that makes it, and what a reader finds there
    "index.html": ("write_page", "everything, in a browser: kernels over the training, seeds"),
    "findings.md": ("write_findings", "the findings, in sentences"),
    "summary.csv": ("write_summary", "a row for every training"),
}


def announced(jobs: Iterable[tuple[int, str, dict, list]], results: Path) -> dict[int, dict]:
    """Return number -> rule, stage, subject, seed and expected seconds of each job.

    jobs: (number, name of the rule, wildcards, outputs); jobs of rules without a row in the table have no stage.
    """
    costs = measured(results / COSTS)
    return {number: described(without_number(rule), *about, costs) for number, rule, *about in jobs}


def described(rule: str, wildcards: dict, outputs: list, costs: dict[str, dict[tuple, float]]) -> dict:
    """Return the fields of one job."""
    seeds = sorted({int(seed) for path in outputs for seed in re.findall(r"/seed(\d+)/", str(path))})
    arch = wildcards.get("arch") or arch_of(outputs) if rule == "train_group" else wildcards.get("arch", "")
    about = [part for part in (wildcards.get("dataset", ""), arch) if part]
    seed = str(seeds[0]) if seeds else ""
    known = costs.get(rule, {})
    seconds = known.get((*about, seed) if seed else tuple(about)) or (median(known.values()) if known else 0.0)
    if rule not in RULES:
        return {"rule": rule, "stage": "", "about": "", "seed": "", "seconds": 0.0}
    named = "" if not seeds else f"seed{seed}" if len(seeds) == 1 else f"seeds {seeds[0]} to {seeds[-1]}"
    seconds = seconds or SECONDS.get(rule, OTHERS) * max(1, len(seeds))
    return {"rule": rule, "stage": RULES[rule].stage, "about": "/".join(about), "seed": named, "seconds": seconds}


def arch_of(outputs: list) -> str:
    """Return the architecture of a job that trains several seeds, from the folders of its outputs."""
    return next((path.parts[-3] for path in map(Path, map(str, outputs)) if path.name == "run.json"), "")


def measured(costs: Path) -> dict[str, dict[tuple, float]]:
    """Return rule -> (dataset, arch, seed), as far as a job has them -> seconds; {} without a readable file."""
    seconds: dict[str, dict[tuple, float]] = defaultdict(dict)
    try:
        with costs.open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                if row["seconds"]:
                    key = tuple(row[name] for name in ("dataset", "arch", "seed") if row[name])
                    seconds[row["stage"]][key] = float(row["seconds"])
    except (OSError, ValueError, KeyError, TypeError, csv.Error):
        return {}
    return seconds


def to_read(plan: Plan) -> list[str]:
    """Return lines with the files to open when an experiment is done; the folder, if only some stages are selected."""
    made = selected(plan)
    read = {f"{plan.results}/{name}": words for name, (rule, words) in READ.items() if rule in made}
    read = read or {plan.results: "the results"}
    verbs, width = ["Open   ", *["Look at"] * (len(read) - 1)], max(map(len, read))
    return [f"{verb}  {path:{width}}  {words}" for verb, (path, words) in zip(verbs, read.items(), strict=True)]
