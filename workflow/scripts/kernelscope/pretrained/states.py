"""Read a file with many states of a training: a kernels.npz of an experiment, or of a recorder."""

import fnmatch
from collections.abc import Mapping, Sequence

import numpy as np

from kernelscope.io.names import MOMENTS
from kernelscope.pretrained import floats, state_dicts
from kernelscope.pretrained.contents import Remark, described
from kernelscope.pretrained.file_names import check_layer
from kernelscope.refusal import listed, quoted, refuse

STEPS, EPOCHS = MOMENTS
PATTERNS, NOT_SQUARE = "it fits no pattern of `layers`", "not square kernels in two dimensions"


def is_history(content) -> bool:
    """Return whether a file holds states of a training: `steps` (t,), and arrays (t, ...)."""
    if not isinstance(content, Mapping) or STEPS not in content:
        return False
    steps = np.asarray(content[STEPS])
    each = all(np.ndim(bank) and len(bank) == len(steps) for bank in content.values()) if steps.ndim == 1 else False
    return EPOCHS in content or (each and steps.dtype.kind in "iu")


def times(content: Mapping, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return steps (t,) int64 and epochs (t,) float32, which are the steps where they are unknown.

    Raises
    ------
    ValueError
        Naming the file, if they do not increase or are no numbers.
    """
    steps = np.asarray(content[STEPS])
    epochs = np.asarray(content.get(EPOCHS, steps))
    if steps.ndim != 1 or not len(steps) or steps.dtype.kind not in "iu" or (np.diff(steps.astype(float)) <= 0).any():
        refuse(f"{name}: steps", f"an array {steps.shape} of {steps.dtype}", "increasing whole numbers (t,)")
    if epochs.shape != steps.shape or epochs.dtype.kind not in "fiu" or not np.isfinite(epochs).all():
        got = f"an array {epochs.shape} of {epochs.dtype}"
        refuse(f"{name}: epochs", got, f"finite numbers {steps.shape}, one for each step")
    return steps.astype(np.int64), epochs.astype(np.float32)


def banks(content: Mapping, name: str, patterns: Sequence[str] | None) -> tuple[dict[str, np.ndarray], list[Remark]]:
    """Return the layers (t, out, in, *space) float32 that patterns choose, by default all, and remarks about others.

    Raises
    ------
    ValueError
        Naming the file, if it has no such layer, or a layer is no array of kernels at each step.
    """
    steps, _ = times(content, name)
    every = {layer: np.asarray(bank) for layer, bank in content.items() if layer not in MOMENTS}
    if not every:
        refuse(name, "only steps and epochs", "at least one layer (t, out, in, k, k)")
    found, remarks = {}, []
    for layer, bank in every.items():
        check_layer(layer, name)
        if not 4 <= bank.ndim <= 6 or len(bank) != len(steps):
            refuse(f"{name}: {layer}", f"an array {bank.shape}", f"({len(steps)}, out, in, k, k)")
        if any(fnmatch.fnmatchcase(layer, pattern) for pattern in patterns or "*"):
            found[layer] = floats.array(bank, f"{name}: {layer}")
        else:
            remarks.append(Remark(layer, described(bank[0]), PATTERNS))
    if not found:
        refuse("layers", listed(map(quoted, patterns)), f"names of layers in {name}: {listed(every)}")
    return found, remarks


def of_history(
    content: Mapping, name: str, patterns: Sequence[str] | None = None, with_others: bool = False
) -> tuple[dict[str, np.ndarray], list[Remark]]:
    """Return the arrays of a kernels.npz of square kernels after checking them, and remarks about other layers.

    with_others : whether layers of other shapes are also returned, instead of remarks

    Raises
    ------
    ValueError
        Naming the file, as `times` and `banks`, or if no layer has square kernels.
    """
    found, remarks = banks(content, name, patterns)
    is_square = {
        layer: bank.ndim == 5 and bank.shape[-1] == bank.shape[-2] <= state_dicts.LARGEST and min(bank.shape) > 0
        for layer, bank in found.items()
    }
    others = [Remark(layer, described(bank[0]), NOT_SQUARE) for layer, bank in found.items() if not is_square[layer]]
    if not any(is_square.values()):
        shapes = listed(f"{layer} {bank.shape}" for layer, bank in found.items())
        refuse(name, f"no square kernels ({shapes})", "at least one layer (t, out, in, k, k)")
    steps, epochs = times(content, name)
    if with_others:
        return {STEPS: steps, EPOCHS: epochs, **found}, remarks
    square = {layer: bank for layer, bank in found.items() if is_square[layer]}
    return {STEPS: steps, EPOCHS: epochs, **square}, remarks + others
