import numpy as np
import pytest

from kernelscope.figures import kernel_grid, raster


def red(grid_image):
    return (grid_image.reshape(-1, 3) == raster.RED).all(1).any()


def test_the_picture_of_a_literal_bank():
    bank = np.array([[[[-1.0, 0.0], [1.0, 0.5]]], [[[2.0, -2.0], [0.0, -0.5]]]])
    s = 7  # a separator
    expected = np.array(
        [
            [s, s, s, s, s, s, s],
            [s, 0, 128, s, 255, 0, s],
            [s, 255, 192, s, 128, 64, s],
            [s, s, s, s, s, s, s],
        ]
    )
    drawn = kernel_grid.grid_image(bank, 1, 1, "gray")
    lines = expected == s
    assert (drawn[lines] == raster.SEPARATOR).all()
    np.testing.assert_array_equal(drawn[..., 1][~lines], expected[~lines])


def test_an_enlarged_bank_has_squares_for_pixels():
    bank = np.random.default_rng(0).normal(size=(3, 2, 4, 4))
    small, large = kernel_grid.grid_image(bank, 2, 1, "RdBu_r"), kernel_grid.grid_image(bank, 2, 3, "RdBu_r")
    assert large.shape == (3 * 13 + 1, 2 * 13 + 1, 3)
    for kernel in range(3):
        for channel in range(2):
            tile = small[1 + 5 * kernel :, 1 + 5 * channel :][:4, :4]
            square = large[1 + 13 * kernel :, 1 + 13 * channel :][:12, :12]
            np.testing.assert_array_equal(square, tile.repeat(3, 0).repeat(3, 1))


def test_a_kernel_of_several_channels_is_a_row_and_single_planes_go_on_side_by_side():
    assert kernel_grid.shape(5, 3) == (5, 3)
    assert kernel_grid.shape(5, 1) == (1, 5)
    assert kernel_grid.shape(16, 1) == (1, 16)
    assert kernel_grid.shape(17, 1) == (2, 16)
    assert kernel_grid.shape(48, 1) == (3, 16)


def test_places_without_a_kernel_stay_white():
    drawn = kernel_grid.grid_image(np.ones((17, 1, 2, 2)), 1, 1, "gray")
    assert drawn.shape == (2 * 3 + 1, 16 * 3 + 1, 3)
    second_row = drawn[4:6]
    assert (second_row[:, 1:3] == 255).all()  # the kernel itself is white on gray
    assert (second_row[:, [4, 5, 47]] == 255).all()
    dark = kernel_grid.grid_image(-np.ones((17, 1, 2, 2)), 1, 1, "gray")[4:6]
    assert (dark[:, 1:3] == 0).all()
    assert (dark[:, [4, 5, 47]] == 255).all()


def test_with_a_limit_of_its_own_a_kernel_looks_the_same_at_any_size():
    kernel = np.random.default_rng(0).normal(size=(1, 3, 3))
    bank = np.stack([kernel, 1000 * kernel, kernel / 1000])
    alone = kernel_grid.grid_image(kernel[None], np.abs(kernel).max(), 2, "RdBu_r")
    each_scaled = kernel_grid.grid_image(bank, np.abs(bank).max((1, 2, 3)), 2, "RdBu_r")
    shared = kernel_grid.grid_image(bank, np.abs(bank).max(), 2, "RdBu_r")
    assert each_scaled.shape == shared.shape == (8, 22, 3)
    for i in range(3):
        np.testing.assert_array_equal(each_scaled[:, 7 * i : 7 * i + 8], alone)
    assert not np.array_equal(shared[:, :8], alone)


def test_one_limit_serves_all_channels_of_a_kernel():
    bank = np.zeros((1, 2, 1, 1))
    bank[0, :, 0, 0] = 1, 0.5
    drawn = kernel_grid.grid_image(bank, np.array([1.0]), 1, "gray")
    assert drawn[1, [1, 3], 0].tolist() == [255, 192]


