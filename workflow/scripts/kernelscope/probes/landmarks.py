"""Positions of waveform features in images, from the generator's parameters, and random positions on the line."""

from typing import NamedTuple

import numpy as np

from kernelscope.data.waveforms import FEATURES

SIDED = {"flanks": "flank", "skirts": "skirt", "slopes": "slope"}
TOLERANCE = 0.05  # pixels; the positions are rounded to 0.01


class Landmarks(NamedTuple):
    """All features of a set of images.

    image : (n,) int64, index of the image of each feature
    kind : (n,) int64, index into `kinds`
    position : (n, 2) of (row, col) in pixels
    kinds : (class, feature) of each kind
    """

    image: np.ndarray
    kind: np.ndarray
    position: np.ndarray
    kinds: list[tuple[str, str]]


def positions(cell: str) -> np.ndarray:
    """Return a cell `row:col row:col ...` of parameters.csv as (n, 2); ValueError if it has another form."""
    return np.array([[float(number) for number in point.split(":")] for point in cell.split()]).reshape(-1, 2)


def has_positions(row: dict[str, str]) -> bool:
    """Whether a row of parameters.csv has the positions of features, as for a drawn image."""
    return all(feature in row for feature in FEATURES)


def read(rows: list[dict[str, str]]) -> Landmarks:
    """Return the landmarks of images.

    A feature of two classes is two kinds: a corner of a square is different from a corner of a triangle.

    Parameters
    ----------
    rows : a row of parameters.csv for each image, in order
    """
    image, names, points = [], [], []
    for i, row in enumerate(rows):
        for feature in filter(row.get, FEATURES):
            positions_of_feature = positions(row[feature])
            points += positions_of_feature.tolist()
            image += [i] * len(positions_of_feature)
            names += [(row["class"], name) for name in named(feature, positions_of_feature, row)]
    kinds = sorted(set(names))
    number = {kind: i for i, kind in enumerate(kinds)}
    kind = np.array([number[name] for name in names], np.int64)
    return Landmarks(np.array(image, np.int64), kind, np.array(points, float).reshape(-1, 2), kinds)


def first(of: Landmarks, count: int) -> Landmarks:
    """Return the landmarks of the first `count` images, as `read` of their rows."""
    kept = of.image < count
    present = np.unique(of.kind[kept])
    kind = np.searchsorted(present, of.kind[kept])
    return Landmarks(of.image[kept], kind, of.position[kept], [of.kinds[number] for number in present])


def named(feature: str, points: np.ndarray, row: dict[str, str]) -> list[str]:
    """Return a name for each feature: "upper-left corner", "right flank", "peak", ...

    Left and right are relative to the nearest peak, even if it is outside the image. Upper and lower are relative to
    half the height after clipping.

    Parameters
    ----------
    feature : a name of waveforms.FEATURES
    points : (n, 2) of (row, col)
    row : row of parameters.csv of the image
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
    """Return whether each col (n,) is on the left, rising side of its waveform.

    A sawtooth rises all along its ramp and falls at once, so all but its falls are left.
    """
    distance, width = cols - float(row["position"]), float(row["width"])
    if row["class"] == "sawtooth":  # `position` is the middle of a ramp, which is 2 widths long
        return np.abs((distance % (2 * width)) - width) > TOLERANCE
    if row["class"] == "sinusoid":
        return distance % (2 * width) > width
    return distance < 0


def places_on_line(images: np.ndarray, count: int, seed) -> np.ndarray:
    """Return random pixels on the line, which is brighter than half of the brightest pixel of its image.

    Parameters
    ----------
    images : (n, h, w) or (n, h, w, 3) uint8
    count : pixels for each image
    seed : of the random choice

    Returns
    -------
    (n, count, 2) of (row, col) as floats, each pixel at most once; NaN where an image has fewer pixels on its line
    """
    bright = images if images.ndim == 3 else images.max(-1)
    n, h, w = bright.shape
    bright = bright.reshape(n, h * w)
    is_on_line = 2.0 * bright > bright.max(1, keepdims=True, initial=0)
    keys = np.where(is_on_line, np.random.default_rng(seed).random(bright.shape), np.inf)
    available = min(count, h * w)
    chosen = np.argpartition(keys, available - 1, 1)[:, :available]
    chosen = np.sort(np.where(np.take_along_axis(is_on_line, chosen, 1), chosen, h * w), 1)
    places = np.stack([chosen // w, chosen % w], -1).astype(float)
    places[chosen == h * w] = np.nan
    return np.pad(places, ((0, 0), (0, count - available), (0, 0)), constant_values=np.nan)
