"""Kernels that were trained elsewhere, as the snapshots of a run. Files are read by `read`; here it is all arrays."""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from kernelscope.io import array_files
from kernelscope.pretrained import state_dicts
from kernelscope.pretrained.file_names import TAKEN, File, check_layer

LAYER = "conv1"  # of kernels that come without the name of a layer


def read(path: Path):
    """The content of a file: an array, or a mapping with arrays; ValueError where it is damaged or of another kind."""
    if path.suffix in (".pt", ".pth"):
        from kernelscope.pretrained import torch_files  # takes seconds, and other files do not need it

        return torch_files.read(path)
    if path.suffix == ".npz":
        try:
            return array_files.read_npz(path)
        except ValueError as error:
            raise ValueError(str(error).partition("; delete")[0]) from None  # no job made it
    if path.suffix == ".npy":
        return array_files.read_npy(path)
    raise ValueError(f"{path}: found {path.suffix or 'no ending'}; allowed: .pt, .pth, .npy, .npz")


def snapshots(files: list[File], content: Callable[[str], object]) -> dict[str, np.ndarray]:
    """The arrays of a kernels.npz: steps (t,), epochs (t,), and per layer (t, out, in, k, k) float32, as published.

    files: those of one run, sorted and checked (published_names). content: what a file of this name holds. Where only
    epochs are known they stand for the steps too, and the other way round; without either there is one snapshot, of
    time 1: the trained state.

    Raises
    ------
    ValueError
        With the name of the file that is wrong: no kernels, not finite, or not of the shape of the others.
    """
    if len(files) == 1 and is_history(found := content(files[0].name)):
        return of_history(found, files[0].name)
    times = list(dict.fromkeys(file.time for file in files))
    banks = [of_snapshot([file for file in files if file.time == time], content) for time in times]
    for time, bank in zip(times, banks, strict=True):
        if shapes(bank) != shapes(banks[0]):
            name, first = (next(file.name for file in files if file.time == one) for one in (time, times[0]))
            raise ValueError(f"{name}: found kernels of {told(bank)}; allowed: {told(banks[0])}, as in {first}")
    steps = [next((t for t in time if t is not None), 1) for time in times]
    epochs = [next((t for t in time[::-1] if t is not None), 1) for time in times]
    return {
        "steps": np.array(steps, np.int64),
        "epochs": np.array(epochs, np.float32),
        **{name: np.stack([bank[name] for bank in banks]) for name in banks[0]},
    }


def is_history(content) -> bool:
    return isinstance(content, Mapping) and all(name in content for name in TAKEN)


def of_history(content: Mapping, name: str) -> dict[str, np.ndarray]:
    """A kernels.npz of ours, after a look at it."""
    steps, epochs = (np.asarray(content[key]) for key in TAKEN)
    layers = {layer: np.asarray(bank) for layer, bank in content.items() if layer not in TAKEN}
    if steps.ndim != 1 or not len(steps) or steps.dtype.kind not in "iu" or (np.diff(steps.astype(float)) <= 0).any():
        raise ValueError(f"{name}: found steps {steps.shape}; allowed: whole numbers (t,), each larger than the last")
    if epochs.shape != steps.shape or epochs.dtype.kind not in "fiu" or not np.isfinite(epochs).all():
        raise ValueError(f"{name}: found epochs {epochs.shape}; allowed: numbers {steps.shape}, as the steps")
    if not layers:
        raise ValueError(f"{name}: found no layer beside steps and epochs")
    for layer, bank in layers.items():
        check_layer(layer, name)
        if bank.ndim != 5 or len(bank) != len(steps):
            raise ValueError(f"{name}: found {layer} {bank.shape}; allowed: ({len(steps)}, out, in, k, k)")
    kept = {layer: np.stack([checked(one, name, layer) for one in bank]) for layer, bank in layers.items()}
    return {"steps": steps.astype(np.int64), "epochs": epochs.astype(np.float32), **kept}