def test_a_bank_of_zeros_is_all_middle_color():
    for limit in (0.0, np.zeros(3)):
        drawn = kernel_grid.grid_image(np.zeros((3, 1, 5, 5)), limit, 2, "gray")
        tiles = (drawn != raster.SEPARATOR).any(-1)
        assert tiles.sum() == 3 * 100
        assert (drawn[tiles] == 128).all()


@pytest.mark.parametrize(
    ("out", "channels", "k"), [(1, 1, 1), (12, 1, 15), (16, 16, 5), (32, 16, 3), (5, 5, 15), (96, 3, 11), (1, 1, 79)]
)
def test_a_bank_is_drawn_as_large_as_fits(out, channels, k):
    factor = kernel_grid.enlargement(out, channels, k)
    drawn = kernel_grid.grid_image(np.zeros((out, channels, k, k)), 1, factor, "gray")
    larger = kernel_grid.grid_image(np.zeros((out, channels, k, k)), 1, factor + 1, "gray")

    def fits(grid_image):
        cols = kernel_grid.shape(out, channels)[1]
        tile = (grid_image.shape[1] - 1) / cols
        return tile <= kernel_grid.TILE and grid_image.shape[1] <= kernel_grid.WIDEST + 1 and grid_image.shape[0] <= 481

    assert factor >= 2
    assert factor == 2 or fits(drawn)
    assert not fits(larger)


def labels(n, text="0.12"):
    return [raster.text(text, 11) for _ in range(n)]


def test_labels_stand_below_their_tiles_and_take_no_width():
    bank = kernel_grid.grid_image(np.ones((20, 1, 5, 5)), 1, 8, "gray")
    drawn = kernel_grid.labeled(bank, [raster.text(str(i), 11) for i in range(20)], 20, 1)
    assert drawn.shape[1] == bank.shape[1]
    height = labels(1)[0].shape[0] + 2
    assert drawn.shape[0] == 2 * (42 + height)  # each row with its lower line, and a line of text
    first, second = drawn[42 : 42 + height], drawn[84 + height :]
    for col in range(16):
        assert (first[:, col * 41 : (col + 1) * 41] < 255).any()
        assert (second[:, col * 41 : (col + 1) * 41] < 255).any() == (col < 4)
    np.testing.assert_array_equal(drawn[:42], bank[:42])


def test_labels_behind_rows_are_whole_and_beside_their_row():
    bank = kernel_grid.grid_image(np.ones((3, 2, 5, 5)), 1, 8, "gray")
    texts = [raster.text(word, 11, raster.RED) for word in ("1", "2.00 dead", "3")]
    drawn = kernel_grid.labeled(bank, texts, 3, 2)
    assert drawn.shape == (bank.shape[0], bank.shape[1] + 5 + texts[1].shape[1], 3)
    for i, label in enumerate(texts):
        beside = drawn[41 * i : 41 * (i + 1), bank.shape[1] + 5 :]
        assert (beside < 255).any(-1).sum() == (label < 255).any(-1).sum()


@pytest.mark.parametrize(("out", "channels"), [(1, 1), (3, 1), (3, 2), (17, 1)])
def test_labels_larger_than_their_tiles_are_cut_or_moved_but_never_fail(out, channels):
    bank = kernel_grid.grid_image(np.ones((out, channels, 1, 1)), 1, 2, "gray")
    drawn = kernel_grid.labeled(bank, [raster.text("12.34 dead", 11, raster.RED)] * out, out, channels)
    assert drawn.dtype == np.uint8
    assert drawn.shape[1] >= bank.shape[1]
    assert red(drawn) or channels == 1  # three pixels of text need not have a fully red pixel


def test_a_block_is_nearly_square_and_has_its_frame():
    kernel = np.ones((5, 2, 2))
    drawn = kernel_grid.block(kernel, 1, 3, "gray", raster.RED)
    assert drawn.shape == (2 * 7 + 1, 3 * 7 + 1, 3)
    assert (drawn[0] == raster.RED).all()
    assert (drawn[:, 7] == raster.RED).all()
    assert (drawn[1:7, 1:7] == 255).all()
    assert (drawn[8:14, 15:21] == 128).all()  # the sixth place is empty
    assert (drawn[8:14, 8:14] == 255).all()


