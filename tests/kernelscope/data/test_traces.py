"""Traces in color on a screen with a graticule."""

import numpy as np
import pytest

from kernelscope.data import drawing, generator
from kernelscope.data.dataset_file import Chunk
from kernelscope.data.photo_source import LUMA

COLORS = list(drawing.COLORS)
SETTINGS = {
    **{"classes": ["square", "gaussian"], "train_images": 40, "test_images": 16, "seed": 3, "image_size": [32, 40]},
    **{"amplitude": [0.3, 0.5], "width": [0.2, 0.3], "position": [0.3, 0.7], "offset": [0.1, 0.3]},
    **{"line_width": [2.0, 2.0], "noise": [0.0, 0.0], "clipping": [1.0, 1.0], "inside_frame": True},
    **{"trace_colors": COLORS, "graticule": 0.3},
}


def split(**other):
    result = generator.waveform_split(SETTINGS | other, "train")
    (block,) = result.chunks
    return result, block


def test_all_colors_have_one_brightness():
    assert [np.dot(color, LUMA) for color in drawing.COLORS.values()] == pytest.approx([0.62] * 4, abs=0.003)
    assert all(0 <= share <= 1 for color in drawing.COLORS.values() for share in color)


def test_every_shape_in_every_color_is_a_class():
    names = generator.class_names(SETTINGS)
    assert names == [f"{shape} {color}" for shape in ("square", "gaussian") for color in COLORS]
    result, block = split()
    assert np.bincount(result.labels).tolist() == [5] * 8
    assert [f"{truth['shape']} {truth['color']}" for truth in block.truth] == [names[label] for label in result.labels]


def test_the_trace_has_its_color_and_the_rest_of_the_screen_is_gray():
    result, block = split()
    assert result.shape == (40, 32, 40, 3) == block.images.shape
    for image, truth in zip(block.images, block.truth, strict=True):
        colored = np.ptp(image.astype(int), axis=2)
        brightest = image[np.unravel_index(colored.argmax(), colored.shape)]
        assert brightest == pytest.approx(255 * np.array(drawing.COLORS[truth["color"]]), abs=2)
        gray = image[colored == 0]
        levels = 255 * np.array([0, 0.3, 0.45])
        assert np.abs(gray[:, :1] - levels).min(1).max() <= 1


def test_without_colors_images_and_truth_are_as_ever():
    result, block = split(trace_colors=[], graticule=0.0)
    assert isinstance(block, Chunk) and result.shape == block.images.shape == (40, 32, 40)
    assert generator.class_names(SETTINGS | {"trace_colors": []}) == ["square", "gaussian"]
    assert "color" not in block.truth[0]


def test_colors_change_no_waveform():
    """An image has the same parameters as without colors; only its label is one of more classes."""
    plain, colored = split(trace_colors=[], graticule=0.0)[1], split(trace_colors=["cyan"])[1]
    for gray, color in zip(plain.truth, colored.truth, strict=True):
        assert {key: gray[key] for key in ("width", "amplitude")} == {key: color[key] for key in ("width", "amplitude")}


def test_a_graticule_has_eight_by_ten_divisions_and_a_brighter_middle():
    screen = drawing.graticule(80, 100, 0.2)
    lines = [np.flatnonzero(screen[:, 5] > 0), np.flatnonzero(screen[5] > 0)]
    assert lines[0].tolist() == list(range(10, 80, 10)) and lines[1].tolist() == list(range(10, 100, 10))
    assert screen[40, 5] == pytest.approx(0.3) and screen[5, 50] == pytest.approx(0.3)
    assert not drawing.graticule(80, 100, 0.0).any()
