"""The jobs of an experiment, and where each keeps its artifacts, manifest, log and measured cost."""

import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import NamedTuple

from experiment.plan.plan import Plan
from experiment.plan.rule_table import RULES, selected
from kernelscope.io import manifest as io_manifest

OWN = ("data", "runs", "compare", "logs")  # the folders of an experiment; all others are other experiments'
NUMBER = re.compile(r"_\d+$")


def manifest(rule: str) -> str:
    """Return the manifest of a rule, with its wildcards."""
    return f"{RULES[rule].folder}/{io_manifest.FOLDER}/{rule}.json".lstrip("/")


def log(rule: str, suffix: str) -> str:
    """Return the log of a rule, with its wildcards; `.log`, or `.tsv` for its measured cost."""
    return f"logs/{rule}/{RULES[rule].folder.partition('/')[2]}".rstrip("/") + suffix


def variant(rule: str, number: int) -> str:
    """Return the name of one of several rules with one script and different outputs; the first has its own name."""
    return f"{rule}_{number}" if number else rule


def without_number(name: str) -> str:
    """Return the rule of the table that a generated rule stands for; the name itself, if it stands for none."""
    rule = NUMBER.sub("", name)
    return rule if rule in RULES else name


class Job(NamedTuple):
    """One job of a rule; or what a job that trains several seeds does for one of them.

    is_wanted: whether it is part of the whole experiment; else its files are made only when they are asked for by name.
    """

    rule: str
    wildcards: dict[str, str]
    logged: dict[str, str]
    is_wanted: bool = True

    @property
    def manifest(self) -> Path:
        return Path(manifest(self.rule).format(**self.wildcards))

    @property
    def logs(self) -> list[Path]:
        return [Path(log(self.rule, suffix).format(**self.logged)) for suffix in (".log", ".tsv")]


def jobs(plan: Plan) -> Iterator[Job]:
    """Yield every job of an experiment, after the jobs whose files it reads."""
    return (job for job in possible_jobs(plan) if job.is_wanted)


def possible_jobs(plan: Plan) -> Iterator[Job]:
    """Yield every job of an experiment and every job whose files can be asked for, after those whose files it reads."""
    for rule in selected(plan):
        wanted = getattr(plan, RULES[rule].seeds)
        for choices in RULES[rule].choices(plan, "seeds"):
            for values in product(*choices.values()):
                wildcards = dict(zip(choices, values, strict=True))
                is_wanted = "seed" not in wildcards or int(wildcards["seed"]) in wanted[wildcards["arch"]]
                yield Job(rule, wildcards, logged(plan, rule, wildcards), is_wanted)


def logged(plan: Plan, rule: str, wildcards: dict[str, str]) -> dict[str, str]:
    """Return the wildcards of the logs of a job; a group of seeds has its logs at the first seed."""
    if rule != "train_group":
        return wildcards
    return wildcards | {"seed": str(plan.groups[wildcards["arch"]][int(wildcards["seed"])][0])}
