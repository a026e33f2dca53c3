"""What the measures of kernels that learned nothing are. A p is uniform only under its null.

docs/explanation/methods.md#nulls-of-a-measure says which null belongs to which measure.
"""

import numpy as np

from kernelscope.measures import kernels, layer_quality, plane_measures

REINITIALISED, SURROGATE, RANDOM_LABELS = "re-initialised", "surrogate", "random labels"
NO_POWER = "no power"

SIDES = {  # what counts as reached: `greater`, as large or larger; `less`, as small or smaller
    "lag1": "greater",
    "low_frequency_share": "greater",
    "spectral_centroid": "less",
    "spectral_entropy": "less",
    "orientation_concentration": "greater",
    "separability": "greater",
    "total_variation": "less",
}  # of the layer re-initialised
SURROGATE_SIDES = {"localisation": "greater", "gabor_r2": "greater"}
LAYER_SIDES = {"variance_entropy": "less", "orthogonality": "less"}
LAYER_DRAWS = 199


def reinitialised(
    kernel_size: int, channels: int = 1, initial=None, draws: int = 999, seed: int = 0
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Measures (draws,) of re-initialised planes, and of whole kernels of `channels` such planes.

    `initial` as in kernels.reinitialised; none of the measures depends on the scale. The draws are those of
    `kernels.lag1_null`, so both name the same points.
    """
    rng = np.random.default_rng([seed, kernel_size, channels])
    found = plane_measures.of_planes(kernels.reinitialised(rng, (draws, channels, kernel_size, kernel_size), initial))
    return {name: values[:, 0] for name, values in found.items()}, plane_measures.of_kernels(found)


def layer(shape: tuple[int, int, int, int], initial=None, draws: int = LAYER_DRAWS, seed: int = 0):
    """layer_quality.measures (draws,) by name, of re-initialized banks (out, in, k, k); `initial` as above."""
    rng = np.random.default_rng([seed, *shape])
    step = max(1, 2**20 // int(np.prod(shape)))
    parts = []
    for start in range(0, draws, step):
        many = (min(step, draws - start), *shape)
        parts.append(layer_quality.measures(kernels.reinitialised(rng, many, initial)))
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def has_power(kernel_size: int) -> bool:
    return kernel_size >= kernels.NO_POWER_BELOW
