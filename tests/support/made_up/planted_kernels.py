"""Color kernels of known kinds, with a little noise."""

import numpy as np

ROW, COL = np.mgrid[-5:6, -5:6].astype(float)
GRAY, RED_GREEN, YELLOW_BLUE = (1, 1, 1), (1, -1, 0), (1, 1, -2)


def colored(plane: np.ndarray, channels=GRAY) -> np.ndarray:
    """Return a kernel (3, k, k) whose channels are multiples of a plane."""
    return np.array(channels, float)[:, None, None] * plane


def bell(variance: float) -> np.ndarray:
    return np.exp(-(ROW**2 + COL**2) / (2 * variance))


def waves(cycles: float, degrees: float) -> np.ndarray:
    """Return waves whose strokes have a direction, counterclockwise from the rows with row 0 on top."""
    angle = np.radians(degrees)
    across = -ROW * np.cos(angle) - COL * np.sin(angle)
    return bell(12) * np.cos(2 * np.pi * cycles / 11 * across + 0.5)


def step(degrees: float) -> np.ndarray:
    """Return an edge of this direction."""
    angle = np.radians(degrees)
    return bell(12) * np.sign(-ROW * np.cos(angle) - COL * np.sin(angle) + 0.1)


def bank(seed: int, noise: float = 0.05) -> tuple[np.ndarray, list[str]]:
    """Return kernels (out, 3, 11, 11), and the kind of each."""
    kernels = {
        "grating": [colored(waves(3, 90)), colored(waves(2.5, 30), RED_GREEN)],
        "edge or bar": [colored(step(0)), colored(step(135), YELLOW_BLUE)],
        "color blob": [colored(bell(6), RED_GREEN), colored(bell(8), YELLOW_BLUE)],
        "center-surround": [colored(bell(2) - 0.3 * bell(8))],
    }
    rng = np.random.default_rng(seed)
    made = np.stack([kernel for of_kind in kernels.values() for kernel in of_kind])
    return made + noise * rng.standard_normal(made.shape), [kind for kind in kernels for _ in kernels[kind]]
