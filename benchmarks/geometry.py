"""A conv layer by the library and by FFT, alone and with its gradients: where does which way pay?

The rules of kernelscope.convolution were fitted to this table. `expected` is what they say; a ratio above 1 is for the
FFT. `batch` is the library's gradient of the kernels over that of one_channel_correlate.

.venv/bin/python benchmarks/geometry.py [--small]
"""

import common  # isort: skip
import torch
from matplotlib.figure import Figure

from kernelscope import convolution

IMAGES, REPEATS = 50, 5
TITLES = {"forward": "alone", "step": "with its gradients"}
GEOMETRIES = (  # side of the image, kernel size, channels, kernels
    *((28, 5, 1, 8), (28, 9, 1, 8), (48, 9, 1, 6), (64, 7, 1, 12), (64, 11, 1, 12), (64, 15, 1, 12), (64, 21, 1, 12)),
    *((64, 31, 1, 12), (100, 11, 1, 12), (100, 15, 1, 12), (100, 21, 1, 12), (150, 21, 1, 12), (64, 15, 1, 48)),
    *((64, 11, 3, 48), (64, 15, 3, 12), (64, 15, 1, 5), (50, 15, 5, 1), (50, 11, 5, 5), (30, 7, 8, 16)),
    *((30, 11, 8, 16), (30, 5, 12, 12), (81, 20, 5, 1)),
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


def measure(table: common.Table, side: int, size: int, channels: int, kernels: int) -> None:
    x = torch.rand(IMAGES, channels, side, side, requires_grad=channels > 1)
    w, b = torch.randn(kernels, channels, size, size, requires_grad=True), torch.zeros(kernels, requires_grad=True)
    layer, image = {"kernels": kernels, "kernel_size": size, "stride": 1}, (channels, side, side)
    ways = (convolution.correlate, convolution.fft_correlate)
    cells = []
    for make, work in ((forward, "forward"), (step, "later" if channels > 1 else "first")):
        cells.append(common.in_turn(*(make(way, x, w, b) for way in ways), REPEATS)[2])
        cells.append(convolution.expected_gain(image, layer, work))
    batch = ""
    if channels == 1:
        ways = (convolution.correlate, convolution.one_channel_correlate)
        batch = common.in_turn(*(step(way, x, w, b) for way in ways), REPEATS)[2]
    table.add(side, size, channels, kernels, *cells, batch)


def picture(table: common.Table) -> Figure:
    """Measured against expected ratios: right wherever both are on the same side of 1."""
    page = Figure(figsize=(10, 5), layout="constrained")
    page.suptitle(
        "a conv layer: time by the library / time by FFT; in grey corners the rule is wrong", x=0.01, ha="left"
    )
    for axes, (work, title) in zip(page.subplots(1, 2), TITLES.items(), strict=True):
        expected, measured = table.column(f"{work}_expected"), table.column(f"{work}_ratio")
        low, high = 0.7 * min(expected + measured + [0.7]), 1.4 * max(expected + measured + [1.4])
        axes.fill_between([low, 1], 1, high, color="#eeeeee"), axes.fill_between([1, high], low, 1, color="#eeeeee")
        axes.plot([low, high], [low, high], color="#888888", linestyle="--", linewidth=1)
        for number, several in enumerate((False, True)):
            of = [i for i, channels in enumerate(table.column("channels")) if (channels > 1) == several]
            drawn = common.look(number) | {"linestyle": "", "label": "several channels" if several else "one channel"}
            axes.loglog([expected[i] for i in of], [measured[i] for i in of], alpha=0.8, **drawn)
        axes.set(title=title, xlabel="expected ratio", ylabel="measured ratio", xlim=(low, high), ylim=(low, high))
        axes.set_aspect("equal")
        common.logarithmic(axes.xaxis)
        common.logarithmic(axes.yaxis)
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False, loc="upper left")
    return page


if __name__ == "__main__":
    small = common.parser(__doc__, "every fourth geometry").parse_args().small
    torch.set_num_threads(1)
    columns = ("forward_ratio", "forward_expected", "step_ratio", "step_expected", "batch")
    table = common.Table("geometry", "side", "kernel_size", "channels", "kernels", *columns)
    for geometry in GEOMETRIES[:: 4 if small else 1]:
        measure(table, *geometry)
    table.save(picture(table))
