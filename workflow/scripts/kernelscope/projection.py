"""The kernels of later conv layers in pixel space: what each adds up to in the image.

A later kernel weighs the responses of earlier kernels, so laying each earlier kernel at its place with that weight
gives a picture in pixels: the linear combination of Lee et al. (ICML 2009, Fig. 2). With ReLU on the way back it is
what the deconvnet of Zeiler and Fergus (ECCV 2014) draws for a kernel. Biases take no part.
"""

import numpy as np

from kernelscope.forward import bank


def projected(layers: list[dict], weights: dict[str, np.ndarray], rectified: bool = False) -> dict[str, np.ndarray]:
    """Each kernel of each conv layer in pixels: name -> (out, channels, field, field) float32.

    weights: `<layer>.weight` (out, in, k, k), as trained, untrained, or their change. Through a max-pool each weight
    is spread evenly over its block, as any pixel of the block may be the largest: that is the gradient of the network
    with mean-pooling in its place. The first layer is its own kernels.

    Linear keeps negatives. `rectified` cuts them wherever a ReLU has been (in the kernel's own weights too, if its
    input was rectified), so that only what excites through a chain of excitations is left; the pixels themselves
    keep their sign.
    """
    with np.errstate(invalid="ignore", over="ignore"):  # a failed training leaves weights that are not finite
        return {
            layer["name"]: _to_pixels(layers[:i], weights, bank(layer, weights), rectified)
            for i, layer in enumerate(layers)
            if layer["kind"] == "conv"
        }


def _to_pixels(earlier: list[dict], weights: dict[str, np.ndarray], own: np.ndarray, rectified: bool) -> np.ndarray:
    pattern = own.astype(np.float64)
    for layer in reversed(earlier):
        if layer["kind"] == "conv":
            pattern = laid(pattern, bank(layer, weights).astype(np.float64), layer["stride"])
        elif layer["kind"] == "max_pool":
            size = layer["size"]
            pattern = pattern.repeat(size, -2).repeat(size, -1) / size**2
        elif layer["kind"] == "relu" and rectified:
            pattern = np.maximum(pattern, 0)
    return pattern.astype(np.float32)


def laid(pattern: np.ndarray, kernels: np.ndarray, stride: int) -> np.ndarray:
    """Transposed convolution: kernels (m, in, k, k) laid at every place of pattern (out, m, h, w), weighted, summed.

    (out, in, (h - 1) stride + k, (w - 1) stride + k): the gradient of the cross-correlation to its input.
    """
    (out, m, h, w), (_, channels, k, _) = pattern.shape, kernels.shape
    parts = kernels.reshape(m, -1).T @ pattern.reshape(out, m, h * w)  # every pixel of the kernels at every place
    parts = parts.reshape(out, channels, k, k, h, w)
    whole = np.zeros((out, channels, (h - 1) * stride + k, (w - 1) * stride + k), parts.dtype)
    for row, col in np.ndindex(k, k):
        there = whole[:, :, row : row + (h - 1) * stride + 1 : stride, col : col + (w - 1) * stride + 1 : stride]
        there += parts[:, :, row, col]
    return whole
