"""Outlines against formulas and literal points, and features against outlines."""

from itertools import pairwise

import numpy as np
import pytest
import scipy.signal

from kernelscope.data import waveforms
from kernelscope.data.waveform_parameters import REACH

COLS = 64
PULSES = ("square", "triangle", "gaussian")
REPEATING = ("sinusoid", "sawtooth")


def crossings(outline: np.ndarray, height: float) -> np.ndarray:
    """Return the cols at which a polyline crosses `height`, by a plain loop over its segments."""
    cols = []
    for (col0, height0), (col1, height1) in pairwise(outline):
        if (height0 > height) != (height1 > height):
            cols.append(col0 + (height - height0) / (height1 - height0) * (col1 - col0))
    return np.array(cols)


def distance(point: np.ndarray, outline: np.ndarray) -> float:
    """Return the distance of a point from a polyline."""
    nearest = np.inf
    for start, end in pairwise(outline):
        along = end - start
        share = np.clip((point - start) @ along / max(along @ along, 1e-30), 0, 1)
        nearest = min(nearest, float(np.hypot(*(start + share * along - point))))
    return nearest


def heights(outline: np.ndarray, cols: np.ndarray) -> np.ndarray:
    """Return the heights at `cols`, none of which may be at a jump."""
    return np.interp(cols, outline[:, 0], outline[:, 1])


def in_frame(points: np.ndarray) -> np.ndarray:
    return points[(points[:, 0] >= -0.5) & (points[:, 0] <= COLS - 0.5)]


@pytest.mark.parametrize("shape", waveforms.SHAPES)
@pytest.mark.parametrize("width", [6.0, 11.3, 19.2])
def test_the_outline_is_above_half_height_over_exactly_the_width(shape, width):
    waveform = waveforms.SHAPES[shape](30.7, width, COLS)
    cols = crossings(waveform.outline, 0.5)
    cols = cols[np.abs(cols - COLS / 2) < COLS / 2 + 5]
    assert len(cols) >= 2
    assert np.diff(cols) == pytest.approx(width, abs=0.02)
    above = heights(waveform.outline, (cols[:-1] + cols[1:]) / 2) > 0.5
    assert above.any()
    assert (above[1:] != above[:-1]).all()


@pytest.mark.parametrize("shape", waveforms.SHAPES)
def test_the_flanks_are_where_the_outline_passes_half_height(shape):
    waveform = waveforms.SHAPES[shape](30.7, 9.0, COLS)
    cols = crossings(waveform.outline, 0.5)
    expected = np.sort(cols[(cols >= -0.5) & (cols <= COLS - 0.5)])
    assert np.unique(np.round(in_frame(waveform.flanks)[:, 0], 6)) == pytest.approx(expected, abs=0.02)
    assert (waveform.flanks[:, 1] == 0.5).all()


@pytest.mark.parametrize("shape", waveforms.SHAPES)
def test_the_slopes_are_where_a_gradual_side_passes_a_quarter_and_three_quarters(shape):
    waveform = waveforms.SHAPES[shape](30.7, 9.0, COLS)
    for height in (0.25, 0.75):
        beside = [crossings(waveform.outline, height + step) for step in (-0.01, 0.01)]
        gradual = np.abs(beside[0] - beside[1]) > 1e-6  # the cols of a vertical side do not depend on the height
        expected = crossings(waveform.outline, height)[gradual]
        expected = expected[(expected >= -0.5) & (expected <= COLS - 0.5)]
        result = in_frame(waveform.slopes[waveform.slopes[:, 1] == height])[:, 0]
        assert np.sort(result) == pytest.approx(expected, abs=0.02)
    assert set(waveform.slopes[:, 1]) <= {0.25, 0.75}
    assert (len(waveform.slopes) == 0) == (shape == "square")


def test_a_square_is_these_points():
    waveform = waveforms.square(20.0, 10.0, 40)
    margin = waveforms.MARGIN
    assert waveform.outline.tolist() == [[-margin, 0], [15, 0], [15, 1], [25, 1], [25, 0], [40 + margin, 0]]
    assert waveform.corners.tolist() == [[15, 0], [15, 1], [25, 1], [25, 0]]
    assert waveform.flanks.tolist() == [[15, 0.5], [25, 0.5]]
    assert waveform.peaks.tolist() == [[20, 1]]
    assert waveform.baseline.tolist() == [[7.25, 0], [32.25, 0]]  # middles of -0.5..15 and 25..39.5
    assert waveform.skirts.shape == (0, 2)
    assert waveform.slopes.shape == (0, 2)  # its sides are vertical


