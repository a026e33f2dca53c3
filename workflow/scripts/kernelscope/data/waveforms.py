"""Waveforms as an oscilloscope shows them: the outline of each, and the positions of its features.

Points are (col, height): `col` in pixels along the image, `height` from 0 (baseline) to 1 (top). `width` is the full
width at half height for every shape, so that the width alone does not reveal the class.
"""

from typing import NamedTuple

import numpy as np

MARGIN = 20.0  # pixels by which an outline extends beyond the frame, so that no line ends inside
SIGMA = 1 / (2 * np.sqrt(2 * np.log(2)))  # standard deviation of a Gaussian of width 1 at half height
FEATURES = ("corners", "flanks", "peaks", "skirts", "slopes", "baseline")


class Waveform(NamedTuple):
    """Outline and features of a waveform, each an array (n, 2) of (col, height); an absent feature has n = 0.

    outline : the points of the polyline
    corners : sharp bends, except a sharp top, which is only a peak
    flanks : half-height points of every rise and fall
    peaks : tops, or the middles of flat tops
    skirts : where a curved side runs out, at two standard deviations
    slopes : at a quarter and three quarters of the height of every side that is not vertical
    baseline : middles of flat stretches, or troughs
    """

    outline: np.ndarray
    corners: np.ndarray
    flanks: np.ndarray
    peaks: np.ndarray
    skirts: np.ndarray
    slopes: np.ndarray
    baseline: np.ndarray


def _waveform(outline, corners=(), flanks=(), peaks=(), skirts=(), slopes=(), baseline=()) -> Waveform:
    """Return a waveform from lists of points."""
    points = (outline, corners, flanks, peaks, skirts, slopes, baseline)
    return Waveform(*(np.array(p, float).reshape(-1, 2) for p in points))


def _both_sides(center: float, low: float, high: float) -> list:
    """Return slopes on both sides, `low` cols from the center at a quarter of the height, `high` at three quarters."""
    return [(center - low, 0.25), (center - high, 0.75), (center + high, 0.75), (center + low, 0.25)]


def _beside(left: float, right: float, cols: int) -> list:
    """Return the middles of the flat stretches on both sides of a pulse from `left` to `right`."""
    return [((left - 0.5) / 2, 0), ((right + cols - 0.5) / 2, 0)]


def square(center: float, width: float, cols: int) -> Waveform:
    """Return a pulse with vertical flanks and a flat top."""
    left, right = center - width / 2, center + width / 2
    corners = [(left, 0), (left, 1), (right, 1), (right, 0)]
    return _waveform(
        outline=[(-MARGIN, 0), *corners, (cols + MARGIN, 0)],
        corners=corners,
        flanks=[(left, 0.5), (right, 0.5)],
        peaks=[(center, 1)],
        baseline=_beside(left, right, cols),
    )


def triangle(center: float, width: float, cols: int) -> Waveform:
    """Return a pulse with straight sides; at the baseline it is twice as wide as at half height."""
    left, right = center - width, center + width
    return _waveform(
        outline=[(-MARGIN, 0), (left, 0), (center, 1), (right, 0), (cols + MARGIN, 0)],
        corners=[(left, 0), (right, 0)],
        flanks=[(center - width / 2, 0.5), (center + width / 2, 0.5)],
        peaks=[(center, 1)],
        slopes=_both_sides(center, 0.75 * width, 0.25 * width),
        baseline=_beside(left, right, cols),
    )


def gaussian(center: float, width: float, cols: int) -> Waveform:
    """Return a bell-shaped pulse, exp(-(col - center)^2 / (2 s^2)) with s = width / 2.355."""
    s = width * SIGMA
    col = np.unique(np.concatenate([np.arange(-MARGIN, cols + MARGIN, 0.5), [center]]))
    skirt = float(np.exp(-2))
    return _waveform(
        outline=np.stack([col, np.exp(-((col - center) ** 2) / (2 * s**2))], axis=1),
        flanks=[(center - width / 2, 0.5), (center + width / 2, 0.5)],
        peaks=[(center, 1)],
        skirts=[(center - 2 * s, skirt), (center + 2 * s, skirt)],
        slopes=_both_sides(center, s * np.sqrt(2 * np.log(4)), s * np.sqrt(2 * np.log(4 / 3))),
        baseline=_beside(center - 3 * s, center + 3 * s, cols),
    )


