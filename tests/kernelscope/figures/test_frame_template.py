import numpy as np
import pytest

from kernelscope.figures import raster
from kernelscope.figures.movie import FrameTemplate


def page(a, b, c):
    """Return parts among colors, words and lines, padded and side by side."""
    bar = raster.color_bar(-1, 1, 60, "RdBu_r")
    return raster.padded(raster.above(raster.text("words"), raster.beside(a, bar, b, gap=3), c, gap=2), 1, 2, 3, 4)


def parts(seed):
    rng = np.random.default_rng(seed)
    return [rng.integers(0, 256, (*size, 3), np.uint8) for size in SIZES]


SIZES = [(7, 9), (30, 4), (1, 1)]


def test_other_parts_come_out_as_if_laid_out_anew():
    stage = FrameTemplate(page, SIZES)
    for seed in range(3):
        np.testing.assert_array_equal(stage.at(*parts(seed)), page(*parts(seed)))


def test_one_picture_is_not_changed_by_the_next():
    stage = FrameTemplate(page, SIZES)
    first = stage.at(*parts(0))
    before = first.copy()
    stage.at(*parts(1))
    np.testing.assert_array_equal(first, before)


def test_many_parts_keep_their_places():
    sizes = [(2, 2)] * 600
    stage = FrameTemplate(lambda *tiles: raster.flow(*tiles, width=100, gap=1), sizes)
    tiles = [np.full((2, 2, 3), i % 251, np.uint8) for i in range(600)]
    np.testing.assert_array_equal(stage.at(*tiles), raster.flow(*tiles, width=100, gap=1))


def test_a_part_of_another_size_is_refused():
    with pytest.raises(ValueError, match="broadcast"):
        FrameTemplate(page, SIZES).at(*(part[:1, :-1] for part in parts(0)))
