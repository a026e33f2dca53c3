"""Probe images: bars, corners and arcs at every angle, lines as those of the waveforms.

Angles are in degrees, 0 = to the right, counter-clockwise: 90 is up. The angle of a bar is its direction, of a corner
and an arc the direction to which it opens: an upper-left corner opens at 315, the top of a gaussian at 270.
Drawn from the distance to the line, as loading a renderer takes longer than all else here.
"""

from typing import NamedTuple

import numpy as np

STEP = 15  # degrees


class Probes(NamedTuple):
    """images (n, h, w) uint8, white on black; name and angle (degrees) of each, (n,)."""

    images: np.ndarray
    stimulus: np.ndarray
    angle: np.ndarray


def probes(h: int, w: int, line_width: float) -> Probes:
    """Every stimulus at every angle through the middle of h x w pixels: 12 bars, 24 corners, 24 arcs.

    Bars and the two arms of a corner (90 degrees apart) go on beyond the frame; an arc is half a circle about the
    middle, its radius a quarter of the shorter side. A value is the share of its pixel that the line covers, as if
    it ran along the pixels, times 255; line_width is in pixels.
    """
    radius, line = min(h, w) / 4, line_width / 2
    shown = [(name, angle) for name, full in FULL.items() for angle in range(0, full, STEP)]
    images = []
    for name, angle in shown:
        distance = DISTANCES[name](*seen_from(angle, h, w), radius)
        covered = np.clip(np.minimum(distance + 0.5, line) - np.maximum(distance - 0.5, -line), 0, 1)
        images.append(np.rint(255 * covered).astype(np.uint8))
    names, angles = zip(*shown, strict=True)
    return Probes(np.stack(images), np.array(names), np.array(angles))


def seen_from(angle: float, h: int, w: int) -> tuple[np.ndarray, np.ndarray]:
    """How far each pixel (h, w) lies from the middle in the direction of the angle, and how far to either side."""
    up, right = ((h - 1) / 2 - np.arange(h))[:, None], np.arange(w) - (w - 1) / 2
    cosine, sine = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    return right * cosine + up * sine, np.abs(up * cosine - right * sine)


def from_bar(along: np.ndarray, aside: np.ndarray, _) -> np.ndarray:
    """The distance of places, as of `seen_from`, to the line."""
    return aside


def from_corner(along: np.ndarray, aside: np.ndarray, _) -> np.ndarray:
    on_arm, off_arm = (along + aside) / np.sqrt(2), np.abs(along - aside) / np.sqrt(2)
    return np.where(on_arm > 0, off_arm, np.hypot(along, aside))


def from_arc(along: np.ndarray, aside: np.ndarray, radius: float) -> np.ndarray:
    return np.where(along <= 0, np.abs(np.hypot(along, aside) - radius), np.hypot(along, aside - radius))


FULL = {"bar": 180, "corner": 360, "arc": 360}  # degrees until a stimulus looks the same again
DISTANCES = {"bar": from_bar, "corner": from_corner, "arc": from_arc}
