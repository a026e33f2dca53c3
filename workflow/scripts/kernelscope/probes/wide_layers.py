"""Feature maps of many kernels in the place of one conv layer, on top of the layers below it.

The null of a statement about responses is a layer that learned nothing, so thousands of kernels see the input of the
layer that they replace. Their maps are computed image by image and stored channels last, as the tests read them.
"""

from typing import NamedTuple

import numpy as np
import torch

from kernelscope.models import layer_lists, networks
from kernelscope.models.responses import as_input, chunks

EPSILON = 1e-5  # added to a variance, as by batch normalization


class Place(NamedTuple):
    """The place of one conv layer in a network.

    inputs: what the layer sees, (n, channels, h, w) float32, for each split. layer: its settings. normalized,
    rectified: whether batch normalization and a ReLU follow.
    """

    inputs: tuple[torch.Tensor, ...]
    layer: object
    normalized: bool
    rectified: bool


@torch.no_grad()
def places(layers: list[dict], weights: dict[str, np.ndarray], splits: list[np.ndarray]) -> dict[str, Place]:
    """Return the place of every conv layer by name.

    Parameters
    ----------
    layers : list of dict
        The layers of the network.
    weights : dict
        Its weights by name, as in snapshots.npz.
    splits : list of arrays
        The images of each split, as in `responses.as_input`.
    """
    ends, names = layer_lists.ends(layers), layer_lists.all_names(layers)
    numbers = {names.index(name): name for name in ends}
    network = networks.loaded(layers[: max(numbers) + 1], weights)
    inputs = {name: [] for name in ends}
    for images in splits:
        parts = {name: [] for name in ends}
        for chunk in chunks(layers, images.shape):
            before = as_input(images[chunk])
            for number, (_, after) in enumerate(network.outputs(before)):
                if number in numbers:
                    parts[numbers[number]].append(before)
                before = after
        for name, of_chunks in parts.items():
            inputs[name].append(torch.cat(of_chunks))
    return {
        name: Place(
            tuple(inputs[name]),
            layer_lists.read([layers[number]])[0],
            ends[name][0] > number,
            ends[name][1] > ends[name][0],
        )
        for number, name in numbers.items()
    }


def maps(place: Place, kernels: np.ndarray, bias: np.ndarray) -> list[np.ndarray]:
    """Return the feature maps of kernels in a place, for each split: (n, out, h, w) float32, stored channels last.

    With batch normalization, the responses of each kernel have mean 0 and variance 1 over the first split, as at the
    beginning of a training.

    Parameters
    ----------
    place : Place
    kernels : array (out, in, k, k)
        `out` is a multiple of the layer's towers.
    bias : array (out,)
    """
    responses = [correlated(x, kernels, bias, place.layer) for x in place.inputs]
    if place.normalized:
        mean, variance = responses[0].mean((0, 1, 2)), responses[0].var((0, 1, 2))
        responses = [(x - mean) / np.sqrt(variance + EPSILON) for x in responses]
    if place.rectified:
        responses = [np.maximum(x, 0, out=x) for x in responses]
    return [x.transpose(0, 3, 1, 2) for x in responses]


@torch.no_grad()
def correlated(x: torch.Tensor, kernels: np.ndarray, bias: np.ndarray, layer) -> np.ndarray:
    """Return the cross-correlation of x (n, channels, h, w) with kernels, plus bias: (n, rows, cols, out) float32."""
    weights, biases = (torch.from_numpy(np.ascontiguousarray(part, np.float32)) for part in (kernels, bias))
    weights = weights.contiguous(memory_format=torch.channels_last)
    rows, cols = ((side + 2 * layer.padding - kernels.shape[-1]) // layer.stride + 1 for side in x.shape[2:])
    result = torch.empty((len(x), rows, cols, len(kernels)), dtype=torch.float32)
    for image, target in zip(x.contiguous(memory_format=torch.channels_last).split(1), result.split(1), strict=True):
        maps = torch.nn.functional.conv2d(image, weights, biases, layer.stride, layer.padding, groups=layer.towers)
        target.copy_(maps.permute(0, 2, 3, 1))  # while they are in the processor's cache
    return result.numpy()
