"""Where the features of waveforms are in the images, by the generator's own truth, and where else the line runs."""

from typing import NamedTuple

import numpy as np

from kernelscope.data.waveforms import FEATURES

SIDED = {"flanks": "flank", "skirts": "skirt", "slopes": "slope"}
TOLERANCE = 0.05  # pixels; the positions are rounded to 0.01


class Landmarks(NamedTuple):
    """The features of n_images images: image (n,) and kind (n,) int64, position (n, 2) of (row, col) in pixels.

    kinds: what the numbers in `kind` stand for, (class, feature) each.
    """

    image: np.ndarray
    kind: np.ndarray
    position: np.ndarray
    kinds: list[tuple[str, str]]


def positions(cell: str) -> np.ndarray:
    """A cell of parameters.csv, `row:col row:col ...`, as (n, 2); ValueError where it is none."""
    return np.array([[float(number) for number in point.split(":")] for point in cell.split()]).reshape(-1, 2)


def known(row: dict[str, str]) -> bool:
    """Whether a row of parameters.csv says where features are: that of an image that was drawn."""
    return all(feature in row for feature in FEATURES)


def read(rows: list[dict[str, str]]) -> Landmarks:
    """Landmarks of the images whose rows of parameters.csv these are, one row per image and in their order.

    The same feature of two classes is two kinds: a corner of a square is not one of a triangle.
    """
    image, names, points = [], [], []
    for i, row in enumerate(rows):
        for feature in filter(row.get, FEATURES):
            found = positions(row[feature])
            points += found.tolist()
            image += [i] * len(found)
            names += [(row["class"], name) for name in named(feature, found, row)]
    kinds = sorted(set(names))
    number = {kind: i for i, kind in enumerate(kinds)}
    kind = np.array([number[name] for name in names], np.int64)
    return Landmarks(np.array(image, np.int64), kind, np.array(points, float).reshape(-1, 2), kinds)


def named(feature: str, points: np.ndarray, row: dict[str, str]) -> list[str]:
    """What a person calls each of `points` (n, 2): "upper-left corner", "right flank", "peak", ...

    Left or right of the nearest peak, seen or not; upper or lower by half the height that is left after clipping.
    """
    if feature not in SIDED and feature != "corners":
        return [feature.removesuffix("s")] * len(points)
    sides = ["left" if left else "right" for left in left_of_peak(points[:, 1], row)]
    if feature in SIDED:
        return [f"{side} {SIDED[feature]}" for side in sides]
    top = float(row["amplitude"]) * float(row.get("clipping") or 1)
    upper = points[:, 0] < float(row["baseline_row"]) - top / 2
    return [f"{'upper' if up else 'lower'}-{side} corner" for up, side in zip(upper, sides, strict=True)]


def left_of_peak(cols: np.ndarray, row: dict[str, str]) -> np.ndarray:
    """Whether each col (n,) is on the left, rising side of its waveform, from the class, the position and the width.

    A sawtooth rises all along its ramp and falls at once, so all but its falls are left.
    """
    distance, width = cols - float(row["position"]), float(row["width"])
    if row["class"] == "sawtooth":  # `position` is the middle of a ramp, which is 2 widths long
        return np.abs((distance % (2 * width)) - width) > TOLERANCE
    if row["class"] == "sinusoid":
        return distance % (2 * width) > width
    return distance < 0


def places_on_line(images: np.ndarray, count: int, seed) -> np.ndarray:
    """`count` pixels of every image that are brighter than half of its brightest, at random: (n, count, 2).

    images (n, h, w) or (n, h, w, 3) uint8. (row, col) as floats, each pixel at most once; NaN where an image has fewer.
    """
    bright = images if images.ndim == 3 else images.max(-1)
    n, h, w = bright.shape
    bright = bright.reshape(n, h * w)
    on_line = 2.0 * bright > bright.max(1, keepdims=True, initial=0)
    keys = np.where(on_line, np.random.default_rng(seed).random(bright.shape), np.inf)
    count_found = min(count, h * w)
    chosen = np.argpartition(keys, count_found - 1, 1)[:, :count_found]
    chosen = np.sort(np.where(np.take_along_axis(on_line, chosen, 1), chosen, h * w), 1)
    places = np.stack([chosen // w, chosen % w], -1).astype(float)
    places[chosen == h * w] = np.nan
    return np.pad(places, ((0, 0), (0, count - count_found), (0, 0)), constant_values=np.nan)
