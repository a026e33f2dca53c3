"""A list of layers (layers.py) as a torch network, with exact shortcuts where they pay."""

from collections.abc import Callable, Iterable, Iterator

import numpy as np
import torch
from torch import nn

from kernelscope import convolution
from kernelscope.layers import shapes
from kernelscope.normalisation import LocalResponseNorm


class Conv(nn.Module):
    """A conv layer; `pooled` makes it a conv layer and global max-pooling in one, computed by `respond`.

    Of several towers each part of the kernels (out, in / towers, k, k) sees its own part of the channels.
    """

    def __init__(self, in_channels: int, layer: dict, pooled: bool, respond: Callable):
        super().__init__()
        k, self.towers = layer["kernel_size"], layer.get("towers", 1)
        self.weight = nn.Parameter(torch.empty(layer["kernels"], in_channels // self.towers, k, k))
        self.bias = nn.Parameter(torch.empty(layer["kernels"]))
        self.stride, self.pooled, self.respond = layer["stride"], pooled, respond

    def forward(self, x):
        if self.pooled:
            return convolution.largest_response(x, self.weight, self.bias, self.stride, self.respond)
        parts = zip(
            *(of.chunk(self.towers, dim) for of, dim in ((x, 1), (self.weight, 0), (self.bias, 0))), strict=True
        )
        return joined([self.respond(*part, self.stride) for part in parts], 1)


def joined(parts: list[torch.Tensor], dim: int) -> torch.Tensor:
    return parts[0] if len(parts) == 1 else torch.cat(parts, dim)


class Centre(nn.Module):
    """What layers.centre says; `mean` (channels,) is no weight that is trained."""

    def __init__(self, channels: int, scale: float):
        super().__init__()
        self.mean, self.scale = nn.Parameter(torch.zeros(channels), requires_grad=False), scale

    def forward(self, x):
        return x * self.scale - self.mean[:, None, None]


class Linear(nn.Linear):
    def forward(self, x):
        return super().forward(x.flatten(1))


class GlobalMaxPool(nn.Module):
    """(B, channels, h, w) -> (B, channels); amax, as its gradient is deterministic on a GPU too."""

    def forward(self, x):
        return x.amax((2, 3))


def build(layers: list[dict], image: tuple[int, int, int], classes: int, way: str = "auto") -> nn.Sequential:
    """The network for images (channels, rows, cols), parameters still to be filled by `initialise`.

    Parameters are called `<layer>.weight` and `<layer>.bias`. ReLU and a global max-pool change places, which
    changes nothing (ReLU never decreases), so that a conv layer before a global max-pool can be `pooled`.
    `way` to compute conv layers: convolution.WAYS.
    """
    before = [tuple(image), *shapes(layers, image, classes)]
    network = nn.Sequential()
    merged = False  # whether the global max-pool that comes next is part of the conv layer already
    for i, layer in enumerate(layers):
        name, kind = layer.get("name", f"{layer['kind']}_{i}"), layer["kind"]
        if kind == "conv":
            following = [other["kind"] for other in layers[i + 1 : i + 3]]
            pooled = following[:1] == ["global_max_pool"] or following == ["relu", "global_max_pool"]
            merged = pooled and "towers" not in layer and way != "library" and convolution.patch_pays(before[i], layer)
            work = "forward" if merged else "later" if i else "first"
            network.add_module(name, Conv(before[i][0], layer, merged, convolution.chosen(way, before[i], layer, work)))
        elif kind == "linear":
            network.add_module(name, Linear(int(np.prod(before[i])), before[i + 1][0]))
        elif kind == "global_max_pool" and merged:
            merged = False
        elif kind == "centre":
            network.add_module(name, Centre(before[i][0], layer["scale"]))
        else:
            network.add_module(name, MODULES[kind](layer))
    return network


MODULES = {
    "relu": lambda layer: nn.ReLU(),
    "tanh": lambda layer: nn.Tanh(),
    "max_pool": lambda layer: nn.MaxPool2d(layer["size"]),
    "global_max_pool": lambda layer: GlobalMaxPool(),
    "local_response_norm": LocalResponseNorm,
}


def of_layer(settings: dict, kind: str, name: str):
    """What `settings` (layer group -> value) says for one layer: by its name, else by its kind."""
    return settings.get(name, settings[kind])


def initialise(network: nn.Sequential, initial_sd: dict, seed: int) -> None:
    """Fill all weights from `seed`: uniform in +-1/sqrt(inputs), torch's default, or N(0, sd^2) with biases 0."""
    rng = np.random.default_rng([seed, 0])
    for name, module, kind in weighted(network):
        sd = of_layer(initial_sd, kind, name)
        shape = tuple(module.weight.shape)
        bound = 1 / np.sqrt(np.prod(shape[1:]))
        weight = rng.uniform(-bound, bound, shape) if sd is None else rng.normal(0, sd, shape)
        bias = rng.uniform(-bound, bound, shape[0]) if sd is None else np.zeros(shape[0])
        with torch.no_grad():
            module.weight.copy_(torch.from_numpy(weight))
            module.bias.copy_(torch.from_numpy(bias))


def centre(network: nn.Sequential, blocks: Iterable[torch.Tensor]) -> None:
    """Set the means of layers that centre the input, from all images, (n, channels, h, w) at a time."""
    centres = [module for module in network.children() if isinstance(module, Centre)]
    if centres:
        sums, count = 0, 0
        for x in blocks:
            sums, count = sums + x.double().sum((0, 2, 3)), count + x[:, 0].numel()
        for module in centres:
            module.mean.data = (module.scale * sums / count).to(module.mean)


def weighted(network: nn.Sequential):
    """(name, module, "conv" or "linear") of every layer with weights."""
    for name, module in network.named_children():
        if isinstance(module, Conv | Linear):
            yield name, module, "conv" if isinstance(module, Conv) else "linear"


def weights(network: nn.Sequential) -> dict[str, np.ndarray]:
    """A copy of all parameters: `<layer>.weight`, `<layer>.bias`, float32."""
    return {name: parameter.detach().cpu().numpy().copy() for name, parameter in network.named_parameters()}


def kernels(network: nn.Sequential) -> dict[str, np.ndarray]:
    """A copy of the kernels of every conv layer, (out, in, k, k) float32."""
    return {
        name: module.weight.detach().cpu().numpy().copy() for name, module, kind in weighted(network) if kind == "conv"
    }


def outputs(network: nn.Sequential, x) -> Iterator[tuple[str, torch.Tensor]]:
    """Every layer's name and output, one after the other."""
    for name, module in network.named_children():
        x = module(x)
        yield name, x


def answers(network: nn.Sequential, batches) -> tuple[torch.Tensor, dict[str, np.ndarray]]:
    """Outputs (n, outputs), and per conv layer the largest response of each kernel before ReLU: (out,).

    Over all images and positions.
    """
    return gathered(network, (outputs(network, x) for x in batches))


@torch.no_grad()
def gathered(
    network: nn.Sequential, passes: Iterable[Iterable[tuple[str, torch.Tensor]]], images: int = 0
) -> tuple[torch.Tensor, dict[str, np.ndarray]]:
    """The `answers` in the outputs of all layers for some images after others, whose axis is number `images`."""
    convs = {name for name, _, kind in weighted(network) if kind == "conv"}
    found, largest = [], {}
    for layers in passes:
        for name, output in layers:
            if name in convs:
                most = output.transpose(images, images + 1).flatten(images + 1).amax(images + 1)
                largest[name] = torch.maximum(largest.get(name, most), most)
        found.append(output)
    return torch.cat(found, images), {name: most.cpu().numpy() for name, most in largest.items()}