def test_a_block_of_one_channel_is_the_picture_of_that_kernel():
    kernel = np.random.default_rng(1).normal(size=(1, 4, 4))
    np.testing.assert_array_equal(
        kernel_grid.block(kernel, 2.0, 3, "RdBu_r"), kernel_grid.grid_image(kernel[None], 2.0, 3, "RdBu_r")
    )


def test_the_bank_is_not_changed():
    bank = np.random.default_rng(1).normal(size=(2, 3, 4, 4)).astype(np.float32)
    before = bank.copy()
    kernel_grid.grid_image(bank, np.abs(bank).max((1, 2, 3)), 2, "gray")
    kernel_grid.block(bank[0], 1.0, 2, "gray")
    np.testing.assert_array_equal(bank, before)


def test_a_red_frame_goes_around_the_kernels_that_are_named_and_no_other():
    drawn = kernel_grid.grid_image(np.ones((3, 1, 4, 4)), 1, 5, "RdBu_r")  # tiles of 20 pixels, lines of 1
    framed = kernel_grid.framed(drawn, np.array([False, True, False]), 1)
    red = (framed == raster.RED).all(-1)
    assert red[:, 21:43].any(0).all()
    assert not red[:, :21].any()
    assert not red[:, 43:].any()
    assert not red[3:18, 24:39].any()
    assert not (drawn == raster.RED).all(-1).any()


def test_a_kernel_in_color_is_gray_at_zero_and_full_at_its_largest_weight():
    kernel = np.zeros((2, 3, 2, 2), np.float32)
    kernel[0, 0, 0, 0], kernel[0, 2, 1, 1], kernel[0, 1, 0, 1] = 2.0, -1.0, np.nan
    drawn = kernel_grid.in_color(kernel)
    assert drawn.shape == (2, 2, 2, 3)
    assert drawn[0, 0, 0].tolist() == [255, 128, 128]
    assert drawn[0, 1, 1].tolist() == [128, 128, 64]
    assert drawn[0, 0, 1].tolist() == [128, 128, 128]  # NaN is visible in the planes
    assert (drawn[1] == 128).all()  # a kernel of zeros


def test_a_bank_in_color_has_every_kernel_at_its_place():
    kernels = np.random.default_rng(0).normal(size=(20, 3, 5, 5)).astype(np.float32)
    drawn = kernel_grid.colored(kernels, 4)
    tiles = kernel_grid.in_color(kernels)
    for number in range(20):
        row, col = divmod(number, kernel_grid.PER_ROW)
        at = drawn[row * 21 + 1 : row * 21 + 21 : 4, col * 21 + 1 : col * 21 + 21 : 4]
        assert (at == tiles[number]).all(), number


RNG = np.random.default_rng(0)


def bank(*shape):
    return RNG.normal(size=shape).astype(np.float32)


def test_three_channels_are_shown_in_color_and_others_as_planes():
    kernels = bank(3, 3, 5, 5)
    _, drawn = kernel_grid.section("c", kernels, "RdBu_r")
    assert np.array_equal(drawn, kernel_grid.colored(kernels, kernel_grid.factor(kernels[:, :1])))
    _, planes = kernel_grid.section("c", bank(3, 2, 5, 5), "RdBu_r")
    assert planes.shape[0] > drawn.shape[0]  # a row for each kernel


def test_of_many_kernels_and_channels_the_first_are_drawn():
    _, all_of_them = kernel_grid.section("c", bank(4, 4, 5, 5), "RdBu_r")
    heading, some = kernel_grid.section("c", bank(500, 100, 5, 5), "RdBu_r")
    plain, _ = kernel_grid.section("c", bank(32, 16, 5, 5), "RdBu_r")
    assert some.shape[0] < 40 * 32 + 100
    assert heading.shape[1] > plain.shape[1]
    assert all_of_them.std() > 10


def test_a_sheet_has_a_section_for_every_layer():
    one_layer, two_layers = ({f"c{i}": bank(3, 1, 5, 5) for i in range(n)} for n in (1, 2))
    heights = [kernel_grid.sheet(layers, "title", "RdBu_r").shape[0] for layers in (one_layer, two_layers)]
    assert heights[1] > heights[0] + 50
