import numpy as np
import pytest

from kernelscope.figures import colormaps, raster

MAPS = ["RdBu_r", "gray"]


def solid(height, width, value=100):
    return np.full((height, width, 3), value, np.uint8)


@pytest.mark.parametrize("colormap", MAPS)
def test_zero_is_the_middle_color_and_plus_and_minus_the_limit_are_the_ends(colormap):
    colors = raster.signed(np.array([-2.5, 0.0, 2.5]), 2.5, colormap)
    assert colors.dtype == np.uint8
    np.testing.assert_array_equal(colors, colormaps.table(colormap)[[0, 128, 255]])


def test_gray_values_checked_by_eye():
    colors = raster.signed(np.array([[-9.0, -1.0, -0.5], [0.5, 1.0, 9.0]]), 1, "gray")
    np.testing.assert_array_equal(colors[..., 0], [[0, 0, 64], [192, 255, 255]])
    np.testing.assert_array_equal(colors[..., 0], colors[..., 2])


@pytest.mark.parametrize("colormap", MAPS)
def test_from_the_colors_one_gets_the_numbers_back(colormap):
    values = np.random.default_rng(0).uniform(-3, 3, (20, 30))
    index = {tuple(color): i for i, color in reversed(list(enumerate(colormaps.table(colormap).tolist())))}
    back = np.array([[index[tuple(c)] for c in row] for row in raster.signed(values, 3, colormap).tolist()])
    assert (
        np.abs((back + 0.5) / 128 * 3 - 3 - values).max() <= 3 / 128 * 1.5
    )  # half a step; a whole step where two colors are equal
    assert (np.diff(back.ravel()[np.argsort(values.ravel())]) >= 0).all()


def test_limits_may_differ_along_leading_axes():
    values = np.stack([np.full((2, 2), 0.1), np.full((2, 2), 10.0)])
    apart = raster.signed(values, np.array([0.1, 10.0])[:, None, None], "gray")
    assert (apart == 255).all()
    together = raster.signed(values, 10.0, "gray")
    assert (together[0] < 140).all()


@pytest.mark.parametrize("values", [np.zeros((3, 3)), np.ones((3, 3))])
def test_without_a_limit_everything_is_the_middle_color(values):
    assert (raster.signed(values, 0.0, "gray") == 128).all()


def test_colors_between_two_ends_clip_what_is_outside():
    drawn = raster.colors(np.array([1.0, 2.0, 3.0, 4.0, 5.0]), 2.0, 4.0, "gray")[:, 0]
    assert drawn.tolist() == [0, 0, 128, 255, 255]
    assert (raster.colors(np.array([1.0, 7.0]), 3.0, 3.0, "gray") == 128).all()


