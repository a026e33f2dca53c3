import numpy as np
import pytest

from kernelscope.figures import raster, samples


def sheet(images, labels, names=("square", "gaussian")):
    return samples.sheet(images, np.array(labels), list(names), "waveforms")


def marked(n, size=16):
    """Return images that can be identified by their color: (40, 0, 200), (41, 0, 200), ..."""
    images = np.full((n, size, size, 3), (0, 0, 200), np.uint8)
    images[..., 0] = np.arange(40, 40 + n)[:, None, None]
    return images


def box(picture, level):
    """Return the first and last (row, col) of the image with this level."""
    places = np.argwhere((picture == (level, 0, 200)).all(-1))
    return places.min(0).tolist(), places.max(0).tolist()


def test_every_class_has_a_row_of_its_images_in_the_order_of_the_dataset():
    picture = sheet(marked(6), [0, 1, 0, 1, 1, 0])
    assert picture.dtype == np.uint8
    tops = {level: box(picture, level)[0][0] for level in range(40, 46)}
    lefts = {level: box(picture, level)[0][1] for level in range(40, 46)}
    assert tops[40] == tops[42] == tops[45] < tops[41] == tops[43] == tops[44]
    assert lefts[40] < lefts[42] < lefts[45]
    assert lefts[41] < lefts[43] < lefts[44]
    assert lefts[40] == lefts[41]


@pytest.mark.parametrize(("size", "factor"), [(8, 16), (16, 8), (64, 2), (100, 1), (200, 1)])
def test_images_are_enlarged_by_whole_numbers(size, factor):
    picture = sheet(marked(2, size), [0, 1])
    (top, left), (bottom, right) = box(picture, 41)
    assert (bottom - top + 1, right - left + 1) == (size * factor, size * factor)


def test_pixels_of_an_image_stand_as_they_are_enlarged():
    image = np.random.default_rng(0).integers(0, 256, (1, 64, 64), np.uint8)
    picture = sheet(image, [0], ["square"])
    expected = image[0].repeat(2, 0).repeat(2, 1)
    left = samples.GAP + raster.text("square", 16, bold=True).shape[1] + 10 + 2
    drawn = picture[-samples.GAP - 2 - 128 : -samples.GAP - 2, left : left + 128]
    for channel in range(3):
        np.testing.assert_array_equal(drawn[..., channel], expected)


def test_no_more_than_nine_of_a_class_are_drawn():
    picture = sheet(marked(12), [0] * 11 + [1])
    drawn = [level for level in range(40, 52) if (picture == (level, 0, 200)).all(-1).any()]
    assert drawn == [*range(40, 49), 51]


def test_color_images_keep_their_colors():
    images = np.zeros((2, 64, 64, 3), np.uint8)
    images[0], images[1] = (250, 3, 7), (3, 7, 250)
    picture = sheet(images, [0, 1])
    for color in ((250, 3, 7), (3, 7, 250)):
        assert (picture == color).all(-1).sum() == 128 * 128


def test_the_line_above_counts_the_images_of_each_class():
    picture = sheet(marked(5), [1, 0, 0, 0, 0])
    words = "5 training images of 16 x 16 pixels: 4 square, 1 gaussian"
    line = raster.text(words, 13, raster.GRAY)
    top = samples.GAP + raster.text("waveforms", 20, bold=True).shape[0] + 8
    drawn = picture[top : top + line.shape[0], samples.GAP : samples.GAP + line.shape[1]]
    np.testing.assert_array_equal(drawn, line)


def test_a_class_without_an_image_has_its_name_and_an_empty_row():
    picture = sheet(marked(2), [0, 0])
    assert picture.shape == sheet(marked(2), [1, 1]).shape
    assert not np.array_equal(picture, sheet(marked(2), [1, 1]))


def test_images_are_not_changed_and_two_sheets_are_equal():
    images = marked(3)
    first = sheet(images, [0, 1, 0])
    first_again = sheet(images, [0, 1, 0])
    np.testing.assert_array_equal(images, marked(3))
    np.testing.assert_array_equal(first, first_again)
