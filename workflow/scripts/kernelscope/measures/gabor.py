"""Fit a two-dimensional Gabor function to each plane (Jones and Palmer 1987, J. Neurophysiol. 58, equation 1).

It has eight parameters: row and column of the center, direction and frequency of the wave, the two widths of the
envelope (along and across the wave), amplitude and phase. The last two are linear, as the amplitudes of a cosine and a
sine, and are solved for. The other six start at the best entries of a dictionary and are refined by damped Gauss-Newton
steps on the projected problem (variable projection: Golub and Pereyra 1973, with the Jacobian of Kaufman 1975). Eight
parameters fit noise too: compare R^2 only with that of the same fit to surrogates.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

WAVES = (0.3, 1.0, 1.9, 3.0, 4.5)  # cycles per width of the plane in the dictionary: from a blob to a grating
STAGES = ((10, 4), (4, 8), (1, 16))  # how many of the best fits continue, and for how many Gauss-Newton steps
AT_ONCE = 256  # planes fitted at once


class Fit(NamedTuple):
    """The fitted Gabor of each plane, (n,) each; NaN for a plane of zeros and for one that is not finite.

    r2: share of sum w^2 that the Gabor explains. row, col: center, in pixels. theta: direction of the wave in radians,
    counterclockwise from the column axis; the stroke is perpendicular to it. frequency: cycles per pixel. along,
    across: standard deviations of the envelope along and across the wave, in pixels. cosine, sine: amplitudes of the
    two phases, in units of the weights.
    """

    r2: np.ndarray
    row: np.ndarray
    col: np.ndarray
    theta: np.ndarray
    frequency: np.ndarray
    along: np.ndarray
    across: np.ndarray
    cosine: np.ndarray
    sine: np.ndarray


def fit(planes: np.ndarray) -> Fit:
    """Fit a Gabor function to each plane, from ten starts, and return the best fit.

    Parameters
    ----------
    planes : (n, k, k) array

    Returns
    -------
    Fit
        Arrays (n,); NaN for planes smaller than 3 x 3, planes of zeros, and planes that are not finite.

    Notes
    -----
    The fit also explains part of any noise. Its null is the same fit to noise of equal smoothness
    (`gaussian_noise.noise`).

    References
    ----------
    Jones and Palmer 1987, equation 1; Golub and Pereyra 1973; Kaufman 1975.
    """
    n, k = len(planes), planes.shape[-1]
    w = planes.reshape(n, k * k).astype(np.float64)
    size = np.sqrt((np.where(np.isfinite(w), w, 0) ** 2).sum(-1))
    usable = np.isfinite(w).all(-1) & (size > 0) & (k >= 3)
    parameters = np.full((n, 9), np.nan)
    for chunk in np.array_split(np.flatnonzero(usable), -(-usable.sum() // AT_ONCE) or 1):
        parameters[chunk] = _fit(w[chunk] / size[chunk, None], k)
    parameters[:, 7:] *= size[:, None]
    return Fit(*parameters.T)


def _fit(w: np.ndarray, k: int) -> np.ndarray:
    """Return R^2, six parameters and two amplitudes (n, 9) for planes of norm 1, (n, k * k)."""
    n, parameters = len(w), _starts(w, k)
    r2 = np.zeros(parameters.shape[:2])
    for count, steps in STAGES:
        best = np.argsort(-r2, -1, kind="stable")[:, :count]
        parameters = np.take_along_axis(parameters, best[..., None], 1).reshape(n * count, 6)
        r2, parameters, amplitudes = _refined(np.repeat(w, count, 0), parameters, k, steps)
        r2, parameters = r2.reshape(n, count), parameters.reshape(n, count, 6)
    parameters[..., 4:] = np.exp(parameters[..., 4:])
    return np.column_stack([r2[:, 0], parameters[:, 0], amplitudes])


def _refined(w: np.ndarray, parameters: np.ndarray, k: int, steps: int):
    """Return R^2 (n,), parameters (n, 6) and amplitudes (n, 2) after damped Gauss-Newton steps.

    A step is taken only where it improves R^2.
    """
    low, high = _bounds(k)
    damping = np.full(len(w), 1e-2)
    r2, amplitudes, residual, jacobian = _projected(w, parameters, k)
    for _ in range(steps):
        normal = jacobian @ jacobian.swapaxes(-1, -2)
        scale = np.einsum("nii->ni", normal)
        scale = scale + 1e-9 * scale.max(-1, keepdims=True) + 1e-300
        normal = normal + damping[:, None, None] * (scale[:, :, None] * np.eye(6))
        step = np.linalg.solve(normal, jacobian @ residual[..., None])[..., 0]
        tried = np.clip(parameters + step, low, high)
        new = _projected(w, tried, k)
        better = new[0] > r2
        damping = np.clip(np.where(better, damping / 5, damping * 4), 1e-8, 1e8)
        parameters = np.where(better[:, None], tried, parameters)
        for old, now in zip((r2, amplitudes, residual, jacobian), new, strict=True):
            old[better] = now[better]
    return r2, parameters, amplitudes


def _projected(w: np.ndarray, parameters: np.ndarray, k: int):
    """Solve for the amplitudes; return R^2 (n,), amplitudes (n, 2), residual (n, k * k) and Jacobian (n, 6, k * k)."""
    cosine, sine, u, v, along, across = _pair(parameters, k)
    q, amplitudes = _solved(cosine, sine, w)
    a, b = amplitudes[:, :1], amplitudes[:, 1:]
    gabor = a * cosine + b * sine
    by_phase = b * cosine - a * sine  # its derivative
    theta, frequency = parameters[:, 2:3], parameters[:, 3:4]
    by_u = 2 * np.pi * frequency * by_phase - gabor * u / along**2
    by_v = -gabor * v / across**2
    jacobian = np.stack(
        [
            by_u * np.sin(theta) + by_v * np.cos(theta),  # row, which counts downwards
            by_v * np.sin(theta) - by_u * np.cos(theta),
            by_u * v - by_v * u,
            2 * np.pi * u * by_phase,
            gabor * u**2 / along**2,
            gabor * v**2 / across**2,
        ],
        1,
    )
    jacobian -= (jacobian @ q.swapaxes(-1, -2)) @ q
    return (gabor * w).sum(-1), amplitudes, w - gabor, jacobian


def _pair(parameters: np.ndarray, k: int):
    """Return cosine and sine (n, k * k) under the envelope, both coordinates (n, k * k), and both widths (n, 1).

    Parameters are (n, 6): row, col, theta, frequency, and the logarithms of the widths.
    """
    row0, col0, theta, frequency, along, across = np.moveaxis(parameters[..., None], 1, 0)
    row, col = (axis.ravel().astype(parameters.dtype) for axis in np.indices((k, k)))
    across, along = np.exp(across), np.exp(along)
    up, right = row0 - row, col - col0
    u = right * np.cos(theta) + up * np.sin(theta)
    v = up * np.cos(theta) - right * np.sin(theta)
    envelope = np.exp(-0.5 * ((u / along) ** 2 + (v / across) ** 2))
    phase = 2 * np.pi * frequency * u
    return envelope * np.cos(phase), envelope * np.sin(phase), u, v, along, across


def _solved(cosine: np.ndarray, sine: np.ndarray, w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return an orthonormal basis q (n, 2, k * k) of cosine and sine, and the amplitudes (n, 2) that best fit w."""
    q, (length, inner, height) = _orthonormal(cosine, sine)
    projection = (q @ w[..., None])[..., 0]
    b = np.divide(projection[:, 1], height, out=np.zeros_like(height), where=height > 0)
    return q, np.stack([(projection[:, 0] - inner * b) / length, b], -1)


