import numpy as np
import pytest

from kernelscope.figures import drawing
from kernelscope.figures.drawing import painted


def solid(height, width, value=100):
    return np.full((height, width, 3), value, np.uint8)


def test_enlargement_is_exact_nearest_neighbor():
    tile = np.random.default_rng(0).integers(0, 256, (2, 3, 4, 3), np.uint8)
    large = drawing.enlarged(tile, 5)
    assert large.shape == (2, 15, 20, 3)
    for row in range(15):
        for col in range(20):
            np.testing.assert_array_equal(large[:, row, col], tile[:, row // 5, col // 5])
    np.testing.assert_array_equal(drawing.enlarged(tile, 1), tile)


def test_beside_and_above_have_the_sum_of_one_side_and_the_largest_of_the_other():
    a, b = solid(4, 6, 1), solid(10, 3, 2)
    assert painted(drawing.beside(a, b, gap=5)).shape == (10, 14, 3)
    assert painted(drawing.above(a, b, gap=5)).shape == (19, 6, 3)


@pytest.mark.parametrize(("align", "top"), [(0, 0), (0.5, 3), (1, 6)])
def test_beside_and_above_put_everything_in_its_place_on_white(align, top):
    a, b = solid(4, 6, 1), solid(10, 3, 2)
    expected = np.full((10, 14, 3), 255, np.uint8)
    expected[top : top + 4, :6] = 1
    expected[:, 11:] = 2
    np.testing.assert_array_equal(painted(drawing.beside(a, b, gap=5, align=align)), expected)
    turned = painted(drawing.above(a.transpose(1, 0, 2), b.transpose(1, 0, 2), gap=5, align=align))
    np.testing.assert_array_equal(turned, expected.transpose(1, 0, 2))


def test_flow_breaks_lines_as_a_text_does():
    words = [solid(10, width, i) for i, width in enumerate((40, 50, 30, 100, 20))]
    page = painted(drawing.flow(*words, width=98, gap=8))  # 40 + 8 + 50 just fit; 30; 100; 20
    assert page.shape == (4 * 10 + 3 * 4, 100, 3)
    assert [int(page[row, 0, 0]) for row in (0, 14, 28, 42)] == [0, 2, 3, 4]
    assert page[0, 48, 0] == 1
    assert drawing.flow(*words, width=1000, gap=8)[:2] == (10, 240 + 4 * 8)
    assert drawing.flow(solid(5, 300), solid(5, 20), width=100, gap=2)[:2] == (5 + 1 + 5, 300)


def test_centered_and_middle_share_what_is_left_over():
    picture = solid(3, 4)
    assert (painted(drawing.centered(picture, 9))[:, 2:6] == 100).all()
    assert painted(drawing.centered(picture, 9)).shape == (3, 9, 3)
    assert (painted(drawing.middle(picture, 8))[2:5] == 100).all()
    assert painted(drawing.middle(picture, 8)).shape == (8, 4, 3)
    np.testing.assert_array_equal(painted(drawing.centered(picture, 2)), picture)


def test_text_is_dark_on_white_and_as_wide_as_it_needs():
    short, long = drawing.text("conv1"), drawing.text("conv1 conv1")
    assert short.height == long.height
    assert 1.5 * short.width < long.width < 3 * short.width
    pixels = painted(short)
    assert pixels.min() < 60
    assert (pixels[0] == 255).all()
    assert (painted(drawing.text("")) == 255).all()
    assert (painted(drawing.text("dead", 12, drawing.RED)).reshape(-1, 3) == drawing.RED).all(1).any()


@pytest.mark.parametrize("scale", [1, 2, 3])
def test_a_larger_painting_has_larger_squares_and_sharp_letters(scale):
    figure = drawing.above(solid(3, 4, 7), drawing.text("word"))
    whole, once = painted(figure, scale), painted(figure)
    assert whole.shape == (scale * figure.height, scale * figure.width, 3)
    assert (whole[: 3 * scale, : 4 * scale] == 7).all()
    if scale > 1:
        assert not np.array_equal(whole, drawing.enlarged(once, scale))


def test_a_painting_without_words_has_only_pixels():
    figure = drawing.above(solid(3, 4, 7), drawing.text("word"))
    pixels = painted(figure, with_words=False)
    assert (pixels[3:] == 255).all()
    assert (pixels[:3, :4] == 7).all()


def test_words_wrap_at_blanks_and_only_a_long_word_is_cut():
    lines = [words.string for words in drawing.paragraph("one two three four\nfive", 80).words]
    assert " ".join(lines) == "one two three four five"
    assert len(lines) > 2
    assert lines[-1] == "five"
    (cut,) = [words.string for words in drawing.paragraph("x" * 90, 80).words]
    assert cut.endswith("…")
    assert drawing.font(13).getlength(cut) <= 80
    assert drawing.shortened("short", 80) == "short"


@pytest.mark.parametrize(
    ("value", "label"),
    [(0.0, "0"), (-0.0, "0"), (1.5, "1.5"), (-0.12345, "−0.123"), (1234.5, "1.23e+03"), (-1e-5, "−1e−05")],
)
def test_numbers_have_three_digits_and_a_true_minus(value, label):
    assert drawing.number(value) == label


def test_no_function_changes_or_shares_its_pictures():
    picture = solid(3, 3)
    for made in (drawing.beside(picture), drawing.centered(picture, 1), drawing.above(picture), picture):
        painted(made)[:] = 0
    assert (picture == 100).all()
