"""Every kind of layer once more, by formulas and torch's own functions: what the networks of the library must give."""

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
    "matched": architectures.matched(kernels=4, kernel_size=5),
    "cnnkernels": architectures.cnnkernels(kernels=3, kernel_size=6, widths=(20, 10)),
    "cnnkernels_tanh": architectures.cnnkernels_tanh(kernels=1, kernel_size=9, stride=2, widths=(7, 5)),
    "stacked": architectures.stacked(kernels=3, kernel_size=5, stride=2, widths=(4, 2)),
    "krizhevsky": architectures.krizhevsky(kernels=8, kernel_size=7, stride=2, widths=(6, 4)),
    "small_resnet": architectures.small_resnet(kernels=4, kernel_size=5, widths=(3, 6)),
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
    """The output of every layer for x (n, channels, rows, cols); `changed`: what becomes of that of some, by number."""
    found, named = [], {}
    for number, layer in enumerate(layers):
        x = output(layer, weights, x, named)
        x = named[layer.get("name")] = (changed or {}).get(number, lambda x: x)(x)
        found.append(x)
    return found


def output(layer: dict, weights: dict[str, np.ndarray], x: torch.Tensor, earlier: dict) -> torch.Tensor:
    kind, own = layer["kind"], parts(layer, weights, x.dtype)
    if kind == "conv":
        padding, towers = layer.get("padding", 0), layer.get("towers", 1)
        return functional.conv2d(x, own["weight"], own.get("bias"), layer["stride"], padding, groups=towers)
    if kind == "linear":
        return x.flatten(1) @ own["weight"].T + own["bias"]
    if kind == "batch_norm":
        weight, bias, mean, variance = (array[:, None, None] for array in own.values())
        return (x - mean) / (variance + layer["epsilon"]) ** 0.5 * weight + bias
    if kind == "centre":
        return layer["scale"] * x - own["mean"][:, None, None]
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
    """Weights of a size that keeps outputs near 1, with biases, and running averages unlike those of no training."""
    rng, found = np.random.default_rng(seed), {}
    for name, parameter in networks.build(layers, image, classes).named_parameters():
        shape, part = tuple(parameter.shape), name.split(".")[1]
        spread = np.sqrt(3 / np.prod(shape[1:])) if len(shape) > 1 else 0.1
        middle = float(len(shape) == 1 and part in ("weight", "running_var"))
        found[name] = rng.normal(middle, spread, shape).astype(np.float32)
    return found


def shape_of(images: np.ndarray) -> tuple[int, int, int]:
    """(channels, rows, cols) of images (n, h, w) or (n, h, w, 3)."""
    return ((*images.shape[3:], 1)[0], *images.shape[1:3])
