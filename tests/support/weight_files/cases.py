"""Checkpoints as people and libraries write them, each with what must be read of it, or why it is refused."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import nn


class Case(NamedTuple):
    """A file: how it is written, layer -> kernels (out, in, *space) to be read, or words of the refusal.

    write : takes a folder, returns the file and its layers (nothing if it is refused)
    refusal : a regular expression that the only line of the refusal fits; "" if the file is read
    left_out : parts of lines about what is left out
    package : what writes it, besides torch and NumPy
    """

    write: Callable[[Path], tuple[Path, dict[str, np.ndarray]]]
    refusal: str = ""
    left_out: tuple[str, ...] = ()
    package: str = ""


def network() -> nn.Sequential:
    """Return a network of two conv layers with biases and a norm between, a dense layer, and no odd layers."""
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(3, 4, 5), nn.BatchNorm2d(4), nn.ReLU(), nn.Conv2d(4, 2, 3), nn.Flatten(), nn.LazyLinear(2)
    )


def ready() -> nn.Sequential:
    """Return the network with all its weights."""
    model = network()
    model(torch.ones(2, 3, 9, 9))
    return model


def kernels(model: nn.Module) -> dict[str, np.ndarray]:
    """Return the weights of the conv layers of a network, axes (out, in, ...) of transposed ones too."""
    found = {}
    for name, layer in model.named_modules():
        if isinstance(layer, nn.ConvTranspose1d | nn.ConvTranspose2d | nn.ConvTranspose3d):
            found[name] = grouped_transposed(layer.weight.detach().numpy(), layer.groups)
        elif isinstance(layer, nn.modules.conv._ConvNd):
            found[name] = layer.weight.detach().numpy()
    return found


def grouped_transposed(weight: np.ndarray, groups: int) -> np.ndarray:
    """Return (in, out / groups, ...) as (out, in / groups, ...), group by group."""
    return np.concatenate([part.swapaxes(0, 1) for part in np.split(weight, groups)])


def state(model: nn.Module | None = None) -> dict[str, torch.Tensor]:
    return dict((model or ready()).state_dict())


def stepped(model: nn.Module, make=torch.optim.AdamW) -> dict:
    """Return the state of an optimizer after a step."""
    optimizer = make(model.parameters(), lr=1e-9)
    model(torch.ones(2, 3, 9, 9)).sum().backward()
    optimizer.step()
    return optimizer.state_dict()


def saved(content, name: str = "m.pt", layers=None, **options):
    """Return a writer of what torch.save makes of some content; by default the layers are those of `ready`."""

    def write(folder: Path):
        torch.save(content() if callable(content) else content, folder / name, **options)
        return folder / name, kernels(ready()) if layers is None else layers() if callable(layers) else layers

    return write
