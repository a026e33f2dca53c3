"""Find the conv kernels in anyone's state_dict by the shapes of its weights."""

from collections.abc import Iterator, Mapping

import numpy as np

from kernelscope.refusal import LONGEST, listed, refuse

LARGEST = 64  # rows of a kernel, as in the config; larger squares are attention tables and the like
DEEPEST = 8  # levels of nested mappings


def conv_kernels(state_dict: Mapping) -> dict[str, np.ndarray]:
    """Return layer -> kernels (out, in, k, k) float32, in the order of the state_dict.

    Conv weights are arrays or tensors of floats with 4 dimensions, the last two of which are equal and at most 64. A
    layer is named by its key without `.weight`. Nested mappings, such as {"state_dict": ...} or {"model": ...}, are
    searched too; if two of them hold the same layer, the name of the mapping is prepended to the second.

    Raises
    ------
    ValueError
        If there is no conv layer, or if a weight is not finite.
    """
    layers: dict[str, np.ndarray] = {}
    for place, key, value in leaves(state_dict):
        if not is_bank(value):
            continue
        name = key.removesuffix(".weight")
        name = name if name not in layers else ".".join([*place, name])
        bank = array(value)
        if not np.isfinite(bank).all():
            refuse(f"layer {name}", "weights that are not finite", "finite weights")
        layers[name] = bank
    if not layers:
        names = [".".join([*place, key]) for place, key, _ in leaves(state_dict)]
        first = listed(names, LONGEST, most=5) or "nothing"
        refuse("state_dict", f"only {first}", "at least one conv weight (out, in, k, k)")
    return layers


def leaves(state_dict: Mapping, place: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str, object]]:
    """Yield (keys of the enclosing mappings, key, value) of every value that is not itself a mapping."""
    for key, value in state_dict.items():
        if isinstance(value, Mapping):
            if len(place) < DEEPEST:
                yield from leaves(value, (*place, str(key)))
        else:
            yield place, str(key), value


def is_bank(value) -> bool:
    """Return whether a value has the type and shape of conv weights."""
    shape = tuple(getattr(value, "shape", ()))
    return len(shape) == 4 and min(shape) > 0 and shape[-1] == shape[-2] <= LARGEST and is_float(value)


def is_float(value) -> bool:
    """Return whether an array or a torch tensor holds floating-point numbers."""
    method = getattr(value, "is_floating_point", None)
    return method() if method else value.dtype.kind == "f"


def array(value) -> np.ndarray:
    """Return an array or tensor as a float32 array; tensors are converted first, as NumPy lacks bfloat16."""
    with np.errstate(over="ignore"):  # values that are too large become infinite
        return np.asarray(value.detach().float().cpu() if hasattr(value, "detach") else value, np.float32).copy()
