"""Models of what a plane shows: a Gabor function, a straight bar, a corner, a ring or blob, and a ramp.

A model has parameters that change its templates (rows, cols and widths in pixels, angles in radians counterclockwise),
and the amplitudes of its two templates and of a constant, which are linear. Angles are seen with row 0 on top.

| model | parameters | in all |
|---|---|---|
| gabor | row, col, direction and frequency of the wave, widths along and across it; cosine and sine | 9 |
| bar | distance from the middle, direction, width; line and surround | 6 |
| corner | row, col, direction, half of its opening, width; line and surround | 8 |
| ring | row, col, radius (0 for a blob), width; line and surround | 7 |
| ramp | slopes along rows and cols | 3 |

The surround of a line is twice as wide as the line, so lines with dark sides and differences of Gaussians are included.
Gabor: Jones and Palmer 1987, equation 1.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import numpy as np

SURROUND = 2  # widths of the line


class Model(NamedTuple):
    """One model.

    geometry: parameters (n, p) and k -> what depends on the first `placed` parameters alone, arrays (n, k * k). drawn:
    this and the parameters -> two templates (n, k * k). grid: k -> a dictionary of starts (m, p). bounds: k -> low and
    high bounds of the parameters (p,).
    """

    geometry: Callable[[np.ndarray, int], tuple[np.ndarray, ...]]
    placed: int
    drawn: Callable[[tuple[np.ndarray, ...], np.ndarray], tuple[np.ndarray, np.ndarray]]
    grid: Callable[[int], np.ndarray]
    bounds: Callable[[int], tuple[np.ndarray, np.ndarray]]

    def templates(self, p: np.ndarray, k: int) -> np.ndarray:
        """Return the two templates of each row of parameters (n, p), (n, 2, k * k)."""
        return np.stack(self.drawn(self.geometry(p, k), p), 1)


@lru_cache(maxsize=8)
def pixels(k: int) -> tuple[np.ndarray, np.ndarray]:
    """Return how far up and right of the middle each pixel of a plane is, (k * k,) each."""
    row, col = (axis.ravel().astype(np.float32) - np.float32((k - 1) / 2) for axis in np.indices((k, k)))
    return -row, col


def turned(p: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the coordinates (n, k * k) along and across a direction; p: up, right, angle, and others."""
    above, beside = pixels(k)
    above, beside = above - p[:, 0, None], beside - p[:, 1, None]
    cosine, sine = np.cos(p[:, 2, None]), np.sin(p[:, 2, None])
    return beside * cosine + above * sine, above * cosine - beside * sine


def gabor(coordinates: tuple[np.ndarray, np.ndarray], p: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the cosine and the sine wave under the envelope; p: up, right, angle, frequency, log widths."""
    along, across = coordinates
    envelope = np.exp(-0.5 * ((along * np.exp(-p[:, 4, None])) ** 2 + (across * np.exp(-p[:, 5, None])) ** 2))
    phase = np.float32(2 * np.pi) * p[:, 3, None] * along
    return envelope * np.cos(phase), envelope * np.sin(phase)


def from_bar(p: np.ndarray, k: int) -> tuple[np.ndarray]:
    """Return squared distances from a line through the whole plane; p: distance from the middle, angle."""
    above, beside = pixels(k)
    distance = above * np.cos(p[:, 1, None]) - beside * np.sin(p[:, 1, None]) - p[:, 0, None]
    return (distance**2,)


def from_corner(p: np.ndarray, k: int) -> tuple[np.ndarray]:
    """Return squared distances from two arms; p: up, right, angle to which they open, half of the opening."""
    along, across = turned(p, k)
    side = np.abs(across)
    cosine, sine = np.cos(p[:, 3, None]), np.sin(p[:, 3, None])
    on_arm, off_arm = along * cosine + side * sine, side * cosine - along * sine
    return (np.where(on_arm > 0, off_arm**2, along**2 + side**2),)


def from_ring(p: np.ndarray, k: int) -> tuple[np.ndarray]:
    """Return squared distances from a circle; p: up, right, radius."""
    above, beside = pixels(k)
    radius = np.sqrt((above - p[:, 0, None]) ** 2 + (beside - p[:, 1, None]) ** 2)
    return ((radius - p[:, 2, None]) ** 2,)


def slopes(p: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the two slopes; there are no parameters."""
    return tuple(np.broadcast_to(np.stack(pixels(k))[:, None], (2, len(p), k * k)))


def line(squared: tuple[np.ndarray], p: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return a line with a Gaussian profile and its surround, from squared distances; the log width is last."""
    core = np.exp(-0.5 * squared[0] * np.exp(-2 * p[:, -1, None]))
    return core, core ** np.float32(1 / SURROUND**2)


def mesh(*axes) -> np.ndarray:
    """Return all combinations of some values, (m, p) float32."""
    return np.stack(np.meshgrid(*axes, indexing="ij"), -1).reshape(-1, len(axes)).astype(np.float32)


def places(k: int, count: int) -> np.ndarray:
    """Return evenly spaced coordinates on a plane."""
    return ((np.arange(count) + 0.5) / count - 0.5) * k


def angles(count: int, full: float) -> np.ndarray:
    """Return evenly spaced angles from 0 to `full`."""
    return np.arange(count) * full / count


def limits(k: int, *ranges) -> tuple[np.ndarray, np.ndarray]:
    """Return low and high bounds; "place" is on the plane, "angle" unbounded, "width" from 0.4 to k pixels."""
    named = {"place": (-k / 2, k / 2), "angle": (-np.inf, np.inf), "width": (np.log(0.4), np.log(k))}
    low, high = zip(*(named.get(value, value) if isinstance(value, str) else value for value in ranges), strict=True)
    return np.array(low, np.float32), np.array(high, np.float32)


MODELS = {
    "gabor": Model(
        turned,
        3,
        gabor,
        lambda k: mesh(
            *[places(k, 5)] * 2,
            angles(8, np.pi),
            np.array([0.3, 1, 1.9, 3, 4.5]) / k,
            *[np.log([0.12 * k, 0.3 * k])] * 2,
        ),
        lambda k: limits(k, "place", "place", "angle", (1e-3, 0.5), "width", "width"),
    ),
    "bar": Model(
        from_bar,
        2,
        line,
        lambda k: mesh(places(k, 2 * k) * 1.2, angles(16, np.pi), np.log([0.7, 1.1, 1.8, 3])),
        lambda k: limits(k, (-0.75 * k, 0.75 * k), "angle", "width"),
    ),
    "corner": Model(
        from_corner,
        4,
        line,
        lambda k: mesh(*[places(k, 6)] * 2, angles(16, 2 * np.pi), np.radians([30, 45, 60]), np.log([0.8, 1.5])),
        lambda k: limits(k, "place", "place", "angle", (np.radians(15), np.radians(70)), "width"),
    ),
    "ring": Model(
        from_ring,
        3,
        line,
        lambda k: mesh(*[places(k, 7)] * 2, np.array([0, 0.15, 0.25, 0.35, 0.45]) * k, np.log([0.8, 1.4, 2.5])),
        lambda k: limits(k, "place", "place", (0, 0.6 * k), "width"),
    ),
    "ramp": Model(
        slopes,
        0,
        lambda both, p: both,
        lambda k: np.zeros((1, 0), np.float32),
        lambda k: (np.zeros(0), np.zeros(0)),
    ),
}
