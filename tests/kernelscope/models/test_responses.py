import numpy as np
import pytest
import torch
from plain_layers import ODD, SMALL, outputs, shape_of, weights_of
from scipy.signal import correlate2d

from kernelscope.models import architectures, networks, responses
from kernelscope.models.layer_base import KINDS
from kernelscope.models.layer_lists import GLOBAL_MAX_POOL, RELU, batch_norm, conv, ends, linear, max_pool

RNG = np.random.default_rng(0)
NETWORKS = SMALL | ODD
pytestmark = pytest.mark.usefixtures("one_thread")


def images_of(shape, seed=0):
    return np.random.default_rng(seed).integers(0, 256, shape, np.uint8)


def in_double(images):
    return responses.as_input(images).double()


@pytest.mark.parametrize("shape", [(5, 61, 50), (2, 53, 47, 3)])
@pytest.mark.parametrize("layers", NETWORKS.values(), ids=NETWORKS)
def test_outputs_and_maps_are_those_of_plain_layers(layers, shape):
    images = images_of(shape)
    weights = weights_of(layers, shape_of(images))
    each, maps = outputs(layers, weights, in_double(images)), responses.responses(layers, weights, images)
    whole = networks.loaded(layers, weights)(responses.as_input(images))
    torch.testing.assert_close(whole.double(), each[-1], atol=1e-4, rtol=1e-4)
    for i, layer in enumerate(layers):
        if layer["kind"] == "conv":
            layer_maps, end = maps.pop(layer["name"]), i
            for following in ("batch_norm", "relu"):
                end += layers[end + 1]["kind"] == following
            assert layer_maps.dtype == np.float32
            np.testing.assert_allclose(layer_maps, each[end], atol=1e-4, rtol=1e-4)
    assert maps == {}


