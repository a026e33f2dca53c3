"""Project the kernels of later conv layers into pixel space.

A later kernel weights the responses of earlier kernels. Placing each earlier kernel with that weight gives an image:
the linear combination of Lee et al. (ICML 2009, Fig. 2). It is the gradient of the linear network (Layer.linear) with
respect to its pixels, without padding, as inside the image. With ReLU on the way back it is what the deconvnet of
Zeiler and Fergus (ECCV 2014) draws for a kernel. Biases are left out.
"""

import numpy as np
import torch

from kernelscope.models import functions, layer_lists, networks


def projected(layers: list[dict], weights: dict[str, np.ndarray], rectified: bool = False) -> dict[str, np.ndarray]:
    """Return each kernel of each conv layer in pixels: layer -> (out, channels, field, field) float32.

    Through a max-pool each weight is spread evenly over its block, because any pixel of the block may be the largest:
    this is the gradient of the network with mean-pooling instead. The first layer is its own kernels.

    Parameters
    ----------
    layers : list of dict
        The layers of the network.
    weights : dict
        `<layer>.weight` (out, in, k, k): trained, untrained, or their change.
    rectified : bool
        Whether negative values are removed wherever a ReLU has been (also in the kernel's own weights, if its input was
        rectified), so that only excitation through a chain of excitations is left. The pixels themselves keep their
        sign. Otherwise the projection is linear.
    """
    mode, fields, projections = "rectified" if rectified else "linear", layer_lists.receptive_fields(layers), {}
    for number, layer in enumerate(layers):
        if layer["kind"] == "conv":
            earlier = networks.loaded(layer_lists.unpadded(layers[:number]), weights, mode, torch.float64)
            kernels = bank(layer, weights).double()
            channels = first_channels(layers[:number], weights, kernels)
            pixels = torch.zeros(len(kernels), channels, *[fields[layer["name"]].size] * 2, dtype=torch.float64)
            projections[layer["name"]] = gradient(earlier, pixels, kernels).float().numpy()
    return projections


def bank(layer: dict, weights: dict[str, np.ndarray]) -> torch.Tensor:
    """Return the kernels (out, in, k, k) of a conv layer on all channels."""
    return functions.on_all(torch.as_tensor(weights[f"{layer['name']}.weight"]), layer.get("towers", 1))


def first_channels(earlier: list[dict], weights: dict[str, np.ndarray], kernels: torch.Tensor) -> int:
    """Return the number of image channels: of the first earlier conv layer, or of these kernels if there is none."""
    convs = [layer for layer in earlier if layer["kind"] == "conv"]
    return (bank(convs[0], weights) if convs else kernels).shape[1]


def gradient(earlier: networks.Network, pixels: torch.Tensor, kernels: torch.Tensor) -> torch.Tensor:
    """Return the gradient of a kernel's response to each image with respect to the image, (n, channels, field, field).

    kernels (n, in, k, k): the kernel of each image, on the output of the `earlier` layers. If two pixels of a pooling
    block are equal, the first one counts.
    """
    pixels = pixels.detach().requires_grad_(True)
    (derivative,) = torch.autograd.grad((earlier(pixels) * kernels).sum(), pixels)
    return derivative
