"""The networks of several seeds as one: the same layers on parameters (seeds, ...) and images (seeds, B, ...)."""

from collections.abc import Iterable, Iterator
from types import SimpleNamespace

import numpy as np
import torch

from kernelscope import functions
from kernelscope import network as networks
from kernelscope import stacked_convolution as convolution


class Stack:
    """parameters: by name, (seeds, ...) each; those of every member become its part of them.

    `way` to compute conv layers: convolution.WAYS.
    """

    def __init__(self, members: list[networks.Network], way: str):
        self.network, self.way = members[0], way
        self.parameters = stacked(members)

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """Outputs (seeds, B, outputs)."""
        *_, (_, last) = self.outputs(x)
        return last

    def outputs(self, x: torch.Tensor) -> Iterator[tuple[str, torch.Tensor]]:
        """Every layer's name and output, one after the other."""
        return self.network.outputs(x, apply=self.layer)

    def layer(self, name: str, module: networks.Module, x: torch.Tensor, *earlier: torch.Tensor) -> torch.Tensor:
        """One layer: without parameters as on seeds x B images; with some for each channel, as on seeds x channels."""
        own = {part: self.parameters[f"{name}.{part}"] for part, _ in module.named_parameters()}
        if module.layer.kind == "conv":
            return self.conv(module, x, own["weight"], own.get("bias", functions.zeros(own["weight"])))
        if module.layer.kind == "linear":
            return torch.baddbmm(own["bias"][:, None], x.flatten(2), own["weight"].mT)
        if not own:
            return module(*(each.flatten(0, 1) for each in (x, *earlier))).unflatten(0, x.shape[:2])
        parts = SimpleNamespace(training=module.training, **{part: array.flatten() for part, array in own.items()})
        channels = x.transpose(0, 1).flatten(1, 2)
        return module.layer.forward(functions, channels, parts).unflatten(1, (len(x), -1)).transpose(0, 1)

    def conv(self, module: networks.Conv, x: torch.Tensor, kernels: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
        layer = module.layer
        x = functions.padded(x, layer.padding)
        respond = convolution.chosen(self.way, x, kernels, layer.stride)
        if module.pooled:
            return convolution.largest_response(x, kernels, bias, layer.stride, respond)
        parts = zip(*(of.chunk(layer.towers, dim) for of, dim in ((x, 2), (kernels, 1))), strict=True)
        maps = functions.joined([respond(*part, layer.stride) for part in parts], 2)
        return maps + bias[:, None, :, None, None]

    def kernels(self) -> dict[str, np.ndarray]:
        """The kernels of every conv layer, (seeds, out, in, k, k) float32; on a CPU they change as training goes on."""
        names = [name for name, _, kind in networks.weighted(self.network) if kind == "conv"]
        return {name: self.parameters[f"{name}.weight"].detach().cpu().numpy() for name in names}

    def answers(self, blocks: Iterable[torch.Tensor]) -> tuple[torch.Tensor, dict[str, np.ndarray]]:
        """What network.answers says of every member: outputs (seeds, n, outputs), largest responses (seeds, out)."""
        outputs, largest = networks.gathered(self.network, (self.outputs(x) for x in blocks), images=1)
        return outputs.cpu(), largest


def stacked(members: list[networks.Network]) -> dict[str, torch.Tensor]:
    """Their parameters by name, (members, ...) each; those of every member become its part of the stack."""
    found = {}
    for name in dict(members[0].named_parameters()):
        own = [member.get_parameter(name) for member in members]
        found[name] = torch.stack([parameter.detach() for parameter in own]).requires_grad_(own[0].requires_grad)
        for parameter, part in zip(own, found[name].detach(), strict=True):
            parameter.data = part
    return found
