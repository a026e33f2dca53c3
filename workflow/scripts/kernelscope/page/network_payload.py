"""The page's data to run a network: its trained weights without kernels, those of large linear layers in coarse steps.

Such a weight is a byte, 128 for 0, in steps of 1/15 of the largest |weight| of its row, and takes 4 to 5 bits once it
is compressed. The page keeps one seed of each architecture, because linear layers may have far more weights than all
kernels.
"""

import numpy as np

LARGE = 20_000  # weights of a matrix, from which on it is kept in steps
ZERO, MOST = 128, 15


def content(seed: int, weights: dict[str, np.ndarray]) -> dict:
    """Return the JSON of the payload: the seed, and the names of the matrices that are kept in steps."""
    return {"seed": seed, "bytes": [name for name, array in weights.items() if is_large(array)]}


def arrays(weights: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the arrays of the payload; weights: `<layer>.weight` and so on, as in snapshots.npz."""
    by_name = {}
    for name, array in weights.items():
        by_name |= in_bytes(name, array) if is_large(array) else {name: array}
    return by_name


def is_large(array: np.ndarray) -> bool:
    """Whether an array is a matrix that is kept in steps."""
    return array.ndim == 2 and array.size > LARGE


def in_bytes(name: str, matrix: np.ndarray) -> dict[str, np.ndarray]:
    """Return a matrix (out, in) as uint8 under its own name, and the step of every row as `<name>/unit` (out,).

    Weights that are not finite become 0.
    """
    finite = np.nan_to_num(matrix, nan=0.0, posinf=0.0, neginf=0.0)
    unit = np.abs(finite).max(1, keepdims=True) / MOST
    steps = np.rint(finite / np.where(unit > 0, unit, 1))
    return {name: (steps + ZERO).astype(np.uint8), f"{name}/unit": unit[:, 0].astype(np.float32)}
