import numpy as np
import pytest
from plain_layers import SMALL, shape_of, weights_of

from kernelscope.models import layer_lists, responses
from kernelscope.models.architectures import stacked
from kernelscope.models.layer_lists import RELU, batch_norm, conv
from kernelscope.probes import null_draws, wide_layers

RNG = np.random.default_rng(0)
pytestmark = pytest.mark.usefixtures("one_thread")


def images(shape=(5, 40, 37), seed=0):
    return np.random.default_rng(seed).integers(0, 256, shape, np.uint8)


def bias_of(weights, name):
    return weights.get(f"{name}.bias", np.zeros(len(weights[f"{name}.weight"]), np.float32))


@pytest.mark.parametrize("name", [name for name in SMALL if "batch_norm" not in str(SMALL[name])])
def test_maps_of_a_layers_own_kernels_are_those_of_the_network(name):
    layers, splits = SMALL[name], [images((3, 53, 50)), images((2, 53, 50), 1)]
    weights = weights_of(layers, shape_of(splits[0]))
    places = wide_layers.places(layers, weights, splits)
    for number, of_split in enumerate(splits):
        for layer, expected in responses.responses(layers, weights, of_split).items():
            maps = wide_layers.maps(places[layer], weights[f"{layer}.weight"], bias_of(weights, layer))
            np.testing.assert_allclose(maps[number], expected, rtol=1e-4, atol=1e-5)


def test_behind_batch_normalization_responses_are_normalized_over_the_first_split():
    layers = [conv("conv1", 4, 5), batch_norm("norm1"), RELU]
    weights = weights_of(layers, (1, 30, 30))
    place = wide_layers.places(layers, weights, [images((6, 30, 30))])["conv1"]
    (maps,) = wide_layers.maps(place._replace(rectified=False), weights["conv1.weight"], bias_of(weights, "conv1"))
    np.testing.assert_allclose(maps.mean((0, 2, 3)), 0, atol=1e-5)
    np.testing.assert_allclose(maps.var((0, 2, 3)), 1, rtol=0.01)


@pytest.mark.parametrize("towers", [1, 2])
def test_null_kernels_are_drawn_in_portions_that_respect_towers(towers, monkeypatch):
    layers = [conv("conv1", 4, 3), RELU, conv("conv2", 4, 3, towers=towers), RELU]
    weights = weights_of(layers, (1, 20, 20))
    place = wide_layers.places(layers, weights, [images((4, 20, 20))] * 2)["conv2"]
    kernels, bias = null_draws.reinitialized((12, 4 // towers, 3, 3), None, True, [1])
    seen = null_draws.Seen((), (), np.array([0, 1, 0, 1]), 2)
    field = layer_lists.receptive_fields(layers)["conv2"]
    whole = null_draws.drawn(place, kernels, bias, field, seen)["class"]
    monkeypatch.setattr(null_draws, "AT_ONCE", 3000)
    np.testing.assert_allclose(
        null_draws.drawn(place, kernels, bias, field, seen)["class"], whole, rtol=1e-5, atol=1e-6
    )
    maps = wide_layers.maps(place, kernels, bias)
    expected = null_draws.of_claims(null_draws.statistics(maps, field, seen))["class"]
    np.testing.assert_allclose(whole, expected, rtol=1e-5, atol=1e-6)


def test_reinitialized_kernels_have_the_law_of_a_network_before_its_training():
    kernels, bias = null_draws.reinitialized((400, 2, 3, 3), None, True, [2])
    bound = 1 / np.sqrt(18)
    for values in (kernels, bias):
        assert 0.98 * bound < np.abs(values).max() <= bound
        assert abs(values.std() - bound / np.sqrt(3)) < 0.05 * bound
    kernels, bias = null_draws.reinitialized((400, 2, 3, 3), 0.01, True, [2])
    assert abs(kernels.std() - 0.01) < 0.001
    assert not bias.any()
    assert not null_draws.reinitialized((4, 2, 3, 3), None, False, [2])[1].any()


def test_the_place_of_a_deeper_layer_is_on_top_of_the_given_weights():
    layers = stacked(3, 5, 1, (2, 2))
    weights = weights_of(layers, (1, 30, 30))
    places = wide_layers.places(layers, weights, [images((2, 30, 30))])
    assert [place.inputs[0].shape[1] for place in places.values()] == [1, 3, 2]
    assert all(place.rectified and not place.normalized for place in places.values())
