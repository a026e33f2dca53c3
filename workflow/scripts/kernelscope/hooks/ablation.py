"""What any model loses without each kernel: its responses are set to 0 wherever they are (Zhou et al. 2018)."""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import nn

from kernelscope.hooks import watching

MOST = 10_000  # numbers of an output that are compared, evenly spaced


@torch.no_grad()
def outputs(model: nn.Module, images: torch.Tensor, batch: int) -> np.ndarray | None:
    """Return the numbers of the outputs for images, (n, numbers) float32; None if there are none for each image."""
    parts = []
    for few in images.split(batch):
        part = watching.numbers(watching.run(model, few), len(few))
        if part is None:
            return None
        parts.append(thinned(part))
    return np.concatenate(parts)


def thinned(numbers: torch.Tensor) -> np.ndarray:
    """Return at most about MOST numbers (n, numbers) of each image, evenly spaced."""
    return numbers[:, :: -(-numbers.shape[1] // MOST)].float().cpu().numpy()


@torch.no_grad()
def without_each(
    model: nn.Module, place: nn.Module, kernels: Sequence[int], images: torch.Tensor, batch: int
) -> Iterator[np.ndarray]:
    """Yield the outputs (n, numbers) without each of these kernels of a layer, several kernels at a time.

    place : the module of the response of the layer
    """
    together = max(1, batch // len(images))
    for start in range(0, len(kernels), together):
        chosen = list(kernels[start : start + together])
        parts: list[list[np.ndarray]] = [[] for _ in chosen]
        for few in images.split(batch):
            with watching.hooked({"": place}, lambda _, output, chosen=chosen: silenced(output, chosen)):
                output = watching.run(model, few.repeat(len(chosen), 1, 1, 1))
            changed = watching.numbers(output, len(few) * len(chosen))
            for part, of_kernel in zip(parts, np.split(thinned(changed), len(chosen)), strict=True):
                part.append(of_kernel)
        yield from map(np.concatenate, parts)


def silenced(output: torch.Tensor, kernels: list[int]) -> torch.Tensor:
    """Return the output for as many copies of the images as there are kernels, each copy without its kernel."""
    changed = output.clone()
    for copy, kernel in zip(changed.chunk(len(kernels)), kernels, strict=True):
        copy[:, kernel] = 0
    return changed


def spread(whole: np.ndarray) -> float:
    """Return how far the outputs (n, numbers) of different images are apart: the Frobenius norm around their mean."""
    return float(np.linalg.norm((whole - whole.mean(0)).astype(np.float64)))
