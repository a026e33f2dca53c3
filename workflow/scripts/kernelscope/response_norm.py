"""Local response normalisation and its gradient, in NumPy (Krizhevsky, Sutskever and Hinton 2012, section 3.3)."""

import numpy as np


def neighbours(x: np.ndarray, towers: int, size: int) -> np.ndarray:
    """The sum of x (n, channels, ...) over the `size`, an odd number, about each channel that are of the same tower."""
    parts = []
    for part in np.split(x, towers, 1):
        wide = np.pad(part, ((0, 0), (size // 2 + 1, (size - 1) // 2), *[(0, 0)] * (x.ndim - 2)))
        sums = np.cumsum(wide, 1, dtype=np.float64)
        parts.append(sums[:, size:] - sums[:, :-size])
    return np.concatenate(parts, 1).astype(x.dtype)


def base(layer: dict, x: np.ndarray) -> np.ndarray:
    """k + alpha times the sum of squares."""
    squares = neighbours(x * x, layer["towers"], layer["size"])
    return np.float32(layer["k"]) + np.float32(layer["alpha"]) * squares


def normalised(layer: dict, x: np.ndarray) -> np.ndarray:
    """x (n, channels, ...) over the base to the power beta."""
    return x * base(layer, x) ** np.float32(-layer["beta"])


def gradient(layer: dict, x: np.ndarray, error: np.ndarray) -> np.ndarray:
    """How much x changes what the errors of the output (n, channels, ...) weigh."""
    beta, below = layer["beta"], base(layer, x)
    back = neighbours(error * x * below ** np.float32(-beta - 1), layer["towers"], layer["size"])
    return error * below ** np.float32(-beta) - np.float32(2 * layer["alpha"] * beta) * x * back
