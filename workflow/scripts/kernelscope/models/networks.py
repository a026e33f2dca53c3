"""A list of layers (layer_lists.py) as a torch network: to train, with exact shortcuts where they pay, or trained."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

import numpy as np
import torch
from torch import nn

from kernelscope.models import convolution, functions, layer_lists
from kernelscope.models.layer_base import Layer


class Module(nn.Module):
    """A layer with its parameters; `way` is the method of the layer that computes it."""

    def __init__(self, layer: Layer, parameters: dict[str, nn.Parameter], way: str = "forward"):
        super().__init__()
        self.layer, self.compute = layer, getattr(layer, way)
        for part, parameter in parameters.items():
            self.register_parameter(part, parameter)

    def forward(self, x, *earlier):
        return self.compute(functions, x, self, *earlier)


class Conv(Module):
    """A conv layer that is trained: each tower by `respond`; `pooled` makes it a global max-pooling too."""

    def __init__(self, layer: Layer, parameters: dict[str, nn.Parameter], pooled: bool, respond: Callable):
        super().__init__(layer, parameters)
        self.pooled, self.respond = pooled, respond

    def forward(self, x):
        x = functions.padded(x, self.layer.padding)
        bias = self.bias if self.layer.bias else functions.zeros(self.weight)
        if self.pooled:
            return convolution.largest_response(x, self.weight, bias, self.layer.stride, self.respond)
        of_towers = (of.chunk(self.layer.towers, dim) for of, dim in ((x, 1), (self.weight, 0), (bias, 0)))
        return functions.joined([self.respond(*part, self.layer.stride) for part in zip(*of_towers, strict=True)], 1)


class Network(nn.Sequential):
    """The modules of layers, by name. Parameters are called `<layer>.weight` and so on.

    responses, maps: the name of the module that gives a conv layer's responses, and its feature maps -> that layer's
    name (layer_lists.ends). sources: the names of modules whose output is added later.
    """

    def __init__(self, layers: list[dict]):
        super().__init__()
        names = layer_lists.all_names(layers)
        ends = layer_lists.ends(layers).items()
        self.responses, self.maps = ({names[end[i]]: name for name, end in ends} for i in (0, 1))
        self.sources = {source for layer in layer_lists.read(layers) for source in layer.sources}

    def forward(self, x: torch.Tensor, begin: int = 0, earlier: dict[str, torch.Tensor] | None = None) -> torch.Tensor:
        """The last of the `outputs`."""
        last = deque(self.outputs(x, begin, earlier), maxlen=1)
        return last.pop()[1] if last else x

    def outputs(
        self,
        x: torch.Tensor,
        begin: int = 0,
        earlier: dict[str, torch.Tensor] | None = None,
        apply: Callable = lambda name, module, *inputs: module(*inputs),
    ) -> Iterator[tuple[str, torch.Tensor]]:
        """Every module's name and output, one after the other, from number `begin` on, whose input is x.

        earlier: outputs of modules before it that are added later, by name. apply: computes one module.
        """
        kept = dict(earlier or {})
        for name, module in islice(self.named_children(), begin, None):
            x = apply(name, module, x, *(kept[source] for source in module.layer.sources))
            if name in self.sources:
                kept[name] = x
            yield name, x


def build(layers: list[dict], image: tuple[int, int, int], classes: int, way: str = "auto") -> Network:
    """The network to train on images (channels, rows, cols), parameters still to be filled by `initialise`.

    ReLU and a global max-pool change places, which changes nothing (ReLU never decreases), so that a conv layer before
    a global max-pool can be `pooled`. `way` to compute conv layers: convolution.WAYS.
    """
    before, found = [tuple(image), *layer_lists.shapes(layers, image, classes)], layer_lists.read(layers)
    network, merged = Network(layers), False  # merged: whether the global max-pool that comes next is done already
    for i, (name, layer) in enumerate(zip(layer_lists.all_names(layers), found, strict=True)):
        parameters = {part: parameter(*of) for part, of in layer.parameters(before[i], before[i + 1]).items()}
        if layer.kind == "conv":
            following = [other.kind for other in found[i + 1 : i + 3]]
            pooled = following[:1] == ["global_max_pool"] or following == ["relu", "global_max_pool"]
            channels, *sides = before[i]
            seen = channels, *(side + 2 * layer.padding for side in sides)
            merged = pooled and layer.towers == 1 and way != "library" and convolution.patch_pays(seen, layers[i])
            work = "forward" if merged else "later" if i else "first"
            respond = convolution.chosen(way, seen, layers[i], work)
            network.add_module(name, Conv(layer, parameters, merged, respond))
        elif layer.kind == "global_max_pool" and merged:
            merged = False
        else:
            network.add_module(name, Module(layer, parameters))
    return network


def parameter(shape: tuple[int, ...], start: float | None, trained: bool) -> nn.Parameter:
    return nn.Parameter(torch.full(shape, 0.0 if start is None else start), requires_grad=trained)


def loaded(layers: list[dict], weights: dict[str, np.ndarray], way: str = "forward", dtype=torch.float32) -> Network:
    """The network with these weights, as in snapshots.npz, for images of any size; nothing of it is trained.

    `way` to compute each layer: a method of Layer, `forward`, `linear` or `rectified`.
    """
    network = Network(layers)
    for name, layer in zip(layer_lists.all_names(layers), layer_lists.read(layers), strict=True):
        parts = {key.removeprefix(f"{name}."): array for key, array in weights.items() if key.startswith(f"{name}.")}
        own = {part: nn.Parameter(torch.tensor(array, dtype=dtype), False) for part, array in parts.items()}
        network.add_module(name, Module(layer, own, way))
    return network.eval()


def of_layer(settings: dict, kind: str, name: str):
    """What `settings` (layer group -> value) says for one layer: by its name, else by its kind."""
    return settings.get(name, settings[kind])


def initialise(network: Network, initial_sd: dict, seed: int) -> None:
    """Fill all weights from `seed`: uniform in +-1/sqrt(inputs), torch's default, or N(0, sd^2) with biases 0."""
    rng = np.random.default_rng([seed, 0])
    for name, module, kind in weighted(network):
        sd = of_layer(initial_sd, kind, name)
        shape = tuple(module.weight.shape)
        bound = 1 / np.sqrt(np.prod(shape[1:]))
        weight = rng.uniform(-bound, bound, shape) if sd is None else rng.normal(0, sd, shape)
        with torch.no_grad():
            module.weight.copy_(torch.from_numpy(weight))
            if "bias" in dict(module.named_parameters()):
                bias = rng.uniform(-bound, bound, shape[0]) if sd is None else np.zeros(shape[0])
                module.bias.copy_(torch.from_numpy(bias))


