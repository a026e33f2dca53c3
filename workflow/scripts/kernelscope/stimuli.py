"""Probe images: bars, corners and arcs at every angle, drawn as the waveforms are.

Angles are in degrees, 0 = to the right, counter-clockwise: 90 is up. The angle of a bar is its direction, of a corner
and an arc the direction to which it opens: an upper-left corner opens at 315, the top of a gaussian at 270.
"""

from typing import NamedTuple

import numpy as np

from kernelscope.drawing import LineDrawer

STEP = 15  # degrees
STIMULI = ("bar", "corner", "arc")


class Probes(NamedTuple):
    """images (n, h, w) uint8, white on black; name and angle (degrees) of each, (n,)."""

    images: np.ndarray
    stimulus: np.ndarray
    angle: np.ndarray


def probes(h: int, w: int, line_width: float) -> Probes:
    """Every stimulus at every angle through the middle of h x w pixels: 12 bars, 24 corners, 24 arcs.

    Bars and the two arms of a corner (90 degrees apart) go on beyond the frame; an arc is half a circle about the
    middle, its radius a quarter of the shorter side.
    """
    drawer, middle, reach = LineDrawer(h, w), np.array([h - 1, w - 1]) / 2, float(np.hypot(h, w)) + line_width
    drawn = [(name, angle) for name in STIMULI for angle in range(0, 180 if name == "bar" else 360, STEP)]
    points = {"bar": bar, "corner": corner, "arc": arc}
    size = {"bar": reach, "corner": reach, "arc": min(h, w) / 4}
    images = [drawer.draw(middle + points[name](angle, size[name]), line_width) for name, angle in drawn]
    names, angles = zip(*drawn, strict=True)
    return Probes(np.stack(images), np.array(names), np.array(angles))


def direction(degrees) -> np.ndarray:
    """(row, col) of length 1 towards an angle or angles (...): (..., 2)."""
    radians = np.deg2rad(degrees)
    return np.stack([-np.sin(radians), np.cos(radians)], -1)


def bar(angle: float, reach: float) -> np.ndarray:
    """Points (n, 2) of a straight line through (0, 0), as those of `corner` and `arc`."""
    return reach * np.array([[-1.0], [1.0]]) * direction(angle)


def corner(angle: float, reach: float) -> np.ndarray:
    arms = reach * direction(angle + np.array([-45, 45]))
    return np.stack([arms[0], np.zeros(2), arms[1]])


def arc(angle: float, radius: float) -> np.ndarray:
    return radius * direction(angle + np.linspace(90, 270, 61))
