"""The table of all rules: stage, folder of the files, experiments that it applies to, and needs on a cluster.

Jobs, manifests, logs, stages, the input of `rule all` and the SLURM profile (slurm_profile.py) follow from it. A new
rule is a row here, a method in specs.py, a rule in workflow/rules/ and a script.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from experiment.plan.plan import Plan

DATASET, RUN = "data/{dataset}", "runs/{dataset}/{arch}/seed{seed}"  # folders below the results of an experiment
ARCH, ACROSS, COMPARE, TOP = "compare/{dataset}/{arch}", "compare/{dataset}", "compare", ""
# The group of SLURM of each folder.
GROUPS = {DATASET: "dataset", RUN: "run", ARCH: "seeds"} | dict.fromkeys((ACROSS, COMPARE, TOP), "end")
FIGURES, ALONE = "figures", "alone"  # small jobs with nothing else in common; jobs of no group
JUDGED = "judged"  # of a run, after the nulls of all seeds are pooled; no group may wait for jobs that wait for it
NEEDS = {  # stage -> stages that it needs; findings, figures and movies say more where more stages are selected
    "dataset": (),
    "train": ("dataset",),
    "kernels": ("train",),
    "figures": ("kernels",),
    "movies": ("kernels",),
    "measures": ("kernels",),
    "probes": ("measures",),
    "compare": ("kernels",),
    "agreement": ("compare", "probes"),
    "notes": ("kernels",),  # of all selected stages
    "findings": ("compare", "notes"),
    "page": ("agreement", "findings"),
}


class Rule(NamedTuple):
    """One rule.

    `when`, `datasets`, `architectures` and `seeds` are attributes of a plan: the rule applies if the first is true, to
    what the others list; seeds are listed for each architecture. Megabytes and minutes are at least twice the largest
    in docs/numbers.json; resources.py adds what depends on the config.
    """

    stage: str
    folder: str
    when: str = ""  # always
    datasets: str = "datasets"
    architectures: str = "architectures"
    seeds: str = "seeds"
    megabytes: int = 700  # Snakemake itself takes some of it in each job
    minutes: int = 10
    holds_images: bool = False  # in memory, with the feature maps of its network
    holds_kernels: bool = False  # of all snapshots of a run in memory, and the last of all runs
    group: str = ""  # of SLURM; empty: the group of its folder

    def has(self, wildcard: str) -> bool:
        """Whether its folder has a wildcard."""
        return f"{{{wildcard}}}" in self.folder

    def choices(self, plan: Plan, seeds: str = "") -> Iterator[dict[str, list[str]]]:
        """Yield all values of each wildcard in its folder, for one architecture after the other if it has any.

        seeds: attribute of the plan, in place of the seeds of the rule.
        """
        of_all = {"dataset": list(getattr(plan, self.datasets))} if self.has("dataset") else {}
        if not self.has("arch"):
            yield of_all
            return
        for arch in getattr(plan, self.architectures):
            numbers = getattr(plan, seeds or self.seeds)[arch] if self.has("seed") else []
            yield of_all | {"arch": [arch]} | ({"seed": list(map(str, numbers))} if numbers else {})

    def is_for(self, plan: Plan) -> bool:
        """Whether an experiment has jobs of this rule, provided that its stage is selected."""
        listed = [self.datasets] * self.has("dataset") + [self.architectures] * self.has("arch")
        return bool((not self.when or getattr(plan, self.when)) and all(getattr(plan, name) for name in listed))


RULES = {  # a rule comes after those whose files it reads
    "make_dataset": Rule("dataset", DATASET, datasets="drawn", minutes=60),
    "read_dataset": Rule("dataset", DATASET, datasets="read", megabytes=3500, minutes=60),  # a GB for one huge image
    "draw_samples": Rule("dataset", DATASET, datasets="sources"),
    "train_network": Rule("train", RUN, "supervised", architectures="alone", megabytes=1200, minutes=20, group=ALONE),
    "train_group": Rule("train", RUN, "supervised", architectures="grouped", megabytes=1200, minutes=20, group=ALONE),
    "import_kernels": Rule("train", RUN, "pretrained", holds_kernels=True),
    "train_cdbn": Rule("train", RUN, "cdbn", megabytes=1000, minutes=20),
    "describe_bases": Rule("compare", RUN, "cdbn"),
    "extract_kernels": Rule("kernels", RUN, holds_kernels=True),
    "draw_history": Rule("figures", RUN, "has_history", group=FIGURES),
    "measure_kernels": Rule("measures", RUN, megabytes=900, minutes=60, holds_kernels=True),
    "draw_measures": Rule("measures", RUN),
    "measure_layers": Rule("measures", RUN, "pretrained", holds_kernels=True),
    "compare_settling": Rule("measures", ARCH, holds_kernels=True),
    "probe_kernels": Rule("probes", RUN, "supervised", megabytes=2000, minutes=30, holds_images=True),
    "pool_nulls": Rule("measures", ARCH, megabytes=900, group=ALONE),
    "judge_kernels": Rule("measures", RUN, holds_kernels=True, group=JUDGED),
    "probe_model": Rule("probes", RUN, "probed_models", datasets="probed_models", megabytes=2000, minutes=120),
    "predict_images": Rule("probes", RUN, "supervised", holds_images=True),
    "project_kernels": Rule("probes", RUN, "supervised", holds_images=True),
    "write_atlas": Rule("probes", RUN, "supervised", group=JUDGED),
    "draw_pixels": Rule("probes", RUN, "supervised", group=JUDGED),
    "draw_montage": Rule("figures", RUN, megabytes=1000, holds_kernels=True, group=JUDGED),
    "draw_featuremaps": Rule("figures", RUN, "supervised", holds_images=True, group=FIGURES),
    "make_movie": Rule(  # every frame, and an encoder
        "movies", RUN, seeds="seeds_drawn", megabytes=1300, minutes=20, holds_kernels=True, group=JUDGED
    ),
    "draw_atlas": Rule("probes", RUN, "supervised", seeds="seeds_drawn", holds_images=True, group=JUDGED),
    "match_kernels": Rule("compare", ARCH, megabytes=900, minutes=120, holds_kernels=True),
    "find_types": Rule("compare", ARCH, megabytes=900, minutes=60, holds_kernels=True),
    "draw_vocabulary": Rule("compare", ARCH, holds_kernels=True),
    "draw_matched": Rule("compare", ARCH, megabytes=1000, holds_kernels=True),
    "correlate_initial": Rule("compare", ARCH, megabytes=1200, minutes=60, holds_images=True, holds_kernels=True),
    "draw_pretrained": Rule("compare", ARCH, "pretrained", holds_kernels=True),
    "compare_seeds": Rule(
        "agreement", ARCH, "supervised", megabytes=1200, minutes=60, holds_images=True, holds_kernels=True
    ),
    "draw_agreement": Rule("agreement", ARCH, "supervised"),
    "write_seed_tests": Rule("compare", ARCH, megabytes=900, minutes=120, holds_kernels=True),
    "compare_towers": Rule("compare", ARCH, architectures="towers"),
    "draw_towers": Rule("compare", ARCH, architectures="towers"),
    "sort_kernels": Rule("compare", ARCH, datasets="cropped", architectures="sorted_by_kind", minutes=60),
    "draw_kinds": Rule("compare", ARCH, datasets="cropped", architectures="sorted_by_kind"),
    "compare_architectures": Rule("compare", ACROSS, holds_kernels=True),
    "draw_architectures": Rule("compare", ACROSS, holds_kernels=True),
    "compare_runs": Rule("agreement", ACROSS, "supervised", megabytes=1200, minutes=60),
    "draw_similarity": Rule("agreement", ACROSS, "supervised"),
    "compare_draws": Rule("compare", COMPARE, "draws", megabytes=900, minutes=60),
    "compare_bases": Rule("compare", TOP, "cdbn"),
    "draw_bases": Rule("compare", TOP, "cdbn"),
    "compare_factors": Rule("compare", ACROSS, "levels", megabytes=1200, minutes=60),
    "draw_factors": Rule("compare", ACROSS, "levels"),
    "write_summary": Rule("compare", TOP, holds_kernels=True),
    "write_statements": Rule("findings", TOP, megabytes=1000, minutes=30),
    "write_findings": Rule("findings", TOP, megabytes=1000, minutes=30),
    "write_page": Rule("page", TOP, megabytes=2000, minutes=30, holds_kernels=True),
    "write_cost": Rule("compare", TOP),
    "write_notes": Rule("notes", TOP),
}


def needed(names: Iterable[str]) -> list[str]:
    """Return these stages and all that they need, in processing order."""
    wanted = set(names)
    for stage in reversed(NEEDS):  # a stage comes after the stages that it needs
        if stage in wanted:
            wanted.update(NEEDS[stage])
    return [stage for stage in NEEDS if stage in wanted]


def of_stage(stage: str, plan: Plan) -> list[str]:
    """Return the rules of a stage that apply to an experiment, whether the stage is selected or not."""
    return [rule for rule, row in RULES.items() if row.stage == stage and row.is_for(plan)]


def stages(plan: Plan) -> list[str]:
    """Return the stages of an experiment: the selected ones and those they need, if any of their rules applies."""
    return [stage for stage in needed(plan.config["experiment"]["stages"]) if of_stage(stage, plan)]


def selected(plan: Plan) -> list[str]:
    """Return the rules that an experiment has jobs of."""
    names = stages(plan)
    return [rule for rule, row in RULES.items() if row.stage in names and row.is_for(plan)]


def is_drawn(rule: str) -> bool:
    """Whether a rule is for the seeds with a movie and an atlas only."""
    return RULES[rule].seeds == "seeds_drawn"


def with_wildcards(count: int, plan: Plan) -> list[str]:
    """Return the selected rules with so many wildcards: 1 for a dataset, 2 for an architecture on it, 3 for a run."""
    return [rule for rule in selected(plan) if RULES[rule].folder.count("{") == count]
