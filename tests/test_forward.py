import tracemalloc

import numpy as np
import pytest
import torch
from scipy.signal import correlate2d

from kernelscope import architectures, forward, network
from kernelscope.layers import GLOBAL_MAX_POOL, RELU, conv, linear, max_pool

RNG = np.random.default_rng(0)
DEEP = {  # every architecture, in sizes that take no time
    "matched": architectures.matched(kernels=3, kernel_size=5, stride=2),
    "cnnkernels": architectures.cnnkernels(kernels=4, kernel_size=6, widths=(20, 10)),
    "cnnkernels_tanh": architectures.cnnkernels_tanh(kernels=1, kernel_size=9, stride=2, widths=(7, 5)),
    "stacked": architectures.stacked(kernels=3, kernel_size=5, stride=2, widths=(4, 2)),
}
ODD = {
    "pool without relu": [conv("a", 2, 3, 3), max_pool(3), conv("b", 3, 1), GLOBAL_MAX_POOL],
    "as large as the image": [conv("a", 2, 47), RELU, linear("output", None)],
    "wide step": [conv("a", 5, 2, 7), RELU, max_pool(2), linear("output", None)],
}


def made(layers, images, classes=3, seed=0):
    """The torch network and its weights, filled as at the start of a training, and the images as torch reads them."""
    pixels = torch.from_numpy(images).float() / 255
    pixels = pixels[:, None] if images.ndim == 3 else pixels.permute(0, 3, 1, 2)
    net = network.build(layers, tuple(pixels.shape[1:]), classes)
    network.initialise(net, {"conv": None, "linear": None}, seed)
    return net, network.weights(net), pixels


def plainly(layers, weights, x):
    """The output of every layer by torch's own functions, double precision."""
    found, x = [], x.double()
    for layer in layers:
        of_layer = (weights.get(f"{layer.get('name')}.{part}", np.zeros(0)) for part in ("weight", "bias"))
        w, b = (torch.from_numpy(array).double() for array in of_layer)
        x = {
            "conv": lambda x: torch.conv2d(x, w, b, layer["stride"]),  # noqa: B023
            "relu": torch.relu,
            "tanh": torch.tanh,
            "max_pool": lambda x: torch.max_pool2d(x, layer["size"]),  # noqa: B023
            "global_max_pool": lambda x: x.amax((2, 3)),
            "linear": lambda x: x.flatten(1) @ w.T + b,  # noqa: B023
        }[layer["kind"]](x)
        found.append(x.numpy())
    return found


def images_of(shape, seed=0):
    return np.random.default_rng(seed).integers(0, 256, shape, np.uint8)


@pytest.mark.parametrize("shape", [(5, 61, 50), (2, 53, 47, 3)])
@pytest.mark.parametrize("layers", [*DEEP.values(), *ODD.values()], ids=[*DEEP, *ODD])
def test_outputs_and_maps_are_those_of_torch(layers, shape):
    images = images_of(shape)
    net, weights, pixels = made(layers, images)
    with torch.no_grad():
        assert np.abs(forward.outputs(layers, weights, images) - net(pixels).numpy()).max() < 1e-4
    each, maps = plainly(layers, weights, pixels), forward.responses(layers, weights, images)
    for i, layer in enumerate(layers):
        assert np.abs(forward.continued(layers, weights, each[i], i) - each[-1]).max() < 1e-4
        if layer["kind"] == "conv":
            found = maps.pop(layer["name"])
            assert found.dtype == np.float32
            assert np.abs(found - each[i + 1 if layers[i + 1] == RELU else i]).max() < 1e-4
    assert maps == {}


@pytest.mark.parametrize("arch", ["matched", "cnnkernels", "stacked"])
def test_the_default_architectures_answer_as_torch_does(arch):
    layers, images = architectures.ARCHITECTURES[arch](), images_of((2, 64, 64))
    net, weights, pixels = made(layers, images)
    with torch.no_grad():
        assert np.abs(forward.outputs(layers, weights, images) - net(pixels).numpy()).max() < 1e-4


