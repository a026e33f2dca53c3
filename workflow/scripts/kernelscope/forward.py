"""A trained network in plain NumPy: what each layer answers to images, float32, a few images at a time.

Layers as in layers.py; weights as in snapshots.npz, `<layer>.weight` and `<layer>.bias`. Checked against torch.
"""

from collections.abc import Iterator

import numpy as np

from kernelscope.layers import shapes
from kernelscope.response_norm import normalised

AT_ONCE = 4_000_000  # numbers that the largest layer output of one chunk of images may have, 16 MB
PATCHES = 500_000  # numbers that are multiplied with the kernels at once, 2 MB: they stay in the processor's cache
COPYING = 55  # the time to copy a number into a patch, in multiply-adds of the matrix product, on 2026-11-23


def as_input(images: np.ndarray) -> np.ndarray:
    """Images (n, h, w) or (n, h, w, 3), numbers from 0 to 255 -> network input (n, channels, h, w) float32, 0 to 1."""
    pixels = images[:, None] if images.ndim == 3 else images.transpose(0, 3, 1, 2)
    return np.ascontiguousarray(pixels, np.float32) / np.float32(255)


def outputs(layers: list[dict], weights: dict[str, np.ndarray], images: np.ndarray) -> np.ndarray:
    """What the last layer answers to images as in `as_input`: (n, classes) float32."""
    parts = [continued(layers, weights, as_input(images[few]), -1) for few in chunks(layers, images.shape)]
    return np.concatenate(parts)


def continued(layers: list[dict], weights: dict[str, np.ndarray], x: np.ndarray, after: int) -> np.ndarray:
    """The network from the output x of layer number `after` to its end (-1: from the input): (n, classes)."""
    for layer in layers[after + 1 :]:
        x = layer_output(layer, weights, x)
    return x


def responses(layers: list[dict], weights: dict[str, np.ndarray], images: np.ndarray) -> dict[str, np.ndarray]:
    """The output of every conv layer, cross-correlation + bias, then ReLU if one follows: name -> (n, out, h, w).

    images as in `as_input`. Layers after the last conv layer are not computed.
    """
    whole = {}
    for few, found in responses_in_chunks(layers, weights, images):
        for name, maps in found.items():
            if name not in whole:
                whole[name] = np.empty((len(images), *maps.shape[1:]), maps.dtype)
            whole[name][few] = maps
    return whole


def responses_in_chunks(
    layers: list[dict], weights: dict[str, np.ndarray], images: np.ndarray
) -> Iterator[tuple[slice, dict[str, np.ndarray]]]:
    """`responses` of a few images at a time, each with the slice of `images` that it belongs to; little memory."""
    ends = {map_end(layers, i): layer["name"] for i, layer in enumerate(layers) if layer["kind"] == "conv"}
    for few in chunks(layers, images.shape):
        x, found = as_input(images[few]), {}
        for i, layer in enumerate(layers[: max(ends) + 1]):
            x = layer_output(layer, weights, x)
            if i in ends:
                found[ends[i]] = x
        yield few, found


def map_end(layers: list[dict], conv: int) -> int:
    """The number of the layer that ends the feature maps of conv layer number `conv`: its ReLU, if it has one."""
    following = layers[conv + 1 : conv + 2]
    return conv + 1 if following and following[0]["kind"] == "relu" else conv


