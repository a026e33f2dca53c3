import numpy as np
import pytest
from drawn import count, said

from kernelscope.figures import colormaps, drawing, kernel_tiles

RNG = np.random.default_rng(0)


def bank(*shape):
    return RNG.normal(size=shape).astype(np.float32)


@pytest.mark.parametrize(("channels", "k"), [(1, 15), (1, 1), (3, 5), (16, 5), (5, 2)])
def test_each_weight_is_a_square_of_its_color_in_a_nearly_square_block(channels, k):
    kernel = bank(channels, k, k)
    drawn = kernel_tiles.tile(kernel, 1.5, 98, "RdBu_r")
    cols = int(np.ceil(np.sqrt(channels)))
    factor = (drawn.shape[1] - cols - 1) // (cols * k)
    assert drawn.shape[1] == cols * (k * factor + 1) + 1 <= 98
    assert drawn.shape[1] + cols * k > 98  # one pixel more per weight would not fit
    for channel in range(channels):
        row, col = (1 + place * (k * factor + 1) for place in divmod(channel, cols))
        part = drawn[row : row + k * factor : factor, col : col + k * factor : factor]
        np.testing.assert_array_equal(part, colormaps.signed(kernel[channel], 1.5, "RdBu_r"))


def test_behind_the_last_channel_is_no_color_of_a_weight():
    drawn = kernel_tiles.tile(bank(3, 5, 5), 1.5, 98, "RdBu_r")
    assert (drawn[-10:-1, -10:-1] == kernel_tiles.BEYOND).all()


def test_a_kernel_with_more_weights_than_pixels_is_shrunk():
    assert kernel_tiles.tile(bank(100, 15, 15), 1.0, 98, "RdBu_r").shape[1] == 98


@pytest.mark.parametrize("side", [1, 2, 5, 60])
def test_dead_kernels_have_black_dashes_and_no_other_has_black(side):
    kernel = bank(1, side, side)
    alive, dead = (kernel_tiles.tile(kernel, 1.0, 80, "RdBu_r", living) for living in (True, False))
    assert not (alive == 0).all(-1).any()
    edge = (dead[0] == 0).all(-1)
    assert edge.any()
    assert side < 5 or not edge.all()  # dashes, not a line
    inner = slice(2, -2)
    np.testing.assert_array_equal(dead[inner, inner], alive[inner, inner])


def test_kernels_of_a_sheet_never_touch():
    page = kernel_tiles.sheet({"c": bank(6, 1, 7, 7)}, "title", "RdBu_r")
    lefts = sorted(left for _, left, part in page.parts if isinstance(part, np.ndarray))
    width = max(part.shape[1] for _, _, part in page.parts if isinstance(part, np.ndarray))
    assert min(np.diff(lefts)) >= width + 3


def test_values_that_are_not_finite_are_orange():
    kernel = np.array([[[np.nan, 1.0], [0.0, -1.0]]])
    assert (kernel_tiles.tile(kernel, 1.0, 40, "gray")[3, 3] == colormaps.NOT_FINITE).all()


def test_a_kernel_in_color_is_gray_at_zero_and_full_at_its_largest_weight():
    kernel = np.zeros((2, 3, 2, 2), np.float32)
    kernel[0, 0, 0, 0], kernel[0, 2, 1, 1], kernel[0, 1, 0, 1] = 2.0, -1.0, np.nan
    drawn = kernel_tiles.in_color(kernel)
    assert drawn.shape == (2, 2, 2, 3)
    assert drawn[0, 0, 0].tolist() == [255, 128, 128]
    assert drawn[0, 1, 1].tolist() == [128, 128, 64]
    assert drawn[0, 0, 1].tolist() == list(colormaps.NOT_FINITE)
    assert (drawn[1] == 128).all()  # a kernel of zeros


def test_a_kernel_in_color_has_the_scale_that_is_asked_for():
    kernel = np.array([1.0, -3.0, 0.5], np.float32).reshape(3, 1, 1)
    np.testing.assert_array_equal(kernel_tiles.in_color(kernel[None], 2.0)[0, 0, 0], [191, 0, 159])
    drawn = kernel_tiles.of_images(kernel, 2.0, 40, "gray")
    np.testing.assert_array_equal(drawn, kernel_tiles.colored(kernel, 40, limit=2.0))
    np.testing.assert_array_equal(
        kernel_tiles.of_images(kernel[:1], 2.0, 40, "gray"), kernel_tiles.tile(kernel[:1], 2.0, 40, "gray")
    )


def test_no_kernel_is_changed():
    kernel = bank(3, 4, 4)
    before = kernel.copy()
    kernel_tiles.tile(kernel, 1.0, 50, "gray", alive=False)
    kernel_tiles.colored(kernel, 50)
    np.testing.assert_array_equal(kernel, before)


