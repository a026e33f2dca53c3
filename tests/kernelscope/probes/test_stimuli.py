from itertools import pairwise

import numpy as np
import pytest

from kernelscope.probes import stimuli

H, W, LINE = 48, 64, 3.0


@pytest.fixture(scope="module")
def probes():
    return stimuli.probes(H, W, LINE)


def distance_to_segments(points: np.ndarray) -> np.ndarray:
    """Return the distance of every pixel (H, W) to a polyline, by a loop over its segments."""
    grid = np.stack(np.mgrid[:H, :W], -1).astype(float)
    nearest = np.full((H, W), np.inf)
    for start, end in pairwise(points):
        along = end - start
        share = np.clip((grid - start) @ along / (along @ along), 0, 1)[..., None]
        nearest = np.minimum(nearest, np.linalg.norm(grid - start - share * along, axis=-1))
    return nearest


def toward(angle: float, length: float) -> np.ndarray:
    """Return the direction from the middle, counterclockwise from the right, with rows growing downwards."""
    return np.array(
        [(H - 1) / 2 - length * np.sin(np.pi * angle / 180), (W - 1) / 2 + length * np.cos(np.pi * angle / 180)]
    )


def shape_of(name: str, angle: float) -> np.ndarray:
    if name == "bar":
        return np.stack([toward(angle + 180, 99), toward(angle, 99)])
    if name == "corner":
        return np.stack([toward(angle - 45, 99), toward(angle, 0), toward(angle + 45, 99)])
    return np.stack([toward(angle + 180 + turn, 12) for turn in np.linspace(-90, 90, 200)])


def test_there_are_12_bars_24_corners_and_24_arcs(probes):
    assert probes.images.shape == (60, H, W)
    assert probes.images.dtype == np.uint8
    for name, count, full in (("bar", 12, 180), ("corner", 24, 360), ("arc", 24, 360)):
        assert probes.angle[probes.stimulus == name].tolist() == list(range(0, full, 15))
        assert (probes.stimulus == name).sum() == count


def test_every_probe_is_white_within_half_a_line_width_of_its_shape_and_black_beyond(probes):
    for image, name, angle in zip(*probes, strict=True):
        away = distance_to_segments(shape_of(name, angle))
        ends = np.zeros((H, W), bool)
        if name == "arc":  # its ends are flat, half a line width further
            grid = np.stack(np.mgrid[:H, :W], -1)
            ends = np.min([np.linalg.norm(grid - toward(angle + side, 12), axis=-1) for side in (-90, 90)], 0) < 3
        assert image[(away < LINE / 2 - 0.8) & ~ends].min() > 200, (name, angle)
        assert image[away > LINE / 2 + 0.8].max() < 50, (name, angle)
        assert (image > 127).sum() > 20


def test_a_corner_opens_where_its_angle_says(probes):
    """315 is the upper-left corner of a square, with arms to the right and down; 270 opens down."""
    image_of = {(name, angle): image for image, name, angle in zip(*probes, strict=True)}
    upper_left = image_of["corner", 315] > 127
    assert upper_left[22:26, 40:].any()
    assert upper_left[30:, 30:34].any()
    assert not upper_left[:20].any()
    assert not upper_left[:, :28].any()
    dome = image_of["arc", 270] > 127
    assert dome[:24].sum() > 30
    assert dome[26:].sum() == 0
    assert (image_of["bar", 0] > 127).any(1).sum() <= 4
    rising = image_of["bar", 45] > 127
    assert rising[:10, 42:].any()
    assert not rising[:10, :20].any()


@pytest.mark.parametrize("name", ["corner", "arc"])
def test_a_probe_turned_by_180_degrees_is_the_image_turned(probes, name):
    image_of = {angle: image.astype(int) for image, n, angle in zip(*probes, strict=True) if n == name}
    for angle in range(0, 180, 15):
        assert np.abs(image_of[angle] - image_of[angle + 180][::-1, ::-1]).max() <= 4


@pytest.mark.parametrize(("h", "w"), [(1, 1), (2, 9), (7, 3)])
def test_small_images_are_possible(h, w):
    images = stimuli.probes(h, w, 1.0).images
    assert images.shape == (60, h, w)
    assert images[:36].max((1, 2)).min() > 0
