"""Train several seeds of a network at once, with stacked weights and batched convolutions."""

import math
from collections.abc import Iterable, Iterator
from types import SimpleNamespace

import numpy as np
import torch
from torch.nn import functional

from kernelscope.models import functions, networks
from kernelscope.models.convolution import fast_length, first_largest, windows_at


class Stack:
    """Networks of one architecture, a member for each seed, computed at once.

    Parameters
    ----------
    members : networks whose parameters become views of the stacked parameters
    way : how conv layers are computed, one of convolution.WAYS

    Attributes
    ----------
    parameters : by name, (seeds, ...) each
    """

    def __init__(self, members: list[networks.Network], way: str):
        self.network, self.way = members[0], way
        self.parameters = stacked(members)

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """Return outputs (seeds, B, outputs) for images x (seeds, B, channels, h, w)."""
        *_, (_, last) = self.outputs(x)
        return last

    def outputs(self, x: torch.Tensor) -> Iterator[tuple[str, torch.Tensor]]:
        """Yield name and output (seeds, B, ...) of each layer in turn."""
        return self.network.outputs(x, apply=self.layer)

    def layer(self, name: str, module: networks.Module, x: torch.Tensor, *earlier: torch.Tensor) -> torch.Tensor:
        """Compute a layer of all seeds.

        A layer without parameters sees seeds x B images. A layer with parameters for each channel sees B images of
        seeds x channels.
        """
        stacks = {part: self.parameters[f"{name}.{part}"] for part, _ in module.named_parameters()}
        if module.layer.kind == "conv":
            return self.conv(module, x, stacks["weight"], stacks.get("bias", functions.zeros(stacks["weight"])))
        if module.layer.kind == "linear":
            return torch.baddbmm(stacks["bias"][:, None], x.flatten(2), stacks["weight"].mT)
        if not stacks:
            return module(*(each.flatten(0, 1) for each in (x, *earlier))).unflatten(0, x.shape[:2])
        params = SimpleNamespace(training=module.training, **{part: stack.flatten() for part, stack in stacks.items()})
        channels = x.transpose(0, 1).flatten(1, 2)
        return module.layer.forward(functions, channels, params).unflatten(1, (len(x), -1)).transpose(0, 1)

    def conv(self, module: networks.Conv, x: torch.Tensor, kernels: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
        """Compute a conv layer, with the global max-pooling that follows if the module is `pooled`."""
        layer = module.layer
        x = functions.padded(x, layer.padding)
        respond = chosen(self.way, x, kernels, layer.stride)
        if module.pooled:
            return largest_response(x, kernels, bias, layer.stride, respond)
        towers = zip(*(whole.chunk(layer.towers, dim) for whole, dim in ((x, 2), (kernels, 1))), strict=True)
        maps = functions.joined([respond(*tower, layer.stride) for tower in towers], 2)
        return maps + bias[:, None, :, None, None]

    def kernels(self) -> dict[str, torch.Tensor]:
        """Return the kernels of each conv layer, (seeds, out, in, k, k), on their device; not copies but views."""
        names = [name for name, _, kind in networks.weighted(self.network) if kind == "conv"]
        return {name: self.parameters[f"{name}.weight"].detach() for name in names}

    def evaluate(self, batches: Iterable[torch.Tensor]) -> tuple[torch.Tensor, dict[str, np.ndarray]]:
        """Return outputs (seeds, n, outputs) and largest responses (seeds, out) as in networks.evaluate."""
        outputs, largest = networks.gathered(self.network, (self.outputs(x) for x in batches), images=1)
        return outputs.cpu(), largest


def stacked(members: list[networks.Network]) -> dict[str, torch.Tensor]:
    """Return stacked parameters by name, (members, ...) each; the members' parameters become views of the stacks."""
    stacks = {}
    for name, first in members[0].named_parameters():
        parameters = [member.get_parameter(name) for member in members]
        stacks[name] = torch.stack([parameter.detach() for parameter in parameters]).requires_grad_(first.requires_grad)
        for parameter, view in zip(parameters, stacks[name].detach(), strict=True):
            parameter.data = view
    return stacks


AT_ONCE = 1 << 30  # bytes of spectra; seeds that need more are computed in parts


def grouped(x, kernels, stride: int = 1):
    """Return maps by torch, with a group of channels for each seed."""
    channels = x.transpose(0, 1).flatten(1, 2)
    maps = functional.conv2d(channels, kernels.flatten(0, 1), None, stride, groups=len(kernels))
    return maps.unflatten(1, kernels.shape[:2]).transpose(0, 1)


def by_fft(x, kernels, stride: int = 1):
    """Return maps by FFT; with a stride s, every s-th row and col forms a separate channel, which has stride 1."""
    rows, cols = ((side - kernels.shape[-1]) // stride + 1 for side in x.shape[-2:])
    if stride > 1:
        x, kernels = thinned(x, stride), thinned(kernels, stride)
    return Correlation.apply(x, kernels)[..., :rows, :cols]


def chosen(way: str, x, kernels, stride: int = 1):
    """Return the function that computes the maps of a conv layer; `way` is one of convolution.WAYS."""
    large = x.is_cuda and kernels.shape[-1] >= 5 + 2 * stride  # docs/log.md, "A GPU"
    return by_fft if way == "fft" or (way == "auto" and large) else grouped


def thinned(images, stride: int):
    """Split (..., channels, h, w), padded below and right, into (..., channels * stride^2, h / stride, w / stride)."""
    rows, cols = (-side % stride for side in images.shape[-2:])
    return functional.pixel_unshuffle(functional.pad(images, (0, cols, 0, rows)), stride)


class Correlation(torch.autograd.Function):
    """Cross-correlation with its gradients by the theorem of convolution.FFTCorrelation, for all images at once."""

    @staticmethod
    def forward(ctx, x, kernels):
        ctx.save_for_backward(x, kernels)
        return joined([maps_by_fft(*part) for part in parts(x, kernels)])

    @staticmethod
    def backward(ctx, error):
        to_x, to_kernels = [], []
        for x, kernels, error_part in parts(*ctx.saved_tensors, error):
            grid = grid_of(x)
            E = torch.fft.rfft2(error_part, s=grid)
            product = over_images(E, torch.fft.rfft2(x, s=grid))
            to_kernels.append(torch.fft.irfft2(product, s=grid)[..., : kernels.shape[-2], : kernels.shape[-1]])
            if ctx.needs_input_grad[0]:
                K = torch.fft.rfft2(kernels, s=grid).transpose(1, 2)
                to_x.append(torch.fft.irfft2(over_channels(E, K), s=grid)[..., : x.shape[-2], : x.shape[-1]])
        return joined(to_x) if to_x else None, joined(to_kernels)


def maps_by_fft(x, kernels):
    """Return maps (s, B, O, h', w') of images x (s, B, I, h, w) by FFT, without their gradients."""
    grid, k = grid_of(x), kernels.shape[-1]
    K = torch.fft.rfft2(kernels, s=grid, norm="forward").conj_physical()  # scales the few kernels instead of the maps
    product = over_channels(torch.fft.rfft2(x, s=grid), K)
    return torch.fft.irfft2(product, s=grid, norm="forward")[..., : x.shape[-2] - k + 1, : x.shape[-1] - k + 1]


def over_channels(a, b):
    """Return sum_i a[s, b, i] b[s, o, i] at each frequency: (s, B, I, h, w), (s, O, I, h, w) -> (s, B, O, h, w)."""
    return a * b.transpose(1, 2) if a.shape[2] == 1 else torch.einsum("sbihw,soihw->sbohw", a, b)


def over_images(e, x):
    """Return sum_b conj(e[s, b, o]) x[s, b, i] at each frequency: (s, B, O, ...), (s, B, I, ...) -> (s, O, I, ...)."""
    if x.shape[2] == 1:
        return (e * x.conj_physical()).sum(1).conj_physical()[:, :, None]
    return torch.einsum("sbohw,sbihw->soihw", e.conj_physical(), x)


def largest_response(x, kernels, bias, stride: int, respond):
    """Return convolution.largest_response of all seeds, (seeds, B, out)."""
    with torch.no_grad():
        positions = [first_largest(respond(*part, stride)) for part in parts(x, kernels)]
        row, col = (stride * joined(indices).flatten(0, 1) for indices in zip(*positions, strict=True))
    best = windows_at(x.flatten(0, 1), row, col, kernels.shape[-1]).unflatten(
        0, x.shape[:2]
    )  # (seeds, B, out, in, k, k)
    return torch.einsum("sboikl,soikl->sbo", best, kernels) + bias[:, None]


def parts(x, kernels, *others) -> list[tuple]:
    """Split arrays along seeds into parts whose spectra take at most AT_ONCE bytes."""
    spectra = 4 * x.shape[1] * max(kernels.shape[1:3]) * math.prod(grid_of(x))
    count = math.ceil(len(x) / max(1, AT_ONCE // spectra))
    return list(zip(*(stack.tensor_split(count) for stack in (x, kernels, *others)), strict=True))


def joined(tensors: list[torch.Tensor]) -> torch.Tensor:
    """Concatenate tensors along seeds, without a copy if there is only one."""
    return tensors[0] if len(tensors) == 1 else torch.cat(tensors)


def grid_of(x) -> tuple[int, int]:
    """Return rows and cols of the FFT for images x (..., h, w)."""
    return fast_length(x.shape[-2]), fast_length(x.shape[-1])
