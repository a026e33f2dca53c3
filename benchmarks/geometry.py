"""Conv layers of many shapes by the library and by FFT: does the rule choose the faster method?

The rules of kernelscope.models.convolution were fitted to these geometries. `ratio` is the library's time divided by
the FFT's time, and `expected` the ratio that the rule expects; above 1, the rule chooses the FFT. `rule` is wrong if
both are on different sides of 1, and undecided if the repeats are on both sides. `over_the_batch` is the library's time
divided by the time of one_channel_correlate, which is used with gradients for one-channel images if the FFT is not.
geometry_rules.csv counts how often each rule is wrong.
"""

from harness import figures, tables, targets, timing  # isort: skip
import math

import torch
from harness.judging import Cell, Unreported
from matplotlib.figure import Figure

from kernelscope.models import convolution

IMAGES, REPEATS = 50, 5
TITLES = {"forward": "alone", "step": "with their gradients"}
GEOMETRIES = (  # side of the image, kernel size, channels, kernels
    *((28, 5, 1, 8), (28, 9, 1, 8), (48, 9, 1, 6), (64, 7, 1, 12), (64, 11, 1, 12), (64, 15, 1, 12), (64, 21, 1, 12)),
    *((64, 31, 1, 12), (100, 11, 1, 12), (100, 15, 1, 12), (100, 21, 1, 12), (150, 21, 1, 12), (64, 15, 1, 48)),
    *((64, 11, 3, 48), (64, 15, 3, 12), (64, 15, 1, 5), (50, 15, 5, 1), (50, 11, 5, 5), (30, 7, 8, 16)),
    *((30, 11, 8, 16), (30, 5, 12, 12), (81, 20, 5, 1)),
)
SMALL = ((28, 5, 1, 8), (28, 9, 1, 8), (20, 5, 4, 4))
FFT, BATCH = "FFT", "over the batch"
ENOUGH = 0.75  # share of the rows that must be decided before a rule is reported as never wrong
RIGHT, WRONG, UNDECIDED = "right", "wrong", "undecided"
TABLES = {
    "geometry": {
        **{"side": "pixels", "kernel_size": "pixels", "channels": "count", "kernels": "count", "layer": "text"},
        **{"ratio": "ratio", "expected": "ratio", "rule": "text", "over_the_batch": "ratio", "batch_rule": "text"},
    },
    "geometry_rules": {
        **{"way": "text", "layer": "text", "rows": "count", "wrong": "count", "undecided": "count"},
    },
}
TARGETS = tuple(
    targets.at_most(
        0,
        f"conv layers {TITLES[layer]} where the slower way is taken ({way})",
        "geometry_rules",
        "wrong",
        way=way,
        layer=layer,
    )
    for way, layer in ((FFT, "forward"), (FFT, "step"), (BATCH, "step"))
)


def forward(respond, x, kernels, bias):
    def run():
        with torch.no_grad():
            respond(x, kernels, bias)

    return run


def step(respond, x, kernels, bias):
    def run():
        y = respond(x, kernels, bias)
        y.backward(y.detach())

    return run


def verdict(ratio: Cell, expected: float) -> str:
    """Return whether a rule chooses the faster method, as RIGHT, WRONG or UNDECIDED."""
    if isinstance(ratio, Unreported):
        return UNDECIDED
    return RIGHT if (ratio > 1) == (expected > 1) else WRONG


def measure(table: tables.Table, side: int, size: int, channels: int, kernels: int) -> None:
    x = torch.rand(IMAGES, channels, side, side, requires_grad=channels > 1)
    w, b = torch.randn(kernels, channels, size, size, requires_grad=True), torch.zeros(kernels, requires_grad=True)
    layer, image = {"kernels": kernels, "kernel_size": size, "stride": 1}, (channels, side, side)

    def compared(make, way) -> Cell:
        return timing.in_turn(*(make(respond, x, w, b) for respond in (convolution.correlate, way)), REPEATS)[2]

    for make, name, work in ((forward, "forward", "forward"), (step, "step", "later" if channels > 1 else "first")):
        ratio, expected = compared(make, convolution.fft_correlate), convolution.expected_gain(image, layer, work)
        batch, batch_rule = Unreported("taken for steps on one channel only"), ""
        if make is step and channels == 1:
            batch = compared(make, convolution.one_channel_correlate)
            taken = convolution.chosen("auto", image, layer, work) is convolution.one_channel_correlate
            batch_rule = verdict(batch, 2.0) if taken else "FFT taken"
        table.add(side, size, channels, kernels, name, ratio, expected, verdict(ratio, expected), batch, batch_rule)


def summarize(table: tables.Table) -> None:
    """Count the rows where each rule is wrong."""
    counts = tables.Table("geometry_rules", TABLES["geometry_rules"])
    for way, column, layer in ((FFT, "rule", "forward"), (FFT, "rule", "step"), (BATCH, "batch_rule", "step")):
        rules = [rule for rule, kind in zip(table.column(column), table.column("layer"), strict=True) if kind == layer]
        judged = [rule for rule in rules if rule in (RIGHT, WRONG, UNDECIDED)]
        wrong, undecided = judged.count(WRONG), judged.count(UNDECIDED)
        decided = len(judged) - undecided
        few = wrong == 0 and (not decided or decided < ENOUGH * len(judged))
        counts.add(way, layer, len(judged), Unreported("too few rows are decided") if few else wrong, undecided)
        print(
            f"{way}, {TITLES[layer]}: the rule is on the wrong side in {wrong} of {decided} rows; {undecided} undecided"
        )


def figure(table: tables.Table) -> Figure:
    """Draw measured against expected ratios; the rule is right wherever both are on the same side of 1."""
    page = Figure(figsize=(10, 5), layout="constrained")
    page.suptitle(
        "a conv layer: time by the library / time by FFT; in gray corners the rule is wrong", x=0.01, ha="left"
    )
    for axes, (work, title) in zip(page.subplots(1, 2), TITLES.items(), strict=True):
        rows = zip(*map(table.column, ("layer", "expected", "ratio", "channels")), strict=True)
        points = [row[1:] for row in rows if row[0] == work and math.isfinite(row[2])]
        both = [ratio for *ratios, _ in points for ratio in ratios]
        low, high = 0.7 * min([*both, 0.7]), 1.4 * max([*both, 1.4])
        axes.fill_between([low, 1], 1, high, color="#eeeeee"), axes.fill_between([1, high], low, 1, color="#eeeeee")
        axes.plot([low, high], [low, high], color="#888888", linestyle="--", linewidth=1)
        for number, several in enumerate((False, True)):
            drawn = figures.look(number) | {"linestyle": "", "label": "several channels" if several else "one channel"}
            pairs = [(expected, ratio) for expected, ratio, channels in points if (channels > 1) == several]
            axes.loglog(*zip(*pairs, strict=True), alpha=0.8, **drawn) if pairs else None
        axes.set(title=title, xlabel="expected ratio", ylabel="measured ratio", xlim=(low, high), ylim=(low, high))
        axes.set_aspect("equal")
        figures.logarithmic(axes.xaxis)
        figures.logarithmic(axes.yaxis)
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False, loc="upper left")
    return page


def main() -> None:
    small = tables.Options(__doc__, "three small geometries").parse_args().small
    torch.set_num_threads(1)
    table = tables.Table("geometry", TABLES["geometry"])
    for geometry in SMALL if small else GEOMETRIES:
        measure(table, *geometry)
    table.save(figure(table))
    summarize(table)
    targets.say(TARGETS, TABLES)


if __name__ == "__main__":
    main()