def sinusoid(center: float, width: float, cols: int) -> Waveform:
    """Return a raised sine over the whole image, with a crest at `center` and a period of 2 widths."""
    period = 2 * width
    crests = _repeats(center, period, cols)
    turns = np.arange(crests[0] - period, crests[-1] + period, period / 2)
    col = np.unique(np.concatenate([np.arange(-MARGIN, cols + MARGIN, 0.5), turns]))
    return _waveform(
        outline=np.stack([col, (1 + np.cos(2 * np.pi * (col - center) / period)) / 2], axis=1),
        flanks=[(c + side * period / 4, 0.5) for c in crests for side in (-1, 1)],
        peaks=[(c, 1) for c in crests],
        slopes=[point for c in crests for point in _both_sides(c, period / 3, period / 6)],
        baseline=[(c + period / 2, 0) for c in crests],
    )


def sawtooth(center: float, width: float, cols: int) -> Waveform:
    """Return ramps over the whole image that rise for 2 widths and drop vertically; `center` is the middle of one."""
    period = 2 * width
    falls = _repeats(center + period / 2, period, cols)
    return _waveform(
        outline=[point for fall in falls for point in [(fall - period, 0), (fall, 1), (fall, 0)]],
        corners=[(fall, 0) for fall in falls],
        flanks=[(fall - offset, 0.5) for fall in falls for offset in (period / 2, 0)],
        peaks=[(fall, 1) for fall in falls],
        slopes=[(fall - (1 - height) * period, height) for fall in falls for height in (0.25, 0.75)],
        baseline=[(fall, 0) for fall in falls],
    )


def _repeats(start: float, period: float, cols: int) -> np.ndarray:
    """Return all cols start + n * period, to a margin beyond the image on both sides."""
    first = np.floor((-MARGIN - start) / period)
    last = np.ceil((cols + MARGIN - start) / period)
    return start + period * np.arange(first, last + 1)


SHAPES = {"square": square, "triangle": triangle, "gaussian": gaussian, "sinusoid": sinusoid, "sawtooth": sawtooth}


def clipped(waveform: Waveform, top: float) -> Waveform:
    """Return a waveform cut off flat at height `top` (0 < top <= 1), as on an overdriven input.

    Features above the cut are removed. The bends at the cut are new corners, and the middles between them new peaks.
    """
    if top >= 1:
        return waveform
    start, end = waveform.outline[:-1], waveform.outline[1:]
    crosses = (start[:, 1] > top) != (end[:, 1] > top)
    share = (top - start[crosses, 1]) / (end[crosses, 1] - start[crosses, 1])
    bends = start[crosses] + share[:, None] * (end[crosses] - start[crosses])
    after = np.flatnonzero(crosses) + 1
    outline = np.insert(waveform.outline, after, bends, axis=0)
    kept = {name: points[points[:, 1] <= top] for name, points in waveform._asdict().items()}
    kept["outline"] = np.column_stack([outline[:, 0], np.minimum(outline[:, 1], top)])
    kept["corners"] = np.concatenate([kept["corners"], bends])
    up = bends[start[crosses, 1] <= top]
    down = bends[start[crosses, 1] > top]
    pairs = min(len(up), len(down))  # a repeated waveform may start or end above the cut, far outside the image
    first = int(len(down) > 0 and len(up) > 0 and down[0, 0] < up[0, 0])
    kept["peaks"] = (up[: pairs - first] + down[first:pairs]) / 2
    return Waveform(**kept)


def placed(waveform: Waveform, amplitude: float, baseline_row: float) -> Waveform:
    """Return a waveform with its points as (row, col) in pixels: row = baseline_row - height * amplitude."""
    return Waveform(*(np.column_stack([baseline_row - amplitude * p[:, 1], p[:, 0]]) for p in waveform))
