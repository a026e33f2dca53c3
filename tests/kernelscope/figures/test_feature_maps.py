import numpy as np
import pytest

from kernelscope.figures import feature_maps, raster

RNG = np.random.default_rng(0)


def red(picture):
    return (picture.reshape(-1, 3) == raster.RED).all(1).any()


def drawn(maps, kernels, images=None, names=("one", "two")):
    images = np.zeros((2, 30, 40), np.uint8) if images is None else images
    return feature_maps.sheet(images, list(names), maps, kernels, "title", "note")


@pytest.mark.parametrize(("out", "k", "h", "w"), [(1, 1, 30, 40), (3, 5, 26, 36), (14, 3, 1, 1), (2, 7, 100, 90)])
@pytest.mark.parametrize("channels", [1, 2])
def test_a_silent_kernel_is_marked_red_and_only_that(out, k, h, w, channels):
    kernels = {"conv1": RNG.normal(size=(out, channels, k, k))}
    maps = RNG.uniform(0.1, 1, (2, out, h, w))
    speaking = drawn({"conv1": maps}, kernels)
    assert speaking.dtype == np.uint8
    assert not red(speaking)
    silent = maps.copy()
    silent[:, -1] = 0
    assert red(drawn({"conv1": silent}, kernels))
    silent[1, -1] = 1e-6  # it responds to one class
    assert not red(drawn({"conv1": silent}, kernels))


def test_each_kernel_has_one_scale_over_the_classes():
    maps = np.array([[[0.0, 1.0]], [[2.0, 4.0]]])
    column = feature_maps.kernel_column(maps, np.ones((2, 3, 3)), 30, 0, "RdBu_r")
    colors = raster.colors(maps[:, 0], 0, 4, "magma")
    top = column.shape[0] - 62  # two maps of 30 rows and a gap of 2
    for label, start in ((0, top), (1, top + 32)):
        for col in range(2):
            assert (column[start : start + 30, 30 * col : 30 * (col + 1)] == colors[label, col]).all()


def test_color_images_stand_beside_their_maps_in_color():
    images = np.zeros((2, 84, 84, 3), np.uint8)
    images[0], images[1] = (0, 250, 3), (9, 0, 240)
    page = drawn({"conv1": np.ones((2, 1, 84, 84))}, {"conv1": np.ones((1, 3, 1, 1))}, images)
    flat = page.reshape(-1, 3)
    for color in ((0, 250, 3), (9, 0, 240)):
        assert (flat == color).all(1).sum() == 84 * 84


def test_the_class_names_change_the_sheet_and_two_sheets_are_equal():
    maps, kernels = {"conv1": np.ones((2, 3, 20, 20))}, {"conv1": np.ones((3, 1, 3, 3))}
    np.testing.assert_array_equal(drawn(maps, kernels), drawn(maps, kernels))
    named = drawn(maps, kernels, names=("square", "triangle"))
    assert not np.array_equal(named, drawn(maps, kernels))
