"""The kernels of later conv layers in pixel space: what each adds up to in the image.

A later kernel weighs the responses of earlier kernels, so laying each earlier kernel at its place with that weight
gives a picture in pixels: the linear combination of Lee et al. (ICML 2009, Fig. 2). It is the gradient of the linear
network (Layer.linear) to its pixels; without padding, as inside the image. With ReLU on the way back it is what the
deconvnet of Zeiler and Fergus (ECCV 2014) draws for a kernel. Biases take no part.
"""

import numpy as np
import torch

from kernelscope.models import functions, layer_lists, networks


def projected(layers: list[dict], weights: dict[str, np.ndarray], rectified: bool = False) -> dict[str, np.ndarray]:
    """Each kernel of each conv layer in pixels: name -> (out, channels, field, field) float32.

    weights: `<layer>.weight` (out, in, k, k), as trained, untrained, or their change. Through a max-pool each weight
    is spread evenly over its block, as any pixel of the block may be the largest: that is the gradient of the network
    with mean-pooling in its place. The first layer is its own kernels.

    Linear keeps negatives. `rectified` cuts them wherever a ReLU has been (in the kernel's own weights too, if its
    input was rectified), so that only what excites through a chain of excitations is left; the pixels themselves
    keep their sign.
    """
    way, fields, plain = "rectified" if rectified else "linear", layer_lists.receptive_fields(layers), {}
    for number, layer in enumerate(layers):
        if layer["kind"] == "conv":
            earlier = networks.loaded(layer_lists.unpadded(layers[:number]), weights, way, torch.float64)
            kernels = bank(layer, weights).double()
            channels = first_channels(layers[:number], weights, kernels)
            pixels = torch.zeros(len(kernels), channels, *[fields[layer["name"]].size] * 2, dtype=torch.float64)
            plain[layer["name"]] = gradient(earlier, pixels, kernels).float().numpy()
    return plain


def bank(layer: dict, weights: dict[str, np.ndarray]) -> torch.Tensor:
    """The kernels (out, in, k, k) of a conv layer on all channels."""
    return functions.on_all(torch.as_tensor(weights[f"{layer['name']}.weight"]), layer.get("towers", 1))


def first_channels(earlier: list[dict], weights: dict[str, np.ndarray], kernels: torch.Tensor) -> int:
    """The channels of the images: those of the first of the earlier conv layers, else of these kernels."""
    convs = [layer for layer in earlier if layer["kind"] == "conv"]
    return (bank(convs[0], weights) if convs else kernels).shape[1]


def gradient(earlier: networks.Network, pixels: torch.Tensor, kernels: torch.Tensor) -> torch.Tensor:
    """How the response of one kernel to each image changes with its pixels, (n, channels, field, field) like these.

    kernels (n, in, k, k): that of each image, on the output of the `earlier` layers. Where two pixels of a pooling
    block are equal, the first one counts.
    """
    pixels = pixels.detach().requires_grad_(True)
    (found,) = torch.autograd.grad((earlier(pixels) * kernels).sum(), pixels)
    return found