def of_snapshot(files: list[File], content: Callable[[str], object]) -> dict[str, np.ndarray]:
    """layer -> (out, in, k, k) of the files of one moment."""
    found: dict[str, np.ndarray] = {}
    for layer in dict.fromkeys(file.layer for file in files):
        mine = [file for file in files if file.layer == layer]
        if mine[0].kernel is None:
            found |= whole(content(mine[0].name), mine[0].name, layer)
            continue
        kernels = [single(content(file.name), file.name) for file in mine]
        for file, kernel in zip(mine, kernels, strict=True):
            if kernel.shape != kernels[0].shape:
                raise ValueError(
                    f"{file.name}: found a kernel {kernel.shape}; allowed: {kernels[0].shape}, as in {mine[0].name}"
                )
        found[layer or LAYER] = checked(np.stack(kernels), mine[0].name, layer or LAYER)
    return found


def single(content, name: str) -> np.ndarray:
    """One kernel (in, k, k) of a file that holds nothing else."""
    kernel = plain(content, name)
    if kernel.ndim == 4 and len(kernel) == 1:
        kernel = kernel[0]
    kernel = kernel[None] if kernel.ndim == 2 else kernel
    return checked(kernel[None] if kernel.ndim == 3 else kernel, name, "")[0]


def whole(content, name: str, layer: str | None) -> dict[str, np.ndarray]:
    """The layers of a file that holds whole layers; `layer` names the one array of a file, or is the one wanted."""
    if not isinstance(content, Mapping):
        bank = plain(content, name)
        return {layer or LAYER: checked(bank[:, None] if bank.ndim == 3 else bank, name, layer or LAYER)}
    found = layers_of(content, name)
    if layer is not None:
        if layer not in found:
            raise ValueError(f"{name}: found no layer {layer!r}; allowed: {', '.join(found)[:120]}")
        found = {layer: found[layer]}
    return {key: checked(bank, name, key) for key, bank in found.items()}


def layers_of(content: Mapping, name: str) -> dict[str, np.ndarray]:
    """The layers of a state_dict, or of an NPZ with an array for each."""
    try:
        found = state_dicts.conv_kernels(content)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None
    for key in found:
        check_layer(key, name)
    return found


def plain(content, name: str) -> np.ndarray:
    """The one array of a file."""
    if isinstance(content, Mapping):
        raise ValueError(f"{name}: found a mapping of {len(content)}; allowed: one array or tensor")
    if not hasattr(content, "shape") or not state_dicts.is_float(content):
        raise ValueError(f"{name}: found no array of floating-point numbers")
    return state_dicts.array(content)


def checked(bank: np.ndarray, name: str, layer: str) -> np.ndarray:
    """A bank (out, in, k, k) as float32; ValueError for what is none."""
    if (
        bank.ndim != 4
        or min(bank.shape) < 1
        or bank.shape[-1] != bank.shape[-2]
        or bank.shape[-1] > state_dicts.LARGEST
    ):
        words = f"{layer} " * bool(layer)
        raise ValueError(f"{name}: found {words}{bank.shape}; allowed: square kernels, at most 64 x 64")
    if bank.dtype.kind != "f":
        raise ValueError(f"{name}: found numbers of type {bank.dtype}; allowed: floating-point numbers")
    with np.errstate(over="ignore"):
        bank = bank.astype(np.float32)
    if not np.isfinite(bank).all():
        raise ValueError(f"{name}: found numbers that are not finite")
    return bank


def shapes(bank: dict[str, np.ndarray]) -> dict[str, tuple[int, ...]]:
    return {name: one.shape for name, one in bank.items()}


def told(bank: dict[str, np.ndarray]) -> str:
    return ", ".join(f"{name} {' x '.join(map(str, one.shape))}" for name, one in bank.items())[:120]


def centred(arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The same with every kernel less its own mean: where numbers were min-max scaled, their zero is not that of the
    weights, and a mean is all that can be taken for it."""
    return {
        name: array
        if name in TAKEN
        else (array - array.mean((-1, -2, -3), keepdims=True, dtype=np.float64)).astype(np.float32)
        for name, array in arrays.items()
    }
