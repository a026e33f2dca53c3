"""A training step of the origin's network at 100 x 100, K = 20, batch 100: the library's convolution against ours.

Same number of threads (one), same weights; the largest difference of outputs and gradients is printed too.
"""

import common  # isort: skip
import torch

from kernelscope import network as networks
from kernelscope.architectures import cnnkernels
from kernelscope.optimizers import AdamW

IMAGE, BATCH = (1, 100, 100), 100
NULL = {"conv": None, "linear": None}


def network(kernel_size: int, widths: tuple[int, int], image, way: str):
    built = networks.build(cnnkernels(kernel_size=kernel_size, widths=widths), image, 3, way)
    networks.initialise(built, NULL, seed=0)
    return built


def stepper(built, x, y):
    parameters = list(built.parameters())
    optimizer = AdamW(parameters, [0.0] * len(parameters))

    def step():
        built.zero_grad()
        torch.nn.functional.cross_entropy(built(x), y).backward()
        optimizer.step(0.0)  # the weights stay, so that every step is the same

    return step


def compare(name: str, kernel_size: int, widths: tuple[int, int], image, repeats: int) -> None:
    torch.manual_seed(0)
    x, y = torch.rand(BATCH, *image), torch.randint(0, 3, (BATCH,))
    plain, fft = (network(kernel_size, widths, image, way) for way in ("library", "fft"))
    slow, fast, ratio = common.in_turn(stepper(plain, x, y), stepper(fft, x, y), repeats)
    outputs = (plain(x) - fft(x)).abs().max().item()
    gradients = max(
        (a.grad - b.grad).abs().max().item() for a, b in zip(plain.parameters(), fft.parameters(), strict=True)
    )
    print(
        f"{name}: {slow * 1000:.0f} ms by the library, {fast * 1000:.0f} ms by FFT: {ratio:.1f} times as fast; ", end=""
    )
    print(f"largest difference {outputs:.1e} of outputs, {gradients:.1e} of gradients")


if __name__ == "__main__":
    torch.set_num_threads(1)
    compare("hidden layers 4096, 1024 (the origin's own)", 20, (4096, 1024), IMAGE, 5)
    compare("hidden layers 1024, 256 (the default)", 20, (1024, 256), IMAGE, 5)
    for kernel_size in (7, 9, 11, 13, 15):
        compare(f"64 x 64, K = {kernel_size}", kernel_size, (1024, 256), (1, 64, 64), 5)