def test_a_sheet_has_every_kernel_on_its_own_scale_and_three_channels_in_color():
    layers = {"one": bank(3, 1, 5, 5), "color": bank(2, 3, 5, 5)}
    page = kernel_tiles.sheet(layers, "title", "RdBu_r")
    for kernel in layers["one"]:
        limit = float(np.abs(kernel).max())
        assert count(page, kernel_tiles.tile(kernel, limit, kernel_tiles.TILE, "RdBu_r")) == 1
    for kernel in layers["color"]:
        assert count(page, kernel_tiles.colored(kernel, kernel_tiles.TILE)) == 1
    assert "one: 3 kernels of 5 x 5" in said(page)


def test_of_many_kernels_and_channels_the_first_are_drawn_and_the_heading_says_so():
    page = kernel_tiles.sheet({"c": bank(300, 20, 3, 3)}, "title", "RdBu_r")
    tiles = [part for _, _, part in page.parts if isinstance(part, np.ndarray)]
    assert len(tiles) == kernel_tiles.MOST
    assert "drawn: the first 256 kernels, 16 channels" in said(page)
    assert page.width <= 1400
    assert drawing.painted(page).shape[:2] == page[:2]


def test_the_response_is_what_a_long_sine_is_amplified_by():
    kernel, n = RNG.normal(size=(1, 9)), np.arange(4096)
    amplitudes = kernel_tiles.response(kernel)
    for k in (3, 40, 100):
        frequency = k / (2 * (len(amplitudes) - 1))
        out = np.convolve(np.exp(2j * np.pi * frequency * n), kernel[0], "valid")
        np.testing.assert_allclose(np.abs(out), amplitudes[k], rtol=1e-9)


def test_channels_add_in_squares_and_long_kernels_keep_all_their_frequencies():
    kernel = RNG.normal(size=(2, 700))
    first, second = (np.abs(np.fft.rfft(channel)) for channel in kernel)
    np.testing.assert_allclose(kernel_tiles.response(kernel), np.hypot(first, second))


def dark(pixels: np.ndarray) -> np.ndarray:
    """Return where a curve is dark, as (rows, cols), inside the frame."""
    return np.argwhere(pixels[1 : kernel_tiles.CURVE_HEIGHT + 1, 1:-1].max(-1) < 120)


def test_a_curve_goes_through_its_numbers():
    kernel = np.zeros((1, 3), np.float32)
    kernel[0, 1] = 2.0  # its own scale: the peak touches the upper margin
    rows, cols = dark(kernel_tiles.curve(kernel)).T
    assert abs(rows.min() - kernel_tiles.MARGIN) <= 1
    assert abs(cols[rows.argmin()] - kernel_tiles.CURVE_WIDTH / 2) <= 2
    assert abs(rows[cols < 6].mean() - kernel_tiles.CURVE_HEIGHT / 2) <= 1


@pytest.mark.parametrize(
    "kernel", [np.zeros((1, 5)), np.full((2, 5), np.nan), np.ones((3, 1)), RNG.normal(size=(9, 4096))]
)
def test_odd_kernels_are_drawn_without_a_warning(kernel):
    assert kernel_tiles.curve(kernel.astype(np.float32)).shape == (
        kernel_tiles.CURVE_HEIGHT + kernel_tiles.RESPONSE_HEIGHT + 2,
        kernel_tiles.CURVE_WIDTH + 2,
        3,
    )


def test_what_is_not_finite_is_a_gap():
    kernel = np.ones((1, 5), np.float32)
    kernel[0, 2] = np.nan
    cols = dark(kernel_tiles.curve(kernel))[:, 1]
    assert not ((cols > 0.4 * kernel_tiles.CURVE_WIDTH) & (cols < 0.6 * kernel_tiles.CURVE_WIDTH)).any()


def test_a_sheet_draws_layers_of_one_to_three_axes_and_says_what_a_curve_is():
    layers = {
        "a": RNG.normal(size=(2, 1, 7)),
        "b": RNG.normal(size=(2, 3, 5, 5)),
        "c": RNG.normal(size=(2, 2, 3, 5, 5)),
    }
    page = kernel_tiles.sheet({name: bank.astype("f4") for name, bank in layers.items()}, "t", "RdBu_r")
    tiles = [part for _, _, part in page.parts if isinstance(part, np.ndarray)]
    assert len(tiles) == 6
    np.testing.assert_array_equal(tiles[0], kernel_tiles.curve(layers["a"][0].astype("f4")))
    slices = layers["c"][0].reshape(6, 5, 5).astype("f4")
    limit = float(np.abs(slices).max())
    np.testing.assert_array_equal(tiles[4], kernel_tiles.tile(slices, limit, kernel_tiles.TILE, "RdBu_r"))
    words = said(page)
    assert "a: 2 kernels of 7, along one axis" in words
    assert "c: 2 kernels of 3 x 5 x 5 x 2 channels, in three dimensions" in words
    assert "frequency response" in words