def centre(network: Network, blocks: Iterable[torch.Tensor]) -> None:
    """Set the means of layers that centre the input, from all images, (n, channels, h, w) at a time."""
    centres = [module for module in network.children() if module.layer.kind == "centre"]
    if centres:
        sums, count = 0, 0
        for x in blocks:
            sums, count = sums + x.double().sum((0, 2, 3)), count + x[:, 0].numel()
        for module in centres:
            module.mean.data = (module.layer.scale * sums / count).to(module.mean)


def weighted(network: Network) -> Iterator[tuple[str, Module, str]]:
    """(name, module, "conv" or "linear") of every layer whose weights are drawn from the seed."""
    for name, module in network.named_children():
        if module.layer.kind in ("conv", "linear"):
            yield name, module, module.layer.kind


def weights(network: Network) -> dict[str, np.ndarray]:
    """A copy of all parameters: `<layer>.weight`, `<layer>.bias`, float32."""
    return {name: parameter.detach().cpu().numpy().copy() for name, parameter in network.named_parameters()}


def kernels(network: Network) -> dict[str, np.ndarray]:
    """A copy of the kernels of every conv layer, (out, in, k, k) float32."""
    return {
        name: module.weight.detach().cpu().numpy().copy() for name, module, kind in weighted(network) if kind == "conv"
    }


def answers(network: Network, batches: Iterable[torch.Tensor]) -> tuple[torch.Tensor, dict[str, np.ndarray]]:
    """Outputs (n, outputs), and per conv layer the largest response of each kernel before ReLU: (out,).

    Over all images and positions.
    """
    return gathered(network, (network.outputs(x) for x in batches))


@torch.no_grad()
def gathered(
    network: Network, passes: Iterable[Iterable[tuple[str, torch.Tensor]]], images: int = 0
) -> tuple[torch.Tensor, dict[str, np.ndarray]]:
    """The `answers` in the outputs of all layers, not in training, for images whose axis is number `images`."""
    network.eval()
    found, largest = [], {}
    for layers in passes:
        for name, output in layers:
            if layer := network.responses.get(name):
                most = output.transpose(images, images + 1).flatten(images + 1).amax(images + 1)
                largest[layer] = torch.maximum(largest.get(layer, most), most)
        found.append(output)
    network.train()
    return torch.cat(found, images), {name: most.cpu().numpy() for name, most in largest.items()}
