"""Memory and time that a job asks a cluster for, from what the jobs of the default experiment took.

Needs that are the same in every experiment are in the table of rules, and from there in the SLURM profile. Needs that
depend on the config are computed here: their rules have `resources`. A single machine uses neither.
"""

import itertools
import math

from experiment.plan.datasets import CROPS
from experiment.plan.plan import Plan
from experiment.plan.rule_table import RULES
from kernelscope.models import layer_lists
from kernelscope.pretrained import array_headers
from kernelscope.training import schedule

HELD = 3  # times the bytes of its images, as a training needs some of them as floats
PIXELS_A_MINUTE = 3e7  # of all images of all steps; a tenth of what one core did with kernels of 15 x 15 on 2026-11-26
UPDATES_A_MINUTE = 300  # of a convolutional deep belief network; a fifth of what one core did on 2026-11-27
KERNELS_A_MINUTE = 100  # MB; a fifth of what the slowest job did with the kernels of AlexNet on 2026-12-01
UNKNOWN = (3, 80, 80)  # channels, rows and cols of an image whose size is found by the job
KERNELS = 6  # times the bytes of all snapshots of a run that a job holds: as read, as float64, and as text
COPIES = 4  # times the outputs of all layers that a training step holds: values, gradients, what is computed between


def is_training(rule: str) -> bool:
    """Whether the jobs of a rule are trainings."""
    return rule.startswith("train_")


def fixed(rule: str) -> dict[str, int]:
    """Return the resources of a rule that are the same for every config."""
    row = RULES[rule]
    is_longer = is_training(rule) or row.holds_kernels
    memory = {} if is_longer or row.holds_images else {"mem_mb": row.megabytes}
    return memory | ({} if is_longer else {"runtime": row.minutes})


def megabytes(plan: Plan, rule: str, dataset: str | None, arch: str | None) -> int:
    """Return the memory of a job; dataset and arch are None for a job without."""
    row, held = RULES[rule], 0.0
    if is_training(rule):
        most = plan.config["memory"]["images"]
        held = HELD * min(most, images(plan, dataset) * pixels(plan, dataset) / 1e6)
        held += outputs(plan, rule, dataset, arch) + most * (dataset in plan.cropped)  # and large images
    elif row.holds_images:
        held = 2 * plan.config["analysis"]["images"] * pixels(plan, dataset) * 4 * most_kernels(plan, arch) / 1e6
    if is_training(rule) or row.holds_kernels:
        held += kernels(plan, rule, dataset, arch)
    return round(row.megabytes + held)


def kernels(plan: Plan, rule: str, dataset: str | None, arch: str | None) -> float:
    """Return the MB of the kernels that a job holds, of the largest run or architecture if it has several."""
    datasets, archs = [dataset] if dataset else plan.datasets, [arch] if arch else plan.architectures
    held = max(of_runs(plan, *names) for names in itertools.product(datasets, archs))
    return held + (largest_file(plan, dataset) if rule == "import_kernels" else 0)


def of_runs(plan: Plan, dataset: str, arch: str) -> float:
    """Return the MB of all snapshots of a run, and of the first and last of all runs, as a job holds them."""
    ends = 2 * 2 * len(plan.compared[arch])
    if plan.pretrained:
        chosen = plan.config["datasets"][dataset]["layers"] is not None  # perhaps layers of 1 x 1
        runs = plan.pretrained[dataset].values()
        states = ((array_headers.weights(run.path, chosen), KERNELS * len(run.files) + ends) for run in runs)
        return max(4 * count * times for count, times in states) / 1e6
    snapshots = plan.training[arch]["snapshots"] if plan.supervised else cdbn_snapshots(plan, arch)
    return 4 * weights(plan, dataset, arch) * (KERNELS * snapshots + ends) / 1e6


def largest_file(plan: Plan, dataset: str) -> float:
    """Return the MB of the largest file of pretrained runs that is read as a whole."""
    return max((run.megabytes for run in plan.pretrained.get(dataset, {}).values()), default=0)


def cdbn_snapshots(plan: Plan, arch: str) -> int:
    """Return how many states a deep belief network keeps: of all layers, while each of them learns."""
    return plan.cdbn[arch]["snapshots"] * len(plan.layers[arch])


def weights(plan: Plan, dataset: str, arch: str) -> int:
    """Return the number of weights of all kernels."""
    channels, total = image_shape(plan, dataset)[0], 0
    for layer in plan.layers[arch]:
        if layer["kind"] == "conv":
            total += layer["kernels"] * channels // layer.get("towers", 1) * layer["kernel_size"] ** 2
            channels = layer["kernels"]
    return total


def outputs(plan: Plan, rule: str, dataset: str, arch: str) -> float:
    """Return the MB of the layer outputs of a training step or of an evaluation, whichever takes more."""
    if rule == "train_cdbn":
        return 0
    layers, image = plan.layers[arch], image_shape(plan, dataset)
    of_image = sum(math.prod(shape) for shape in [image, *layer_lists.shapes(layers, image, 1)])
    evaluated = schedule.evaluation_batch(layers, image) * layer_lists.largest(layers, image)
    return COPIES * 4 * max(plan.training[arch]["batch_size"] * of_image, evaluated) / 1e6


def minutes(plan: Plan, rule: str, dataset: str | None, arch: str | None, seeds: int = 1) -> int:
    """Return the time limit of a job, for a training in proportion to its seeds; None as in `megabytes`."""
    least = RULES[rule].minutes
    if rule == "train_cdbn":
        return round(least + sum(plan.cdbn.get(arch, {}).get("steps", [])) / UPDATES_A_MINUTE)
    if not is_training(rule):
        held = kernels(plan, rule, dataset, arch) if RULES[rule].holds_kernels else 0
        return least + math.ceil(held / KERNELS_A_MINUTE)
    return round(least + seeds * pixels_seen(plan, dataset, arch) / PIXELS_A_MINUTE)


def pixels_seen(plan: Plan, dataset: str, arch: str) -> int:
    """Return how many pixels a training sees, of all images of all steps."""
    settings, count = plan.training[arch], images(plan, dataset)
    seen = settings["epochs"] * count if settings["epochs"] else settings["steps"] * settings["batch_size"] + count
    return seen * pixels(plan, dataset)


def images(plan: Plan, dataset: str) -> int:
    """Return the number of images of a dataset, by default that of the default dataset."""
    settings = plan.config["datasets"][dataset]
    return settings.get("train_images", 3000) + settings.get("test_images", 600)


def pixels(plan: Plan, dataset: str) -> int:
    """Return the numbers in an image."""
    return math.prod(image_shape(plan, dataset))


def image_shape(plan: Plan, dataset: str) -> tuple[int, int, int]:
    """Return (channels, rows, cols) of an image."""
    source = plan.sources.get(dataset)
    if source is None or source.image_size is None:
        return UNKNOWN
    settings = plan.config["datasets"][dataset]
    several = settings.get("colors") in ("rgb", "channels") or settings.get("trace_colors")
    several = several or (settings["source"] == CROPS and settings["colors"] is None)
    return len(settings.get("channels") or ()) or (UNKNOWN[0] if several else 1), *source.image_size


def most_kernels(plan: Plan, arch: str) -> int:
    """Return the number of kernels in the widest conv layer of an architecture."""
    return max((layer["kernels"] for layer in plan.layers[arch] if layer["kind"] == "conv"), default=1)
