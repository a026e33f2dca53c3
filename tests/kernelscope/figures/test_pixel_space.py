import numpy as np
import pytest

from kernelscope.figures import pixel_space, raster

RNG = np.random.default_rng(0)


def red(picture):
    return (picture.reshape(-1, 3) == raster.RED).all(1).any()


def contains(whole, part):
    """Return whether `part` is somewhere in `whole`, pixel for pixel."""
    h, w = part.shape[:2]
    space = whole.shape[0] - h + 1, whole.shape[1] - w + 1
    corner = np.ones(space, bool)
    for row, col in ((0, 0), (1, 1), (h - 2, w - 2), (h // 2, w // 2), (h - 2, 1)):
        corner &= (whole[row : row + space[0], col : col + space[1]] == part[row, col]).all(2)
    return any((whole[r : r + h, c : c + w] == part).all() for r, c in np.argwhere(corner))


def run(out=3, channels=1, second=2):
    """Return banks and pixels of two layers: 5 x 5 kernels, then 3 x 3 kernels that see 7 x 7 pixels."""
    banks = {"conv1": RNG.normal(size=(out, channels, 5, 5)), "conv2": RNG.normal(size=(second, out, 3, 3))}
    pixels = {}
    for name, bank in banks.items():
        shape = bank.shape if name == "conv1" else (second, channels, 7, 7)
        pixels |= {f"{kind}/{name}": RNG.normal(size=shape) for kind in pixel_space.ROWS}
        pixels[f"gain/{name}"] = np.full(len(bank), 1.5)
    return banks, pixels | {"linear/conv1": banks["conv1"]}


def drawn(banks, pixels, response=1.0, colormap="RdBu_r"):
    responses = {name: np.full(len(bank), response) for name, bank in banks.items()}
    return pixel_space.sheet(banks, pixels, responses, "title", "note", colormap)


@pytest.mark.parametrize(("channels", "colormap"), [(1, "RdBu_r"), (2, "gray"), (3, "RdBu_r")])
def test_every_tile_stands_in_the_sheet(channels, colormap):
    banks, pixels = run(channels=channels)
    page = drawn(banks, pixels, colormap=colormap)
    assert page.dtype == np.uint8
    for name, side in (("conv1", 5), ("conv2", 7)):
        for kind in pixel_space.ROWS:
            is_drawn = (name, kind) != ("conv1", "rectified")  # the first layer is drawn once, as it is
            for tile in pixel_space.tiles(pixels[f"{kind}/{name}"], round(pixel_space.TILE / side), colormap):
                assert contains(page, tile) == is_drawn


def test_the_pixels_of_a_tile_are_the_numbers_on_their_own_scale():
    bank = np.array([[[[1.0, -2.0], [0.0, 0.5]]], [[[10.0, 0], [0, 0]]]])
    tiles = pixel_space.tiles(bank, 3, "RdBu_r")
    assert tiles.shape == (2, 8, 8, 3)
    np.testing.assert_array_equal(tiles[0, 2:-1:3, 2:-1:3], raster.colors(bank[0, 0], -2, 2, "RdBu_r"))
    np.testing.assert_array_equal(tiles[1, 2:-1:3, 2:-1:3], raster.colors(bank[1, 0], -10, 10, "RdBu_r"))
    assert (tiles[:, 0] == raster.SEPARATOR).all()


def test_color_kernels_are_color_images_with_gray_for_zero():
    bank = np.zeros((2, 3, 2, 2))
    bank[0, 0, 0, 0], bank[0, 2, 1, 1] = 4, -4
    bank[1, 1, 0, 1] = np.nan
    tiles = pixel_space.tiles(bank, 1, "RdBu_r")[:, 1:-1, 1:-1].astype(int)
    gray = tiles[0, 0, 1, 0]
    assert abs(gray - 127) <= 1
    np.testing.assert_array_equal(tiles[0], [[[255, gray, gray], [gray] * 3], [[gray] * 3, [gray, gray, 0]]])
    np.testing.assert_array_equal(tiles[1, 0, 1], raster.NOT_FINITE)


def test_red_stands_for_the_dead_and_only_for_them():
    banks, pixels = run()
    assert not red(drawn(banks, pixels))
    assert red(drawn(banks, pixels, response=-1.0))


def test_what_the_words_above_a_kernel_say():
    labels = pixel_space.kernel_labels(
        np.array([2.0, 3, 0.1, np.nan, 2, 2]), np.array([1, -1, 1, 1, 1, np.nan]), np.array([1.25, 2, 2, 2, np.nan, 2])
    )
    assert [words for words, _ in labels] == ["1.2×", "dead", "2.0× weak", "not finite", "no patch", "not finite"]
    assert [color == raster.RED for _, color in labels] == [False, True, True, True, False, True]


@pytest.mark.parametrize("value", [0.0, np.nan, np.inf])
def test_nothing_and_what_is_not_finite_is_drawn_without_a_warning(value):
    banks, pixels = run()
    pixels = {name: np.full_like(array, value) for name, array in pixels.items()}
    assert drawn({name: np.full_like(array, value) for name, array in banks.items()}, pixels, value).ndim == 3


@pytest.mark.parametrize(("out", "channels", "field"), [(1, 1, 1), (100, 1, 11), (33, 3, 49), (16, 1, 200), (7, 2, 64)])
def test_a_sheet_is_never_wider_than_a_slide(out, channels, field):
    banks = {"conv2": RNG.normal(size=(out, 4, 3, 3))}
    pixels = {f"{kind}/conv2": RNG.normal(size=(out, channels, field, field)) for kind in pixel_space.ROWS}
    page = drawn(banks, pixels | {"gain/conv2": np.full(out, np.nan)})
    assert page.shape[1] <= 1400


def test_two_sheets_are_equal():
    banks, pixels = run()
    np.testing.assert_array_equal(drawn(banks, pixels), drawn(banks, pixels))
