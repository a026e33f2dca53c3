"""Responses of a trained network's conv layers to images, computed for a few images at a time."""

import numpy as np
import torch

from kernelscope.models import layer_lists, networks

AT_ONCE = 4_000_000  # numbers in the largest layer output of a chunk of images at most, 16 MB


def as_input(images: np.ndarray) -> torch.Tensor:
    """Return images (n, h, w) or (n, h, w, 3), 0 to 255, as network input (n, channels, h, w) float32, 0 to 1."""
    pixels = images[:, None] if images.ndim == 3 else images.transpose(0, 3, 1, 2)
    return torch.from_numpy(np.ascontiguousarray(pixels, np.float32) / np.float32(255))


@torch.no_grad()
def responses(layers: list[dict], weights: dict[str, np.ndarray], images: np.ndarray) -> dict[str, np.ndarray]:
    """Return the feature maps (layer_lists.ends) of every conv layer; layers after the last conv layer are skipped.

    Parameters
    ----------
    layers : list of layers
    weights : arrays by name as in snapshots.npz, `<layer>.weight` and so on
    images : (n, h, w) or (n, h, w, 3), 0 to 255

    Returns
    -------
    name of the conv layer -> (n, out, h, w) float32
    """
    last = max(end for _, end in layer_lists.ends(layers).values()) + 1
    network, maps = networks.loaded(layers[:last], weights), {}
    for chunk in chunks(layers, images.shape):
        for name, output in network.outputs(as_input(images[chunk])):
            if layer := network.maps.get(name):
                if layer not in maps:
                    maps[layer] = np.empty((len(images), *output.shape[1:]), np.float32)
                maps[layer][chunk] = output.numpy()
    return maps


def chunks(layers: list[dict], shape: tuple[int, ...], copies: int = 1) -> list[slice]:
    """Return slices that split images into chunks, each small enough for `copies` of its largest layer output.

    shape : (n, h, w) or (n, h, w, 3) of the images
    """
    image = (*(shape[3:] or (1,)), *shape[1:3])
    size = max(1, AT_ONCE // (copies * layer_lists.largest(layers, image)))
    return [slice(start, min(start + size, shape[0])) for start in range(0, max(shape[0], 1), size)]
