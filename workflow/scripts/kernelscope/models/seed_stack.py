"""Train several seeds of a network as one: their weights stacked, their convolutions batched."""

import math
from collections.abc import Iterable, Iterator
from types import SimpleNamespace

import numpy as np
import torch
from torch.nn import functional

from kernelscope.models import functions, networks
from kernelscope.models.convolution import fast_length, first_largest, windows_at


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
        respond = chosen(self.way, x, kernels, layer.stride)
        if module.pooled:
            return largest_response(x, kernels, bias, layer.stride, respond)
        parts = zip(*(of.chunk(layer.towers, dim) for of, dim in ((x, 2), (kernels, 1))), strict=True)
        maps = functions.joined([respond(*part, layer.stride) for part in parts], 2)
        return maps + bias[:, None, :, None, None]

    def kernels(self) -> dict[str, np.ndarray]:
        """The kernels of every conv layer, (seeds, out, in, k, k) float32; on a CPU they change as training goes on."""
        names = [name for name, _, kind in networks.weighted(self.network) if kind == "conv"]
        return {name: self.parameters[f"{name}.weight"].detach().cpu().numpy() for name in names}

    def answers(self, blocks: Iterable[torch.Tensor]) -> tuple[torch.Tensor, dict[str, np.ndarray]]:
        """What networks.answers says of every member: outputs (seeds, n, outputs), largest responses (seeds, out)."""
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


AT_ONCE = 1 << 30  # bytes of spectra; of more, the seeds are taken in parts


def grouped(x, kernels, stride: int = 1):
    """Maps by the library, which takes a group of channels for every seed."""
    channels = x.transpose(0, 1).flatten(1, 2)
    maps = functional.conv2d(channels, kernels.flatten(0, 1), None, stride, groups=len(kernels))
    return maps.unflatten(1, kernels.shape[:2]).transpose(0, 1)


def by_fft(x, kernels, stride: int = 1):
    """Maps by FFT. With a stride s, every s-th row and col makes a channel of its own, in which there is no stride."""
    rows, cols = ((side - kernels.shape[-1]) // stride + 1 for side in x.shape[-2:])
    if stride > 1:
        x, kernels = thinned(x, stride), thinned(kernels, stride)
    return Correlation.apply(x, kernels)[..., :rows, :cols]


def chosen(way: str, x, kernels, stride: int = 1):
    """The function that gives the maps of a conv layer by convolution.WAYS."""
    large = x.is_cuda and kernels.shape[-1] >= 5 + 2 * stride  # docs/log.md, "A GPU"
    return by_fft if way == "fft" or (way == "auto" and large) else grouped


def thinned(images, stride: int):
    """(..., channels, h, w) -> (..., channels * stride^2, h / stride, w / stride), zeros below and to the right."""
    rows, cols = (-side % stride for side in images.shape[-2:])
    return functional.pixel_unshuffle(functional.pad(images, (0, cols, 0, rows)), stride)


class Correlation(torch.autograd.Function):
    """Cross-correlation and its gradients by the theorem of convolution.FFTCorrelation, many images at a time."""

    @staticmethod
    def forward(ctx, x, kernels):
        ctx.save_for_backward(x, kernels)
        return joined([maps_by_fft(*part) for part in parts(x, kernels)])

    @staticmethod
    def backward(ctx, error):
        to_x, to_kernels = [], []
        for x, kernels, own in parts(*ctx.saved_tensors, error):
            grid = grid_of(x)
            E = torch.fft.rfft2(own, s=grid)
            product = over_images(E, torch.fft.rfft2(x, s=grid))
            to_kernels.append(torch.fft.irfft2(product, s=grid)[..., : kernels.shape[-2], : kernels.shape[-1]])
            if ctx.needs_input_grad[0]:
                K = torch.fft.rfft2(kernels, s=grid).transpose(1, 2)
                to_x.append(torch.fft.irfft2(over_channels(E, K), s=grid)[..., : x.shape[-2], : x.shape[-1]])
        return joined(to_x) if to_x else None, joined(to_kernels)


def maps_by_fft(x, kernels):
    grid, k = grid_of(x), kernels.shape[-1]
    K = torch.fft.rfft2(kernels, s=grid, norm="forward").conj_physical()  # few numbers to scale, instead of the maps
    product = over_channels(torch.fft.rfft2(x, s=grid), K)
    return torch.fft.irfft2(product, s=grid, norm="forward")[..., : x.shape[-2] - k + 1, : x.shape[-1] - k + 1]


def over_channels(a, b):
    """sum_i a[s, b, i] b[s, o, i] at each frequency: (s, B, I, h, w), (s, O, I, h, w) -> (s, B, O, h, w)."""
    return a * b.transpose(1, 2) if a.shape[2] == 1 else torch.einsum("sbihw,soihw->sbohw", a, b)


def over_images(e, x):
    """sum_b conj(e[s, b, o]) x[s, b, i] at each frequency: (s, B, O, h, w), (s, B, I, h, w) -> (s, O, I, h, w)."""
    if x.shape[2] == 1:
        return (e * x.conj_physical()).sum(1).conj_physical()[:, :, None]
    return torch.einsum("sbohw,sbihw->soihw", e.conj_physical(), x)


def largest_response(x, kernels, bias, stride: int, respond):
    """convolution.largest_response for several seeds, (seeds, B, out)."""
    with torch.no_grad():
        found = [first_largest(respond(*part, stride)) for part in parts(x, kernels)]
        row, col = (stride * joined(places).flatten(0, 1) for places in zip(*found, strict=True))
    best = windows_at(x.flatten(0, 1), row, col, kernels.shape[-1]).unflatten(
        0, x.shape[:2]
    )  # (seeds, B, out, in, k, k)
    return torch.einsum("sboikl,soikl->sbo", best, kernels) + bias[:, None]


def parts(x, kernels, *others) -> list[tuple]:
    """What belongs to as many seeds as have AT_ONCE bytes of spectra, again and again."""
    spectra = 4 * x.shape[1] * max(kernels.shape[1:3]) * math.prod(grid_of(x))
    count = math.ceil(len(x) / max(1, AT_ONCE // spectra))
    return list(zip(*(stack.tensor_split(count) for stack in (x, kernels, *others)), strict=True))


def joined(found: list[torch.Tensor]) -> torch.Tensor:
    return found[0] if len(found) == 1 else torch.cat(found)


def grid_of(x) -> tuple[int, int]:
    return fast_length(x.shape[-2]), fast_length(x.shape[-1])
