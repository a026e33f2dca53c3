"""Find the conv kernels in anyone's checkpoint: the weights of the model, as the network computes with them."""

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase

import numpy as np

from kernelscope.pretrained.folding import WEIGHT, folded, place
from kernelscope.pretrained.model_part import LeftOut, model_part, unprefixed
from kernelscope.refusal import LONGEST, did_you_mean, listed, quoted, refuse

LARGEST = 64  # rows of a kernel, as in the config; larger squares are attention tables and the like
DEEPEST = 8  # levels of nested mappings
KINDS = {3: "kernels along one axis", 5: "kernels in three dimensions"}  # dimensions of weights -> what they are
POINTWISE = "1 x 1, which has no pattern; name it in `layers` to read it"


def conv_kernels(
    content: Mapping, layers: Sequence[str] | None = None, part: str | None = None
) -> tuple[dict[str, np.ndarray], list[LeftOut]]:
    """Return layer -> kernels (out, in, k, k) float32, in the order of the checkpoint, and what is left out.

    Conv weights have 4 dimensions, the last two of which are equal and at most 64. A layer is named by its key without
    `.weight` and without prefixes that all keys share (`module.`, `_orig_mod.`, `model.`). Pruned weights, and weights
    under weight norm or spectral norm, are computed from their parts.

    Parameters
    ----------
    content : Mapping
        What a file holds: a state_dict, a checkpoint with one (`model_part`), or one array per layer.
    layers : sequence of str, optional
        Patterns of the names of layers to read, such as `features.0` or `layer1.*`. Without it, all but 1 x 1.
    part : str, optional
        The part of the checkpoint to read.

    Raises
    ------
    ValueError
        If there is no conv layer, a pattern fits none, or a weight that is read is quantized.
    """
    weights, left_out = model_part(content, part)
    found = flat(weights)
    arrays, unknown = folded_of(found)
    left_out += [LeftOut(name, described(found[name]), "a part of a weight of an unknown kind") for name in unknown]
    banks: dict[str, np.ndarray] = {}
    known: list[str] = []  # names of all conv layers, asked for or not
    short, has_weights = unprefixed(list(arrays)), any(key.endswith(WEIGHT) for key in arrays)
    for key, value in arrays.items():
        name = short[key].removesuffix(f".{WEIGHT}")
        why = reason(key, value, has_weights)
        known += [name] * (why == "")
        asked_for = layers is None or any(fnmatchcase(name, pattern) for pattern in layers)
        if why is None or not asked_for:
            continue
        if not why and layers is None and value.shape[-1] == 1:
            why = POINTWISE
        if why:
            left_out.append(LeftOut(name, described(value), why))
        else:
            banks[name] = weights_of(name, value)
    check(banks, known, layers, left_out, [".".join([*above, key]) for above, key, _ in leaves(content)])
    return banks, left_out


def check(
    banks: dict, known: list[str], layers: Sequence[str] | None, left_out: list[LeftOut], names: list[str]
) -> None:
    """Raise ValueError if no layer was found, or if a pattern fits no layer."""
    for pattern in layers or ():
        if not any(fnmatchcase(name, pattern) for name in banks):
            expected = f"a pattern of one of {listed(known) or 'none'}"
            refuse("layers", f"{quoted(pattern)}, which fits no conv layer", expected, did_you_mean(pattern, known))
    if not banks:
        shaped = [str(other) for other in left_out if other.shape]
        first = listed(shaped or names, LONGEST, most=5) or "nothing"
        refuse("state_dict", f"only {first}", "at least one conv weight (out, in, k, k)")


def flat(state_dict: Mapping) -> dict[str, object]:
    """Return every value that has a shape, by its name; where mappings are nested, a name that is taken gets theirs."""
    found: dict[str, object] = {}
    for keys, key, value in leaves(state_dict):
        if getattr(value, "shape", None) is not None:
            found[key if key not in found else ".".join([*keys, key])] = value
    return found


def folded_of(found: dict[str, object]) -> tuple[dict[str, object], list[str]]:
    """Return the values with the parts of a weight folded into the weight, and the names of unknown parts."""
    parts = {name: array(value) for name, value in found.items() if place(name)[1] and is_float(value)}
    weights, unknown = folded(parts)
    result: dict[str, object] = {}
    for name, value in found.items():
        layer, ending = place(name)
        if not (ending and name in parts):
            result[name] = value
        elif f"{layer}{WEIGHT}" in weights:
            result.setdefault(f"{layer}{WEIGHT}", weights[f"{layer}{WEIGHT}"])
    return result, unknown


def leaves(state_dict: Mapping, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str, object]]:
    """Yield (keys of the enclosing mappings, key, value) of every value that is not itself a mapping."""
    for key, value in state_dict.items():
        if isinstance(value, Mapping):
            if len(above) < DEEPEST:
                yield from leaves(value, (*above, str(key)))
        else:
            yield above, str(key), value


def reason(key: str, value, has_weights: bool) -> str | None:
    """Return why an array is no layer, "" if it is one, or None if it does not look like conv weights at all.

    has_weights: whether any array is called `weight`; if so, all weights are.
    """
    shape = tuple(value.shape)
    if len(shape) not in (3, 4, 5) or min(shape, default=0) == 0:
        return None
    if has_weights and not key.endswith(WEIGHT):
        return "not called `weight`" if len(shape) == 4 else None
    if not is_float(value):
        return "no floating-point numbers" if len(shape) == 4 else None
    if len(shape) != 4:
        return KINDS[len(shape)]
    if shape[-1] != shape[-2]:
        return "not square"
    return f"larger than {LARGEST} x {LARGEST}" if shape[-1] > LARGEST else ""


def weights_of(name: str, value) -> np.ndarray:
    """Return weights as float32; ValueError if they are quantized or missing."""
    for kind, words in (("is_quantized", "quantized weights"), ("is_meta", "weights without values (on `meta`)")):
        if getattr(value, kind, False):
            refuse(f"layer {name}", words, "floating-point weights")
    return array(value, f"layer {name}")


def described(value) -> str:
    """Return the shape of an array in words."""
    return " x ".join(map(str, value.shape))


def is_float(value) -> bool:
    """Whether an array or a torch tensor holds floating-point numbers."""
    method = getattr(value, "is_floating_point", None)
    return bool(method() if method else value.dtype.kind == "f") or bool(getattr(value, "is_quantized", False))


def array(value, where: str = "weights") -> np.ndarray:
    """Return an array or tensor as a float32 array; ValueError, naming `where`, if float32 cannot hold its numbers."""
    if hasattr(value, "to_dense") and getattr(value, "layout", None) is not None and value.is_sparse:
        value = value.to_dense()
    if hasattr(value, "detach"):  # a tensor, which is converted first, as NumPy lacks bfloat16
        value = value.detach().cpu()
        value = (value if value.dtype.itemsize > 4 else value.float()).numpy()
    with np.errstate(over="ignore"):
        result = np.array(value, np.float32)
    if (np.isinf(result) & np.isfinite(value)).any():
        refuse(where, "numbers that float32 cannot hold", "numbers of at most 3.4e38")
    return result
