"""Pretrained kernels as the snapshots of a run."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from kernelscope.io.names import MOMENTS
from kernelscope.pretrained import floats, state_dicts, states
from kernelscope.pretrained.contents import Remark
from kernelscope.pretrained.contents import described as shape_of
from kernelscope.pretrained.file_names import File, usable
from kernelscope.refusal import Refusal, did_you_mean, listed, quoted, refuse

NOT_FINITE = "weights not finite"
LAYER = "conv1"  # the name of a layer that comes without one


class Choice(NamedTuple):
    """What is read of each file, and how.

    layers : patterns of layers; None for all but 1 x 1
    part : of a checkpoint; None for any
    axes : the order of the axes of all weights (`axes.ORDERS`); None if names and formats decide
    is_square : whether only square kernels are read
    """

    layers: list[str] | None = None
    part: str | None = None
    axes: str | None = None
    is_square: bool = True


EVERYTHING = Choice()


def snapshots(
    files: list[File], content: Callable[[str], object], choice: Choice = EVERYTHING
) -> tuple[dict[str, np.ndarray], list[Remark], dict[str, str]]:
    """Return the arrays of a kernels.npz from the files of one run, remarks about the first files, and names.

    If only epochs are known, they also serve as steps, and vice versa. Without either there is one snapshot at time 1,
    which is the trained state.

    Parameters
    ----------
    files : files of the run, sorted by `file_names.runs` and checked by `file_names.check_run`
    content : returns what the file with a given name holds
    choice : what is read of each file

    Returns
    -------
    arrays : dict
        `steps` (t,) int64, `epochs` (t,) float32, and for each layer its kernels (t, out, in, k, k) float32, unchanged.
    remarks : list of Remark
        About the first snapshot.
    names : dict
        Name of each layer in the files -> its name in `arrays`.

    Raises
    ------
    ValueError
        Naming the file, if it holds no kernels, untrained kernels that are not finite, or kernels of another shape than
        the others.
    """
    if len(files) == 1 and states.is_history(history := content(files[0].name)):
        arrays, remarks = states.of_history(history, files[0].name, choice.layers, not choice.is_square)
        if arrays["steps"][0] == 0:
            check_finite({name: bank[0] for name, bank in arrays.items() if name not in MOMENTS}, files[0].name)
        return arrays, remarks, {}
    times = list(dict.fromkeys(file.time for file in files))
    read_of = [of_snapshot([file for file in files if file.time == time], content, choice) for time in times]
    banks, remarks = [bank for bank, _ in read_of], read_of[0][1]
    for time, bank in zip(times, banks, strict=True):
        if shapes(bank) != shapes(banks[0]):
            name, first = (next(file.name for file in files if file.time == moment) for moment in (time, times[0]))
            refuse(name, f"the kernels {shapes_text(bank)}", f"{shapes_text(banks[0])}, as in {first}")
    steps = [next((t for t in time if t is not None), 1) for time in times]
    epochs = [next((t for t in time[::-1] if t is not None), 1) for time in times]
    times_of = {"steps": np.array(steps, np.int64), "epochs": np.array(epochs, np.float32)}
    names = usable(banks[0])
    layers = {names[name]: np.stack([bank[name] for bank in banks]) for name in banks[0]}
    if steps[0] == 0:
        check_finite(banks[0], next(file.name for file in files if file.time == times[0]))
    return times_of | layers, remarks, names


def of_snapshot(
    files: list[File], content: Callable[[str], object], choice: Choice
) -> tuple[dict[str, np.ndarray], list[Remark]]:
    """Return layer -> (out, in, k, k) from the files of one snapshot, and remarks about others."""
    banks: dict[str, np.ndarray] = {}
    remarks: list[Remark] = []
    for layer in dict.fromkeys(file.layer for file in files):
        of_layer = [file for file in files if file.layer == layer]
        if of_layer[0].kernel is None:
            of_file, others = whole(content(of_layer[0].name), of_layer[0].name, layer, choice)
            banks, remarks = banks | of_file, remarks + others
            continue
        kernels = [single(content(file.name), file.name) for file in of_layer]
        for file, kernel in zip(of_layer, kernels, strict=True):
            if kernel.shape != kernels[0].shape:
                refuse(file.name, f"a kernel {kernel.shape}", f"{kernels[0].shape}, as in {of_layer[0].name}")
        banks[layer or LAYER] = checked(np.stack(kernels), of_layer[0].name, layer or LAYER)
    return banks, remarks


def single(content, name: str) -> np.ndarray:
    """Return the kernel (in, k, k) of a file that holds only one kernel."""
    kernel = plain(content, name)
    if kernel.ndim == 4 and len(kernel) == 1:
        kernel = kernel[0]
    kernel = kernel[None] if kernel.ndim == 2 else kernel
    return checked(kernel[None] if kernel.ndim == 3 else kernel, name, "")[0]


def whole(
    content, name: str, layer: str | None, choice: Choice = EVERYTHING
) -> tuple[dict[str, np.ndarray], list[Remark]]:
    """Return the layers of a file that holds whole layers, and remarks about others.

    `layer` is the name for a single array, or the layer to choose from a mapping.
    """
    if not isinstance(content, Mapping):
        bank = plain(content, name)
        bank = bank[:, None] if bank.ndim == 3 else bank
        return {layer or LAYER: checked(bank, name, layer or LAYER, choice.is_square)}, []
    layers, remarks = layers_of(content, name, choice)
    if layer is not None:
        if layer not in layers:
            refuse(name, f"no layer {quoted(layer)}", f"one of {listed(layers)}", did_you_mean(layer, layers))
        others = [(key, bank) for key, bank in layers.items() if key != layer]
        remarks += [Remark(key, shape_of(bank), f"another layer than {layer}") for key, bank in others]
        layers = {layer: layers[layer]}
    return layers, remarks


def layers_of(content: Mapping, name: str, choice: Choice = EVERYTHING) -> tuple[dict[str, np.ndarray], list[Remark]]:
    """Return the layers of a state_dict, or of an NPZ with one array per layer, and remarks about others."""
    try:
        layers, remarks = state_dicts.conv_kernels(content, *choice)
    except ValueError as error:
        raise Refusal(f"{name}: {error}") from None
    return layers, remarks


def plain(content, name: str) -> np.ndarray:
    """Return the only array of a file."""
    if isinstance(content, Mapping):
        refuse(name, f"a mapping with {len(content)} entries", "one array or tensor")
    if not hasattr(content, "shape") or not floats.is_float(content):
        refuse(name, described(content), "a state_dict, or an array of floating-point numbers")
    return floats.array(content, name)


def checked(bank: np.ndarray, name: str, layer: str, is_square: bool = True) -> np.ndarray:
    """Return a bank (out, in, rows, cols) as float32; ValueError for any other shape, type or value."""
    where = f"{name}: {layer}" if layer else name
    if bank.ndim != 4 or min(bank.shape) < 1 or max(bank.shape[2:]) > state_dicts.LARGEST:
        refuse(where, f"an array {bank.shape}", "kernels (out, in, rows, cols) of at most 64 x 64")
    if is_square and bank.shape[-1] != bank.shape[-2]:
        refuse(where, f"an array {bank.shape}", "square kernels (out, in, k, k)")
    if bank.dtype.kind != "f":
        refuse(where, described(bank), "floating-point numbers")
    return floats.array(bank, where)


def check_finite(bank: dict[str, np.ndarray], name: str) -> None:
    """Raise ValueError for untrained kernels that are not finite, as the null is drawn from them.

    A trained state that is not finite is that of a training that failed (`failure`).
    """
    for layer, kernels in bank.items():
        if not np.isfinite(kernels).all():
            refuse(f"{name}: {layer}", "untrained kernels that are not finite", "finite numbers")


def failure(arrays: Mapping[str, np.ndarray]) -> str:
    """Return how the training of a run failed, as far as its last kernels show it; "" if they are finite."""
    last = [bank[-1] for name, bank in arrays.items() if name not in MOMENTS]
    return "" if all(np.isfinite(bank).all() for bank in last) else NOT_FINITE


def shapes(bank: dict[str, np.ndarray]) -> dict[str, tuple[int, ...]]:
    """Return the shape of every layer."""
    return {name: kernels.shape for name, kernels in bank.items()}


def shapes_text(bank: dict[str, np.ndarray]) -> str:
    """Return the shape of every layer in words."""
    return ", ".join(f"{name} {' x '.join(map(str, kernels.shape))}" for name, kernels in bank.items())[:120]


def described(content) -> str:
    """Return the type of some content in words, with shape and type of number for an array."""
    dtype = getattr(content, "dtype", None)
    if dtype is None:
        return f"an object of type {type(content).__name__}"
    return f"an array {tuple(content.shape)} of {str(dtype).removeprefix('torch.')}"


def centered(arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the arrays with every kernel centered, minus its own mean.

    Min-max scaled weights have lost their zero, and the mean is the only estimate of it.
    """
    with np.errstate(invalid="ignore"):  # kernels that are not finite become NaN
        return {
            name: array
            if name in MOMENTS
            else (array - array.mean(tuple(range(2, array.ndim)), keepdims=True, dtype=np.float64)).astype(np.float32)
            for name, array in arrays.items()
        }


def by_shape(arrays: dict[str, np.ndarray], name: str) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Return the layers (t, out, in, *space) of square planes and those of other shapes; ValueError without squares.

    name : of the file, in messages
    """
    layers = {key: bank for key, bank in arrays.items() if key not in MOMENTS}
    square = {key: bank for key, bank in layers.items() if bank.ndim == 5 and bank.shape[-1] == bank.shape[-2]}
    if not square:
        shapes = listed(f"{key} {shape_of(bank[0])}" for key, bank in layers.items())
        refuse(
            name, f"only {shapes}", "at least one conv weight (out, in, k, k)", "`kernelscope look` draws the others"
        )
    return square, {key: bank for key, bank in layers.items() if key not in square}