@pytest.mark.parametrize("stride", [1, 2, 3, 5])
@pytest.mark.parametrize(("k", "channels", "out"), [(1, 1, 1), (1, 3, 4), (2, 1, 30), (4, 2, 1), (7, 1, 2), (9, 3, 20)])
def test_correlation_is_that_of_scipy_in_whatever_portions(k, channels, out, stride, monkeypatch):
    x, kernels = RNG.normal(size=(5, channels, 9, 17)), RNG.normal(size=(out, channels, k, k))
    expected = [[sum(map(correlate2d, image, kernel, ["valid"] * channels)) for kernel in kernels] for image in x]
    for patches, copying in ((1, 0), (10**9, 55), (900, 10**6)):
        monkeypatch.setattr(forward, "PATCHES", patches)
        monkeypatch.setattr(forward, "COPYING", copying)
        found = forward.correlate(x, kernels, stride)
        np.testing.assert_allclose(found, np.array(expected)[:, :, ::stride, ::stride], atol=1e-12)


def test_portions_of_images_change_no_number(monkeypatch):
    layers, images = DEEP["stacked"], images_of((7, 50, 50))
    _, weights, _ = made(layers, images)
    whole, maps = forward.outputs(layers, weights, images), forward.responses(layers, weights, images)
    monkeypatch.setattr(forward, "AT_ONCE", 3 * 50 * 50 + 1)  # three images; no map is larger
    assert [(s.start, s.stop) for s in forward.chunks(layers, images.shape)] == [(0, 3), (3, 6), (6, 7)]
    np.testing.assert_allclose(forward.outputs(layers, weights, images), whole, atol=1e-6)
    for few, part in forward.responses_in_chunks(layers, weights, images):
        for name in maps:
            np.testing.assert_allclose(part[name], maps[name][few], atol=1e-6)


def test_memory_stays_small_with_many_large_kernels():
    layers = [conv("conv1", 48, 10), RELU, GLOBAL_MAX_POOL, linear("output", None)]
    images = images_of((100, 100, 100))
    _, weights, _ = made(layers, images[:1])
    tracemalloc.start()
    forward.outputs(layers, weights, images)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60e6  # all maps together have 159 MB


def test_input_is_from_0_to_1_with_channels_first():
    gray, colour = images_of((2, 3, 4)), images_of((2, 3, 4, 3))
    np.testing.assert_allclose(forward.as_input(gray), gray[:, None] / 255, rtol=1e-7)
    np.testing.assert_allclose(forward.as_input(colour)[:, 1], colour[..., 1] / 255, rtol=1e-7)
    np.testing.assert_array_equal(forward.as_input(gray), forward.as_input(gray.astype(float)))
    assert forward.as_input(colour.astype(float)).dtype == np.float32


def test_a_kernel_is_laid_on_the_image_as_it_stands_not_flipped():
    image = np.zeros((1, 1, 5, 5))
    image[0, 0, 2, 2] = 1
    kernel = np.arange(9.0).reshape(1, 1, 3, 3)
    np.testing.assert_array_equal(forward.correlate(image, kernel, 1)[0, 0], kernel[0, 0, ::-1, ::-1])


def test_pooling_leaves_out_what_does_not_fill_a_block():
    x = np.arange(15.0).reshape(1, 1, 3, 5)
    np.testing.assert_array_equal(forward.max_pool(x, 2), [[[[6, 8]]]])


def test_a_relu_that_follows_is_in_the_map_and_one_that_does_not_is_not():
    layers = [conv("c", 1, 1), RELU]
    weights = {"c.weight": np.array([[[[-1.0]]]]), "c.bias": np.array([0.4])}
    images = np.array([[[0, 255]]], np.uint8)
    np.testing.assert_allclose(forward.responses(layers, weights, images)["c"], [[[[0.4, 0]]]])
    np.testing.assert_allclose(forward.responses(layers[:1], weights, images)["c"], [[[[0.4, -0.6]]]])
    behind_a_pool = forward.responses([layers[0], max_pool(1), RELU], weights, images)["c"]
    np.testing.assert_allclose(behind_a_pool, [[[[0.4, -0.6]]]])


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_number_that_is_not_finite_stays_in_its_kernel_until_layers_mix(bad):
    layers, images = DEEP["stacked"], images_of((2, 50, 50))
    _, weights, _ = made(layers, images)
    sound = forward.responses(layers, weights, images)["conv1"]
    weights["conv1.weight"][1, 0, 2, 2] = bad
    maps = forward.responses(layers, weights, images)
    np.testing.assert_array_equal(maps["conv1"][:, [0, 2]], sound[:, [0, 2]])
    assert not np.isfinite(maps["conv1"][:, 1]).any() or bad == -np.inf
    assert forward.outputs(layers, weights, images).shape == (2, 3)
