import numpy as np
import pytest
import torch
from torch.nn import functional

from kernelscope import architectures, projection
from kernelscope.layers import RELU, conv, linear, max_pool
from kernelscope.toppatches import receptive_fields

PLAIN = [conv("a", 3, 4, 2), conv("b", 4, 3, 3), conv("c", 2, 2), linear("output", None)]
POOLED = [conv("a", 3, 3), max_pool(2), conv("b", 4, 3, 2), max_pool(3), conv("c", 2, 2)]
STACKED = architectures.stacked(4, 5, 2, (3, 6))


def weights_of(layers, channels=1, seed=0):
    rng, found = np.random.default_rng(seed), {}
    for layer in layers:
        if layer["kind"] == "conv":
            k = layer["kernel_size"]
            found[f"{layer['name']}.weight"] = rng.normal(size=(layer["kernels"], channels, k, k)).astype(np.float32)
            found[f"{layer['name']}.bias"] = rng.normal(size=layer["kernels"]).astype(np.float32)
            channels = layer["kernels"]
    return found


def gradient(layers, weights, name, x):
    """What the single position of each kernel has for a gradient, by torch; mean-pooling stands for max-pooling."""
    x = torch.from_numpy(x).double().requires_grad_(True)
    y = x
    for layer in layers:
        if layer["kind"] == "conv":
            weight = torch.from_numpy(weights[f"{layer['name']}.weight"]).double()
            y = functional.conv2d(y, weight, stride=layer["stride"])
        elif layer["kind"] == "max_pool":
            y = functional.avg_pool2d(y, layer["size"])
        if layer.get("name") == name:
            break
    assert y.shape[2:] == (1, 1)
    rows = [torch.autograd.grad(one.sum(), x, retain_graph=True)[0][0] for one in y[0]]
    return torch.stack(rows).numpy()


@pytest.mark.parametrize("layers", [PLAIN, POOLED])
@pytest.mark.parametrize("channels", [1, 3])
def test_the_linear_projection_is_the_gradient_of_the_linear_network(layers, channels):
    weights = weights_of(layers, channels)
    found = projection.projected(layers, weights)
    assert list(found) == ["a", "b", "c"]
    for name, (field, _) in receptive_fields(layers).items():
        x = np.random.default_rng(1).normal(size=(1, channels, field, field))
        assert found[name].dtype == np.float32
        np.testing.assert_allclose(found[name], gradient(layers, weights, name, x), rtol=1e-5, atol=1e-5)


def test_projections_are_as_large_as_receptive_fields():
    for layers in (PLAIN, POOLED, STACKED, architectures.cnnkernels(), architectures.matched()):
        found = projection.projected(layers, weights_of(layers))
        fields = {name: field for name, (field, _) in receptive_fields(layers).items()}
        assert {name: one.shape[-1] for name, one in found.items()} == fields


def test_laid_is_a_loop_over_places():
    rng = np.random.default_rng(2)
    pattern, kernels = rng.normal(size=(2, 3, 4, 5)), rng.normal(size=(3, 2, 3, 3))
    expected = np.zeros((2, 2, 9, 11))
    for o, m, row, col in np.ndindex(2, 3, 4, 5):
        expected[o, :, 2 * row : 2 * row + 3, 2 * col : 2 * col + 3] += pattern[o, m, row, col] * kernels[m]
    np.testing.assert_allclose(projection.laid(pattern, kernels, 2), expected, atol=1e-12)


def test_rectified_keeps_only_excitation_through_excitation():
    layers = [conv("a", 2, 1), RELU, conv("b", 2, 1), RELU, conv("c", 1, 1)]
    weights = {
        "a.weight": np.array([1.0, -2.0]).reshape(2, 1, 1, 1),
        "b.weight": np.array([[3.0, 5.0], [-7.0, 11.0]]).reshape(2, 2, 1, 1),
        "c.weight": np.array([[1.0, -1.0]]).reshape(1, 2, 1, 1),
    }
    cut = projection.projected(layers, weights, rectified=True)
    np.testing.assert_array_equal(cut["a"].ravel(), [1, -2])
    np.testing.assert_array_equal(cut["b"].ravel(), [3 - 10, -22])
    np.testing.assert_array_equal(cut["c"].ravel(), [3 - 10])
    np.testing.assert_array_equal(projection.projected(layers, weights)["c"].ravel(), [3 - 10 - (-7 - 22)])


def test_what_is_negative_between_two_layers_is_cut_too():
    layers = [conv("a", 1, 1), RELU, conv("b", 2, 1), RELU, conv("c", 1, 1)]
    weights = {
        "a.weight": np.ones((1, 1, 1, 1)),
        "b.weight": np.array([-3.0, 1.0]).reshape(2, 1, 1, 1),
        "c.weight": np.array([1.0, 1.0]).reshape(1, 2, 1, 1),
    }
    assert projection.projected(layers, weights, rectified=True)["c"].item() == 0  # 1 (-3) + 1 1 is negative
    weights["b.weight"][1] = 4
    assert projection.projected(layers, weights, rectified=True)["c"].item() == 1


def test_without_a_relu_both_forms_are_equal_and_with_one_they_are_not():
    weights = weights_of(POOLED)
    for name, one in projection.projected(POOLED, weights, rectified=True).items():
        np.testing.assert_array_equal(one, projection.projected(POOLED, weights)[name])
    weights = weights_of(STACKED)
    two = (projection.projected(STACKED, weights, rectified=cut) for cut in (False, True))
    assert [np.allclose(a, b) for a, b in zip(*(found.values() for found in two), strict=True)] == [True, False, False]


def test_dead_and_broken_kernels_stay_among_themselves():
    weights = weights_of(STACKED)
    weights["conv3.weight"][0] = 0
    weights["conv3.weight"][1] = np.nan
    weights["conv3.weight"][2] = np.inf
    weights["conv3.weight"][3] = 3e38
    for cut in (False, True):
        found = projection.projected(STACKED, weights, rectified=cut)["conv3"]
        assert (found[0] == 0).all()
        assert np.isnan(found[1]).any()
        assert not np.isfinite(found[2]).all()
        assert np.isfinite(found[4:]).all()


def test_nothing_changes_its_arguments():
    weights = weights_of(STACKED)
    before = {name: one.copy() for name, one in weights.items()}
    projection.projected(STACKED, weights, rectified=True)
    for name, one in weights.items():
        np.testing.assert_array_equal(one, before[name])
