"""Growth of a stage's time with images, seeds, kernel size, image size and snapshots, and its power.

Every axis has 4 or 5 sizes, about a constant factor apart; the rest is a smaller default experiment (BASE). A training
is timed with each of three seeds, every other stage three times. Medians of processor seconds count, because other work
disturbs them least; they exclude imports and the start of a job. `power` fits all sizes best, and `last_power` the
three largest, where constant costs weigh least. A power is not reported from fewer than three sizes or repeats, or if
the repeats disagree by more than the power.
"""

from harness import figures, stages, tables  # isort: skip
import math
import resource
import tempfile
from collections.abc import Callable
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

import torch
from harness.judging import Unreported, power, typical
from matplotlib.figure import Figure

TABLES = {
    "growth": {"axis": "text", "stage": "text", "size": "number", "seconds": "CPU s"},
    "growth_powers": {"axis": "text", "stage": "text", "power": "number", "last_power": "number"},
}
BASE = {
    "experiment": {"architectures": ["templates"], "seeds": [0, 1, 2], "stages": ["measures", "movies", "compare"]},
    "datasets": {"waveforms": {"train_images": 1000, "test_images": 200}},
    "training": {"epochs": 2, "eval_images": 200},
    "comparison": {"n_resamples": 39},
}
SMALL = {
    "experiment": {"seeds": [0, 1]},
    "datasets": {"waveforms": {"train_images": 60, "test_images": 30, "image_size": [40, 40]}},
    "architectures": {"templates": {"kernels": 3, "kernel_size": 7}},
    "training": {"epochs": 1, "eval_images": 30, "snapshots": 4},
    "comparison": {"n_resamples": 20},
    "analysis": {"n_resamples": 20},
}
CAPTION = """All but the size of a panel:
1,000 training and 200 test images of 64 x 64
templates: 12 kernels of 15 x 15, 3 seeds
2 epochs, 40 snapshots at most
999 draws for a kernel, 39 for a pair of seeds"""
INPUTS = ("make_dataset", "train_network", "extract_kernels")  # make the inputs of all later stages
LATER = ("measure_kernels", "make_movie", "match_kernels")


class Axis(NamedTuple):
    """A size that grows, and the stages whose time may depend on it."""

    name: str
    sizes: tuple[int, ...]
    changes: Callable[[int], dict]  # size -> changes to the config
    stages: tuple[str, ...]


