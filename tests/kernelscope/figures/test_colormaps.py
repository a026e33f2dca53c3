"""Color maps are those of matplotlib, one limit holds for a whole run, and composites are plain sums of colors."""

import matplotlib
import numpy as np
import pytest

from kernelscope.figures import colormaps, drawing, kernel_tiles

RNG = np.random.default_rng(0)


@pytest.mark.parametrize(("colormap", "step"), [("RdBu_r", 1), ("gray", 1), ("magma", 0)])
def test_colors_are_those_of_matplotlib(colormap, step):
    expected = matplotlib.colormaps[colormap](np.arange(256), bytes=True)[:, :3]
    table = colormaps.table(colormap)
    assert (table.shape, table.dtype) == ((256, 3), np.uint8)
    assert np.abs(table.astype(int) - expected).max() <= step


@pytest.mark.parametrize("colormap", colormaps.ANCHORS)
def test_ends_are_the_first_and_the_last_anchor_and_all_between_is_monotone(colormap):
    table, anchors = colormaps.table(colormap), colormaps.ANCHORS[colormap]
    assert tuple(table[0]) == anchors[0]
    assert tuple(table[-1]) == anchors[-1]
    steps = np.diff(table.astype(int), axis=0)
    turns = np.sign(np.diff(np.array(anchors), axis=0)).T
    for channel, rising in zip(steps.T, turns, strict=True):
        assert set(np.sign(channel)) - {0} == set(rising) - {0}


def test_a_table_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        colormaps.table("gray")[0] = 1


def test_the_limit_is_the_point_that_995_of_1000_weights_stay_below():
    values = np.random.default_rng(0).permutation(np.arange(1001.0)) * np.random.default_rng(1).choice([-1, 1], 1001)
    assert colormaps.limit(values) == 995
    assert colormaps.limit(np.append(values, [np.nan, np.inf, -np.inf])) == 995
    assert colormaps.limit(values.reshape(7, 11, 13)) == 995


def test_a_bank_of_zeros_has_the_limit_1():
    assert colormaps.limit(np.zeros((2, 3, 1, 5, 5))) == 1


MAPS = ["RdBu_r", "gray"]


@pytest.mark.parametrize("colormap", MAPS)
def test_zero_is_the_middle_color_and_plus_and_minus_the_limit_are_the_ends(colormap):
    colors = colormaps.signed(np.array([-2.5, 0.0, 2.5]), 2.5, colormap)
    assert colors.dtype == np.uint8
    np.testing.assert_array_equal(colors, colormaps.table(colormap)[[0, 128, 255]])


def test_gray_values_checked_by_eye():
    colors = colormaps.signed(np.array([[-9.0, -1.0, -0.5], [0.5, 1.0, 9.0]]), 1, "gray")
    np.testing.assert_array_equal(colors[..., 0], [[0, 0, 64], [192, 255, 255]])
    np.testing.assert_array_equal(colors[..., 0], colors[..., 2])


@pytest.mark.parametrize("colormap", MAPS)
def test_from_the_colors_one_gets_the_numbers_back(colormap):
    values = np.random.default_rng(0).uniform(-3, 3, (20, 30))
    index = {tuple(color): i for i, color in reversed(list(enumerate(colormaps.table(colormap).tolist())))}
    back = np.array([[index[tuple(c)] for c in row] for row in colormaps.signed(values, 3, colormap).tolist()])
    assert (
        np.abs((back + 0.5) / 128 * 3 - 3 - values).max() <= 3 / 128 * 1.5
    )  # half a step; a whole step where two colors are equal
    assert (np.diff(back.ravel()[np.argsort(values.ravel())]) >= 0).all()


def test_limits_may_differ_along_leading_axes():
    values = np.stack([np.full((2, 2), 0.1), np.full((2, 2), 10.0)])
    apart = colormaps.signed(values, np.array([0.1, 10.0])[:, None, None], "gray")
    assert (apart == 255).all()
    together = colormaps.signed(values, 10.0, "gray")
    assert (together[0] < 140).all()


