"""The layers of forward.py backwards: how much each pixel changes what a kernel answers. Checked against torch."""

import numpy as np

from kernelscope import response_norm
from kernelscope.forward import bank, layer_output
from kernelscope.projection import laid


def gradient(layers: list[dict], weights: dict[str, np.ndarray], x: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """How the response of one kernel of the last layer, `kernel` (n,), changes with x (n, channels, field, field).

    The last of `layers` is a conv layer, and a field what one of its kernels sees. Where two pixels of a pooling block
    are equal, the first one counts.
    """
    *earlier, last = layers
    inputs = []
    for layer in earlier:
        inputs.append(x)
        x = layer_output(layer, weights, x)
    error = bank(last, weights)[kernel]
    for layer, x in zip(reversed(earlier), reversed(inputs), strict=True):
        with np.errstate(invalid="ignore", over="ignore"):
            error = BACKWARD[layer["kind"]](layer, weights, x, error)
    return error


def _conv(layer: dict, weights: dict[str, np.ndarray], x: np.ndarray, error: np.ndarray) -> np.ndarray:
    whole = np.zeros_like(x)  # a step may leave the last rows and cols unseen
    found = laid(error, bank(layer, weights), layer["stride"])
    whole[..., : found.shape[2], : found.shape[3]] = found
    return whole


def _max_pool(layer: dict, _, x: np.ndarray, error: np.ndarray) -> np.ndarray:
    size, (*many, h, w) = layer["size"], error.shape
    blocks = x[..., : h * size, : w * size].reshape(*many, h, size, w, size).swapaxes(-2, -3)
    blocks = blocks.reshape(*many, h, w, size * size)
    spread = np.zeros_like(blocks)
    np.put_along_axis(spread, blocks.argmax(-1)[..., None], error[..., None], -1)
    whole = np.zeros_like(x)
    spread = spread.reshape(*many, h, w, size, size).swapaxes(-2, -3)
    whole[..., : h * size, : w * size] = spread.reshape(*many, h * size, w * size)
    return whole


BACKWARD = {  # kind -> the gradient to the input x of a layer from that to its output
    "conv": _conv,
    "relu": lambda layer, weights, x, error: error * (x > 0),
    "tanh": lambda layer, weights, x, error: error * (1 - np.tanh(x) ** 2),
    "max_pool": _max_pool,
    "local_response_norm": lambda layer, weights, x, error: response_norm.gradient(layer, x, error),
    "centre": lambda layer, weights, x, error: error * np.float32(layer["scale"]),
}
