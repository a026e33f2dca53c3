"""Networks as lists of layers for JSON: each layer is a dict with its `kind` and settings (layer_kinds.py).

The input channels of a layer follow from the layer before. This module imports neither torch nor NumPy.
"""

import functools
import math
from collections.abc import Callable
from dataclasses import fields
from typing import NamedTuple

from kernelscope.models import layer_kinds
from kernelscope.models.layer_base import KINDS, Layer, Shape
from kernelscope.refusal import did_you_mean, quoted, refuse


def listed(kind: type[Layer]) -> Callable[..., dict]:
    """Return the function that makes an entry of this kind for a list of layers."""

    @functools.wraps(kind, updated=())
    def entry(*settings, **named) -> dict:
        return kind(*settings, **named).spec()

    return entry


conv = listed(layer_kinds.Conv)
linear = listed(layer_kinds.Linear)
batch_norm = listed(layer_kinds.BatchNorm)
max_pool = listed(layer_kinds.MaxPool)
average_pool = listed(layer_kinds.AveragePool)
relu = listed(layer_kinds.ReLU)
local_response_norm = listed(layer_kinds.LocalResponseNorm)
center = listed(layer_kinds.Center)
add = listed(layer_kinds.Add)
RELU, TANH, GLOBAL_MAX_POOL = relu(), layer_kinds.Tanh().spec(), layer_kinds.GlobalMaxPool().spec()


class Field(NamedTuple):
    """The receptive fields of a conv layer's responses.

    The response at (r, c) of a map sees the rows from start + r jump to start + r jump + size - 1, and the same for
    cols. With padding, `start` is negative, as the first fields begin outside the image.

    size : rows and cols of a field, in pixels of the image
    jump : distance between neighboring fields, in pixels
    start : first row and col of the first field
    """

    size: int
    jump: int
    start: int


def read(layers: list[dict]) -> list[Layer]:
    """Return the layers of a list; ValueError if a kind or setting is unknown, or a setting is missing."""
    return [read_one(**layer) for layer in layers]


def read_one(kind: str = "", **settings) -> Layer:
    """Return a layer from its kind and settings."""
    if kind not in KINDS:
        refuse("layer kind", quoted(kind), f"one of {', '.join(sorted(KINDS))}", did_you_mean(kind, KINDS))
    try:
        return KINDS[kind](**settings)
    except TypeError:
        allowed = [field.name for field in fields(KINDS[kind])]
        unknown = [name for name in settings if name not in allowed]
        hint = did_you_mean(unknown[0], allowed) if unknown else ""
        refuse(f"layer of kind {kind}", f"the settings {', '.join(settings) or 'none'}", ", ".join(allowed), hint)


def names(layers: list[dict]) -> list[str]:
    """Return the names of all conv and linear layers, for which weight decay and initial standard deviation are set."""
    return [layer.name for layer in read(layers) if layer.kind in ("conv", "linear")]


def all_names(layers: list[dict]) -> list[str]:
    """Return a name for each layer: the given name, or else its kind and number."""
    return [layer.name or f"{layer.kind}_{number}" for number, layer in enumerate(read(layers))]


def shapes(layers: list[dict], image: tuple[int, int, int], classes: int) -> list[Shape]:
    """Return the output shape of each layer.

    Parameters
    ----------
    layers : list of layers
    image : (channels, rows, cols) of an image
    classes : number of classes, the units of the output layer

    Returns
    -------
    (channels, rows, cols) for each layer, or (units,) once flat

    Raises
    ------
    ValueError
        If a kernel or pooling window is larger than its input, the channels cannot be split evenly into towers, the
        shapes of a sum differ, or two layers have the same name.
    """
    shape, after = tuple(image), {}
    for name, layer in zip(all_names(layers), read(layers), strict=True):
        if name in after:
            refuse(f"layer {name}", "the same name twice", "a different name for each layer")
        shape = after[name] = layer.shape(shape, classes, after)
    receptive_fields(layers)
    return list(after.values())


def largest(layers: list[dict], image: tuple[int, int, int]) -> int:
    """Return how many numbers the largest layer output for an image (channels, rows, cols) has, or the image itself."""
    return max(math.prod(shape) for shape in [image, *shapes(layers, image, 1)])


def receptive_fields(layers: list[dict]) -> dict[str, Field]:
    """Return the receptive fields of each conv layer by name.

    A residual connection adds the output of an earlier layer, whose field must be inside the field of the response:
    ValueError if there is a stride between them, as the positions then differ.
    """
    field, conv_fields, jumps = Field(1, 1, 0), {}, {}
    for name, layer in zip(all_names(layers), read(layers), strict=True):
        if layer.window:
            _, size, stride, padding = layer.window
            start = field.start - padding * field.jump
            field = Field(field.size + (size - 1) * field.jump, field.jump * stride, start)
        if layer.kind == "conv":
            conv_fields[layer.name] = field
        if any(jumps.get(source, field.jump) != field.jump for source in layer.sources):
            refuse("add", f"a stride between {layer.sources[0]} and the sum", "no stride between them")
        jumps[name] = field.jump
    return conv_fields


def unpadded(layers: list[dict]) -> list[dict]:
    """Return the layers without padding.

    On an image of the size of one field they give a single response, as at a position whose field is inside the image.
    """
    return [{key: value for key, value in layer.items() if key != "padding"} for layer in layers]


def ends(layers: list[dict]) -> dict[str, tuple[int, int]]:
    """Return, for each conv layer by name, the indices of the layers whose outputs are its responses and feature maps.

    Responses are the outputs of the conv layer, or of a batch normalization that follows it. Feature maps are the
    responses after ReLU, if a ReLU follows.
    """
    kinds, indices = [*(layer["kind"] for layer in layers), "", ""], {}
    for number, layer in enumerate(layers):
        if layer["kind"] == "conv":
            response = number + (kinds[number + 1] == "batch_norm")
            indices[layer["name"]] = response, response + (kinds[response + 1] == "relu")
    return indices
