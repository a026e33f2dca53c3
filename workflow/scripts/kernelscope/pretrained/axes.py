"""Bring the axes of weights into one order, (out, in, *space), as far as names, biases or the format tell them."""

import re

import numpy as np

from kernelscope.pretrained.contents import ASSUMED, CONVERTED, Remark, Unreadable, described
from kernelscope.pretrained.floats import array as floats
from kernelscope.pretrained.floats import is_float

ORDERS = ("OIHW", "HWIO")  # of PyTorch, and of TensorFlow, Keras and Flax
TENSORFLOW = re.compile(r"(.+)/(kernel|weights|w|depthwise_kernel|depthwise_weights|pointwise_kernel)(:\d+)?")
BIAS = re.compile(r"(.+)/(?:bias|biases|b)(:\d+)?")
SWAPPED = "a transposed convolution, whose axes (in, out) are swapped"
BY_NAME = "axes (rows, cols, in, out), by the names of TensorFlow"
BY_CHOICE = "axes (rows, cols, in, out), as `axes` says"
HINT = "if the axes are (rows, cols, in, out), give `axes: HWIO`"
SMALL, FEW = 11, 7  # most rows and cols of usual kernels, of squares and of rectangles; more are rather channels


def of_hwio(weight: np.ndarray) -> np.ndarray:
    """Return (*space, in, out) as (out, in, *space)."""
    return weight.transpose(weight.ndim - 1, weight.ndim - 2, *range(weight.ndim - 2))


def of_depthwise(weight: np.ndarray) -> np.ndarray:
    """Return (*space, in, multiplier) as (in x multiplier, 1, *space)."""
    return of_hwio(weight.reshape(*weight.shape[:-2], 1, -1))


def of_transposed(weight: np.ndarray, groups: int = 1) -> np.ndarray:
    """Return (in, out / groups, *space) as (out, in / groups, *space)."""
    grouped = weight.reshape(groups, -1, *weight.shape[1:]).swapaxes(1, 2)
    return grouped.reshape(-1, *grouped.shape[2:])


def groups(weight: np.ndarray, bias: np.ndarray | None) -> int:
    """Return the groups of a transposed convolution, which its bias (out,) gives; 0 for any other layer.

    Of other layers, the bias is as long as the first axis of the weight.
    """
    if bias is None or bias.ndim != 1 or weight.ndim < 3 or len(bias) == len(weight):
        return 0
    return groups_of_transposed(weight, bias)


def groups_of_transposed(weight: np.ndarray, bias: np.ndarray | None) -> int:
    """Return the groups of a transposed convolution (in, out / groups, *space), 1 without a bias (out,).

    0 if they do not fit.
    """
    count, rest = divmod(weight.shape[1] if bias is None else len(bias), weight.shape[1])
    return count if not rest and count and not len(weight) % count else 0


def in_order(arrays: dict[str, np.ndarray], order: str | None = None) -> tuple[dict[str, np.ndarray], list[Remark]]:
    """Return weights (out, in, *space), named as in a state_dict, and remarks about each whose axes were moved.

    Parameters
    ----------
    arrays : dict
        Name -> array, of weights and biases.
    order : one of ORDERS, optional
        Of all weights. Without it, the names of TensorFlow (`conv1/kernel:0`) decide.
    """
    found: dict[str, np.ndarray] = {}
    remarks: list[Remark] = []
    for name, array in arrays.items():
        place, bias = TENSORFLOW.fullmatch(name), BIAS.fullmatch(name)
        is_weight = len(array.shape) in (3, 4, 5) and is_float(array) and not isinstance(array, Unreadable)
        is_weight = is_weight and (order == "HWIO" or bool(place and order is None))
        key = f"{bias[1]}.bias" if bias else f"{place[1]}.weight" if place and is_weight else name
        key = name if key in found else key
        if is_weight:
            why = BY_CHOICE if order else BY_NAME
            remarks.append(Remark(key.removesuffix(".weight"), described(array), why, CONVERTED))
            array = (of_depthwise if "depthwise" in name else of_hwio)(floats(array, name))
        found[key] = array
    return found, remarks


def untransposed(layer: str, weight: np.ndarray, bias: np.ndarray | None) -> tuple[np.ndarray, list[Remark]]:
    """Return the weights of a layer (out, in, *space), with a remark if its bias says that it is transposed."""
    count = groups(weight, bias)
    if not count:
        return weight, []
    return of_transposed(weight, count), [Remark(layer, described(weight), SWAPPED, CONVERTED)]


def doubtful(layer: str, weight: np.ndarray) -> list[Remark]:
    """Return a remark if weights (out, in, rows, cols) look like (rows, cols, in, out)."""
    if not looks_swapped(weight.shape):
        return []
    return [Remark(layer, described(weight), f"axes (out, in, rows, cols); {HINT}", ASSUMED)]


def looks_swapped(shape: tuple[int, ...]) -> bool:
    """Whether a shape of four axes looks like (rows, cols, in, out): a small square first, and none last."""
    if len(shape) != 4 or not 1 < shape[0] == shape[1] <= SMALL:
        return False
    return min(shape[2:]) > SMALL or (shape[0] % 2 == 1 and shape[2] != shape[3] and max(shape[2:]) > FEW)
