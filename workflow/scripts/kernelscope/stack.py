"""The networks of several seeds as one: the same layers on parameters (seeds, ...) and images (seeds, B, ...)."""

from collections.abc import Iterable, Iterator

import numpy as np
import torch
from torch import nn

from kernelscope import network as networks
from kernelscope import stacked_convolution as convolution


class Stack:
    """parameters: by name, (seeds, ...) each; those of every member become its part of them.

    `way` to compute conv layers: convolution.WAYS.
    """

    def __init__(self, members: list[nn.Sequential], way: str):
        self.layers, self.way = members[0], way
        self.parameters = stacked(members)

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """Outputs (seeds, B, outputs)."""
        *_, (_, last) = self.outputs(x)
        return last

    def outputs(self, x: torch.Tensor) -> Iterator[tuple[str, torch.Tensor]]:
        """Every layer's name and output, one after the other."""
        for name, module in self.layers.named_children():
            if isinstance(module, networks.Conv):
                x = self.conv(module, x, *self.of_layer(name))
            elif isinstance(module, networks.Centre):
                x = x * module.scale - self.parameters[f"{name}.mean"][:, None, :, None, None]
            elif isinstance(module, networks.Linear):
                weight, bias = self.of_layer(name)
                x = torch.baddbmm(bias[:, None], x.flatten(2), weight.mT)
            else:
                x = module(x.flatten(0, 1)).unflatten(0, x.shape[:2])
            yield name, x

    def of_layer(self, name: str) -> tuple[torch.Tensor, torch.Tensor]:
        return self.parameters[f"{name}.weight"], self.parameters[f"{name}.bias"]

    def conv(self, module, x, kernels, bias):
        respond = convolution.chosen(self.way, x, kernels, module.stride)
        if module.pooled:
            return convolution.largest_response(x, kernels, bias, module.stride, respond)
        parts = zip(*(of.chunk(module.towers, dim) for of, dim in ((x, 2), (kernels, 1))), strict=True)
        maps = networks.joined([respond(*part, module.stride) for part in parts], 2)
        return maps + bias[:, None, :, None, None]

    def kernels(self) -> dict[str, np.ndarray]:
        """The kernels of every conv layer, (seeds, out, in, k, k) float32; on a CPU they change as training goes on."""
        names = [name for name, _, kind in networks.weighted(self.layers) if kind == "conv"]
        return {name: self.parameters[f"{name}.weight"].detach().cpu().numpy() for name in names}

    def answers(self, blocks: Iterable[torch.Tensor]) -> tuple[torch.Tensor, dict[str, np.ndarray]]:
        """What network.answers says of every member: outputs (seeds, n, outputs), largest responses (seeds, out)."""
        outputs, largest = networks.gathered(self.layers, (self.outputs(x) for x in blocks), images=1)
        return outputs.cpu(), largest


def stacked(members: list[nn.Sequential]) -> dict[str, torch.Tensor]:
    """Their parameters by name, (members, ...) each; those of every member become its part of the stack."""
    found = {}
    for name in dict(members[0].named_parameters()):
        own = [member.get_parameter(name) for member in members]
        found[name] = torch.stack([parameter.detach() for parameter in own]).requires_grad_(own[0].requires_grad)
        for parameter, part in zip(own, found[name].detach(), strict=True):
            parameter.data = part
    return found
