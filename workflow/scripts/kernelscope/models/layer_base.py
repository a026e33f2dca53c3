"""What a kind of layer has to say of itself (layer_kinds.py), and what it says where it says nothing else."""

from dataclasses import fields
from typing import ClassVar, NamedTuple

Shape = tuple[int, ...]  # (channels, rows, cols), or (units,) once flat


class Window(NamedTuple):
    """What slides over rows and cols."""

    words: str
    size: int
    stride: int
    padding: int = 0


class Parameter(NamedTuple):
    """An array that is kept with the weights.

    Without a `start` it is drawn from the seed in conv and linear layers (networks.initialise), and 0 in others.
    """

    shape: Shape
    start: float | None = None
    trained: bool = True


class Layer:
    """What a kind says of itself where it says nothing else: no weights, no window, the shape stays.

    `x` is a tensor (n, channels, rows, cols), or (n, units) once flat. `own` has the parameters as attributes, and
    `training`. `earlier` are the outputs of the layers called `sources`.
    """

    kind: ClassVar[str]
    optional: ClassVar[tuple[str, ...]] = ("name",)  # settings that a list of layers leaves out at their default
    channelwise: ClassVar[bool] = False  # whether each channel of the output follows from the same one of the input
    sources: ClassVar[tuple[str, ...]] = ()
    window: ClassVar[Window | None] = None

    def __init_subclass__(cls, kind: str = ""):
        if kind:
            cls.kind, KINDS[kind] = kind, cls

    def shape(self, before: Shape, classes: int, earlier: dict[str, Shape]) -> Shape:
        """The shape of the output, from those of the input and of all earlier layers; ValueError where none fits."""
        if self.window is None:
            return before
        words, size, stride, padding = self.window
        check_maps(words, before)
        if size > (most := min(before[1:])):
            raise ValueError(
                f"{words} is larger than the {before[1]} x {before[2]} pixels it is laid on; allowed: 1 to {most}"
            )
        return (before[0], *((side + 2 * padding - size) // stride + 1 for side in before[1:]))

    def parameters(self, before: Shape, after: Shape) -> dict[str, Parameter]:
        """The arrays by name, of a layer with such an input and output."""
        return {}

    def forward(self, F, x, own, *earlier):
        raise NotImplementedError

    def linear(self, F, x, own, *earlier):
        """The layer without bias and nonlinearity, in the network that projection.py draws kernels with."""
        return x

    def rectified(self, F, x, own, *earlier):
        """The same, but what is negative on the way back through a ReLU is cut."""
        return self.linear(F, x, own, *earlier)

    def spec(self) -> dict:
        """The layer as it is in a list of layers."""
        values = [(field, getattr(self, field.name)) for field in fields(self)]
        said = [(field, value) for field, value in values if field.name not in self.optional or value != field.default]
        return {"kind": self.kind} | {field.name: value for field, value in said}


KINDS: dict[str, type[Layer]] = {}


def check_maps(words: str, shape: Shape) -> None:
    if len(shape) < 3:
        raise ValueError(f"{words} comes after a layer without rows and cols; allowed: before the first flat layer")
