"""What a training step must cost at least, by the work of its own algorithm and the peaks of this machine.

Peaks are measured here, in the same process: a matrix product, a copy in memory, and the FFT of a chunk of images.
The floor adds up: floating-point operations of direct convolutions and matrix products at the peak of a product,
transforms at the speed of the library's FFT, and every array that must be read or written once, at the speed of a copy.
"""

import common  # isort: skip
import math

import torch
from matplotlib.figure import Figure
from training import BATCH, both, images, our_step

from experiment import loading
from kernelscope import convolution, devices
from kernelscope import layers as layer_lists
from kernelscope import network as networks

FLOAT, COMPLEX = 4, 8  # bytes


def product_peak(side: int = 1024, device: str = devices.CPU) -> float:
    """Operations per second of a matrix product."""
    a = torch.rand(side, side, device=device)
    return 2 * side**3 / common.median(finished(lambda: a @ a, device), 9)


def copy_peak(count: int = 1 << 24, device: str = devices.CPU) -> float:
    """Bytes per second, read and written."""
    a, b = torch.rand(count, device=device), torch.empty(count, device=device)
    return 2 * FLOAT * count / common.median(finished(lambda: b.copy_(a), device), 9)


def finished(action, device: str):
    """The action, which returns when the device has done it."""

    def run():
        found = action()
        if device == devices.CUDA:
            torch.cuda.synchronize()
        return found

    return run


def transform(grid: tuple[int, int]) -> float:
    """Seconds of one transform of this size and its inverse, the mean of both."""
    images = convolution.images_at_once(4, grid)
    a = torch.rand(images, 4, *grid)
    both_ways = common.median(lambda: torch.fft.irfft2(torch.fft.rfft2(a), s=grid), 9)
    return both_ways / (2 * images * 4)


class Work:
    """What a step must do: floating-point operations, transforms by grid, bytes."""

    def __init__(self):
        self.operations, self.bytes, self.transforms = 0, 0, {}

    def conv(self, module, before: tuple, first: bool) -> None:
        channels, (rows, cols) = before[0], before[1:]
        kernels, k = len(module.bias), module.weight.shape[-1]
        places = math.prod((side - k) // module.stride + 1 for side in (rows, cols))
        direct = 2 * BATCH * channels * kernels * k * k * places
        if module.respond is convolution.fft_correlate:
            grid = convolution.fast_length(rows), convolution.fast_length(cols)
            passes = 1 if module.pooled else 2 if first else 3
            count = BATCH * (channels + kernels + (0 if module.pooled else kernels if first else kernels + channels))
            self.transforms[grid] = self.transforms.get(grid, 0) + count
            self.bytes += passes * BATCH * (channels + kernels) * grid[0] * (grid[1] // 2 + 1) * COMPLEX
        else:
            self.operations += direct * (1 if module.pooled else 2 if first else 3)
        if module.pooled:  # the maps are read once for their largest; patches are fetched, used and used again
            self.bytes += BATCH * kernels * (places + 3 * channels * k * k) * FLOAT
            self.operations += 4 * BATCH * kernels * channels * k * k
        self.bytes += BATCH * (channels * rows * cols + kernels * places) * FLOAT

    def elementwise(self, before: tuple) -> None:
        """Read and written forward, and once more backward."""
        self.bytes += 4 * BATCH * math.prod(before) * FLOAT

    def linear(self, module) -> None:
        self.operations += 6 * BATCH * module.weight.numel()

    def optimizer(self, parameters: int) -> None:
        """Weights, gradient and both moments are read, all but the gradient written."""
        self.bytes += 7 * parameters * FLOAT

    def seconds(self, product: float, copy: float) -> float:
        transforms = sum(count * transform(grid) for grid, count in self.transforms.items())
        return self.operations / product + transforms + self.bytes / copy


def work_of(network, layers: list[dict], image: tuple[int, int, int]) -> Work:
    work = Work()
    before = dict(zip((name_of(i, layer) for i, layer in enumerate(layers)), shapes_before(layers, image), strict=True))
    for i, (name, module) in enumerate(network.named_children()):
        if isinstance(module, networks.Conv):
            work.conv(module, before[name], first=i == 0)
        elif isinstance(module, networks.Linear):
            work.linear(module)
        else:
            work.elementwise(before[name])
    work.optimizer(sum(parameter.numel() for parameter in network.parameters()))
    return work


def name_of(i: int, layer: dict) -> str:
    return layer.get("name", f"{layer['kind']}_{i}")


def shapes_before(layers: list[dict], image: tuple[int, int, int]) -> list[tuple]:
    return [image, *layer_lists.shapes(layers, image, 3)[:-1]]


def picture(table: common.Table) -> Figure:
    page = Figure(figsize=(8, 3.6), layout="constrained")
    axes = page.subplots()
    names = [
        f"{arch}, {image}" for arch, image in zip(table.column("architecture"), table.column("image"), strict=True)
    ]
    axes.barh(names, table.column("step_ms"), color="#9db8d9", label="measured")
    axes.barh(names, table.column("floor_ms"), color="#1f5a9e", height=0.4, label="floor of its algorithm")
    axes.set(xlabel="one training step of 100 images on one thread (ms)")
    axes.invert_yaxis()
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    return page


if __name__ == "__main__":
    torch.set_num_threads(1)
    columns = ("architecture", "image", "gigaoperations", "transforms", "megabytes", "floor_ms", "step_ms", "share")
    table = common.Table("floors", *columns, "product_gflops", "copy_gb_s")
    experiment = loading.load([])
    for arch in experiment.architectures:
        for image in ((1, 64, 64), (1, 100, 100)):
            layers = experiment.layers[arch]
            (network, optimizer), _ = both(layers, image)
            batch, train = torch.arange(BATCH), images(BATCH, image)
            work = work_of(network, layers, image)
            product, copy = product_peak(), copy_peak()
            step = common.median(lambda n=network, o=optimizer, t=train, b=batch: our_step(n, o, t, b), 7)
            floor = work.seconds(product, copy)
            count = sum(work.transforms.values())
            cells = (work.operations / 1e9, count, work.bytes / 1e6, 1000 * floor, 1000 * step, floor / step)
            table.add(arch, f"{image[2]}x{image[1]}", *cells, product / 1e9, copy / 1e9)
    table.save(picture(table))
