"""The null distributions of measures: their values for kernels that learned nothing.

A p is uniform only under its null. docs/explanation/methods.md#nulls-of-a-measure says which null belongs to which
measure.
"""

import numpy as np

from kernelscope.measures import kernels, layer_quality, plane_measures

REINITIALIZED, SURROGATE, RANDOM_LABELS = "re-initialized", "surrogate", "random labels"
NO_POWER = "no power"

SIDES = {  # the tested side, for re-initialized kernels: `greater` (as large or larger) or `less` (as small or smaller)
    "lag1": "greater",
    "low_frequency_share": "greater",
    "spectral_centroid": "less",
    "spectral_entropy": "less",
    "orientation_concentration": "greater",
    "separability": "greater",
    "total_variation": "less",
}
SURROGATE_SIDES = {"localization": "greater"}
LAYER_SIDES = {"variance_entropy": "less", "orthogonality": "less"}
LAYER_RESAMPLES, LEAST_RESAMPLES = 199, 39  # of a layer; fewer of a large one
MOST_DRAWN = 2**25  # weights of all draws of a layer


def reinitialized(
    kernel_size: int, channels: int = 1, initial=None, n_resamples: int = 999, seed: int = 0
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Return the measures of re-initialized planes and kernels.

    None of the tested measures depends on the scale of the weights. The draws are those of `kernels.lag1_null`, so both
    have the same 99 % point.

    Parameters
    ----------
    kernel_size : int
        Side k of the kernels.
    channels : int
        Input channels of a kernel.
    initial : None, float or (out, in, k, k) array
        Initial distribution, as in `kernels.reinitialized`.
    n_resamples, seed : int

    Returns
    -------
    tuple of dict
        measure -> (n_resamples,), of planes and of whole kernels.
    """
    rng = np.random.default_rng([seed, kernel_size, channels])
    drawn = kernels.reinitialized_in_parts(rng, n_resamples, (channels, kernel_size, kernel_size), initial)
    parts = [plane_measures.of_planes(part) for part in drawn]
    of_planes = [{name: values[:, 0] for name, values in part.items()} for part in parts]
    return joined(of_planes), joined([plane_measures.of_kernels(part) for part in parts])


def joined(parts: list[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """Return the values of several parts of the draws by measure."""
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def layer(shape: tuple[int, int, int, int], initial=None, n_resamples: int | None = None, seed: int = 0):
    """Return the quality measures of re-initialized layers, which are the null of `layer_quality.measures`.

    Parameters
    ----------
    shape : tuple
        (out, in, k, k) of the layer.
    initial : None, float or (out, in, k, k) array
        Initial distribution, as in `kernels.reinitialized`.
    n_resamples : int or None
        None: `resamples_of_layer(shape)`.
    seed : int

    Returns
    -------
    dict
        measure -> (n_resamples,).
    """
    n_resamples = resamples_of_layer(shape) if n_resamples is None else n_resamples
    rng = np.random.default_rng([seed, *shape])
    step = max(1, 2**20 // int(np.prod(shape)))
    parts = []
    for start in range(0, n_resamples, step):
        chunk = (min(step, n_resamples - start), *shape)
        parts.append(layer_quality.measures(kernels.reinitialized(rng, chunk, initial)))
    return joined(parts)


def resamples_of_layer(shape: tuple[int, ...]) -> int:
    """Return how many layers of a shape a null has: LAYER_RESAMPLES, but fewer if they have too many weights."""
    return max(LEAST_RESAMPLES, min(LAYER_RESAMPLES, MOST_DRAWN // int(np.prod(shape))))


def has_power(kernel_size: int) -> bool:
    """Return whether the re-initialized null can be told from smooth kernels at this kernel size."""
    return kernel_size >= kernels.NO_POWER_BELOW
