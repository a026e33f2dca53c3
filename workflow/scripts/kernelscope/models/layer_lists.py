"""Networks as lists of layers that JSON can hold, each a dict with a `kind` (layer_kinds.py); without torch or NumPy.

The channels or inputs of a layer follow from the layer before.
"""

import functools
from collections.abc import Callable
from dataclasses import fields
from typing import NamedTuple

from kernelscope.models import layer_kinds
from kernelscope.models.layer_base import KINDS, Layer, Shape


def listed(kind: type[Layer]) -> Callable[..., dict]:
    """The function that makes a layer of this kind as it is in a list of layers."""

    @functools.wraps(kind, updated=())
    def made(*settings, **named) -> dict:
        return kind(*settings, **named).spec()

    return made


conv = listed(layer_kinds.Conv)
linear = listed(layer_kinds.Linear)
batch_norm = listed(layer_kinds.BatchNorm)
max_pool = listed(layer_kinds.MaxPool)
average_pool = listed(layer_kinds.AveragePool)
relu = listed(layer_kinds.ReLU)
local_response_norm = listed(layer_kinds.LocalResponseNorm)
centre = listed(layer_kinds.Centre)
add = listed(layer_kinds.Add)
RELU, TANH, GLOBAL_MAX_POOL = relu(), layer_kinds.Tanh().spec(), layer_kinds.GlobalMaxPool().spec()


class Field(NamedTuple):
    """What the responses of a conv layer see: squares of `size` pixels, `jump` pixels from one to the next.

    A response at map (r, c) sees rows start + r jump to start + r jump + size - 1, and cols likewise. `start` is
    negative where layers are padded: the first squares begin outside the image.
    """

    size: int
    jump: int
    start: int


def read(layers: list[dict]) -> list[Layer]:
    """The layers of a list; ValueError where a kind or a setting of one is unknown, or one is missing."""
    return [read_one(**layer) for layer in layers]


def read_one(kind: str = "", **settings) -> Layer:
    if kind not in KINDS:
        raise ValueError(f"layer kind: found {kind!r}; allowed: {', '.join(sorted(KINDS))}")
    try:
        return KINDS[kind](**settings)
    except TypeError:
        known = ", ".join(field.name for field in fields(KINDS[kind]))
        raise ValueError(f"layer of kind {kind}: found the settings {', '.join(settings)}; allowed: {known}") from None


def names(layers: list[dict]) -> list[str]:
    """The names of the layers that weight decay and initial deviations are set for."""
    return [layer.name for layer in read(layers) if layer.kind in ("conv", "linear")]


def all_names(layers: list[dict]) -> list[str]:
    """A name for each layer: its own, else its kind and number."""
    return [layer.name or f"{layer.kind}_{number}" for number, layer in enumerate(read(layers))]


def shapes(layers: list[dict], image: tuple[int, int, int], classes: int) -> list[Shape]:
    """The shape after each layer for an image (channels, rows, cols): (channels, rows, cols), or (units,) once flat.

    Raises
    ------
    ValueError
        If a kernel or a pooling window is larger than what it is laid on, towers do not share channels evenly, what is
        added has another shape, or two layers have the same name.
    """
    shape, after = tuple(image), {}
    for name, layer in zip(all_names(layers), read(layers), strict=True):
        if name in after:
            raise ValueError(f"layer {name}: found twice; allowed: a name of its own for each")
        shape = after[name] = layer.shape(shape, classes, after)
    receptive_fields(layers)
    return list(after.values())


def receptive_fields(layers: list[dict]) -> dict[str, Field]:
    """What the responses of each conv layer see, by its name.

    What a residual connection adds to a response lies within the field that it has: ValueError where the layers
    between have a stride, as then it lies elsewhere.
    """
    field, found, jumps = Field(1, 1, 0), {}, {}
    for name, layer in zip(all_names(layers), read(layers), strict=True):
        if layer.window:
            _, size, stride, padding = layer.window
            start = field.start - padding * field.jump
            field = Field(field.size + (size - 1) * field.jump, field.jump * stride, start)
        if layer.kind == "conv":
            found[layer.name] = field
        if any(jumps.get(source, field.jump) != field.jump for source in layer.sources):
            raise ValueError(f"add: found a stride between {layer.sources[0]} and where it is added; allowed: none")
        jumps[name] = field.jump
    return found


def unpadded(layers: list[dict]) -> list[dict]:
    """The layers without padding: on an image of one field they make a single response, that of a place whose field
    is inside the image."""
    return [{key: value for key, value in layer.items() if key != "padding"} for layer in layers]


def ends(layers: list[dict]) -> dict[str, tuple[int, int]]:
    """Per conv layer the numbers of the layers that its responses and its feature maps are the outputs of.

    A response is what the kernel gives, normalized where a batch normalization follows; a feature map is that after
    ReLU, where one follows.
    """
    kinds, found = [*(layer["kind"] for layer in layers), "", ""], {}
    for number, layer in enumerate(layers):
        if layer["kind"] == "conv":
            response = number + (kinds[number + 1] == "batch_norm")
            found[layer["name"]] = response, response + (kinds[response + 1] == "relu")
    return found
