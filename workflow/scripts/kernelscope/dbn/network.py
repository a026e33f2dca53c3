"""A convolutional deep belief network: its layers, what they compute from images, and feature maps."""

from typing import NamedTuple

import numpy as np
import torch

from kernelscope.data import whitening
from kernelscope.dbn import crbm
from kernelscope.dbn.crbm import Crbm

INITIAL_SD = 0.01  # of the untrained kernels
PARTS = ("kernels", "hidden_bias", "visible_bias")


class Layer(NamedTuple):
    """A CRBM, the standard deviation of its visibles, and what they are less (in,) and times."""

    model: Crbm
    sigma: float
    mean: torch.Tensor
    scale: float


def untrained(shape: tuple[int, int, int], pooling: int, real: bool, bias: float, generator: torch.Generator) -> Crbm:
    """Kernels of `shape` (out, in, rows) drawn with INITIAL_SD."""
    out, depth, k = shape
    kernels = INITIAL_SD * torch.randn((out, depth, k, k), generator=generator)
    return Crbm(kernels, torch.full((out,), bias), torch.zeros(depth), pooling, real)


def seen(layer: Layer, below: torch.Tensor) -> torch.Tensor:
    """The visibles of a layer, from what the one below hands on, or an image (1, rows, cols)."""
    return (below - layer.mean[:, None, None]) * layer.scale


def activities(layers: list[Layer], image: torch.Tensor) -> list[torch.Tensor]:
    """Of every layer the pooled probabilities (out, rows, cols) for an image (1, rows, cols)."""
    found = []
    for layer in layers:
        image = crbm.upwards(layer.model, seen(layer, image), layer.sigma)
        found.append(image)
    return found


def arrays(name: str, layer: Layer) -> dict[str, np.ndarray]:
    """The weights of a layer by the names that they have in snapshots.npz."""
    found = {f"{name}.{part}": getattr(layer.model, part).numpy() for part in PARTS}
    of_input = {f"{name}.mean": layer.mean.numpy(), f"{name}.scale": np.float32(layer.scale)}
    return found | of_input | {f"{name}.sigma": np.float32(layer.sigma)}


def loaded(weights: dict[str, np.ndarray], settings: dict) -> list[Layer]:
    """The layers of `arrays`, from the lowest."""
    layers = []
    for number in range(len(settings["kernels"])):
        of = lambda part: torch.from_numpy(weights[f"conv{number + 1}.{part}"])  # noqa: B023, E731
        model = Crbm(*map(of, PARTS), settings["pooling"], number == 0 or settings["deeper"] == "real")
        layers.append(Layer(model, float(of("sigma")), of("mean"), float(of("scale"))))
    return layers


class Preparation:
    """Makes of images (n, h, w) uint8 the lowest visibles, float32: whitened where that is asked for, less the mean
    and at the spread of the training images, whichever images they are."""

    def __init__(self, train_images: np.ndarray, settings: dict):
        self.whiten = settings["whiten"]
        self.scale = whitening.Scale(self.flat(train_images), settings["contrast"])

    def flat(self, images: np.ndarray) -> np.ndarray:
        return whitening.whitened(images / 255) if self.whiten else images / 255

    def __call__(self, images: np.ndarray) -> np.ndarray:
        return self.scale(self.flat(images))


def layers(arrays: dict[str, np.ndarray], when: str, settings: dict) -> list[Layer]:
    """The `first` or the `last` state of all layers from snapshots.npz; fewer where a training failed."""
    weights = {
        name.removeprefix(f"{when}/"): np.asarray(of) for name, of in arrays.items() if name.startswith(f"{when}/")
    }
    count = sum(name.endswith(".kernels") for name in weights)
    return loaded(weights, settings | {"kernels": settings["kernels"][:count]})


def states(**layers: list[Layer]) -> dict[str, np.ndarray]:
    """The arrays that `layers` reads, of the `first` and the `last` state."""
    return {
        f"{when}/{name}": array
        for when, network in layers.items()
        for number, layer in enumerate(network, 1)
        for name, array in arrays(f"conv{number}", layer).items()
    }


def maps(network: list[Layer], images: np.ndarray) -> list[np.ndarray]:
    """Of every layer the pooled probabilities (n, out, rows, cols) for prepared images (n, h, w)."""
    with torch.no_grad():
        found = [activities(network, torch.from_numpy(image[None])) for image in images]
    return [torch.stack(of_layer).numpy() for of_layer in zip(*found, strict=True)]