@pytest.mark.parametrize("values", [np.zeros((3, 3)), np.ones((3, 3))])
def test_without_a_limit_everything_is_the_middle_color(values):
    assert (colormaps.signed(values, 0.0, "gray") == 128).all()


def test_colors_between_two_ends_clip_what_is_outside():
    drawn = colormaps.colors(np.array([1.0, 2.0, 3.0, 4.0, 5.0]), 2.0, 4.0, "gray")[:, 0]
    assert drawn.tolist() == [0, 0, 128, 255, 255]
    assert (colormaps.colors(np.array([1.0, 7.0]), 3.0, 3.0, "gray") == 128).all()


@pytest.mark.parametrize("limit", [0.0, 1.0])
def test_what_is_not_a_number_is_orange_and_has_no_part_in_the_largest(limit):
    values = np.array([[np.nan, 0.0], [-3.0, np.inf]])
    drawn = colormaps.signed(values, limit, "RdBu_r")
    assert drawn[0, 0].tolist() == drawn[1, 1].tolist() == [240, 160, 0]
    assert drawn[0, 1].tolist() == colormaps.table("RdBu_r")[128].tolist()
    assert colormaps.largest(values) == 3
    assert colormaps.largest(values, 1).tolist() == [0, 3]
    assert colormaps.largest(np.full(3, np.nan)) == 0


@pytest.mark.parametrize("colormap", [*MAPS, "magma"])
def test_warnings_have_colors_that_no_kernel_has(colormap):
    table = {tuple(color) for color in colormaps.table(colormap).tolist()}
    assert not table & {kernel_tiles.BETWEEN, kernel_tiles.BEYOND, drawing.RED, drawing.GREEN}


def test_three_channels_are_red_green_and_blue_and_gray_is_gray():
    images = RNG.integers(0, 256, (4, 5, 6, 3), np.uint8)
    np.testing.assert_array_equal(colormaps.composite_images(images), images)
    np.testing.assert_array_equal(colormaps.composite_images(images[..., 0]), np.repeat(images[..., :1], 3, -1))
    np.testing.assert_array_equal(colormaps.palette(3), np.eye(3))


@pytest.mark.parametrize("names", [None, ("yellow", "#ff0080", "gray", "black")])
@pytest.mark.parametrize("channels", [2, 4, 9])
def test_every_channel_adds_its_color(channels, names):
    images, palette = RNG.integers(0, 256, (4, 5, 6, channels), np.uint8), colormaps.palette(channels, names)
    expected = np.zeros((4, 5, 6, 3))
    for channel in range(channels):
        for part in range(3):
            expected[..., part] += images[..., channel] * palette[channel, part]
    found = colormaps.composite_images(images, names)
    np.testing.assert_allclose(found, np.clip(expected, 0, 255), atol=0.5001)


def test_colors_have_names_or_numbers_and_too_many_channels_are_the_gray_of_their_mean():
    names = ("yellow", "#ff0080")
    np.testing.assert_allclose(colormaps.palette(2, names), [[1, 1, 0], [1, 0, 128 / 255]])
    np.testing.assert_allclose(colormaps.palette(8), np.full((8, 3), 1 / 8))
    assert [colormaps.has_composite(count) for count in (1, 2, 7, 8)] == [False, True, True, False]
    assert not colormaps.has_composite(3, names)


def test_weights_of_zero_are_gray_and_negative_ones_take_their_color_away():
    shares = np.zeros((1, 2, 1, 3))
    shares[0, 0, 0, 1], shares[0, 1, 0, 2] = 1, -1
    (((zero, red, without_green),),) = colormaps.composite_weights(shares)
    assert zero.tolist() == [128, 128, 128]
    assert red.tolist() == [255, 128, 128]
    assert without_green.tolist() == [128, 0, 128]
