"""A conv layer by the library and by FFT, alone and with its gradients: where does which way pay?

The rules of kernelscope.convolution were fitted to this table. `costs` is what they expect; a ratio above 1 is for the
FFT. `batch` is the library's gradient of the kernels over that of one_channel_correlate.
"""

import common  # isort: skip
import torch
from matplotlib.figure import Figure

from kernelscope import convolution

IMAGES = 50
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


def picture(table: common.Table) -> Figure:
    """Measured against expected ratios: right wherever both are on the same side of 1."""
    page = Figure(figsize=(10, 4.6), layout="constrained")
    for axes, work in zip(page.subplots(1, 2), ("forward", "step"), strict=True):
        axes.loglog(table.column(f"{work}_expected"), table.column(f"{work}_ratio"), "o", alpha=0.7)
        axes.axhline(1, color="#888888"), axes.axvline(1, color="#888888")
        axes.set(title=f"library / FFT, {work}", xlabel="expected by the rule", ylabel="measured")
    return page


if __name__ == "__main__":
    torch.set_num_threads(1)
    columns = ("forward_ratio", "forward_expected", "step_ratio", "step_expected", "batch")
    table = common.Table("geometry", "side", "kernel_size", "channels", "kernels", *columns)
    for side, size, channels, kernels in GEOMETRIES:
        x = torch.rand(IMAGES, channels, side, side, requires_grad=channels > 1)
        w, b = torch.randn(kernels, channels, size, size, requires_grad=True), torch.zeros(kernels, requires_grad=True)
        layer, image = {"kernels": kernels, "kernel_size": size, "stride": 1}, (channels, side, side)
        ways = (convolution.correlate, convolution.fft_correlate)
        cells = []
        for make, work in ((forward, "forward"), (step, "later" if channels > 1 else "first")):
            cells.append(common.in_turn(*(make(way, x, w, b) for way in ways), 5)[2])
            cells.append(convolution.expected_gain(image, layer, work))
        batch = ""
        if channels == 1:
            ways = (convolution.correlate, convolution.one_channel_correlate)
            batch = common.in_turn(*(step(way, x, w, b) for way in ways), 5)[2]
        table.add(side, size, channels, kernels, *cells, batch)
    table.save(picture(table))
