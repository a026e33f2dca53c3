"""The work of a training step, and the machine's peaks with which it is compared."""

import math

import torch

from harness import timing
from harness.steps import BATCH
from kernelscope.models import convolution, devices, layer_lists

FLOAT, COMPLEX = 4, 8  # bytes


def product_peak(side: int = 1024, device: str = devices.CPU) -> float:
    """Return the operations per second of a matrix product."""
    a = torch.rand(side, side, device=device)
    return 2 * side**3 / timing.median(finished(lambda: a @ a, device), 9)


def copy_peak(count: int = 1 << 24, device: str = devices.CPU) -> float:
    """Return the bytes per second, read and written, of a copy in memory."""
    a, b = torch.rand(count, device=device), torch.empty(count, device=device)
    return 2 * FLOAT * count / timing.median(finished(lambda: b.copy_(a), device), 9)


def finished(action, device: str):
    """Return the action with a wait until the device has finished it."""

    def run():
        result = action()
        if device == devices.CUDA:
            torch.cuda.synchronize()
        return result

    return run


def transform(grid: tuple[int, int]) -> float:
    """Return the mean seconds of a transform of this size and its inverse."""
    images = convolution.images_at_once(4, grid)
    a = torch.rand(images, 4, *grid)
    both_ways = timing.median(lambda: torch.fft.irfft2(torch.fft.rfft2(a), s=grid), 9)
    return both_ways / (2 * images * 4)


class Work:
    """The work that a step must do: floating-point operations, transforms by grid, bytes."""

    def __init__(self):
        self.operations, self.bytes, self.transforms = 0, 0, {}

    def conv(self, module, before: tuple, first: bool) -> None:
        channels, (rows, cols) = before[0], before[1:]
        kernels, k = len(module.bias), module.weight.shape[-1]
        places = math.prod((side - k) // module.layer.stride + 1 for side in (rows, cols))
        direct = 2 * BATCH * channels * kernels * k * k * places
        if module.respond is convolution.fft_correlate:
            grid = convolution.fast_length(rows), convolution.fast_length(cols)
            passes = 1 if module.pooled else 2 if first else 3
            count = BATCH * (channels + kernels + (0 if module.pooled else kernels if first else kernels + channels))
            self.transforms[grid] = self.transforms.get(grid, 0) + count
            self.bytes += passes * BATCH * (channels + kernels) * grid[0] * (grid[1] // 2 + 1) * COMPLEX
        else:
            self.operations += direct * (1 if module.pooled else 2 if first else 3)
        if module.pooled:  # maps are read once for their maxima; patches are fetched, then used twice
            self.bytes += BATCH * kernels * (places + 3 * channels * k * k) * FLOAT
            self.operations += 4 * BATCH * kernels * channels * k * k
        self.bytes += BATCH * (channels * rows * cols + kernels * places) * FLOAT

    def elementwise(self, before: tuple) -> None:
        """Count an array that is read and written forward, and again backward."""
        self.bytes += 4 * BATCH * math.prod(before) * FLOAT

    def linear(self, module) -> None:
        self.operations += 6 * BATCH * module.weight.numel()

    def optimizer(self, parameters: int) -> None:
        """Count weights, gradient and both moments, which are read, and all but the gradient written."""
        self.bytes += 7 * parameters * FLOAT

    def seconds(self, product: float, copy: float) -> float:
        transforms = sum(count * transform(grid) for grid, count in self.transforms.items())
        return self.operations / product + transforms + self.bytes / copy


def work_of(network, layers: list[dict], image: tuple[int, int, int]) -> Work:
    work = Work()
    before = dict(zip(layer_lists.all_names(layers), shapes_before(layers, image), strict=True))
    for i, (name, module) in enumerate(network.named_children()):
        if module.layer.kind == "conv":
            work.conv(module, before[name], first=i == 0)
        elif module.layer.kind == "linear":
            work.linear(module)
        else:
            work.elementwise(before[name])
    work.optimizer(sum(parameter.numel() for parameter in network.parameters()))
    return work


def shapes_before(layers: list[dict], image: tuple[int, int, int]) -> list[tuple]:
    return [image, *layer_lists.shapes(layers, image, 3)[:-1]]
