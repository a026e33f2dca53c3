"""The jobs of an experiment, and where each keeps its artifacts, manifest, log and measured cost."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import NamedTuple

import kernelscope.manifest
from experiment import cdbn, published
from experiment import stages as stage_lists

RUN = "runs/{dataset}/{arch}/seed{seed}"
FOLDERS = {  # of the artifacts of every rule, below the results of the experiment
    "make_dataset": "data/{dataset}",
    "read_dataset": "data/{dataset}",
    "draw_samples": "data/{dataset}",
    "train_network": RUN,
    "train_group": RUN,
    "import_kernels": RUN,
    "train_cdbn": RUN,
    "describe_bases": RUN,
    "extract_kernels": RUN,
    "draw_montage": RUN,
    "draw_history": RUN,
    "draw_featuremaps": RUN,
    "make_movie": RUN,
    "measure_kernels": RUN,
    "draw_measures": RUN,
    "probe_kernels": RUN,
    "project_kernels": RUN,
    "draw_pixels": RUN,
    "draw_atlas": RUN,
    "match_kernels": "compare/{dataset}/{arch}",
    "draw_matched": "compare/{dataset}/{arch}",
    "draw_published": "compare/{dataset}/{arch}",
    "compare_seeds": "compare/{dataset}/{arch}",
    "compare_towers": "compare/{dataset}/{arch}",
    "compare_architectures": "compare/{dataset}",
    "compare_runs": "compare/{dataset}",
    "compare_bases": "",
    "compare_factors": "compare/{dataset}",
    "write_summary": "",
    "write_findings": "",
    "write_page": "",
    "write_cost": "",
}
SWEPT = ("compare_factors",)  # rules for sweeps alone
TOWERS = ("compare_towers",)  # rules for networks of two towers, and their joined controls
MAKING = "make_dataset", "read_dataset"  # by whether a dataset is drawn or read
TRAINING = "train_network", "train_group"  # by whether seeds are trained together
OWN = ("data", "runs", "compare", "logs")  # the folders of an experiment; all others are other experiments'


def stages(wildcards: int, experiment=None) -> list[str]:
    """The rules with so many wildcards: 1 a dataset, 2 an architecture on it, 3 a run; as for one that trains."""
    return [rule for rule in rules(experiment) if FOLDERS[rule].count("{") == wildcards]


def rules(experiment=None) -> list[str]:
    """The rules that an experiment uses, published or not; of its trainings perhaps more than it does."""
    if experiment is None:
        return [rule for rule in FOLDERS if rule not in (*published.ONLY, *cdbn.ONLY, *SWEPT, *TOWERS)]
    left_out = set(cdbn.NO_LABELS if experiment.cdbn else published.left_out(experiment) + cdbn.ONLY)
    left_out.update(() if experiment.levels else SWEPT, () if experiment.towers else TOWERS)
    made = stage_lists.rules(experiment.stages) - left_out
    return [rule for rule in FOLDERS if rule in made]


def manifest(rule: str) -> str:
    """The manifest of a rule, with its wildcards."""
    return f"{FOLDERS[rule]}/{kernelscope.manifest.FOLDER}/{rule}.json".lstrip("/")


def log(rule: str, suffix: str) -> str:
    """The log of a rule, with its wildcards; `.log`, or `.tsv` for its measured cost."""
    return f"logs/{rule}/{FOLDERS[rule].partition('/')[2]}".rstrip("/") + suffix


class Job(NamedTuple):
    """One job of a rule; or what a job that trains several seeds does for one of them."""

    rule: str
    wildcards: dict[str, str]
    logged: dict[str, str]

    @property
    def manifest(self) -> Path:
        return Path(manifest(self.rule).format(**self.wildcards))

    @property
    def logs(self) -> list[Path]:
        return [Path(log(self.rule, suffix).format(**self.logged)) for suffix in (".log", ".tsv")]


def jobs(experiment) -> Iterator[Job]:
    """Every job of an experiment, in the order of the data's way."""
    choices = {"dataset": experiment.datasets, "arch": experiment.architectures, "seed": map(str, experiment.seeds)}
    choices = {name: list(values) for name, values in choices.items()}
    for rule in rules(experiment):
        names = [name for name in choices if f"{{{name}}}" in FOLDERS[rule]]
        for values in product(*(choices[name] for name in names)):
            wildcards = dict(zip(names, values, strict=True))
            if is_used(experiment, rule, wildcards):
                yield Job(rule, wildcards, logged(experiment, rule, wildcards))


def is_used(experiment, rule: str, wildcards: dict[str, str]) -> bool:
    """Whether a dataset or run is made by this rule, where there are two for it."""
    if rule in MAKING:
        return rule == experiment.maker(wildcards["dataset"])
    if rule in TOWERS:
        return wildcards["arch"] in experiment.towers
    return rule not in TRAINING or rule == experiment.trainer(wildcards["arch"])


def logged(experiment, rule: str, wildcards: dict[str, str]) -> dict[str, str]:
    """The wildcards of the logs of a job; those of a group are at its first seed."""
    if rule != "train_group":
        return wildcards
    return wildcards | {"seed": str(experiment.groups[wildcards["arch"]][int(wildcards["seed"])][0])}
