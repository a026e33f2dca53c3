"""Torch networks from lists of layers (layer_lists.py): to train, with exact shortcuts where they pay, or trained."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

import numpy as np
import torch
from torch import nn

from kernelscope.models import convolution, functions, layer_lists
from kernelscope.models.layer_base import Layer


class Module(nn.Module):
    """A layer with its parameters; `way` names the method of Layer that computes it."""

    def __init__(self, layer: Layer, parameters: dict[str, nn.Parameter], way: str = "forward"):
        super().__init__()
        self.layer, self.compute = layer, getattr(layer, way)
        for part, parameter in parameters.items():
            self.register_parameter(part, parameter)

    def forward(self, x, *earlier):
        return self.compute(functions, x, self, *earlier)


class Conv(Module):
    """A conv layer in training: `respond` computes each tower; `pooled` includes the next global max-pooling."""

    def __init__(self, layer: Layer, parameters: dict[str, nn.Parameter], pooled: bool, respond: Callable):
        super().__init__(layer, parameters)
        self.pooled, self.respond = pooled, respond

    def forward(self, x):
        x = functions.padded(x, self.layer.padding)
        bias = self.bias if self.layer.bias else functions.zeros(self.weight)
        if self.pooled:
            return convolution.largest_response(x, self.weight, bias, self.layer.stride, self.respond)
        chunks = (whole.chunk(self.layer.towers, dim) for whole, dim in ((x, 1), (self.weight, 0), (bias, 0)))
        return functions.joined([self.respond(*tower, self.layer.stride) for tower in zip(*chunks, strict=True)], 1)


class Network(nn.Sequential):
    """The modules of a list of layers by name. Parameters are called `<layer>.weight` and so on.

    Attributes
    ----------
    responses, maps : name of the module that outputs a conv layer's responses, or its feature maps -> name of the conv
        layer (layer_lists.ends)
    sources : names of modules whose output is added later
    """

    def __init__(self, layers: list[dict]):
        super().__init__()
        names = layer_lists.all_names(layers)
        ends = layer_lists.ends(layers).items()
        self.responses, self.maps = ({names[end[i]]: name for name, end in ends} for i in (0, 1))
        self.sources = {source for layer in layer_lists.read(layers) for source in layer.sources}

    def forward(self, x: torch.Tensor, begin: int = 0, earlier: dict[str, torch.Tensor] | None = None) -> torch.Tensor:
        """Return the last of the `outputs`."""
        last = deque(self.outputs(x, begin, earlier), maxlen=1)
        return last.pop()[1] if last else x

    def outputs(
        self,
        x: torch.Tensor,
        begin: int = 0,
        earlier: dict[str, torch.Tensor] | None = None,
        apply: Callable = lambda name, module, *inputs: module(*inputs),
    ) -> Iterator[tuple[str, torch.Tensor]]:
        """Yield name and output of each module in turn.

        Parameters
        ----------
        x : input of the first module
        begin : index of the first module
        earlier : outputs, by name, of modules before `begin` that are added later
        apply : computes a module from its name, the module and its inputs
        """
        kept = dict(earlier or {})
        for name, module in islice(self.named_children(), begin, None):
            x = apply(name, module, x, *(kept[source] for source in module.layer.sources))
            if name in self.sources:
                kept[name] = x
            yield name, x


def build(layers: list[dict], image: tuple[int, int, int], classes: int, way: str = "auto") -> Network:
    """Return a network to train; `initialize` fills its parameters.

    A conv layer before a global max-pooling may be `pooled`. If a ReLU is between them, the order of ReLU and pooling
    is exchanged, which changes nothing, as ReLU is monotonic.

    Parameters
    ----------
    layers : list of layers
    image : (channels, rows, cols) of an image
    classes : number of classes
    way : how conv layers are computed, one of convolution.WAYS
    """
    before, described = [tuple(image), *layer_lists.shapes(layers, image, classes)], layer_lists.read(layers)
    network, merged = Network(layers), False  # merged: whether a conv layer includes the next global max-pooling
    for i, (name, layer) in enumerate(zip(layer_lists.all_names(layers), described, strict=True)):
        parameters = {part: parameter(*start) for part, start in layer.parameters(before[i], before[i + 1]).items()}
        if layer.kind == "conv":
            following = [other.kind for other in described[i + 1 : i + 3]]
            pooled = following[:1] == ["global_max_pool"] or following == ["relu", "global_max_pool"]
            channels, *sides = before[i]
            padded = channels, *(side + 2 * layer.padding for side in sides)
            merged = pooled and layer.towers == 1 and way != "library" and convolution.patch_pays(padded, layers[i])
            work = "forward" if merged else "later" if i else "first"
            respond = convolution.chosen(way, padded, layers[i], work)
            network.add_module(name, Conv(layer, parameters, merged, respond))
        elif layer.kind == "global_max_pool" and merged:
            merged = False
        else:
            network.add_module(name, Module(layer, parameters))
    return network


def parameter(shape: tuple[int, ...], start: float | None, trained: bool) -> nn.Parameter:
    """Return a parameter as layer_base.Parameter describes it, filled with its start, or with 0."""
    return nn.Parameter(torch.full(shape, 0.0 if start is None else start), requires_grad=trained)


def loaded(layers: list[dict], weights: dict[str, np.ndarray], way: str = "forward", dtype=torch.float32) -> Network:
    """Return a network with given weights, which are not trained further, for images of any size.

    Parameters
    ----------
    layers : list of layers
    weights : arrays by name as in snapshots.npz, `<layer>.weight` and so on
    way : the method of Layer that computes each layer, `forward`, `linear` or `rectified`
    dtype : of the weights
    """
    network = Network(layers)
    for name, layer in zip(layer_lists.all_names(layers), layer_lists.read(layers), strict=True):
        parts = {key.removeprefix(f"{name}."): array for key, array in weights.items() if key.startswith(f"{name}.")}
        parameters = {part: nn.Parameter(torch.tensor(array, dtype=dtype), False) for part, array in parts.items()}
        network.add_module(name, Module(layer, parameters, way))
    return network.eval()


def of_layer(settings: dict, kind: str, name: str):
    """Return the value in `settings` (layer name or kind -> value) for a layer, by its name, or else by its kind."""
    return settings.get(name, settings[kind])


def initialize(network: Network, init_std: dict, seed: int) -> None:
    """Draw all weights and biases.

    Parameters
    ----------
    network : its conv and linear layers are filled
    init_std : layer name or kind -> standard deviation of normal weights, with biases 0; or None for torch's default,
        weights and biases uniform in +-1/sqrt(inputs)
    seed : of the random numbers
    """
    rng = np.random.default_rng([seed, 0])
    for name, module, kind in weighted(network):
        sd = of_layer(init_std, kind, name)
        shape = tuple(module.weight.shape)
        bound = 1 / np.sqrt(np.prod(shape[1:]))
        weight = rng.uniform(-bound, bound, shape) if sd is None else rng.normal(0, sd, shape)
        with torch.no_grad():
            module.weight.copy_(torch.from_numpy(weight))
            if "bias" in dict(module.named_parameters()):
                bias = rng.uniform(-bound, bound, shape[0]) if sd is None else np.zeros(shape[0])
                module.bias.copy_(torch.from_numpy(bias))


def centered(network: Network) -> list[Module]:
    """Return the layers that center their input."""
    return [module for module in network.children() if module.layer.kind == "center"]


def center(network: Network, sums: torch.Tensor, count: int) -> None:
    """Set the mean in layers that center their input.

    Parameters
    ----------
    sums : (channels,) float64, over the pixels of all training images
    count : number of these pixels
    """
    for module in centered(network):
        module.mean.data = (module.layer.scale * sums / count).to(module.mean)


def weighted(network: Network) -> Iterator[tuple[str, Module, str]]:
    """Yield (name, module, "conv" or "linear") of each layer whose weights are drawn from the seed."""
    for name, module in network.named_children():
        if module.layer.kind in ("conv", "linear"):
            yield name, module, module.layer.kind


def weights(network: Network) -> dict[str, np.ndarray]:
    """Return a copy of all parameters by name, `<layer>.weight` and so on, float32."""
    return {name: parameter.detach().cpu().numpy().copy() for name, parameter in network.named_parameters()}


def kernels(network: Network) -> dict[str, np.ndarray]:
    """Return a copy of the kernels of each conv layer by name, (out, in, k, k) float32."""
    return {
        name: module.weight.detach().cpu().numpy().copy() for name, module, kind in weighted(network) if kind == "conv"
    }


def evaluate(network: Network, batches: Iterable[torch.Tensor]) -> tuple[torch.Tensor, dict[str, np.ndarray]]:
    """Return outputs and largest responses of a network.

    Parameters
    ----------
    network : in training; its running averages are not changed
    batches : of images (n, channels, h, w)

    Returns
    -------
    outputs : (n of all batches, outputs)
    largest : name of each conv layer -> largest response of each kernel over all images and positions, before ReLU,
        (out,)
    """
    return gathered(network, (network.outputs(x) for x in batches))


@torch.no_grad()
def gathered(
    network: Network, passes: Iterable[Iterable[tuple[str, torch.Tensor]]], images: int = 0
) -> tuple[torch.Tensor, dict[str, np.ndarray]]:
    """Return the result of `evaluate` from passes through the network, with batch normalization as after training.

    Parameters
    ----------
    network : of the passes
    passes : (name, output) of all layers for each batch
    images : the axis of the outputs that counts images
    """
    network.eval()
    last_outputs, largest = [], {}
    for layers in passes:
        for name, output in layers:
            if layer := network.responses.get(name):
                most = output.transpose(images, images + 1).flatten(images + 1).amax(images + 1)
                largest[layer] = torch.maximum(largest.get(layer, most), most)
        last_outputs.append(output)
    network.train()
    return torch.cat(last_outputs, images), {name: most.cpu().numpy() for name, most in largest.items()}
