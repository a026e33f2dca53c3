"""Drawn lines against the exact share of every pixel that a thick polyline covers."""

from itertools import pairwise

import numpy as np
import pytest

from kernelscope.data.drawing import LineDrawer

ROWS, COLS = 40, 56
FINE = 12  # samples per pixel and direction


def coverage(points: np.ndarray, line_width: float, rows: int = ROWS, cols: int = COLS) -> np.ndarray:
    """Return the share of each pixel within half a line width of the polyline, estimated by samples, times 255."""
    row = ((np.arange(rows * FINE) + 0.5) / FINE - 0.5)[:, None]
    col = ((np.arange(cols * FINE) + 0.5) / FINE - 0.5)[None, :]
    inside = np.zeros((rows * FINE, cols * FINE), bool)
    for start, end in pairwise(points):
        along = end - start
        share = np.clip(((row - start[0]) * along[0] + (col - start[1]) * along[1]) / (along @ along), 0, 1)
        inside |= np.hypot(row - start[0] - share * along[0], col - start[1] - share * along[1]) <= line_width / 2
    return inside.reshape(rows, FINE, cols, FINE).mean((1, 3)) * 255


POLYLINES = {
    "flat": [(20.3, -20), (20.3, 80)],
    "step": [(30.2, -20), (30.2, 17.6), (8.7, 17.6), (8.7, 35.1), (30.2, 35.1), (30.2, 80)],
    "tent": [(31.9, -20), (31.9, 12.4), (6.1, 28.9), (31.9, 45.3), (31.9, 80)],
    "slant": [(-20, -30), (60, 85)],
    "bow": [(35 - 28 * np.sin(t), 4 + 48 * t / np.pi) for t in np.linspace(0, np.pi, 40)],
}


@pytest.mark.parametrize("name", POLYLINES)
@pytest.mark.parametrize("line_width", [1.5, 3.0, 6.4])
def test_a_pixel_is_the_share_of_it_that_the_line_covers(name, line_width):
    points = np.array(POLYLINES[name], float)
    # the ends of the bow are in the frame, where the drawer's ends are flat: leave them out
    keep = np.s_[:34, 10:46] if name == "bow" else np.s_[:, :]
    drawn = LineDrawer(ROWS, COLS).draw(points, line_width)[keep].astype(float)
    error = drawn - coverage(points, line_width)[keep]
    assert np.abs(error).max() < 32  # 1/8 pixel: rounded joins are polygons
    assert np.abs(error).mean() < 1.5
    assert abs(error.sum()) < 0.01 * drawn.sum()


@pytest.mark.parametrize("line_width", [3.0, 6.0])
def test_a_steep_line_that_leaves_the_frame_is_whole_up_to_its_edge(line_width):
    points = np.array([(38.0, -5.0), (2.0, 3.0), (38.0, 11.0)])
    error = LineDrawer(ROWS, COLS).draw(points, line_width)[:34] - coverage(points, line_width)[:34]
    assert np.abs(error).max() < 32


def test_a_flat_line_between_pixels_is_shared_out_over_its_rows():
    image = LineDrawer(8, 6).draw(np.array([(3.25, -5.0), (3.25, 12.0)]), 2.0)  # covers rows 2.25 to 4.25
    expected = np.array([0, 0, 0.25, 1, 0.75, 0, 0, 0]) * 255
    assert np.abs(image - expected[:, None]).max() <= 2


def test_an_upright_line_between_pixels_is_shared_out_over_its_cols():
    image = LineDrawer(6, 8).draw(np.array([(-5.0, 3.25), (12.0, 3.25)]), 2.0)
    expected = np.array([0, 0, 0.25, 1, 0.75, 0, 0, 0]) * 255
    assert np.abs(image - expected).max() <= 2


def test_a_line_one_pixel_wide_at_a_whole_row_is_that_row_and_white_on_black():
    image = LineDrawer(7, 9).draw(np.array([(4.0, -5.0), (4.0, 20.0)]), 1.0)
    expected = np.zeros((7, 9), np.uint8)
    expected[4] = 255
    assert image.dtype == np.uint8
    assert np.array_equal(image, expected)


@pytest.mark.parametrize("angle", np.linspace(0, np.pi, 9))
@pytest.mark.parametrize("line_width", [0.5, 1.0, 2.7])
def test_a_line_within_the_frame_sums_to_its_area(angle, line_width):
    middle, along = np.array([20.37, 28.11]), 15 * np.array([np.sin(angle), np.cos(angle)])
    image = LineDrawer(ROWS, COLS).draw(np.array([middle - along, middle + along]), line_width)
    assert image.sum(dtype=float) / 255 == pytest.approx(30 * line_width, rel=0.02)


@pytest.mark.parametrize("shift", np.linspace(0, 1, 7))
def test_the_middle_of_the_ink_moves_with_the_line_by_parts_of_a_pixel(shift):
    image = LineDrawer(20, 20).draw(np.array([(8.0 + shift, 5.0), (8.0 + shift, 14.0)]), 2.0).astype(float)
    assert (image.sum(1) * np.arange(20)).sum() / image.sum() == pytest.approx(8 + shift, abs=0.01)


def test_a_line_shifted_by_whole_pixels_is_the_shifted_image():
    points = np.array([(10.3, 12.7), (25.1, 20.2), (12.6, 33.9)])
    drawer = LineDrawer(ROWS, COLS)
    here, there = drawer.draw(points, 2.3), drawer.draw(points + np.array([4, 9]), 2.3)
    assert here.any()
    assert np.array_equal(np.roll(here, (4, 9), axis=(0, 1)), there)


def test_a_transposed_line_is_the_transposed_image():
    points = np.array([(10.3, 12.7), (25.1, 20.2), (12.6, 33.9)])
    here, there = LineDrawer(40, 40).draw(points, 2.3), LineDrawer(40, 40).draw(points[:, ::-1], 2.3)
    assert np.abs(here.T.astype(int) - there).max() <= 4
    assert np.abs(here.astype(int) - there).max() > 100


def test_an_image_has_rows_first_and_nothing_where_no_line_is():
    image = LineDrawer(10, 30).draw(np.array([(2.0, 25.0), (7.0, 25.0)]), 2.0)
    assert image.shape == (10, 30)
    assert image[:, :23].max() == 0
    assert image[4, 25] == 255


def test_a_drawer_keeps_nothing_of_the_last_image():
    first, second = np.array([(5.0, 5.0), (30.0, 50.0)]), np.array([(33.3, 7.0), (4.0, 40.0)])
    drawer = LineDrawer(ROWS, COLS)
    before = drawer.draw(first, 5.0)
    copy = before.copy()
    after = drawer.draw(second, 2.0)
    assert np.array_equal(before, copy)  # drawn images are no views of the canvas
    assert np.array_equal(after, LineDrawer(ROWS, COLS).draw(second, 2.0))
    assert np.array_equal(drawer.draw(first, 5.0), copy)


def test_drawing_leaves_the_points_as_they_were():
    points = np.array([(5.2, 5.0), (30.0, 50.7)])
    before = points.copy()
    assert LineDrawer(ROWS, COLS).draw(points, 2.0).any()
    assert np.array_equal(points, before)