def images(count: int) -> dict:
    return {
        "datasets": {"waveforms": {"train_images": count, "test_images": count // 5}},
        "training": {"eval_images": count // 5},
    }


def seeds(count: int) -> dict:
    """Return the changes for `count` seeds with one short epoch each: matching takes equally long for any kernels."""
    return images(200) | {"experiment": {"seeds": list(range(count))}}


def kernel_size(side: int) -> dict:
    return {"architectures": {"templates": {"kernel_size": side}}}


def image_size(side: int) -> dict:
    return {"datasets": {"waveforms": {"image_size": [side, side]}}}


def snapshots(count: int) -> dict:
    """Return the changes for `count` snapshots, with batches of 25 images for 80 steps."""
    return {"training": {"snapshots": count, "batch_size": 25}}


AXES = (
    Axis("training images", (250, 500, 1000, 2000), images, ("make_dataset", "train_network")),
    Axis("seeds", (2, 4, 8, 16), seeds, ("match_kernels",)),
    Axis("kernel size (pixels)", (7, 10, 15, 21, 30), kernel_size, ("train_network", *LATER)),
    Axis("side of the image (pixels)", (32, 45, 64, 90), image_size, ("make_dataset", "train_network")),
    Axis("snapshots", (10, 20, 40, 80), snapshots, ("train_network", "measure_kernels", "make_movie")),
)


def order(axis: Axis, rule: str, seeds: list[int], repeats: int) -> list[int]:
    """Return the seeds of a rule's jobs in order."""
    if rule in ("train_network", "extract_kernels"):
        return seeds
    return [0] * (repeats if rule in axis.stages else 1)


def times(axis: Axis, sizes: tuple[int, ...], repeats: int, *changes: dict) -> dict[tuple[str, int], list[float]]:
    """Return {(stage, size): processor seconds of every repeat} of an axis; the sizes take turns."""
    measured = {}
    with tempfile.TemporaryDirectory() as name:
        plans = {size: stages.experiment(BASE, *changes, axis.changes(size)) for size in sizes}
        for rule in (*INPUTS, *(rule for rule in LATER if rule in axis.stages)):
            for turn in zip_longest(*(order(axis, rule, plans[size].all_seeds, repeats) for size in sizes)):
                for size, seed in zip(sizes, turn, strict=True):
                    if seed is not None:
                        job = stages.stage(rule, plans[size], Path(name, str(size)), seed)
                        measured.setdefault((rule, size), []).append(processor_seconds(job))
    return {(rule, size): seconds for (rule, size), seconds in measured.items() if rule in axis.stages}


def processor_seconds(action: Callable[[], None]) -> float:
    """Return the processor seconds of an action, including an encoder that it starts."""
    before = used()
    action()
    return used() - before


def used() -> float:
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


def warm_up() -> None:
    """Do everything once that is slow only on its first call."""
    times(AXES[0]._replace(changes=seeds, stages=LATER), (2,), 1, SMALL)


def measure(axis: Axis, table: tables.Table, powers: tables.Table, times: dict[tuple[str, int], list[float]]) -> None:
    """Add the times of an axis, and the power of each stage."""
    for (stage, size), seconds in times.items():
        table.add(axis.name, stage, size, typical(seconds))
    for stage in axis.stages:
        sizes = [size for rule, size in times if rule == stage]
        turns = [times[stage, size] for size in sizes]
        powers.add(axis.name, stage, power(sizes, turns), power(sizes[-3:], turns[-3:]))


def points(table: tables.Table, axis: str, stage: str) -> tuple[list[int], list[float]]:
    """Return the sizes and seconds of one curve."""
    rows = zip(*map(table.column, table.columns), strict=True)
    curve = [row[2:] for row in rows if row[:2] == (axis, stage)]
    return [size for size, _ in curve], [seconds for _, seconds in curve]


def figure(table: tables.Table, powers: tables.Table) -> Figure:
    """Draw a panel for each axis, with each stage in the same style everywhere."""
    page = Figure(figsize=(13, 7.5), layout="constrained")
    page.suptitle("processor time of a stage, and the power of the size that it grows with", x=0.01, ha="left")
    panels = page.subplots(2, math.ceil(len(AXES) / 2)).ravel()
    for axes, axis in zip(panels, AXES, strict=False):
        curves = [row for row in powers.rows if row[0] == axis.name]
        for _, stage, exponent, _ in curves:
            sizes, seconds = points(table, axis.name, stage)
            label = f"{stage}: {'no power' if isinstance(exponent, Unreported) else f'{exponent:.2f}'}"
            axes.loglog(sizes, seconds, label=label, **figures.look((*INPUTS, *LATER).index(stage)))
        axes.set(xlabel=axis.name, ylabel="seconds")
        low, high = axes.get_ylim()
        axes.set_ylim(low, high * (high / low) ** (0.1 * len(curves)))  # room for the legend
        figures.logarithmic(axes.xaxis, sizes)
        figures.logarithmic(axes.yaxis)
        figures.plain(axes)
        axes.legend(frameon=False, loc="upper left")
    for axes in panels[len(AXES) :]:
        axes.axis("off")
    panels[-1].text(0, 0.5, CAPTION, va="center", linespacing=1.6)
    return page


def main() -> None:
    small = tables.Options(__doc__, "two sizes of every axis, once, of a tiny experiment").parse_args().small
    torch.set_num_threads(1)
    warm_up()
    table = tables.Table("growth", TABLES["growth"])
    powers = tables.Table("growth_powers", TABLES["growth_powers"])
    for axis in AXES:
        sizes, changes = (axis.sizes[:2], [SMALL]) if small else (axis.sizes, [])
        measure(axis, table, powers, times(axis, sizes, 1 if small else 3, *changes))
    table.save(figure(table, powers))


if __name__ == "__main__":
    main()