@pytest.mark.parametrize("arch", architectures.ARCHITECTURES)
def test_a_loaded_network_answers_as_the_trained_one_does(arch):
    layers, x = architectures.ARCHITECTURES[arch](), responses.as_input(images_of((2, 64, 64, 3)))
    weights, built = weights_of(layers, (3, 64, 64)), networks.build(layers, (3, 64, 64), 3)
    with torch.no_grad():
        for name, parameter in built.named_parameters():
            parameter.copy_(torch.from_numpy(weights[name]))
        torch.testing.assert_close(networks.loaded(layers, weights)(x), built.eval()(x), atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("padding", [0, 1, 3])
@pytest.mark.parametrize("stride", [1, 2, 3, 5])
@pytest.mark.parametrize(("k", "channels", "out"), [(1, 1, 1), (1, 3, 4), (2, 1, 30), (4, 2, 1), (7, 1, 2), (9, 3, 20)])
def test_a_conv_layer_is_the_correlation_of_scipy(k, channels, out, stride, padding):
    x, kernels = RNG.normal(size=(5, channels, 9, 17)), RNG.normal(size=(out, channels, k, k))
    bias, edges = RNG.normal(size=out), ((0, 0), (padding, padding), (padding, padding))
    expected = [
        [sum(map(correlate2d, np.pad(image, edges), kernel, ["valid"] * channels)) for kernel in kernels] for image in x
    ]
    layers, weights = [conv("c", out, k, stride, padding=padding)], {"c.weight": kernels, "c.bias": bias}
    output = networks.loaded(layers, weights, dtype=torch.float64)(torch.from_numpy(x))
    expected = np.array(expected)[:, :, ::stride, ::stride] + bias[:, None, None]
    np.testing.assert_allclose(output, expected, atol=1e-12)


def test_portions_of_images_change_no_number(monkeypatch):
    layers, images = SMALL["stacked"], images_of((7, 50, 50))
    weights = weights_of(layers, (1, 50, 50))
    maps = responses.responses(layers, weights, images)
    monkeypatch.setattr(responses, "AT_ONCE", 3 * 50 * 50 + 1)  # three images; no map is larger
    assert [(s.start, s.stop) for s in responses.chunks(layers, images.shape)] == [(0, 3), (3, 6), (6, 7)]
    assert [(s.start, s.stop) for s in responses.chunks(layers, images.shape, 3)] == [(i, i + 1) for i in range(7)]
    for name, part in responses.responses(layers, weights, images).items():
        np.testing.assert_allclose(part, maps[name], atol=1e-6)


def test_layers_behind_the_last_conv_layer_are_not_computed():
    layers = [conv("a", 2, 3), RELU, GLOBAL_MAX_POOL, linear("o", None)]
    weights = weights_of(layers, (1, 9, 9))
    del weights["o.weight"]
    assert responses.responses(layers, weights, images_of((2, 9, 9)))["a"].shape == (2, 2, 7, 7)


def test_input_is_from_0_to_1_with_channels_first():
    gray, color = images_of((2, 3, 4)), images_of((2, 3, 4, 3))
    np.testing.assert_allclose(responses.as_input(gray), gray[:, None] / 255, rtol=1e-7)
    np.testing.assert_allclose(responses.as_input(color)[:, 1], color[..., 1] / 255, rtol=1e-7)
    np.testing.assert_array_equal(responses.as_input(gray), responses.as_input(gray.astype(float)))
    assert responses.as_input(color.astype(float)).dtype == torch.float32


def test_a_kernel_is_laid_on_the_image_as_it_stands_not_flipped():
    image = np.zeros((1, 5, 5))
    image[0, 2, 2] = 255
    weights = {"c.weight": np.arange(9.0).reshape(1, 1, 3, 3), "c.bias": np.zeros(1)}
    maps = responses.responses([conv("c", 1, 3)], weights, image)["c"]
    np.testing.assert_array_equal(maps[0, 0], weights["c.weight"][0, 0, ::-1, ::-1])


@pytest.mark.parametrize(("kind", "expected"), [("max_pool", [6, 8]), ("average_pool", [3, 5])])
def test_pooling_leaves_out_what_does_not_fill_a_block(kind, expected):
    x = torch.arange(15.0).reshape(1, 1, 3, 5)
    np.testing.assert_array_equal(networks.loaded([{"kind": kind, "size": 2}], {})(x), [[[expected]]])


def test_a_relu_that_follows_is_in_the_map_and_one_that_does_not_is_not():
    layers = [conv("c", 1, 1), RELU]
    weights = {"c.weight": np.array([[[[-1.0]]]]), "c.bias": np.array([0.4])}
    images = np.array([[[0, 255]]], np.uint8)
    np.testing.assert_allclose(responses.responses(layers, weights, images)["c"], [[[[0.4, 0]]]])
    np.testing.assert_allclose(responses.responses(layers[:1], weights, images)["c"], [[[[0.4, -0.6]]]])
    behind_a_pool = responses.responses([layers[0], max_pool(1), RELU], weights, images)["c"]
    np.testing.assert_allclose(behind_a_pool, [[[[0.4, -0.6]]]])


def test_a_response_is_normalized_and_a_map_cut_too_where_these_follow():
    layers = [conv("a", 1, 1), batch_norm("n"), RELU, conv("b", 1, 1), RELU, batch_norm("m"), conv("c", 1, 1)]
    assert ends(layers) == {"a": (1, 2), "b": (3, 4), "c": (6, 6)}


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_number_that_is_not_finite_stays_in_its_kernel_until_layers_mix(bad):
    layers, images = SMALL["stacked"], images_of((2, 50, 50))
    weights = weights_of(layers, (1, 50, 50))
    sound = responses.responses(layers, weights, images)["conv1"]
    weights["conv1.weight"][1, 0, 2, 2] = bad
    maps = responses.responses(layers, weights, images)
    np.testing.assert_array_equal(maps["conv1"][:, [0, 2]], sound[:, [0, 2]])
    assert not np.isfinite(maps["conv1"][:, 1]).any() or bad == -np.inf
    assert maps["conv3"].shape[:2] == (2, 2)


def test_the_plain_layers_know_every_kind():
    listed = {layer["kind"] for layers in NETWORKS.values() for layer in layers}
    assert listed == set(KINDS)
