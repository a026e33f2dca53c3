import numpy as np
import pytest
from drawn import overlapping, said

from kernelscope.figures import samples, styling
from kernelscope.figures.drawing import painted


def sheet(images, labels, names=("square", "gaussian")):
    return painted(page(images, labels, names))


def page(images, labels, names=("square", "gaussian"), use="screen"):
    return samples.sheet(images, np.array(labels), list(names), "waveforms", use)


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


@pytest.mark.parametrize(("size", "side"), [(8, 128), (16, 128), (60, 120), (64, 128), (100, 100), (200, 128)])
def test_images_are_enlarged_by_whole_numbers_or_shrunk(size, side):
    picture = sheet(marked(2, size), [0, 1])
    (top, left), (bottom, right) = box(picture, 41)
    assert (bottom - top + 1, right - left + 1) == (side, side)


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
    assert "5 training images of 16 x 16 pixels: 4 square, 1 gaussian" in said(page(marked(5), [1, 0, 0, 0, 0]))


@pytest.mark.parametrize("use", styling.USES)
@pytest.mark.parametrize("classes", [2, 10])
def test_no_words_overlap_and_a_slide_is_not_overfull(use, classes):
    drawn = page(marked(classes, 64), range(classes), [f"class number {i}" for i in range(classes)], use)
    assert not overlapping(drawn)
    assert drawn.height <= (styling.USES[use].height or np.inf)
    assert ("6 of 10 classes" in said(drawn)) == (use == "slide" and classes > 6)


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


@pytest.mark.parametrize("use", styling.USES)
def test_forty_classes_with_long_names_are_no_wider_than_two(use):
    names = [f"a class with a name of many letters, number {i}" for i in range(40)]
    wide, narrow = (page(marked(n, 16), range(n), names[:n], use) for n in (40, 2))
    assert not overlapping(wide)
    assert wide.width <= max(narrow.width, styling.USES[use].width or 0)
