"""The interface of a layer kind (layer_kinds.py), with the defaults that most kinds keep."""

from dataclasses import fields
from typing import ClassVar, NamedTuple

from kernelscope.refusal import refuse

Shape = tuple[int, ...]  # (channels, rows, cols), or (units,) once flat


class Window(NamedTuple):
    """A window that slides over rows and cols.

    words : what error messages call its size, such as `kernel_size of conv1`
    size, stride, padding : in pixels of the layer's input; zeros are padded on every side
    """

    words: str
    size: int
    stride: int
    padding: int = 0


class Parameter(NamedTuple):
    """An array that is stored with the weights.

    shape : of the array
    start : initial value of all entries. None: drawn from the seed in conv and linear layers (networks.initialize),
        and 0 in other layers
    trained : whether the optimizer changes the array
    """

    shape: Shape
    start: float | None = None
    trained: bool = True


class Layer:
    """Base class of all layer kinds. By default a layer has no weights and no window, and keeps the shape of its input.

    A kind is a frozen dataclass whose fields are its settings, declared as `class Conv(Layer, kind="conv")`.

    Class attributes
    ----------------
    kind : name in lists of layers
    optional : settings that a list of layers omits if they have their default value
    channelwise : whether each output channel depends only on the same input channel
    sources : names of earlier layers whose outputs are further inputs
    window : the window that slides over the input, if there is one

    The methods `forward`, `linear` and `rectified` compute the layer:

    Parameters
    ----------
    F : the module functions.py; torch's functions are passed in, as planning imports this module without torch
    x : input tensor, (n, channels, rows, cols), or (n, units) once flat
    params : has the layer's parameters as attributes, and `training`, whether the network is being trained
    earlier : outputs of the layers in `sources`, in order
    """

    kind: ClassVar[str]
    optional: ClassVar[tuple[str, ...]] = ("name",)
    channelwise: ClassVar[bool] = False
    sources: ClassVar[tuple[str, ...]] = ()
    window: ClassVar[Window | None] = None

    def __init_subclass__(cls, kind: str = ""):
        if kind:
            cls.kind, KINDS[kind] = kind, cls

    def shape(self, before: Shape, classes: int, earlier: dict[str, Shape]) -> Shape:
        """Return the shape of the output.

        Parameters
        ----------
        before : shape of the input
        classes : number of classes, the units of an output layer
        earlier : output shapes of all earlier layers by name

        Raises
        ------
        ValueError
            If the layer does not fit its input.
        """
        if self.window is None:
            return before
        words, size, stride, padding = self.window
        check_maps(words, before)
        if size > (most := min(before[1:])):
            hint = f"its input has {before[1]} x {before[2]} pixels"
            keys = "; use a larger `image_size`, or a smaller `kernel_size` or `stride`" * words.startswith("size of")
            refuse(words, str(size), f"1 to {most}", hint + keys)
        return (before[0], *((side + 2 * padding - size) // stride + 1 for side in before[1:]))

    def parameters(self, before: Shape, after: Shape) -> dict[str, Parameter]:
        """Return the layer's parameters by name, for an input and an output of these shapes."""
        return {}

    def forward(self, F, x, params, *earlier):
        """Return the output of the layer."""
        raise NotImplementedError

    def linear(self, F, x, params, *earlier):
        """Return the output without bias and nonlinearity, for projections of kernels (probes/projection.py)."""
        return x

    def rectified(self, F, x, params, *earlier):
        """Return `linear`, but with a gradient that is clipped at 0 wherever it passes a ReLU."""
        return self.linear(F, x, params, *earlier)

    def spec(self) -> dict:
        """Return the layer as an entry of a list of layers."""
        values = [(field, getattr(self, field.name)) for field in fields(self)]
        kept = [(field, value) for field, value in values if field.name not in self.optional or value != field.default]
        return {"kind": self.kind} | {field.name: value for field, value in kept}


KINDS: dict[str, type[Layer]] = {}


def check_maps(words: str, shape: Shape) -> None:
    """Raise ValueError unless a layer's input has rows and cols."""
    if len(shape) < 3:
        refuse(words, "an input without rows and cols", "a place before the first linear or global pooling layer")
