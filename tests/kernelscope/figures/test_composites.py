"""Composites against plain sums of colors."""

import numpy as np
import pytest

from kernelscope.figures import colormaps

RNG = np.random.default_rng(0)


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