def test_a_triangle_is_these_points():
    waveform = waveforms.triangle(20.0, 10.0, 50)
    margin = waveforms.MARGIN
    assert waveform.outline.tolist() == [[-margin, 0], [10, 0], [20, 1], [30, 0], [50 + margin, 0]]
    assert waveform.corners.tolist() == [[10, 0], [30, 0]]
    assert waveform.flanks.tolist() == [[15, 0.5], [25, 0.5]]
    assert waveform.peaks.tolist() == [[20, 1]]
    assert waveform.baseline.tolist() == [[4.75, 0], [39.75, 0]]
    assert waveform.skirts.shape == (0, 2)
    assert waveform.slopes.tolist() == [[12.5, 0.25], [17.5, 0.75], [22.5, 0.75], [27.5, 0.25]]


def test_a_gaussian_halves_at_half_its_width_from_the_center():
    center, width = 31.4, 12.0
    waveform = waveforms.gaussian(center, width, COLS)
    cols, drawn = waveform.outline.T
    assert drawn == pytest.approx(0.5 ** ((cols - center) / (width / 2)) ** 2, abs=1e-12)
    assert waveform.outline[drawn.argmax()].tolist() == [center, 1]


def test_the_skirts_of_a_gaussian_are_at_two_standard_deviations():
    waveform = waveforms.gaussian(30.0, 23.54820045, COLS)  # standard deviation 10
    assert waveform.skirts == pytest.approx(np.array([[10, 0.1353353], [50, 0.1353353]]), abs=1e-6)


def test_a_sinusoid_is_a_raised_cosine_with_a_period_of_two_widths():
    center, width = 23.3, 9.0
    waveform = waveforms.sinusoid(center, width, COLS)
    cols = np.arange(-0.5, COLS, 0.5)
    expected = np.cos(np.pi * (cols - center) / (2 * width)) ** 2
    assert heights(waveform.outline, cols) == pytest.approx(expected, abs=0.005)
    assert heights(waveform.outline, in_frame(waveform.peaks)[:, 0]) == pytest.approx(1, abs=1e-9)
    assert heights(waveform.outline, in_frame(waveform.baseline)[:, 0]) == pytest.approx(0, abs=1e-9)


def test_a_sawtooth_is_that_of_scipy():
    center, width = 23.3, 9.0
    waveform = waveforms.sawtooth(center, width, COLS)
    cols = np.arange(-0.5, COLS, 0.37)
    expected = (1 + scipy.signal.sawtooth(np.pi * (cols - center) / width + np.pi)) / 2
    assert heights(waveform.outline, cols) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("shape", waveforms.SHAPES)
@pytest.mark.parametrize(("center", "width"), [(31.5, 9.6), (20.2, 19.2), (44.9, 13.0)])
@pytest.mark.parametrize("top", [1.0, 0.7, 0.4])
def test_every_feature_in_the_frame_lies_on_the_outline(shape, center, width, top):
    waveform = waveforms.clipped(waveforms.SHAPES[shape](center, width, COLS), top)
    result = 0
    for name in waveforms.FEATURES:
        for point in in_frame(getattr(waveform, name)):
            assert distance(point, waveform.outline) < 0.02, (name, point)
            result += 1
    assert result >= 2


@pytest.mark.parametrize("shape", waveforms.SHAPES)
def test_features_have_the_heights_of_their_kind(shape):
    waveform = waveforms.SHAPES[shape](30.7, 9.0, COLS)
    assert len(waveform.peaks) > 0
    assert (waveform.peaks[:, 1] == 1).all()
    assert (waveform.baseline[:, 1] == 0).all()
    assert set(waveform.corners[:, 1]) <= {0.0, 1.0}


@pytest.mark.parametrize("shape", waveforms.SHAPES)
def test_the_outline_runs_from_left_of_the_frame_to_right_of_it(shape):
    cols, drawn = waveforms.SHAPES[shape](30.7, 9.0, COLS).outline.T
    assert cols[0] <= -waveforms.MARGIN
    assert cols[-1] >= COLS + waveforms.MARGIN - 0.5
    assert (np.diff(cols) >= -1e-9).all()
    assert drawn.min() >= 0
    assert drawn.max() == 1


@pytest.mark.parametrize("shape", PULSES)
def test_a_pulse_mirrored_in_the_frame_has_mirrored_features(shape):
    here = waveforms.SHAPES[shape](20.2, 11.0, COLS)
    there = waveforms.SHAPES[shape](COLS - 1 - 20.2, 11.0, COLS)
    for name in waveforms.FEATURES:
        mirrored = getattr(there, name)[::-1].copy()
        mirrored[:, 0] = COLS - 1 - mirrored[:, 0]
        assert mirrored == pytest.approx(getattr(here, name), abs=1e-9), name


@pytest.mark.parametrize("shape", PULSES)
def test_a_shifted_pulse_has_shifted_flanks_and_peaks(shape):
    here, there = (waveforms.SHAPES[shape](center, 11.0, COLS) for center in (20.0, 27.5))
    for name in ("corners", "flanks", "peaks", "skirts", "slopes"):
        assert getattr(there, name) == pytest.approx(getattr(here, name) + np.array([7.5, 0]), abs=1e-9), name