def chunks(layers: list[dict], shape: tuple[int, ...]) -> list[slice]:
    """Slices of images of `shape` (n, h, w) or (n, h, w, 3), few enough for the layer with the largest output."""
    image = (*(shape[3:] or (1,)), *shape[1:3])
    largest = max(int(np.prod(after)) for after in [image, *shapes(layers, image, 1)])
    size = max(1, AT_ONCE // largest)
    return [slice(start, min(start + size, shape[0])) for start in range(0, max(shape[0], 1), size)]


def layer_output(layer: dict, weights: dict[str, np.ndarray], x: np.ndarray) -> np.ndarray:
    """One layer: (n, in, H, W) or (n, inputs) -> its output; numbers that are not finite go through without a word."""
    with np.errstate(invalid="ignore", over="ignore"):
        if layer["kind"] == "centre":
            return x * np.float32(layer["scale"]) - weights[f"{layer['name']}.mean"][:, None, None]
        if layer["kind"] == "linear":
            return x.reshape(len(x), -1) @ weights[f"{layer['name']}.weight"].T + weights[f"{layer['name']}.bias"]
        if layer["kind"] == "conv":
            maps = correlate(x, bank(layer, weights), layer["stride"])
            maps += weights[f"{layer['name']}.bias"][:, None, None]
            return maps
        return CHANNELWISE[layer["kind"]](layer, x)


def bank(layer: dict, weights: dict[str, np.ndarray]) -> np.ndarray:
    """The kernels (out, in, k, k) of a conv layer on all channels: 0 for those of another tower."""
    own, towers = weights[f"{layer['name']}.weight"], layer.get("towers", 1)
    if towers == 1:
        return own
    out, channels = len(own) // towers, own.shape[1]
    whole = np.zeros((len(own), channels * towers, *own.shape[2:]), own.dtype)
    for tower in range(towers):
        mine = slice(tower * out, (tower + 1) * out)
        whole[mine, tower * channels : (tower + 1) * channels] = own[mine]
    return whole


def max_pool(x: np.ndarray, size: int) -> np.ndarray:
    """The largest of each size x size block; rows and cols that do not fill a block are left out."""
    h, w = x.shape[-2] // size, x.shape[-1] // size
    largest = x[..., : h * size : size, : w * size : size]
    for row, col in list(np.ndindex(size, size))[1:]:
        largest = np.maximum(largest, x[..., row : h * size : size, col : w * size : size])
    return largest


CHANNELWISE = {  # kind -> what it does to each channel by itself
    "relu": lambda layer, x: np.maximum(x, 0),
    "tanh": lambda layer, x: np.tanh(x),
    "max_pool": lambda layer, x: max_pool(x, layer["size"]),
    "local_response_norm": normalised,
    "global_max_pool": lambda layer, x: x.max((-1, -2)),
}


def correlate(x: np.ndarray, kernels: np.ndarray, stride: int) -> np.ndarray:
    """Cross-correlation without padding: (n, in, H, W), (out, in, k, k) -> (n, out, h, w).

    As a matrix product of patches and kernels. A patch holds what `together` neighbouring responses of a row need, and
    each kernel is laid on it at that many places: fewer numbers are copied than with a patch for every response.
    """
    k = kernels.shape[-1]
    h, w = ((side - k) // stride + 1 for side in x.shape[2:])
    together = places_together(len(kernels), k, stride, w)
    blocks = -(-w // together)
    bank = laid_out(kernels, stride, together)
    span = (together - 1) * stride + k
    lacking = max(0, (blocks - 1) * together * stride + span - x.shape[3])
    size = max(1, PATCHES // (h * blocks * len(bank)))
    found = np.empty((len(x), len(kernels), h, w), np.result_type(x, kernels))
    for start in range(0, len(x), size):
        part = np.pad(x[start : start + size], ((0, 0), (0, 0), (0, 0), (0, lacking)))
        windows = np.lib.stride_tricks.sliding_window_view(part, (k, span), (2, 3))
        windows = windows[:, :, ::stride, :: together * stride][:, :, :h, :blocks]
        patches = windows.transpose(0, 2, 3, 1, 4, 5).reshape(-1, len(bank))
        products = (patches @ bank).reshape(len(part), h, blocks, len(kernels), together).transpose(0, 3, 1, 2, 4)
        found[start : start + size] = products.reshape(len(part), len(kernels), h, -1)[..., :w]
    return found


def places_together(out: int, k: int, stride: int, w: int) -> int:
    """How many responses of a row share a patch: the fastest of copying less and multiplying more, spread evenly."""
    best = max(1, round(np.sqrt(COPYING * max(0, k - stride) / (out * stride))))
    return -(-w // -(-w // best))


def laid_out(kernels: np.ndarray, stride: int, together: int) -> np.ndarray:
    """Each kernel at `together` places of a patch, zeros around it: (in * k * span, out * together)."""
    out, channels, k, _ = kernels.shape
    bank = np.zeros((channels, k, (together - 1) * stride + k, out, together), kernels.dtype)
    for place in range(together):
        bank[:, :, place * stride : place * stride + k, :, place] = kernels.transpose(1, 2, 3, 0)
    return bank.reshape(-1, out * together)
