"""Compute the weights that a network uses from what a state_dict has of them: pruning, weight and spectral norm."""

from collections.abc import Callable

import numpy as np

WEIGHT = "weight"
NEW = "parametrizations.weight."  # of torch.nn.utils.parametrizations


def pruned(parts: dict[str, np.ndarray]) -> np.ndarray:
    """Return weights with a mask (torch.nn.utils.prune)."""
    return parts["weight_orig"] * parts["weight_mask"]


def normalized(magnitude: np.ndarray, direction: np.ndarray) -> np.ndarray:
    """Return weights g v / |v| (Salimans and Kingma 2016); the norm is over the axes along which g has size 1."""
    axes = tuple(axis for axis in range(direction.ndim) if magnitude.ndim == 0 or magnitude.shape[axis] == 1)
    norm = np.sqrt((direction.astype(np.float64) ** 2).sum(axes, keepdims=True))
    return (magnitude * np.divide(direction, norm, out=np.zeros(direction.shape), where=norm > 0)).astype(np.float32)


def spectral(weight: np.ndarray, u: np.ndarray, v: np.ndarray | None) -> np.ndarray:
    """Return weights divided by their largest singular value, u'Wv as torch has it (Miyato et al. 2018).

    The rows of W are the axis of the weights that is as long as u: the first, or the second of a transposed layer.
    """
    axis = 0 if len(u) == len(weight) else 1
    matrix = np.moveaxis(weight, axis, 0).reshape(weight.shape[axis], -1).astype(np.float64)
    if v is None:
        v = matrix.T @ u
        v = v / max(np.linalg.norm(v), 1e-12)
    return (weight / (u @ matrix @ v)).astype(np.float32)


FOLDED: dict[frozenset[str], Callable[[dict[str, np.ndarray]], np.ndarray]] = {  # parts of a weight -> the weight
    frozenset({"weight_orig", "weight_mask"}): pruned,
    frozenset({"weight_g", "weight_v"}): lambda parts: normalized(parts["weight_g"], parts["weight_v"]),
    frozenset({"weight_orig", "weight_u", "weight_v"}): lambda parts: spectral(
        parts["weight_orig"], parts["weight_u"], parts["weight_v"]
    ),
    frozenset({"weight_orig", "weight_u"}): lambda parts: spectral(parts["weight_orig"], parts["weight_u"], None),
    frozenset({f"{NEW}original0", f"{NEW}original1"}): lambda parts: normalized(
        parts[f"{NEW}original0"], parts[f"{NEW}original1"]
    ),
    frozenset({f"{NEW}original", f"{NEW}0._u", f"{NEW}0._v"}): lambda parts: spectral(
        parts[f"{NEW}original"], parts[f"{NEW}0._u"], parts[f"{NEW}0._v"]
    ),
}
ENDINGS = tuple(sorted({ending for parts in FOLDED for ending in parts}, key=len, reverse=True))


def place(name: str) -> tuple[str, str]:
    """Return the layer and the ending of a name that is a part of a weight; ("", "") for any other name."""
    for ending in ENDINGS:
        if name == ending or name.endswith(f".{ending}"):
            return name.removesuffix(ending), ending
    return "", ""


def folded(arrays: dict[str, np.ndarray]) -> tuple[dict[str, np.ndarray], list[str]]:
    """Return the arrays with one weight in place of its parts, and the names of parts that make no known weight.

    Parameters
    ----------
    arrays : dict
        Name -> array, as in a state_dict without nesting.
    """
    of_layer: dict[str, dict[str, str]] = {}  # layer -> ending -> name
    for name in arrays:
        layer, ending = place(name)
        if ending:
            of_layer.setdefault(layer, {})[ending] = name
    result, unknown = {}, []
    for name, array in arrays.items():
        layer, ending = place(name)
        if not ending:
            result[name] = array
            continue
        parts = of_layer[layer]
        if fold := FOLDED.get(frozenset(parts)):
            weight = f"{layer}{WEIGHT}"
            if weight not in result:
                result[weight] = fold({end: arrays[full] for end, full in parts.items()})
        else:
            unknown.append(name)
    return result, unknown
