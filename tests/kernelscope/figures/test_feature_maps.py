import numpy as np
import pytest
from drawn import count, look, overlapping, said, strings

from kernelscope.figures import captions, colormaps, feature_maps, kernel_tiles, styling

RNG = np.random.default_rng(0)


def drawn(maps, kernels, images=None, names=("one", "two"), use="screen", named=None):
    images = np.zeros((len(names), 30, 40), np.uint8) if images is None else images
    layer = feature_maps.Layer(maps["conv1"], kernels["conv1"], 1.5, (named or {}).get("conv1", {}))
    return feature_maps.pages(images, list(names), {"conv1": layer}, look(use))["conv1"]


@pytest.mark.parametrize(("out", "k", "h", "w"), [(1, 1, 30, 40), (3, 5, 26, 36), (14, 3, 1, 1), (2, 7, 100, 90)])
@pytest.mark.parametrize("channels", [1, 2])
def test_a_silent_kernel_is_named_so_and_only_that(out, k, h, w, channels):
    kernels = {"conv1": RNG.normal(size=(out, channels, k, k))}
    maps = RNG.uniform(0.1, 1, (2, out, h, w))
    assert "silent here" not in said(drawn({"conv1": maps}, kernels))
    silent = maps.copy()
    silent[:, -1] = 0
    assert "silent here" in said(drawn({"conv1": silent}, kernels))
    silent[1, -1] = 1e-6  # it responds to one class
    assert "silent here" not in said(drawn({"conv1": silent}, kernels))


def test_each_kernel_has_one_scale_over_the_classes_and_the_scale_of_its_run():
    maps = RNG.uniform(0, 1, (2, 1, 6, 6)) * np.array([1, 4])[:, None, None, None]
    kernel = RNG.normal(size=(1, 1, 3, 3))
    page = drawn({"conv1": maps}, {"conv1": kernel})
    side = feature_maps.TILE["screen"]
    for plane in maps[:, 0]:
        tile = colormaps.colors(plane, 0, maps.max(), "magma").repeat(side // 6, 0).repeat(side // 6, 1)
        assert count(page, tile) == 1
    assert count(page, kernel_tiles.tile(kernel[0], 1.5, side, "RdBu_r")) == 1


@pytest.mark.parametrize("sees_images", [False, True])
def test_kernels_are_in_color_where_their_three_channels_are_red_green_and_blue(sees_images):
    bank, side = RNG.normal(size=(1, 3, 3, 3)), feature_maps.TILE["screen"]
    layer = feature_maps.Layer(np.ones((1, 1, 6, 6)), bank, 1.5, {}, sees_images)
    page = feature_maps.pages(np.zeros((1, 9, 9), np.uint8), ["one"], {"conv2": layer}, look("screen"))["conv2"]
    assert count(page, kernel_tiles.colored(bank[0], side, limit=1.5)) == sees_images
    assert count(page, kernel_tiles.tile(bank[0], 1.5, side, "RdBu_r")) == (not sees_images)
    assert ("in color: gray is zero" in said(page)) == sees_images


def test_of_very_small_maps_the_number_is_written():
    maps = np.array([[[[0.25, 0], [0, 0]]], [[[0, 0], [0, 3.5]]]])
    page = drawn({"conv1": maps}, {"conv1": np.ones((1, 1, 3, 3))})
    assert {"0.25", "3.5"} <= set(strings(page))
    assert "maps of 2 x 2" in said(page)


def test_color_images_are_beside_their_maps_in_color():
    side = feature_maps.TILE["screen"]
    images = np.zeros((2, side, side, 3), np.uint8)
    images[0], images[1] = (0, 250, 3), (9, 0, 240)
    page = drawn({"conv1": np.ones((2, 1, 84, 84))}, {"conv1": np.ones((1, 3, 1, 1))}, images)
    assert all(count(page, image) == 1 for image in images)


@pytest.mark.parametrize("use", styling.USES)
@pytest.mark.parametrize("size", [2, 27])
def test_no_words_overlap_and_a_slide_says_what_it_leaves_out(use, size):
    maps, names = RNG.uniform(0, 1, (5, 16, size, size)), ["a", "b", "c", "d", "a class with a long name"]
    named = {"conv1": {i: captions.Name("lower-right corner, triangle") for i in range(16)}}
    page = drawn({"conv1": maps}, {"conv1": RNG.normal(size=(16, 3, 5, 5))}, names=names, use=use, named=named)
    assert not overlapping(page)
    if use == "slide":
        assert page.height <= 540
        assert "5 of 16 kernels" in said(page)
        assert "3 of 5 classes" in said(page)
