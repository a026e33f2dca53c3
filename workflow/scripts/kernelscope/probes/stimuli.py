"""Probe stimuli: images of bars, corners and arcs at every angle, with lines like the lines of the waveforms.

Angles are in degrees, counterclockwise, with 0 to the right: 90 is up. The angle of a bar is its direction. The angle
of a corner or arc is the direction to which it opens: an upper-left corner opens at 315, the top of a Gaussian at 270.
Images are drawn from the distance to the line, because loading a renderer takes longer than everything else here.
"""

from typing import NamedTuple

import numpy as np

STEP = 15  # degrees


class Probes(NamedTuple):
    """Probe stimuli: images (n, h, w) uint8, white on black, and the name and angle (degrees) of each, (n,)."""

    images: np.ndarray
    stimulus: np.ndarray
    angle: np.ndarray


def probes(h: int, w: int, line_width: float, radius: float | None = None) -> Probes:
    """Return every stimulus at every angle through the middle of the image: 12 bars, 24 corners and 24 arcs.

    Bars and the two arms of a corner (90 degrees apart) continue beyond the frame. An arc is half a circle about the
    middle.

    Parameters
    ----------
    h, w : int
        Size of the images in pixels.
    line_width : float
        Width of the line in pixels.
    radius : float, optional
        Radius of the arcs in pixels; by default a quarter of the shorter side.

    Returns
    -------
    Probes
        A value is 255 times the share of its pixel that the line covers, as if the line ran along the pixels.
    """
    radius, line = radius or min(h, w) / 4, line_width / 2
    stimuli = [(name, angle) for name, full in FULL.items() for angle in range(0, full, STEP)]
    images = []
    for name, angle in stimuli:
        distance = DISTANCES[name](*seen_from(angle, h, w), radius)
        covered = np.clip(np.minimum(distance + 0.5, line) - np.maximum(distance - 0.5, -line), 0, 1)
        images.append(np.rint(255 * covered).astype(np.uint8))
    names, angles = zip(*stimuli, strict=True)
    return Probes(np.stack(images), np.array(names), np.array(angles))


def seen_from(angle: float, h: int, w: int) -> tuple[np.ndarray, np.ndarray]:
    """Return how far each pixel (h, w) is from the middle in the direction of the angle, and how far to either side."""
    up, right = ((h - 1) / 2 - np.arange(h))[:, None], np.arange(w) - (w - 1) / 2
    cosine, sine = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    return right * cosine + up * sine, np.abs(up * cosine - right * sine)


def from_bar(along: np.ndarray, aside: np.ndarray, _) -> np.ndarray:
    """Return the distance of each pixel to a bar, from its place as of `seen_from`."""
    return aside


def from_corner(along: np.ndarray, aside: np.ndarray, _) -> np.ndarray:
    """Return the distance of each pixel to a corner."""
    on_arm, off_arm = (along + aside) / np.sqrt(2), np.abs(along - aside) / np.sqrt(2)
    return np.where(on_arm > 0, off_arm, np.hypot(along, aside))


def from_arc(along: np.ndarray, aside: np.ndarray, radius: float) -> np.ndarray:
    """Return the distance of each pixel to an arc."""
    return np.where(along <= 0, np.abs(np.hypot(along, aside) - radius), np.hypot(along, aside - radius))


FULL = {"bar": 180, "corner": 360, "arc": 360}  # degrees of rotation after which a stimulus looks the same
DISTANCES = {"bar": from_bar, "corner": from_corner, "arc": from_arc}
