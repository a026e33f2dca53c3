"""An independent implementation of every layer kind, by formulas and torch's functions, as a reference."""

from collections.abc import Callable

import numpy as np
import torch
from torch.nn import functional

from kernelscope.models import architectures, networks
from kernelscope.models.layer_lists import (
    GLOBAL_MAX_POOL,
    RELU,
    TANH,
    add,
    average_pool,
    batch_norm,
    conv,
    linear,
    max_pool,
    relu,
)

SMALL = {  # architectures in sizes that take no time
    "templates": architectures.templates(kernels=4, kernel_size=5),
    "cnnkernels": architectures.cnnkernels(kernels=3, kernel_size=6, widths=(20, 10)),
    "cnnkernels_tanh": architectures.cnnkernels_tanh(kernels=1, kernel_size=9, stride=2, widths=(7, 5)),
    "stacked": architectures.stacked(kernels=3, kernel_size=5, stride=2, widths=(4, 2)),
    "krizhevsky": architectures.krizhevsky(kernels=8, kernel_size=7, stride=2, widths=(6, 4)),
    "small_resnet": architectures.small_resnet(kernels=4, kernel_size=5, widths=(3, 6)),
    "small_alexnet": architectures.small_alexnet(kernels=4, kernel_size=7, stride=2, widths=(6, 4)),
}
ODD = {
    "pool without relu": [conv("a", 2, 3, 3), max_pool(3), TANH, conv("b", 3, 1), GLOBAL_MAX_POOL, linear("o", None)],
    "as large as the image": [conv("a", 2, 47), RELU, linear("o", None)],
    "wide step": [conv("a", 5, 2, 7), RELU, max_pool(2), linear("o", None)],
    "pixels": [conv("a", 3, 1), RELU, conv("b", 2, 1), RELU, GLOBAL_MAX_POOL, linear("o", None)],
    "padded": [conv("a", 3, 5, 2, padding=4), TANH, average_pool(3), conv("b", 2, 4, padding=1), linear("o", None)],
    "added maps": [
        *(conv("a", 3, 3, padding=1), RELU, average_pool(2, "in"), conv("b", 3, 5, padding=2), batch_norm("n")),
        *(RELU, conv("c", 3, 3, padding=1), add("in"), relu("out"), conv("d", 3, 3, padding=1), add("out"), add("in")),
        *(max_pool(2), linear("o", None)),
    ],
}


def outputs(
    layers: list[dict], weights: dict[str, np.ndarray], x: torch.Tensor, changed: dict[int, Callable] | None = None
) -> list[torch.Tensor]:
    """Return the output of every layer for x (n, channels, rows, cols).

    changed: {number of a layer: function that replaces its output}
    """
    layer_outputs, named = [], {}
    for number, layer in enumerate(layers):
        x = output(layer, weights, x, named)
        x = named[layer.get("name")] = (changed or {}).get(number, lambda x: x)(x)
        layer_outputs.append(x)
    return layer_outputs


def output(layer: dict, weights: dict[str, np.ndarray], x: torch.Tensor, earlier: dict) -> torch.Tensor:
    kind, arrays = layer["kind"], parts(layer, weights, x.dtype)
    if kind == "conv":
        padding, towers = layer.get("padding", 0), layer.get("towers", 1)
        return functional.conv2d(x, arrays["weight"], arrays.get("bias"), layer["stride"], padding, groups=towers)
    if kind == "linear":
        return x.flatten(1) @ arrays["weight"].T + arrays["bias"]
    if kind == "batch_norm":
        weight, bias, mean, variance = (array[:, None, None] for array in arrays.values())
        return (x - mean) / (variance + layer["epsilon"]) ** 0.5 * weight + bias
    if kind == "center":
        return layer["scale"] * x - arrays["mean"][:, None, None]
    if kind == "local_response_norm":
        size, beta, k = layer["size"], layer["beta"], layer["k"]
        norm = lambda part: functional.local_response_norm(part, size, size * layer["alpha"], beta, k)  # noqa: E731
        return torch.cat([norm(part) for part in x.chunk(layer["towers"], 1)], 1)
    if kind == "add":
        return x + earlier[layer["source"]]
    if kind in ("max_pool", "average_pool"):
        return {"max_pool": functional.max_pool2d, "average_pool": functional.avg_pool2d}[kind](x, layer["size"])
    return {"relu": torch.relu, "tanh": torch.tanh, "global_max_pool": lambda x: x.flatten(2).max(2)[0]}[kind](x)


def parts(layer: dict, weights: dict[str, np.ndarray], dtype) -> dict[str, torch.Tensor]:
    start = f"{layer.get('name')}."
    return {key[len(start) :]: torch.tensor(weights[key], dtype=dtype) for key in weights if key.startswith(start)}


def weights_of(layers: list[dict], image: tuple[int, ...], classes: int = 3, seed: int = 1) -> dict[str, np.ndarray]:
    """Return random weights that keep outputs near 1, with biases and with running averages unlike the defaults."""
    rng, arrays = np.random.default_rng(seed), {}
    for name, parameter in networks.build(layers, image, classes).named_parameters():
        shape, part = tuple(parameter.shape), name.split(".")[1]
        spread = np.sqrt(3 / np.prod(shape[1:])) if len(shape) > 1 else 0.1
        middle = float(len(shape) == 1 and part in ("weight", "running_var"))
        arrays[name] = rng.normal(middle, spread, shape).astype(np.float32)
    return arrays


def shape_of(images: np.ndarray) -> tuple[int, int, int]:
    """Return (channels, rows, cols) of images (n, h, w) or (n, h, w, 3)."""
    return ((*images.shape[3:], 1)[0], *images.shape[1:3])
