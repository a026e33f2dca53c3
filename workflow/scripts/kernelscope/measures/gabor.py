"""The best two-dimensional Gabor function of each plane (Jones and Palmer 1987, J. Neurophysiol. 58, equation 1).

Eight parameters: row and column of the middle, direction and frequency of the wave, the two widths of the envelope
(along and across the wave), amplitude and phase. The last two are linear, as amplitudes of a cosine and a sine, and are
solved for; the other six start at the best of a dictionary of pairs and follow the damped Gauss-Newton steps of the
projected problem (variable projection: Golub and Pereyra 1973, with the Jacobian of Kaufman 1975).
An eight-parameter fit explains noise too: read R^2 only beside that of the same fit to surrogates.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

WAVES = (0.3, 1.0, 1.9, 3.0, 4.5)  # waves over the width of the plane where the fits start: from a blob to a grating
STAGES = ((10, 4), (4, 8), (1, 16))  # how many of the best go on, and for how many Gauss-Newton steps
AT_ONCE = 256  # planes fitted at once


class Fit(NamedTuple):
    """Per plane (n,): R^2, the share of sum w^2 that the Gabor explains, and its parameters.

    Pixels; theta is the direction of the wave in radians, from the columns counter-clockwise (the stroke lies across
    it); frequency in cycles per pixel; along and across the wave are the standard deviations of the envelope; cosine
    and sine the amplitudes of the two phases. NaN for a plane of zeros or one that is not finite.
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
    """The best Gabor of each plane (n, k, k), the best of ten starts. NaN for planes smaller than 3 x 3."""
    n, k = len(planes), planes.shape[-1]
    w = planes.reshape(n, k * k).astype(np.float64)
    size = np.sqrt((np.where(np.isfinite(w), w, 0) ** 2).sum(-1))
    known = np.isfinite(w).all(-1) & (size > 0) & (k >= 3)
    found = np.full((n, 9), np.nan)
    for some in np.array_split(np.flatnonzero(known), -(-known.sum() // AT_ONCE) or 1):
        found[some] = _fit(w[some] / size[some, None], k)
    found[:, 7:] *= size[:, None]
    return Fit(*found.T)


def drawn(fit: Fit, kernel_size: int) -> np.ndarray:
    """The fitted Gabors as planes (n, k, k)."""
    parameters = np.stack([*fit[1:5], np.log(fit.along), np.log(fit.across)], -1)
    cosine, sine = _pair(parameters, kernel_size)[:2]
    return (fit.cosine[:, None] * cosine + fit.sine[:, None] * sine).reshape(-1, kernel_size, kernel_size)


def _fit(w: np.ndarray, k: int) -> np.ndarray:
    """Nine numbers per plane of norm 1 (n, k * k): R^2, six parameters, two amplitudes."""
    n, parameters = len(w), _starts(w, k)
    r2 = np.zeros(parameters.shape[:2])
    for many, steps in STAGES:
        best = np.argsort(-r2, -1, kind="stable")[:, :many]
        parameters = np.take_along_axis(parameters, best[..., None], 1).reshape(n * many, 6)
        r2, parameters, amplitudes = _refined(np.repeat(w, many, 0), parameters, k, steps)
        r2, parameters = r2.reshape(n, many), parameters.reshape(n, many, 6)
    parameters[..., 4:] = np.exp(parameters[..., 4:])
    return np.column_stack([r2[:, 0], parameters[:, 0], amplitudes])


def _refined(w: np.ndarray, parameters: np.ndarray, k: int, steps: int):
    """R^2 (n,), parameters (n, 6) and amplitudes (n, 2) after damped Gauss-Newton steps, each taken where it helps."""
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
    """With the best amplitudes: R^2 (n,), amplitudes (n, 2), residual (n, k * k) and Jacobian (n, 6, k * k)."""
    cosine, sine, u, v, along, across = _pair(parameters, k)
    q, amplitudes = _solved(cosine, sine, w)
    a, b = amplitudes[:, :1], amplitudes[:, 1:]
    gabor, turned = a * cosine + b * sine, b * cosine - a * sine  # the function, its derivative to the phase
    theta, frequency = parameters[:, 2:3], parameters[:, 3:4]
    by_u = 2 * np.pi * frequency * turned - gabor * u / along**2
    by_v = -gabor * v / across**2
    jacobian = np.stack(
        [
            by_u * np.sin(theta) + by_v * np.cos(theta),  # row, which counts downwards
            by_v * np.sin(theta) - by_u * np.cos(theta),
            by_u * v - by_v * u,
            2 * np.pi * u * turned,
            gabor * u**2 / along**2,
            gabor * v**2 / across**2,
        ],
        1,
    )
    jacobian -= (jacobian @ q.swapaxes(-1, -2)) @ q
    return (gabor * w).sum(-1), amplitudes, w - gabor, jacobian


def _pair(parameters: np.ndarray, k: int):
    """Cosine and sine (n, k * k) under the envelope, both coordinates, both widths (n, 1).

    Parameters (n, 6): row, col, theta, frequency, log of the widths.
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
    """Orthonormal q (n, 2, k * k) of the pair, and the amplitudes (n, 2) that come nearest to w."""
    q, (length, inner, height) = _orthonormal(cosine, sine)
    on = (q @ w[..., None])[..., 0]
    b = np.divide(on[:, 1], height, out=np.zeros_like(height), where=height > 0)
    return q, np.stack([(on[:, 0] - inner * b) / length, b], -1)


def _orthonormal(cosine: np.ndarray, sine: np.ndarray):
    """q (n, 2, k * k) and the triangle that leads back; a sine that is 0 on all pixels has the height 0 and no part."""
    length = np.maximum(np.sqrt((cosine**2).sum(-1)), 1e-30)
    first = cosine / length[:, None]
    inner = (first * sine).sum(-1)
    rest = sine - inner[:, None] * first
    height = np.sqrt((rest**2).sum(-1))
    height = np.where(height > 1e-5 * length, height, 0)
    second = np.divide(rest, height[:, None], out=np.zeros_like(rest), where=height[:, None] > 0)
    return np.stack([first, second], 1), (length, inner, height)


def _bounds(k: int) -> tuple[np.ndarray, np.ndarray]:
    """The middle stays on the plane, the frequency below that of neighbouring pixels, widths from 0.4 pixels to k."""
    low = np.array([-0.5, -0.5, -np.inf, 1e-3, np.log(0.4), np.log(0.4)])
    return low, np.array([k - 0.5, k - 0.5, np.inf, 0.5, np.log(k), np.log(k)])


def _starts(w: np.ndarray, k: int) -> np.ndarray:
    """For each plane the best pair of each part of the dictionary: (n, parts, 6)."""
    parameters, q = _dictionary(k)  # (parts, pairs, 6), (parts, 2, k * k, pairs)
    w = w.astype(np.float32)
    best = [((w @ pair[0]) ** 2 + (w @ pair[1]) ** 2).argmax(-1) for pair in q]
    return np.stack([p[i] for p, i in zip(parameters, best, strict=True)], 1).astype(np.float64)


@lru_cache(maxsize=4)
def _dictionary(k: int) -> tuple[np.ndarray, np.ndarray]:
    """Parameters (parts, pairs, 6) and orthonormal pairs; a part is one of WAVES and half of the directions."""
    low, high = _bounds(k)
    middle = (np.arange(6) + 0.5) * k / 6 - 0.5
    along, across = np.log(k * np.array([0.07, 0.16, 0.5])), np.log(k * np.array([0.06, 0.14, 0.4]))
    axes = np.array(WAVES) / k, np.arange(8) * np.pi / 8, middle, middle, along, across
    frequency, theta, row, col, along, across = np.meshgrid(*axes, indexing="ij")
    parameters = np.stack([row, col, theta, frequency, along, across], -1).reshape(2 * len(WAVES), -1, 6)
    parameters = np.clip(parameters, low, high).astype(np.float32)
    q = [_orthonormal(*_pair(some, k)[:2])[0] for some in parameters]
    return parameters, np.stack(q).transpose(0, 2, 3, 1)
