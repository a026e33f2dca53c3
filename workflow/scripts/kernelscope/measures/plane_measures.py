"""What one kernel, or one layer, looks like in numbers. Planes (..., k, k) with one plane per leading index.

Of a kernel of several channels each plane is measured, and of the whole kernel the mean over its channels.
"""

import numpy as np

from kernelscope.measures import kernels, spectra
from kernelscope.measures.spectra import ratio

CHUNK = 2**17  # weights measured at once: what fits into the processor's own memory


def of_planes(planes: np.ndarray) -> dict[str, np.ndarray]:
    """All measures (...) of planes (..., k, k), by name; NaN where one has no meaning (constant, zero, not finite)."""
    flat = planes.reshape(-1, *planes.shape[-2:])
    size = max(1, CHUNK // planes.shape[-1] ** 2)
    parts = [_of_chunk(flat[start : start + size]) for start in range(0, len(flat), size)]
    return {name: np.concatenate([part[name] for part in parts]).reshape(planes.shape[:-2]) for name in parts[0]}


def _of_chunk(planes: np.ndarray) -> dict[str, np.ndarray]:
    planes = planes.astype(np.float64)
    planes[~np.isfinite(planes).all((-1, -2))] = np.nan
    varied = planes.copy()
    varied[planes.max((-1, -2)) == planes.min((-1, -2))] = np.nan  # less its mean it would be rounding errors
    return {
        "lag1": kernels.lag1_autocorrelation(varied),
        **spectra.measures(varied),
        "separability": separability(planes),
        "total_variation": total_variation(planes),
        "dc_share": dc_share(planes),
        "hoyer": hoyer(planes),
        "localisation": localisation(planes),
    }


def of_kernels(planes: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Measures (..., in) of planes -> (...) of whole kernels: the mean over channels.

    The mean orientation is the direction of the mean of R e^(2 i theta).
    """
    whole = {name: values.mean(-1) for name, values in planes.items()}
    angle = 2 * np.radians(planes["orientation"] - 90)
    whole["orientation"] = spectra.stroke((planes["orientation_concentration"] * np.exp(1j * angle)).mean(-1))
    return whole


def separability(planes: np.ndarray) -> np.ndarray:
    """s1^2 / sum s^2 of the singular values: 1 where the plane is a column times a row, at least 1 / k."""
    planes = np.asarray(planes, np.float64)
    bad = ~np.isfinite(planes).all((-1, -2))
    planes = np.where(bad[..., None, None], 0, planes)
    squares = np.linalg.eigvalsh(planes @ planes.swapaxes(-1, -2))
    return ratio(squares[..., -1], (planes**2).sum((-1, -2)))


def total_variation(planes: np.ndarray) -> np.ndarray:
    """Sum of the absolute differences of horizontal and of vertical neighbours over sum |w|; 0 for a constant plane."""
    across = np.abs(np.diff(planes, axis=-1)).sum((-1, -2))
    down = np.abs(np.diff(planes, axis=-2)).sum((-1, -2))
    return ratio(across + down, np.abs(planes).sum((-1, -2)))


def dc_share(planes: np.ndarray) -> np.ndarray:
    """The share of the energy that is the mean, (sum w)^2 / (k^2 sum w^2): 1 for a constant plane."""
    return ratio(planes.sum((-1, -2)) ** 2, planes.shape[-1] ** 2 * (planes**2).sum((-1, -2)))


def hoyer(planes: np.ndarray) -> np.ndarray:
    """Sparseness (sqrt n - sum |w| / sqrt(sum w^2)) / (sqrt n - 1), n = k^2 (Hoyer 2004, section 3.1).

    0 where all weights have one size, 1 for a single weight.
    """
    k = planes.shape[-1]
    if k < 2:
        return np.full(planes.shape[:-2], np.nan)
    return (k - ratio(np.abs(planes).sum((-1, -2)), np.sqrt((planes**2).sum((-1, -2))))) / (k - 1)


def localisation(planes: np.ndarray) -> np.ndarray:
    """1 - the spatial variance of the energy w^2 about its centroid / that of energy spread evenly, (k^2 - 1) / 6.

    1 for a single weight, 0 for an even spread, negative where the energy sits at opposite borders.
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
    """Cosine of kernels (..., out, in, k, k) with others, (..., out); NaN for a kernel of zeros."""
    a, b = (np.where(np.isfinite(x), x, np.nan).astype(np.float64) for x in (a, b))
    inner = (a * b).sum((-1, -2, -3))
    return ratio(inner, np.sqrt((a * a).sum((-1, -2, -3)) * (b * b).sum((-1, -2, -3))))
