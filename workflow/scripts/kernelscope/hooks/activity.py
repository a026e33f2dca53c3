"""How strongly the kernels of any model respond to images, where most, and whether they are dead."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import torch
from torch import nn

from kernelscope.hooks import watching


class Activity(NamedTuple):
    """The responses of a layer to n images.

    mean (n, out) : of the positive part, over places; not finite where a response is not
    largest (n, out) : over places
    place (n, out) : of the largest, as row times cols plus col
    active (out,) : share of images and places whose response is positive
    shape : (out, rows, cols)
    """

    mean: np.ndarray
    largest: np.ndarray
    place: np.ndarray
    active: np.ndarray
    shape: tuple[int, int, int]


@torch.no_grad()
def activities(
    model: nn.Module, places: Mapping[str, nn.Module], images: torch.Tensor, batch: int
) -> dict[str, Activity]:
    """Return the responses of each layer to images (n, channels, rows, cols); the model is in evaluation."""
    parts: dict[str, list] = {name: [] for name in places}

    def see(name: str, output: torch.Tensor) -> None:
        flat = output.float().flatten(2)
        positive = torch.where(flat.isfinite(), flat.clamp(min=0), torch.nan)
        largest, place = flat.max(2)
        values = positive.mean(2), largest, place, (flat > 0).float().mean(2)
        parts[name].append([value.cpu().numpy() for value in values] + [tuple(output.shape[1:])])

    with watching.hooked(places, see):
        for few in images.split(batch):
            watching.run(model, few)
    found = {}
    for name, of_layer in parts.items():
        *columns, shapes = zip(*of_layer, strict=True)
        mean, largest, place, active = map(np.concatenate, columns)
        found[name] = Activity(mean, largest, place, active.mean(0), shapes[0])
    return found


def used(
    model: nn.Module, places: Mapping[str, nn.Module], images: torch.Tensor, batch: int
) -> dict[str, np.ndarray | None]:
    """Return whether any output depends on each kernel for any image, by its gradient: (out,) bool.

    None if the outputs do not depend on a layer in a way that has a gradient.
    """
    kept: dict[str, torch.Tensor] = {}
    found: dict[str, np.ndarray | None] = dict.fromkeys(places)

    def keep(name: str, output: torch.Tensor) -> torch.Tensor:
        kept[name] = output
        return output.clone()  # what follows may change it in place

    with watching.hooked(places, keep), torch.enable_grad():
        for few in images.split(batch):
            output = watching.run(model, few.clone().requires_grad_())
            total = weighted(output)
            names = [name for name, response in kept.items() if response.requires_grad]
            if total is None or not names:
                return dict.fromkeys(places)
            gradients = torch.autograd.grad(total, [kept[name] for name in names], allow_unused=True)
            for name, gradient in zip(names, gradients, strict=True):
                if gradient is not None:
                    some = (gradient != 0).any(0).flatten(1).any(1).cpu().numpy()
                    found[name] = some if found[name] is None else found[name] | some
    return found


def weighted(output) -> torch.Tensor | None:
    """Return the sum of all outputs with a gradient, each with a random weight, so that none cancel; None without."""
    tensors = [tensor for tensor in watching.flat(output) if tensor.is_floating_point() and tensor.requires_grad]
    generator = torch.Generator().manual_seed(0)
    weights = [torch.randn(tensor.shape, generator=generator).to(tensor.device) for tensor in tensors]
    return sum((tensor * weight).sum() for tensor, weight in zip(tensors, weights, strict=True)) if tensors else None
