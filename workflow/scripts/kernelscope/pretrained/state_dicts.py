"""The conv kernels of a state_dict of anyone's network, found by the shape of their weights."""

from collections.abc import Iterator, Mapping

import numpy as np

LARGEST = 64  # rows of a kernel, as in the config; larger squares are no kernels but tables of attention and the like
DEEPEST = 8  # mappings in mappings


def conv_kernels(state_dict: Mapping) -> dict[str, np.ndarray]:
    """layer -> kernels (out, in, k, k) float32, in the order of the state_dict.

    Weights are arrays or tensors of 4 dimensions whose last two are alike, at most 64. A layer is named by its key
    without `.weight`. Mappings in it, as {"state_dict": ...} or {"model": ...}, are searched too; where two hold the
    same layer, the name of the mapping goes before that of the second.

    Raises
    ------
    ValueError
        If there is none, or a weight is not finite.
    """
    found: dict[str, np.ndarray] = {}
    for place, key, value in leaves(state_dict):
        if not is_bank(value):
            continue
        name = key.removesuffix(".weight")
        name = name if name not in found else ".".join([*place, name])
        bank = array(value)
        if not np.isfinite(bank).all():
            raise ValueError(f"layer {name}: found weights that are not finite")
        found[name] = bank
    if not found:
        names = [".".join([*place, key]) for place, key, _ in leaves(state_dict)]
        shown = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
        raise ValueError(f"found no weights of a conv layer (out, in, k, k), only {shown or 'nothing'}")
    return found


def leaves(state_dict: Mapping, place: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str, object]]:
    """(keys of the mappings around it, key, value) of everything that is no mapping itself."""
    for key, value in state_dict.items():
        if isinstance(value, Mapping):
            if len(place) < DEEPEST:
                yield from leaves(value, (*place, str(key)))
        else:
            yield place, str(key), value


def is_bank(value) -> bool:
    shape = tuple(getattr(value, "shape", ()))
    return len(shape) == 4 and min(shape) > 0 and shape[-1] == shape[-2] <= LARGEST and is_float(value)


def is_float(value) -> bool:
    """Whether an array, or a tensor of torch, holds floating-point numbers."""
    own = getattr(value, "is_floating_point", None)
    return own() if own else value.dtype.kind == "f"


def array(value) -> np.ndarray:
    """An array or tensor as float32; tensors of half precision have no array of their own."""
    with np.errstate(over="ignore"):  # what is too large becomes infinite
        return np.asarray(value.detach().float().cpu() if hasattr(value, "detach") else value, np.float32).copy()