def test_enlargement_is_exact_nearest_neighbor():
    tile = np.random.default_rng(0).integers(0, 256, (2, 3, 4, 3), np.uint8)
    large = raster.enlarged(tile, 5)
    assert large.shape == (2, 15, 20, 3)
    for row in range(15):
        for col in range(20):
            np.testing.assert_array_equal(large[:, row, col], tile[:, row // 5, col // 5])
    np.testing.assert_array_equal(raster.enlarged(tile, 1), tile)


@pytest.mark.parametrize("separator", [1, 2])
def test_tiles_stand_between_separators(separator):
    tiles = np.arange(6, dtype=np.uint8).repeat(4 * 5 * 3).reshape(2, 3, 4, 5, 3)
    picture = raster.grid(tiles, separator)
    assert picture.shape == (2 * 4 + 3 * separator, 3 * 5 + 4 * separator, 3)
    line = np.full(picture.shape[:2], True)
    for row in range(2):
        for col in range(3):
            top, left = separator + row * (4 + separator), separator + col * (5 + separator)
            assert (picture[top : top + 4, left : left + 5] == 3 * row + col).all()
            line[top : top + 4, left : left + 5] = False
    assert (picture[line] == raster.SEPARATOR).all()


@pytest.mark.parametrize("colormap", [*MAPS, "magma"])
def test_separators_and_warnings_have_colors_that_no_kernel_has(colormap):
    table = {tuple(color) for color in colormaps.table(colormap).tolist()}
    assert not table & {raster.SEPARATOR, raster.RED, raster.GREEN}


def test_beside_and_above_have_the_sum_of_one_side_and_the_largest_of_the_other():
    a, b = solid(4, 6, 1), solid(10, 3, 2)
    assert raster.beside(a, b, gap=5).shape == (10, 14, 3)
    assert raster.above(a, b, gap=5).shape == (19, 6, 3)


@pytest.mark.parametrize(("align", "top"), [(0, 0), (0.5, 3), (1, 6)])
def test_beside_and_above_put_everything_in_its_place_on_white(align, top):
    a, b = solid(4, 6, 1), solid(10, 3, 2)
    expected = np.full((10, 14, 3), 255, np.uint8)
    expected[top : top + 4, :6] = 1
    expected[:, 11:] = 2
    np.testing.assert_array_equal(raster.beside(a, b, gap=5, align=align), expected)
    turned = raster.above(a.transpose(1, 0, 2), b.transpose(1, 0, 2), gap=5, align=align)
    np.testing.assert_array_equal(turned, expected.transpose(1, 0, 2))


def test_flow_breaks_lines_as_a_text_does():
    words = [solid(10, width, i) for i, width in enumerate((40, 50, 30, 100, 20))]
    page = raster.flow(*words, width=98, gap=8)  # 40 + 8 + 50 just fit; 30; 100; 20
    assert page.shape == (4 * 10 + 3 * 4, 100, 3)
    assert [int(page[row, 0, 0]) for row in (0, 14, 28, 42)] == [0, 2, 3, 4]
    assert page[0, 48, 0] == 1
    assert raster.flow(*words, width=1000, gap=8).shape == (10, 240 + 4 * 8, 3)


def test_a_picture_wider_than_the_page_gets_a_line_of_its_own():
    assert raster.flow(solid(5, 300), solid(5, 20), width=100, gap=2).shape == (5 + 1 + 5, 300, 3)


@pytest.mark.parametrize(("h", "w"), [(4, 6), (5, 6), (4, 7), (5, 7)])
def test_even_adds_at_most_one_white_line_below_and_right(h, w):
    picture = raster.even(solid(h, w))
    assert picture.shape == (h + h % 2, w + w % 2, 3)
    assert (picture[:h, :w] == 100).all()
    assert (picture == 255).sum() == 3 * (picture.shape[0] * picture.shape[1] - h * w)


def test_centered_and_middle_share_what_is_left_over():
    picture = solid(3, 4)
    assert (raster.centered(picture, 9)[:, 2:6] == 100).all()
    assert raster.centered(picture, 9).shape == (3, 9, 3)
    assert (raster.middle(picture, 8)[2:5] == 100).all()
    assert raster.middle(picture, 8).shape == (8, 4, 3)
    np.testing.assert_array_equal(raster.centered(picture, 2), picture)


def test_text_is_dark_on_white_and_as_wide_as_it_needs():
    short, long = raster.text("conv1"), raster.text("conv1 conv1")
    assert short.shape[0] == long.shape[0]
    assert 1.5 * short.shape[1] < long.shape[1] < 3 * short.shape[1]
    assert (short.reshape(-1, 3) == raster.BLACK).all(1).any()
    assert (short[0] == 255).all()
    np.testing.assert_array_equal(short, raster.text("conv1"))


def test_text_has_its_color_and_an_empty_line_has_none():
    assert (raster.text("dead", 11, raster.RED).reshape(-1, 3) == raster.RED).all(1).any()
    assert (raster.text("") == 255).all()


@pytest.mark.parametrize(
    ("value", "label"),
    [(0.0, "0"), (-0.0, "0"), (1.5, "1.5"), (-0.12345, "−0.123"), (1234.5, "1.23e+03"), (-1e-5, "−1e−05")],
)
def test_numbers_have_three_digits_and_a_true_minus(value, label):
    assert raster.number(value) == label


@pytest.mark.parametrize("height", [10, 48, 160])
def test_the_color_bar_goes_from_high_at_the_top_to_low(height):
    bar = raster.color_bar(-2, 2, height, "gray")
    assert bar.shape[0] == max(height, 48)
    ramp = bar[1:-1, 6, 0].astype(int)
    assert (np.diff(ramp) <= 0).all()
    assert ramp[0] >= 249
    assert ramp[-1] <= 6
    assert abs(ramp[len(ramp) // 2] - 128) <= 4
    assert (bar[0, :12] == 110).all()
    assert (bar[:, 16:] < 255).any()


def test_no_function_changes_or_shares_its_pictures():
    picture = solid(3, 3)
    for made in (
        raster.even(picture),
        raster.beside(picture),
        raster.centered(picture, 1),
        raster.enlarged(picture, 1),
        raster.above(picture),
        raster.middle(picture, 1),
    ):
        made[:] = 0
    assert (picture == 100).all()


@pytest.mark.parametrize("limit", [0.0, 1.0])
def test_what_is_not_a_number_is_orange_and_has_no_part_in_the_largest(limit):
    values = np.array([[np.nan, 0.0], [-3.0, np.inf]])
    drawn = raster.signed(values, limit, "RdBu_r")
    assert drawn[0, 0].tolist() == drawn[1, 1].tolist() == [240, 160, 0]
    assert drawn[0, 1].tolist() == colormaps.table("RdBu_r")[128].tolist()
    assert raster.largest(values) == 3
    assert raster.largest(values, 1).tolist() == [0, 3]
    assert raster.largest(np.full(3, np.nan)) == 0
