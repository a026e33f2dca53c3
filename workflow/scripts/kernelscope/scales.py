"""The scale of what is drawn."""

import numpy as np


def limit(values: np.ndarray) -> float:
    """The 99.5 % point of |values| over the whole run: one scale, and a few large weights do not darken the rest."""
    finite = np.abs(values[np.isfinite(values)])
    return float(np.quantile(finite, 0.995) or finite.max()) if finite.any() else 1.0
