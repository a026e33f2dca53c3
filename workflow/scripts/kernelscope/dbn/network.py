"""A convolutional deep belief network: its layers, their feature maps, and the arrays they are stored as."""

from typing import NamedTuple

import numpy as np
import torch

from kernelscope.dbn import crbm, whitening
from kernelscope.dbn.crbm import Crbm
from kernelscope.io.notes import Note

INITIAL_SD = 0.01  # standard deviation of the untrained kernels
PARTS = ("kernels", "hidden_bias", "visible_bias")


class Layer(NamedTuple):
    """A CRBM, the standard deviation of its visible units, and the mean (in,) and scale that normalize its input."""

    model: Crbm
    sigma: float
    mean: torch.Tensor
    scale: float


def untrained(shape: tuple[int, int, int], pooling: int, real: bool, bias: float, generator: torch.Generator) -> Crbm:
    """Return a CRBM with kernels of `shape` (out, in, rows), drawn with standard deviation INITIAL_SD."""
    out, depth, k = shape
    kernels = INITIAL_SD * torch.randn((out, depth, k, k), generator=generator)
    return Crbm(kernels, torch.full((out,), bias), torch.zeros(depth), pooling, real)


def visible_units(layer: Layer, below: torch.Tensor) -> torch.Tensor:
    """Return the visible units of a layer, given the output of the layer below or an image (1, rows, cols)."""
    return (below - layer.mean[:, None, None]) * layer.scale


def activities(layers: list[Layer], image: torch.Tensor) -> list[torch.Tensor]:
    """Return the pooled probabilities (out, rows, cols) of every layer for an image (1, rows, cols)."""
    maps = []
    for layer in layers:
        image = crbm.upwards(layer.model, visible_units(layer, image), layer.sigma)
        maps.append(image)
    return maps


def arrays(name: str, layer: Layer) -> dict[str, np.ndarray]:
    """Return the weights of a layer, named as in snapshots.npz."""
    parameters = {f"{name}.{part}": getattr(layer.model, part).numpy() for part in PARTS}
    normalization = {f"{name}.mean": layer.mean.numpy(), f"{name}.scale": np.float32(layer.scale)}
    return parameters | normalization | {f"{name}.sigma": np.float32(layer.sigma)}


def loaded(weights: dict[str, np.ndarray], settings: dict) -> list[Layer]:
    """Return the layers, lowest first, from the arrays that `arrays` names."""
    layers = []
    for number in range(len(settings["kernels"])):
        tensor = lambda part: torch.from_numpy(weights[f"conv{number + 1}.{part}"])  # noqa: B023, E731
        model = Crbm(*map(tensor, PARTS), settings["pooling"], number == 0 or settings["visible_units"] == "real")
        layers.append(Layer(model, float(tensor("sigma")), tensor("mean"), float(tensor("scale"))))
    return layers


class Preparation:
    """Turn images (n, h, w) or (n, h, w, 3) uint8 into visible units (n, h, w) of the first layer, float32.

    Channels are averaged, as bases have one. Images are whitened if the settings say so, and then centered and scaled
    with the mean and spread of the training images.
    """

    def __init__(self, train_images: np.ndarray, settings: dict):
        self.whiten = settings["whiten"]
        self.scale = whitening.Scale(self.flat(train_images), settings["contrast"])

    def flat(self, images: np.ndarray) -> np.ndarray:
        """Return images from 0 to 1, whitened if the settings say so."""
        light = (images if images.ndim == 3 else images.mean(-1)) / 255
        return whitening.whitened(light) if self.whiten else light

    def __call__(self, images: np.ndarray) -> np.ndarray:
        return self.scale(self.flat(images))


def to_gray(splits: dict[str, np.ndarray]) -> Note:
    """Return the note that images in color lose it; it concerns nothing if they are gray."""
    count = sum(len(images) for images in splits.values())
    colored = sum(len(images) for images in splits.values() if len(images.shape) == 4)
    return Note("converted", "images", colored, count, "from color to gray, as bases have one channel")


def layers(arrays: dict[str, np.ndarray], when: str, settings: dict) -> list[Layer]:
    """Return the `first` or `last` state of all layers in snapshots.npz; a failed training has fewer layers."""
    weights = {
        name.removeprefix(f"{when}/"): np.asarray(array)
        for name, array in arrays.items()
        if name.startswith(f"{when}/")
    }
    count = sum(name.endswith(".kernels") for name in weights)
    return loaded(weights, settings | {"kernels": settings["kernels"][:count]})


def states(**layers: list[Layer]) -> dict[str, np.ndarray]:
    """Return the arrays that `layers` reads, for the `first` and the `last` state."""
    return {
        f"{when}/{name}": array
        for when, network in layers.items()
        for number, layer in enumerate(network, 1)
        for name, array in arrays(f"conv{number}", layer).items()
    }


def maps(network: list[Layer], images: np.ndarray) -> list[np.ndarray]:
    """Return the pooled probabilities (n, out, rows, cols) of every layer for prepared images (n, h, w)."""
    with torch.no_grad():
        of_images = [activities(network, torch.from_numpy(image[None])) for image in images]
    return [torch.stack(of_layer).numpy() for of_layer in zip(*of_images, strict=True)]
