"""Memory and time that a job asks a cluster for, from what the jobs of the default experiment took.

Needs that are the same in every experiment are in the table of rules, and from there in the SLURM profile. Needs that
depend on the config are computed here: their rules have `resources`. A single machine uses neither.
"""

from experiment.plan.plan import Plan
from experiment.plan.rule_table import RULES

HELD = 3  # times the bytes of its images, as a training needs some of them as floats
PIXELS_A_MINUTE = 3e7  # of all images of all steps; a tenth of what one core did with kernels of 15 x 15 on 2026-11-26
UPDATES_A_MINUTE = 300  # of a convolutional deep belief network; a fifth of what one core did on 2026-11-27
UNKNOWN = 3 * 6400  # pixels of an image whose size is found by the job, in color


def is_training(rule: str) -> bool:
    """Whether the jobs of a rule are trainings."""
    return rule.startswith("train_")


def fixed(rule: str) -> dict[str, int]:
    """Return the resources of a rule that are the same for every config."""
    row = RULES[rule]
    memory = {} if is_training(rule) or row.holds_images else {"mem_mb": row.megabytes}
    return memory | ({} if is_training(rule) else {"runtime": row.minutes})


def megabytes(plan: Plan, rule: str, dataset: str | None, arch: str | None) -> int:
    """Return the memory of a job; dataset and arch are None for a job without."""
    row = RULES[rule]
    if is_training(rule):
        most = plan.config["memory"]["images"]
        held = min(most, images(plan, dataset) * pixels(plan, dataset) / 1e6)
        return round(row.megabytes + HELD * held)
    if row.holds_images:
        seen = 2 * plan.config["analysis"]["images"] * pixels(plan, dataset)
        return round(row.megabytes + seen * 4 * most_kernels(plan, arch) / 1e6)
    return row.megabytes


def minutes(plan: Plan, rule: str, dataset: str | None, arch: str | None, seeds: int = 1) -> int:
    """Return the time limit of a job; for a training in proportion to its seeds."""
    least = RULES[rule].minutes
    if rule == "train_cdbn":
        return round(least + sum(plan.cdbn.get(arch, {}).get("steps", [])) / UPDATES_A_MINUTE)
    if not is_training(rule):
        return least
    settings, count = plan.training[arch], images(plan, dataset)
    seen = settings["epochs"] * count if settings["epochs"] else settings["steps"] * settings["batch_size"] + count
    return round(least + seeds * seen * pixels(plan, dataset) / PIXELS_A_MINUTE)


def images(plan: Plan, dataset: str) -> int:
    """Return the number of images of a dataset, by default that of the default dataset."""
    settings = plan.config["datasets"][dataset]
    return settings.get("train_images", 3000) + settings.get("test_images", 600)


def pixels(plan: Plan, dataset: str) -> int:
    """Return the numbers in an image."""
    source = plan.sources.get(dataset)
    if source is None or source.image_size is None:
        return UNKNOWN
    rows, cols = source.image_size
    settings = plan.config["datasets"][dataset]
    return rows * cols * (3 if settings.get("colors") == "rgb" or settings.get("trace_colors") else 1)


def most_kernels(plan: Plan, arch: str) -> int:
    """Return the number of kernels in the widest conv layer of an architecture."""
    return max((layer["kernels"] for layer in plan.layers[arch] if layer["kind"] == "conv"), default=1)
