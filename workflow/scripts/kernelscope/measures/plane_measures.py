"""Measures of planes (..., k, k), with one plane per leading index.

If a kernel has several channels, each of its planes is measured, and the value of the kernel is the mean over its
channels.
"""

import numpy as np

from kernelscope.measures import kernels, spectra
from kernelscope.measures.spectra import ratio

CHUNK = 2**17  # weights measured at once, which fit into the processor's cache


def of_planes(planes: np.ndarray) -> dict[str, np.ndarray]:
    """Return all measures of planes.

    Parameters
    ----------
    planes : (..., k, k) array

    Returns
    -------
    dict
        measure -> (...) float64; NaN where a measure is undefined, as for constant planes, planes of zeros and planes
        that are not finite. docs/explanation/methods.md#measures-of-a-kernel has the list, with the null and tested
        side of each measure.
    """
    flat = planes.reshape(-1, *planes.shape[-2:])
    size = max(1, CHUNK // planes.shape[-1] ** 2)
    parts = [_of_chunk(flat[start : start + size]) for start in range(0, len(flat), size)]
    return {name: np.concatenate([part[name] for part in parts]).reshape(planes.shape[:-2]) for name in parts[0]}


def _of_chunk(planes: np.ndarray) -> dict[str, np.ndarray]:
    """Return all measures of planes (n, k, k)."""
    planes = planes.astype(np.float64)
    planes[~np.isfinite(planes).all((-1, -2))] = np.nan
    varied = planes.copy()
    varied[planes.max((-1, -2)) == planes.min((-1, -2))] = np.nan  # centered, it would consist of rounding errors
    return {
        "lag1": kernels.lag1_autocorrelation(varied),
        **spectra.measures(varied),
        "separability": separability(planes),
        "total_variation": total_variation(planes),
        "dc_share": dc_share(planes),
        "hoyer": hoyer(planes),
        "localization": localization(planes),
    }


def of_kernels(planes: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the measures of whole kernels: the mean over their channels.

    The mean orientation is the direction of the mean of R e^(2 i theta).

    Parameters
    ----------
    planes : dict
        measure -> (..., in), as from `of_planes`.

    Returns
    -------
    dict
        measure -> (...).
    """
    whole = {name: values.mean(-1) for name, values in planes.items()}
    angle = 2 * np.radians(planes["orientation"] - 90)
    whole["orientation"] = spectra.stroke((planes["orientation_concentration"] * np.exp(1j * angle)).mean(-1))
    return whole


def separability(planes: np.ndarray) -> np.ndarray:
    """Return s_1^2 / sum s^2 of each plane's singular values.

    Parameters
    ----------
    planes : (..., k, k) array

    Returns
    -------
    (...) float64 array
        From 1 / k to 1, for a plane that is a column times a row; NaN for planes of zeros and planes that are not
        finite.

    Notes
    -----
    Its null is the re-initialized layer; larger values are tested.
    """
    planes = np.asarray(planes, np.float64)
    bad = ~np.isfinite(planes).all((-1, -2))
    planes = np.where(bad[..., None, None], 0, planes)
    gram = planes @ planes.swapaxes(-1, -2)
    largest = largest_eigenvalue_3x3(gram) if planes.shape[-1] == 3 else np.linalg.eigvalsh(gram)[..., -1]
    return ratio(largest, (planes**2).sum((-1, -2)))


def largest_eigenvalue_3x3(matrices: np.ndarray) -> np.ndarray:
    """Return the largest eigenvalue of each symmetric 3 x 3 matrix, by the trigonometric formula (Smith 1961).

    Parameters
    ----------
    matrices : (..., 3, 3) array

    Returns
    -------
    (...) float64 array
        Within 1e-7 of the spread of the eigenvalues.

    References
    ----------
    Smith, Communications of the ACM 4 (1961), 168.
    """
    (a, b, c), (_, d, e), (_, _, f) = (np.moveaxis(matrices[..., row, :], -1, 0) for row in range(3))
    mean = (a + d + f) / 3
    a, d, f = a - mean, d - mean, f - mean
    spread = np.sqrt((a * a + d * d + f * f + 2 * (b * b + c * c + e * e)) / 6)
    determinant = a * (d * f - e * e) - b * (b * f - c * e) + c * (b * e - c * d)
    angle = np.arccos(np.clip(ratio(determinant, 2 * spread**3), -1, 1)) / 3
    return mean + np.where(spread > 0, 2 * spread * np.cos(angle), 0)


def total_variation(planes: np.ndarray) -> np.ndarray:
    """Return the sum of absolute differences of horizontal and vertical neighbors over sum |w|.

    Parameters
    ----------
    planes : (..., k, k) array

    Returns
    -------
    (...) array
        0 for a constant plane; NaN for a plane of zeros.

    Notes
    -----
    Its null is the re-initialized layer; smaller values are tested.
    """
    across = np.abs(np.diff(planes, axis=-1)).sum((-1, -2))
    down = np.abs(np.diff(planes, axis=-2)).sum((-1, -2))
    return ratio(across + down, np.abs(planes).sum((-1, -2)))


def dc_share(planes: np.ndarray) -> np.ndarray:
    """Return the share of the energy that is the mean: (sum w)^2 / (k^2 sum w^2).

    Parameters
    ----------
    planes : (..., k, k) array

    Returns
    -------
    (...) array
        From 0 to 1, for a constant plane; NaN for a plane of zeros. It has no null.
    """
    return ratio(planes.sum((-1, -2)) ** 2, planes.shape[-1] ** 2 * (planes**2).sum((-1, -2)))


def hoyer(planes: np.ndarray) -> np.ndarray:
    """Return the sparseness (k - sum |w| / sqrt(sum w^2)) / (k - 1) of each plane (Hoyer 2004, section 3.1; n = k^2).

    Parameters
    ----------
    planes : (..., k, k) array

    Returns
    -------
    (...) array
        From 0, if all weights have the same size, to 1, for a single weight; NaN for a plane of zeros and for 1 x 1. It
        has no null.
    """
    k = planes.shape[-1]
    if k < 2:
        return np.full(planes.shape[:-2], np.nan)
    return (k - ratio(np.abs(planes).sum((-1, -2)), np.sqrt((planes**2).sum((-1, -2))))) / (k - 1)


def localization(planes: np.ndarray) -> np.ndarray:
    """Return how localized the energy w^2 of each plane is: 1 - v / ((k^2 - 1) / 6).

    v is the spatial variance of the energy about its centroid, and (k^2 - 1) / 6 the variance of energy that is spread
    evenly.

    Parameters
    ----------
    planes : (..., k, k) array

    Returns
    -------
    (...) array
        1 for a single weight, 0 for an even spread, negative if the energy is at opposite borders; NaN for a plane of
        zeros and for 1 x 1.

    Notes
    -----
    Its null is noise of equal smoothness (`gaussian_noise.noise`); larger values are tested.
    """
    k = planes.shape[-1]
    if k < 2:
        return np.full(planes.shape[:-2], np.nan)
    row, col = (axis.ravel() for axis in np.indices((k, k)) - (k - 1) / 2)
    energy = (planes**2).reshape(*planes.shape[:-2], k * k)
    moments = energy @ np.stack([np.ones(k * k), row, col, row**2 + col**2], -1)
    total, of_row, of_col, of_both = np.moveaxis(moments, -1, 0)
    variance = ratio(of_both, total) - ratio(of_row, total) ** 2 - ratio(of_col, total) ** 2
    return 1 - variance / ((k * k - 1) / 6)


def cosine(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the cosine between kernels.

    Parameters
    ----------
    a, b : (..., out, in, k, k) arrays

    Returns
    -------
    (..., out) float64 array
        From -1 to 1; NaN for a kernel of zeros.
    """
    a, b = (np.where(np.isfinite(x), x, np.nan).astype(np.float64) for x in (a, b))
    inner = (a * b).sum((-1, -2, -3))
    return ratio(inner, np.sqrt((a * a).sum((-1, -2, -3)) * (b * b).sum((-1, -2, -3))))
