"""Which layers of a model are recorded, and their kernels as arrays (out, in / groups, *space)."""

import fnmatch
import itertools
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import torch
from torch import nn

from kernelscope.io.names import MOMENTS
from kernelscope.refusal import did_you_mean, listed, quoted, refuse

KINDS = {
    nn.Conv1d: "conv1d",
    nn.Conv2d: "conv2d",
    nn.Conv3d: "conv3d",
    nn.ConvTranspose1d: "conv1d",
    nn.ConvTranspose2d: "conv2d",
    nn.ConvTranspose3d: "conv3d",
}
WRAPPERS = ("module", "_orig_mod")  # of DistributedDataParallel and DataParallel, and of torch.compile
ONE_BY_ONE = "a 1 x 1 layer; name it in `layers` to record it"


class Layer(NamedTuple):
    """A conv layer that is recorded: its name in the model, and the module."""

    name: str
    module: nn.Module

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return self.module.weight.device

    @property
    def transposed(self) -> bool:
        """Whether it is a transposed convolution, which stores its weights as (in, out / groups, *space)."""
        return self.module.transposed

    @property
    def parameter(self) -> nn.Parameter | None:
        """The parameter that is the weight itself; None where the weight is computed, as by weight normalization."""
        return self.module._parameters.get("weight")

    def kernels(self) -> torch.Tensor:
        """Return the present weights as (out, in / groups, *space), without a copy where the order is that already."""
        weight = self.module.weight.detach()
        if not self.transposed:
            return weight
        groups = self.module.groups
        parts = weight.reshape(groups, -1, *weight.shape[1:]).transpose(1, 2)
        return parts.reshape(-1, *parts.shape[2:])

    def geometry(self) -> dict:
        """Return what the weights do not say, as in run.json."""
        settings = {name: list(getattr(self.module, name)) for name in ("stride", "dilation")}
        padding = self.module.padding
        padding = padding if isinstance(padding, str) else list(padding)
        about = {"kind": kind(self.module), "groups": self.module.groups, "transposed": self.transposed}
        return about | settings | {"padding": padding}


def unwrapped(model: nn.Module) -> nn.Module:
    """Return the model inside the wrappers of parallel training and of compiling."""
    while len(children := dict(model.named_children())) == 1 and (name := next(iter(children))) in WRAPPERS:
        model = children[name]
    return model


def first_channels(model: nn.Module) -> int:
    """Return the input channels of the first conv layer of a model, in the order in which it names its layers."""
    return next(module.in_channels for module in model.modules() if kind(module))


def kind(module: nn.Module) -> str:
    """Return the kind of a conv layer, which a subclass shares; "" for any other module."""
    return next((name for of, name in KINDS.items() if isinstance(module, of)), "")


def of_model(model: nn.Module, patterns: Sequence[str] | None) -> tuple[list[Layer], dict[str, str]]:
    """Return the conv layers to record, and why each other one is not.

    Parameters
    ----------
    model : nn.Module
        Without wrappers.
    patterns : list of str, optional
        Names of layers, with `*` and `?`. By default every conv layer but those of 1 x 1.

    Returns
    -------
    layers : list of Layer
        In the order of the model; a layer that has several names has its first.
    left_out : dict
        Name -> reason.

    Raises
    ------
    Refusal
        If a pattern fits no conv layer, no layer is left, or a layer has no weights yet.
    """
    found = {name: module for name, module in model.named_modules() if kind(module)}
    is_point = {name: all(side == 1 for side in module.kernel_size) for name, module in found.items()}
    names, left_out = chosen(is_point, patterns, type(model).__name__)
    layers = [Layer(name, found[name]) for name in names]
    for layer in layers:
        checked(layer)
    return layers, left_out


def chosen(is_point: dict[str, bool], patterns: Sequence[str] | None, model: str) -> tuple[list[str], dict[str, str]]:
    """Return the names of the conv layers to record, and why each other one is not.

    Parameters
    ----------
    is_point : dict
        Name of each conv layer -> whether its kernels are 1 x 1.
    patterns : list of str, optional
        As in `of_model`.
    model : str
        The class of the model, for messages.

    Raises
    ------
    Refusal
        If a pattern fits no conv layer, or no layer is left.
    """
    if not is_point:
        refuse("model", f"{model} without a conv layer", "a model with Conv1d, Conv2d or Conv3d")
    for pattern in patterns or ():
        if not fnmatch.filter(is_point, pattern):
            refuse(
                "layers", quoted(pattern), f"names of conv layers: {listed(is_point)}", did_you_mean(pattern, is_point)
            )
    left_out = {name: why for name in is_point if (why := unwanted(name, is_point[name], patterns))}
    if len(left_out) == len(is_point):
        refuse("layers", "none to record", "a conv layer larger than 1 x 1, or its name in `layers`")
    return [name for name in is_point if name not in left_out], left_out


def unwanted(name: str, is_point: bool, patterns: Sequence[str] | None) -> str:
    """Return why a conv layer is not recorded; "" if it is."""
    if patterns is not None:
        return "" if any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns) else "not in `layers`"
    return ONE_BY_ONE if is_point else ""


def checked(layer: Layer) -> None:
    """Raise an error for weights that cannot be recorded."""
    weight = layer.parameter
    if isinstance(weight, nn.parameter.UninitializedParameter):
        refuse(f"layer {layer.name}", "no weights yet", "an initialized model", "pass a batch through it once before")
    if layer.name in MOMENTS:
        refuse("layers", f"a layer called {layer.name!r}", f"a name other than {listed(MOMENTS)}")
    if type(layer.module.weight).__name__ == "DTensor":
        got = "weights that are spread over processes (DTensor)"
        refuse(f"layer {layer.name}", got, "whole weights", "record a copy of the model that is gathered on rank 0")
    if not layer.module.weight.is_floating_point():
        refuse(f"layer {layer.name}", f"weights of {layer.module.weight.dtype}", "real floating-point weights")


def normalized(model: nn.Module) -> Iterator[str]:
    """Yield the names of conv layers that batch normalization follows in the order of the model."""
    modules = [(name, module) for name, module in model.named_modules() if not list(module.children())]
    for (name, module), (_, after) in itertools.pairwise(modules):
        if kind(module) and isinstance(after, nn.modules.batchnorm._BatchNorm):
            yield name
