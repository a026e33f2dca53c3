import numpy as np
import pytest
import torch
from scipy.signal import correlate2d
from torch.nn import functional

from kernelscope import architectures, featuremaps, pictures
from kernelscope.layers import conv

RNG = np.random.default_rng(0)


def weights_of(layers, channels):
    rng, found = np.random.default_rng(1), {}
    for layer in layers:
        if layer["kind"] == "conv":
            k = layer["kernel_size"]
            found[f"{layer['name']}.weight"] = rng.normal(size=(layer["kernels"], channels, k, k)).astype(np.float32)
            found[f"{layer['name']}.bias"] = rng.normal(size=layer["kernels"]).astype(np.float32)
            channels = layer["kernels"]
    return found


def by_torch(layers, weights, images):
    x = torch.from_numpy(images).double() / 255
    x = x[:, None] if x.ndim == 3 else x.permute(0, 3, 1, 2)
    found, name = {}, None
    for layer in layers:
        if layer["kind"] == "conv":
            name = layer["name"]
            weight, bias = (torch.from_numpy(weights[f"{name}.{part}"]).double() for part in ("weight", "bias"))
            x = functional.conv2d(x, weight, bias, stride=layer["stride"])
            found[name] = x.numpy()
        elif layer["kind"] == "relu" and name is not None:
            x = functional.relu(x)
            found[name] = x.numpy()
        elif layer["kind"] == "max_pool":
            x = functional.max_pool2d(x, layer["size"])
        else:
            return found
    return found


@pytest.mark.parametrize(
    "layers",
    [
        architectures.matched(kernels=3, kernel_size=5, stride=2),
        architectures.cnnkernels(kernels=4, kernel_size=6, stride=1),
        architectures.stacked(kernels=3, kernel_size=5, stride=2, widths=(4, 2)),
        [architectures.conv("a", 2, 3, 3), architectures.max_pool(3), architectures.conv("b", 3, 1)],
    ],
)
@pytest.mark.parametrize("shape", [(2, 61, 50), (2, 50, 61, 3)])
def test_maps_are_those_of_torch(layers, shape):
    images = RNG.integers(0, 256, shape, np.uint8)
    weights = weights_of(layers, 1 if len(shape) == 3 else 3)
    found, expected = featuremaps.feature_maps(layers, weights, images), by_torch(layers, weights, images)
    assert list(found) == [layer["name"] for layer in layers if layer["kind"] == "conv"] == list(expected)
    for name in found:
        np.testing.assert_allclose(found[name], expected[name], atol=1e-5)


def test_a_relu_that_follows_is_in_the_map_and_one_that_does_not_is_not():
    layers = [architectures.conv("c", 1, 1), architectures.RELU]
    weights = {"c.weight": np.array([[[[-1.0]]]]), "c.bias": np.array([0.4])}
    images = np.array([[[0, 255]]], np.uint8)
    np.testing.assert_allclose(featuremaps.feature_maps(layers, weights, images)["c"], [[[[0.4, 0]]]])
    np.testing.assert_allclose(featuremaps.feature_maps(layers[:1], weights, images)["c"], [[[[0.4, -0.6]]]])


def test_a_kernel_is_laid_on_the_image_as_it_stands_not_flipped():
    image = np.zeros((1, 1, 5, 5))
    image[0, 0, 2, 2] = 1
    kernel = np.arange(9.0).reshape(1, 1, 3, 3)
    np.testing.assert_array_equal(featuremaps.correlate(image, kernel, 1)[0, 0], kernel[0, 0, ::-1, ::-1])


def test_pooling_leaves_out_what_does_not_fill_a_block():
    x = np.arange(15.0).reshape(1, 1, 3, 5)
    np.testing.assert_array_equal(featuremaps.max_pool(x, 2), [[[[6, 8]]]])


def red(picture):
    return (picture.reshape(-1, 3) == pictures.RED).all(1).any()


def drawn(maps, kernels, images=None, names=("one", "two")):
    images = np.zeros((2, 30, 40), np.uint8) if images is None else images
    return featuremaps.sheet(images, list(names), maps, kernels, "title", "note")


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
    silent[1, -1] = 1e-6  # for one class it does answer
    assert not red(drawn({"conv1": silent}, kernels))


def test_each_kernel_has_one_scale_over_the_classes():
    maps = np.array([[[0.0, 1.0]], [[2.0, 4.0]]])
    column = featuremaps.kernel_column(maps, np.ones((2, 3, 3)), 30, 0, "RdBu_r")
    colours = pictures.colours(maps[:, 0], 0, 4, "magma")
    top = column.shape[0] - 62  # two maps of 30 rows and a gap of 2
    for label, start in ((0, top), (1, top + 32)):
        for col in range(2):
            assert (column[start : start + 30, 30 * col : 30 * (col + 1)] == colours[label, col]).all()


def test_colour_images_stand_beside_their_maps_in_colour():
    images = np.zeros((2, 84, 84, 3), np.uint8)
    images[0], images[1] = (0, 250, 3), (9, 0, 240)
    page = drawn({"conv1": np.ones((2, 1, 84, 84))}, {"conv1": np.ones((1, 3, 1, 1))}, images)
    flat = page.reshape(-1, 3)
    for colour in ((0, 250, 3), (9, 0, 240)):
        assert (flat == colour).all(1).sum() == 84 * 84


def test_the_class_names_change_the_sheet_and_two_sheets_are_equal():
    maps, kernels = {"conv1": np.ones((2, 3, 20, 20))}, {"conv1": np.ones((3, 1, 3, 3))}
    np.testing.assert_array_equal(drawn(maps, kernels), drawn(maps, kernels))
    named = drawn(maps, kernels, names=("square", "triangle"))
    assert not np.array_equal(named, drawn(maps, kernels))


def test_a_relu_behind_a_pool_is_no_part_of_the_conv_layer():
    layers = [
        conv("conv1", 2, 3),
        {"kind": "max_pool", "size": 2},
        {"kind": "relu"},
        conv("conv2", 1, 2),
    ]
    rng = np.random.default_rng(0)
    weights = {
        "conv1.weight": rng.normal(size=(2, 1, 3, 3)),
        "conv1.bias": np.array([-1.0, 1.0]),
        "conv2.weight": rng.normal(size=(1, 2, 2, 2)),
        "conv2.bias": np.zeros(1),
    }
    images = rng.integers(0, 255, (1, 10, 10), dtype=np.uint8)
    maps = featuremaps.feature_maps(layers, weights, images)
    assert list(maps) == ["conv1", "conv2"]
    assert maps["conv1"].min() < 0
    pooled = np.maximum(maps["conv1"].reshape(1, 2, 4, 2, 4, 2).max((3, 5)), 0)
    expected = sum(correlate2d(pooled[0, i], weights["conv2.weight"][0, i], "valid") for i in range(2))
    np.testing.assert_allclose(maps["conv2"][0, 0], expected)