def _orthonormal(cosine: np.ndarray, sine: np.ndarray):
    """Return an orthonormal basis q (n, 2, k * k), and the triangular factor (length, inner, height).

    A sine that is 0 at every pixel gets height 0 and a basis vector of zeros.
    """
    length = np.maximum(np.sqrt((cosine**2).sum(-1)), 1e-30)
    first = cosine / length[:, None]
    inner = (first * sine).sum(-1)
    rest = sine - inner[:, None] * first
    height = np.sqrt((rest**2).sum(-1))
    height = np.where(height > 1e-5 * length, height, 0)
    second = np.divide(rest, height[:, None], out=np.zeros_like(rest), where=height[:, None] > 0)
    return np.stack([first, second], 1), (length, inner, height)


def _bounds(k: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the lower and upper bounds of the six parameters.

    The center stays on the plane, the frequency at most half a cycle per pixel, and the widths from 0.4 to k pixels.
    """
    low = np.array([-0.5, -0.5, -np.inf, 1e-3, np.log(0.4), np.log(0.4)])
    return low, np.array([k - 0.5, k - 0.5, np.inf, 0.5, np.log(k), np.log(k)])


def _starts(w: np.ndarray, k: int) -> np.ndarray:
    """Return the best entry of each part of the dictionary for each plane, (n, parts, 6)."""
    parameters, q = _dictionary(k)  # (parts, pairs, 6), (parts, 2, k * k, pairs)
    w = w.astype(np.float32)
    best = [((w @ pair[0]) ** 2 + (w @ pair[1]) ** 2).argmax(-1) for pair in q]
    return np.stack([p[i] for p, i in zip(parameters, best, strict=True)], 1).astype(np.float64)


@lru_cache(maxsize=4)
def _dictionary(k: int) -> tuple[np.ndarray, np.ndarray]:
    """Return parameters (parts, pairs, 6) and orthonormal pairs (parts, 2, k * k, pairs).

    A part has one of the frequencies in WAVES and half of the directions.
    """
    low, high = _bounds(k)
    middle = (np.arange(6) + 0.5) * k / 6 - 0.5
    along, across = np.log(k * np.array([0.07, 0.16, 0.5])), np.log(k * np.array([0.06, 0.14, 0.4]))
    axes = np.array(WAVES) / k, np.arange(8) * np.pi / 8, middle, middle, along, across
    frequency, theta, row, col, along, across = np.meshgrid(*axes, indexing="ij")
    parameters = np.stack([row, col, theta, frequency, along, across], -1).reshape(2 * len(WAVES), -1, 6)
    parameters = np.clip(parameters, low, high).astype(np.float32)
    q = [_orthonormal(*_pair(part, k)[:2])[0] for part in parameters]
    return parameters, np.stack(q).transpose(0, 2, 3, 1)
