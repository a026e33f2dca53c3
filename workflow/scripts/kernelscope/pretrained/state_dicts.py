"""Find the conv kernels in anyone's checkpoint: the weights of the model, as the network computes with them."""

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase

import numpy as np

from kernelscope.pretrained import axes
from kernelscope.pretrained.contents import CONVERTED, Remark, Unreadable, Weights, described
from kernelscope.pretrained.floats import array, is_float, weights_of
from kernelscope.pretrained.folding import WEIGHT, folded, place
from kernelscope.pretrained.model_part import OPTIMIZER, model_part, unprefixed
from kernelscope.refusal import LONGEST, did_you_mean, listed, quoted, refuse

LARGEST = 64  # rows of a kernel, as in the config; larger squares are attention tables and the like
LONGEST_LINE = 4096  # weights of a kernel along one axis
DEEPEST = 8  # levels of nested mappings
KINDS = {3: "kernels along one axis", 5: "kernels in three dimensions"}  # dimensions of weights -> what they are
POINTWISE = "1 x 1, which has no pattern; name it in `layers` to read it"
MOMENTS = {  # names of what optimizers keep for each weight
    *("exp_avg", "exp_avg_sq", "exp_avg_sqs", "max_exp_avg_sq", "exp_inf", "exp_avg_diff", "momentum_buffer"),
    *("square_avg", "grad_avg", "acc_delta"),
}


def conv_kernels(
    content: Mapping,
    layers: Sequence[str] | None = None,
    part: str | None = None,
    order: str | None = None,
    is_square: bool = True,
) -> tuple[dict[str, np.ndarray], list[Remark]]:
    """Return layer -> kernels (out, in, *space) float32, in the order of the checkpoint, and remarks about others.

    Conv weights have three to five dimensions, the first two of which are no space; with `is_square` four, the last two
    of which are equal. A layer is named by its key without `.weight` and without prefixes that all keys share
    (`module.`, `model.`). Pruned weights, and weights under weight norm or spectral norm, are computed from their
    parts. Transposed layers, as far as biases tell them, and those of TensorFlow get the axes of the others.

    Parameters
    ----------
    content : Mapping
        What a file holds: a state_dict, a checkpoint with one (`model_part`), or one array per layer.
    layers : sequence of str, optional
        Patterns of the names of layers to read, such as `features.0` or `layer1.*`. Without it, all but 1 x 1.
    part : str, optional
        The part of the checkpoint to read.
    order : one of `axes.ORDERS`, optional
        The order of the axes, unless the format of the file gives it. Without it, names decide.
    is_square : bool
        Whether only square kernels are read.

    Raises
    ------
    ValueError
        If there is no conv layer, a pattern fits none, or a weight that is read is quantized.
    """
    weights, remarks = model_part(content, part)
    told, order = (content.remarks, None) if isinstance(content, Weights) else ([], order)
    arrays, left_out, told = in_order(weights, order, told)
    remarks += left_out
    banks: dict[str, np.ndarray] = {}
    known: list[str] = []  # names of all conv layers, asked for or not
    has_weights = any(key.endswith(WEIGHT) for key in arrays)
    for key, value in arrays.items():
        name = key.removesuffix(f".{WEIGHT}")
        why = reason(key, value, has_weights, is_square)
        known += [name] * (why == "")
        if why is None or not asked_for(name, layers):
            continue
        if not why and layers is None and set(value.shape[2:]) == {1}:
            why = POINTWISE
        if why:
            remarks.append(Remark(name, described(value), why))
            continue
        bias = arrays.get(f"{name}.bias") if key != name else None
        banks[name], turned = axes.untransposed(name, weights_of(name, value), bias)
        remarks += turned if turned or order or isinstance(content, Weights) else axes.doubtful(name, banks[name])
    check(banks, known, layers, remarks, [".".join([*above, key]) for above, key, _ in leaves(content)])
    is_told = lambda one: one.name in banks or (one.kind != CONVERTED and asked_for(one.name, layers))  # noqa: E731
    return banks, [*remarks, *filter(is_told, told)]


def asked_for(name: str, layers: Sequence[str] | None) -> bool:
    """Whether a layer is to be read."""
    return layers is None or any(fnmatchcase(name, pattern) for pattern in layers)


def in_order(
    weights: Mapping, order: str | None, told: list[Remark]
) -> tuple[dict[str, object], list[Remark], list[Remark]]:
    """Return the arrays of a model by their short names, weights in one piece and in one order of axes.

    Also return what is left out, and remarks about layers: those that were told, and whose axes were moved.
    """
    found = flat(weights)
    moments = [name for name in found if name.rpartition(".")[2] in MOMENTS]
    left_out = [Remark(name, described(found.pop(name)), OPTIMIZER) for name in moments]
    arrays, unknown = folded_of(found)
    left_out += [Remark(name, described(found[name]), "a part of a weight of an unknown kind") for name in unknown]
    short = unprefixed([name for name, value in arrays.items() if len(value.shape)])
    arrays, moved = axes.in_order({short[name]: arrays[name] for name in short}, order)
    layer_of = {name.removesuffix(f".{WEIGHT}"): new.removesuffix(f".{WEIGHT}") for name, new in short.items()}
    return arrays, left_out, moved + [one._replace(name=layer_of.get(one.name, one.name)) for one in told]


def check(banks: dict, known: list[str], layers: Sequence[str] | None, remarks: list[Remark], names: list[str]) -> None:
    """Raise ValueError if no layer was found, or if a pattern fits no layer."""
    for pattern in layers or ():
        if not any(fnmatchcase(name, pattern) for name in banks):
            expected = f"a pattern of one of {listed(known) or 'none'}"
            refuse("layers", f"{quoted(pattern)}, which fits no conv layer", expected, did_you_mean(pattern, known))
    if not banks:
        shaped = [str(other) for other in remarks if other.shape]
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
    parts = {
        name: array(value)
        for name, value in found.items()
        if place(name)[1] and is_float(value) and not isinstance(value, Unreadable)
    }
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


def reason(key: str, value, has_weights: bool, is_square: bool = True) -> str | None:
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
    if (is_square and len(shape) != 4) or (len(shape) == 3 and not has_weights):
        return KINDS[len(shape)]
    if is_square and shape[-1] != shape[-2]:
        return f"not square; {axes.HINT}" if axes.looks_swapped(shape) else "not square"
    most = LONGEST_LINE if len(shape) == 3 else LARGEST
    return f"larger than {' x '.join([str(most)] * (len(shape) - 2))}" if max(shape[2:]) > most else ""