@pytest.mark.parametrize("shape", REPEATING)
def test_a_repeating_waveform_shifted_by_its_period_is_the_same_in_the_frame(shape):
    here, there = (waveforms.SHAPES[shape](center, 8.0, COLS) for center in (20.3, 20.3 + 16))
    cols = np.arange(0.0, COLS)
    assert heights(there.outline, cols) == pytest.approx(heights(here.outline, cols), abs=1e-9)
    for name in waveforms.FEATURES:
        both = [np.unique(np.round(in_frame(getattr(w, name)), 6), axis=0) for w in (here, there)]
        assert both[0].tolist() == both[1].tolist(), name


@pytest.mark.parametrize("shape", PULSES)
def test_a_pulse_is_at_the_baseline_beyond_its_reach(shape):
    center, width = 31.0, 12.0
    outline = waveforms.SHAPES[shape](center, width, COLS).outline
    reach = REACH[shape] * width
    assert heights(outline, np.array([center - reach - 0.01, center + reach + 0.01])).max() < 0.002
    assert heights(outline, np.array([center - 0.9 * reach, center + 0.9 * reach])).min() > 0.005


@pytest.mark.parametrize("shape", waveforms.SHAPES)
@pytest.mark.parametrize("top", [0.9, 0.5, 0.2])
def test_a_clipped_outline_is_the_lower_of_the_outline_and_the_top(shape, top):
    whole = waveforms.SHAPES[shape](30.7, 9.0, COLS)
    cut = waveforms.clipped(whole, top)
    cols = np.arange(-0.43, COLS - 0.5, 0.21)
    assert heights(cut.outline, cols) == pytest.approx(np.minimum(heights(whole.outline, cols), top), abs=1e-9)
    assert cut.outline[:, 1].max() == top


def test_a_clipped_triangle_has_two_corners_more_and_its_peak_in_the_middle_of_the_flat_top():
    cut = waveforms.clipped(waveforms.triangle(20.0, 10.0, 50), 0.8)
    assert cut.corners == pytest.approx(np.array([[10, 0], [30, 0], [18, 0.8], [22, 0.8]]))
    assert cut.peaks == pytest.approx(np.array([[20, 0.8]]))
    assert cut.flanks.tolist() == [[15, 0.5], [25, 0.5]]
    assert cut.slopes.tolist() == [[12.5, 0.25], [17.5, 0.75], [22.5, 0.75], [27.5, 0.25]]
    assert waveforms.clipped(waveforms.triangle(20.0, 10.0, 50), 0.6).slopes.tolist() == [[12.5, 0.25], [27.5, 0.25]]


def test_a_square_clipped_below_half_height_has_its_upper_corners_at_the_cut_and_no_flanks():
    cut = waveforms.clipped(waveforms.square(20.0, 10.0, 40), 0.3)
    assert cut.corners == pytest.approx(np.array([[15, 0], [25, 0], [15, 0.3], [25, 0.3]]))
    assert cut.flanks.shape == (0, 2)


def test_a_clipped_sinusoid_has_a_peak_in_the_middle_of_every_flat_top():
    whole = waveforms.sinusoid(20.0, 6.0, 50)
    cut = waveforms.clipped(whole, 0.7)
    inside = [col for col, _ in whole.peaks if 0 <= col <= 49]
    assert [col for col, _ in cut.peaks if 0 <= col <= 49] == pytest.approx(inside, abs=0.05)
    assert cut.peaks[:, 1] == pytest.approx(np.full(len(cut.peaks), 0.7))


@pytest.mark.parametrize("shape", waveforms.SHAPES)
def test_a_cut_at_the_top_changes_nothing(shape):
    whole = waveforms.SHAPES[shape](30.7, 9.0, COLS)
    for before, after in zip(whole, waveforms.clipped(whole, 1.0), strict=True):
        assert np.array_equal(before, after)


def test_clipping_leaves_its_argument_as_it_was():
    whole = waveforms.gaussian(30.0, 9.0, COLS)
    before = [points.copy() for points in whole]
    cut = waveforms.clipped(whole, 0.5)
    assert cut.outline[:, 1].max() == 0.5
    assert all(np.array_equal(a, b) for a, b in zip(before, whole, strict=True))


def test_a_placed_point_is_a_row_and_a_col_and_higher_is_a_smaller_row():
    placed = waveforms.placed(waveforms.square(20.0, 10.0, 40), amplitude=30.0, baseline_row=50.0)
    assert placed.corners.tolist() == [[50, 15], [20, 15], [20, 25], [50, 25]]
    assert placed.flanks.tolist() == [[35, 15], [35, 25]]
    assert placed.peaks.tolist() == [[20, 20]]
    assert placed.skirts.shape == (0, 2)
