"""The conv layers of a Keras model, whatever its backend, as layers that a recorder takes."""

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import torch

from kernelscope.pretrained import axes
from kernelscope.recording.layers import chosen
from kernelscope.refusal import refuse

PLAIN = ("Conv1D", "Conv2D", "Conv3D", "Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose")
DEPTHWISE = ("DepthwiseConv1D", "DepthwiseConv2D", "SeparableConv1D", "SeparableConv2D")


class KerasLayer(NamedTuple):
    """A conv layer of a Keras model: its name, the layer, and what brings its variables up to date.

    parameter: None, as no optimizer of PyTorch has the weights.
    """

    name: str
    layer: object
    sync: Callable[[], None]
    parameter: None = None

    @property
    def device(self) -> torch.device:
        """Where the weights are as tensors."""
        return torch.device("cpu")

    @property
    def transposed(self) -> bool:
        """Whether it is a transposed convolution, which stores its weights as (*space, out, in)."""
        return type_of(self.layer).endswith("Transpose")

    def kernels(self) -> torch.Tensor:
        """Return a copy of the present weights as (out, in / groups, *space) float32."""
        import keras

        self.sync()
        weight = np.asarray(keras.ops.convert_to_numpy(variable(self.layer)), np.float32)
        if type_of(self.layer) in DEPTHWISE:
            weight = axes.of_depthwise(weight)
        else:
            weight = axes.of_hwio(weight).swapaxes(0, 1) if self.transposed else axes.of_hwio(weight)
        return torch.from_numpy(np.array(weight, order="C"))

    def geometry(self) -> dict:
        """Return what the weights do not say, as in run.json."""
        layer, depthwise = self.layer, type_of(self.layer) in DEPTHWISE
        shape = tuple(variable(layer).shape)
        about = {"kind": f"conv{len(shape) - 2}d", "groups": shape[-2] if depthwise else getattr(layer, "groups", 1)}
        about |= {"transposed": self.transposed, "stride": list(layer.strides), "dilation": list(layer.dilation_rate)}
        return about | {"padding": layer.padding}


def is_keras(model: object) -> bool:
    """Return whether something is a Keras model; false as long as nobody has imported Keras."""
    return "keras" in sys.modules and isinstance(model, sys.modules["keras"].Model)


def of_model(model, patterns: Sequence[str] | None) -> tuple[list[KerasLayer], dict[str, str]]:
    """Return the conv layers of a Keras model to record, and why each other one is not, as `layers.of_model`.

    Raises
    ------
    Refusal
        If a pattern fits no conv layer, no layer is left, or a layer has no weights yet.
    """
    found = dict(conv_layers(model))
    is_point = {name: all(side == 1 for side in variable(layer).shape[:-2]) for name, layer in found.items()}
    names, left_out = chosen(is_point, patterns, type(model).__name__)
    sync = getattr(model, "jax_state_sync", lambda: None)  # with JAX, variables are old while `fit` runs
    return [KerasLayer(name, found[name], sync) for name in names], left_out


def conv_layers(model) -> Iterator[tuple[str, object]]:
    """Yield the name of each conv layer, also of those in models inside the model, and the layer.

    Keras counts the layers of a class over all models of a process: `conv2d_7`. These are counted again from the first
    of this model (`conv2d`, `conv2d_1`), so that the models of several seeds have the same names.
    """
    counts: Counter[str] = Counter()
    for layer in inner_layers(model, set()):
        if not type_of(layer):
            continue
        if not layer.built:
            refuse(f"layer {layer.name}", "no weights yet", "a built model", "pass a batch through it once before")
        default = re.sub("([a-z])([A-Z])", r"\1_\2", re.sub("(.)([A-Z][a-z]+)", r"\1_\2", type(layer).__name__)).lower()
        name = default if re.fullmatch(rf"{re.escape(default)}(_\d+)?", layer.name) else layer.name
        counts[name] += 1
        yield (name if counts[name] == 1 else f"{name}_{counts[name] - 1}"), layer


def inner_layers(layer, seen: set[int]) -> Iterator:
    """Yield each layer inside a layer or model once, in the order of the model, also inside other layers."""
    for inner in layer._layers:
        if id(inner) not in seen:
            seen.add(id(inner))
            yield inner
            yield from inner_layers(inner, seen)


def type_of(layer: object) -> str:
    """Return the class of a conv layer, which a subclass shares; "" for any other layer."""
    classes = sys.modules["keras"].layers
    return next((name for name in (*PLAIN, *DEPTHWISE) if isinstance(layer, getattr(classes, name))), "")


def variable(layer):
    """Return the kernels of a conv layer as its Keras variable; of a separable one those that see the images."""
    return layer.depthwise_kernel if type_of(layer).startswith("Separable") else layer.kernel
