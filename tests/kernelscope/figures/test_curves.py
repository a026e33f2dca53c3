"""Kernels along one axis: curves where the numbers are, and the amplitude that a sine of each frequency gets."""

import numpy as np
import pytest
from drawn import said

from kernelscope.figures import curves, kernel_tiles

RNG = np.random.default_rng(0)


def test_the_response_is_what_a_long_sine_is_amplified_by():
    kernel, n = RNG.normal(size=(1, 9)), np.arange(4096)
    amplitudes = curves.response(kernel)
    for k in (3, 40, 100):
        frequency = k / (2 * (len(amplitudes) - 1))
        out = np.convolve(np.exp(2j * np.pi * frequency * n), kernel[0], "valid")
        np.testing.assert_allclose(np.abs(out), amplitudes[k], rtol=1e-9)


def test_channels_add_in_squares_and_long_kernels_keep_all_their_frequencies():
    kernel = RNG.normal(size=(2, 700))
    first, second = (np.abs(np.fft.rfft(channel)) for channel in kernel)
    np.testing.assert_allclose(curves.response(kernel), np.hypot(first, second))


def dark(pixels: np.ndarray) -> np.ndarray:
    """Return where a curve is dark, as (rows, cols), inside the frame."""
    return np.argwhere(pixels[1 : curves.HEIGHT + 1, 1:-1].max(-1) < 120)


def test_a_curve_goes_through_its_numbers():
    kernel = np.zeros((1, 3), np.float32)
    kernel[0, 1] = 2.0  # its own scale: the peak touches the upper margin
    rows, cols = dark(curves.tile(kernel)).T
    assert abs(rows.min() - curves.MARGIN) <= 1
    assert abs(cols[rows.argmin()] - curves.WIDTH / 2) <= 2
    assert abs(rows[cols < 6].mean() - curves.HEIGHT / 2) <= 1


@pytest.mark.parametrize(
    "kernel", [np.zeros((1, 5)), np.full((2, 5), np.nan), np.ones((3, 1)), RNG.normal(size=(9, 4096))]
)
def test_odd_kernels_are_drawn_without_a_warning(kernel):
    assert curves.tile(kernel.astype(np.float32)).shape == (curves.HEIGHT + curves.RESPONSE + 2, curves.WIDTH + 2, 3)


def test_what_is_not_finite_is_a_gap():
    kernel = np.ones((1, 5), np.float32)
    kernel[0, 2] = np.nan
    cols = dark(curves.tile(kernel))[:, 1]
    assert not ((cols > 0.4 * curves.WIDTH) & (cols < 0.6 * curves.WIDTH)).any()


def test_a_sheet_draws_layers_of_one_to_three_axes_and_says_what_a_curve_is():
    layers = {
        "a": RNG.normal(size=(2, 1, 7)),
        "b": RNG.normal(size=(2, 3, 5, 5)),
        "c": RNG.normal(size=(2, 2, 3, 5, 5)),
    }
    page = kernel_tiles.sheet({name: bank.astype("f4") for name, bank in layers.items()}, "t", "RdBu_r")
    tiles = [part for _, _, part in page.parts if isinstance(part, np.ndarray)]
    assert len(tiles) == 6
    np.testing.assert_array_equal(tiles[0], curves.tile(layers["a"][0].astype("f4")))
    slices = layers["c"][0].reshape(6, 5, 5).astype("f4")
    limit = float(np.abs(slices).max())
    np.testing.assert_array_equal(tiles[4], kernel_tiles.tile(slices, limit, kernel_tiles.TILE, "RdBu_r"))
    words = said(page)
    assert "a: 2 kernels of 7, along one axis" in words
    assert "c: 2 kernels of 3 x 5 x 5 x 2 channels, in three dimensions" in words
    assert "frequency response" in words
