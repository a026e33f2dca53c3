import numpy as np
import plain_layers
import pytest
import torch
from torch.nn import functional

from kernelscope.models import architectures, networks
from kernelscope.models.layer_lists import RELU, TANH, conv, linear, max_pool, receptive_fields, unpadded
from kernelscope.probes import projection

PLAIN = [conv("a", 3, 4, 2), conv("b", 4, 3, 3), conv("c", 2, 2), linear("output", None)]
POOLED = [conv("a", 3, 3), max_pool(2), conv("b", 4, 3, 2), max_pool(3), conv("c", 2, 2)]
STACKED = architectures.stacked(4, 5, 2, (3, 6))


def weights_of(layers, channels=1, seed=0):
    rng, weights = np.random.default_rng(seed), {}
    for layer in layers:
        if layer["kind"] == "conv":
            k = layer["kernel_size"]
            weights[f"{layer['name']}.weight"] = rng.normal(size=(layer["kernels"], channels, k, k)).astype(np.float32)
            weights[f"{layer['name']}.bias"] = rng.normal(size=layer["kernels"]).astype(np.float32)
            channels = layer["kernels"]
    return weights


def gradient(layers, weights, name, x):
    """Return the gradient of the single position of each kernel, by torch, with mean-pooling instead of max-pooling."""
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
    rows = [torch.autograd.grad(response.sum(), x, retain_graph=True)[0][0] for response in y[0]]
    return torch.stack(rows).numpy()


@pytest.mark.parametrize("layers", [PLAIN, POOLED])
@pytest.mark.parametrize("channels", [1, 3])
def test_the_linear_projection_is_the_gradient_of_the_linear_network(layers, channels):
    weights = weights_of(layers, channels)
    projections = projection.projected(layers, weights)
    assert list(projections) == ["a", "b", "c"]
    for name, (field, *_) in receptive_fields(layers).items():
        x = np.random.default_rng(1).normal(size=(1, channels, field, field))
        assert projections[name].dtype == np.float32
        np.testing.assert_allclose(projections[name], gradient(layers, weights, name, x), rtol=1e-5, atol=1e-5)


def test_projections_are_as_large_as_receptive_fields():
    for layers in (PLAIN, POOLED, STACKED, architectures.cnnkernels(), architectures.templates()):
        projections = projection.projected(layers, weights_of(layers))
        fields = {name: field.size for name, field in receptive_fields(layers).items()}
        assert {name: bank.shape[-1] for name, bank in projections.items()} == fields


def test_a_projection_is_a_loop_over_places():
    """Each earlier kernel is placed at every position of the later kernel, multiplied by the weight there."""
    layers = [conv("a", 3, 3, 2), conv("b", 2, 4)]
    weights = weights_of(layers, 2)
    a, b = weights["a.weight"].astype(float), weights["b.weight"].astype(float)
    expected = np.zeros((2, 2, 9, 9))
    for o, m, row, col in np.ndindex(2, 3, 4, 4):
        expected[o, :, 2 * row : 2 * row + 3, 2 * col : 2 * col + 3] += b[o, m, row, col] * a[m]
    np.testing.assert_allclose(projection.projected(layers, weights)["b"], expected, rtol=1e-6)


def test_what_is_added_is_laid_in_the_middle_and_a_normalization_scales_it():
    """By formula: kernels after a residual block see its input twice, through the block and beside it."""
    layers = [
        *(conv("a", 2, 3, padding=1), {"kind": "relu", "name": "in"}, conv("b", 2, 3, padding=1)),
        *({"kind": "batch_norm", "name": "n", "epsilon": 0.5}, {"kind": "add", "source": "in"}, conv("c", 1, 1)),
    ]
    weights = weights_of(layers) | {"n.weight": np.array([3.0, -1.0]), "n.running_var": np.array([0.5, 8.5])}
    weights |= {"n.bias": np.ones(2), "n.running_mean": np.ones(2)}
    a, b, c = (torch.from_numpy(weights[f"{name}.weight"]).double() for name in "abc")
    scale = torch.tensor([3.0, -1 / 3])[:, None, None, None]
    through = functional.conv_transpose2d(functional.conv_transpose2d(c, b * scale), a)
    beside = functional.pad(functional.conv_transpose2d(c, a), (1, 1, 1, 1))
    np.testing.assert_allclose(projection.projected(layers, weights)["c"], through + beside, rtol=1e-5, atol=1e-6)


CHAINS = {
    "stacked": STACKED,
    "steps that leave pixels out": [conv("a", 3, 3, 2), TANH, max_pool(3), conv("b", 2, 2), RELU, conv("c", 4, 3)],
    "small_resnet": plain_layers.SMALL["small_resnet"],
    "krizhevsky": plain_layers.SMALL["krizhevsky"],
}


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("layers", CHAINS.values(), ids=CHAINS)
def test_the_gradient_to_the_pixels_is_that_of_plain_layers(layers, channels):
    rng, found_some = np.random.default_rng(0), unpadded(layers)
    weights = plain_layers.weights_of(layers, (channels, 64, 64))
    for name, (field, *_) in receptive_fields(layers).items():
        number = [layer.get("name") for layer in layers].index(name)
        x = torch.from_numpy(rng.normal(size=(7, channels, field, field))).requires_grad_(True)
        kernel = torch.from_numpy(rng.integers(0, layers[number]["kernels"], 7))
        *_, y = without_padding(layers[: number + 1], weights, x)
        (expected,) = torch.autograd.grad(y[torch.arange(7), kernel].sum(), x)
        earlier = networks.loaded(found_some[:number], weights, dtype=torch.float64)
        bank = projection.bank(layers[number], weights).double()
        slope = projection.gradient(earlier, x, bank[kernel])
        assert slope.shape == x.shape
        torch.testing.assert_close(slope, expected, rtol=1e-6, atol=1e-9)


def without_padding(layers, weights, x):
    """Return the output of plain layers on one field, with added maps cropped where maps have become smaller."""

    def cut(large):
        rows = (large.shape[2] - y.shape[2]) // 2
        return large[:, :, rows : rows + y.shape[2], rows : rows + y.shape[3]]

    y, earlier, outputs = x, {}, []
    for layer in unpadded(layers):
        added = {name: cut(maps) for name, maps in earlier.items()} if layer["kind"] == "add" else {}
        y = plain_layers.output(layer, weights, y, added)
        if "name" in layer:
            earlier[layer["name"]] = y
        outputs.append(y)
    return outputs


def test_of_equal_pixels_the_first_one_counts():
    slope = projection.gradient(
        networks.loaded([max_pool(2)], {}), torch.ones(1, 1, 2, 2), torch.full((1, 1, 1, 1), 3.0)
    )
    np.testing.assert_array_equal(slope[0, 0], [[3, 0], [0, 0]])


def test_kernels_that_are_not_finite_leave_the_gradients_of_others_alone():
    rng, layers = np.random.default_rng(1), [conv("a", 2, 2), RELU]
    earlier = networks.loaded(layers, weights_of(layers))
    kernels = torch.from_numpy(rng.normal(size=(2, 2, 2, 2)).astype(np.float32))
    kernels[0] = torch.nan
    images = torch.from_numpy(rng.random((2, 1, 3, 3)).astype(np.float32))
    assert (earlier(images) > 0).flatten(1).any(1).all()  # a closed ReLU has gradient 0 whatever follows
    slope = projection.gradient(earlier, images, kernels)
    assert slope[0].isnan().any()
    assert slope[1].isfinite().all()


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
    for name, bank in projection.projected(POOLED, weights, rectified=True).items():
        np.testing.assert_array_equal(bank, projection.projected(POOLED, weights)[name])
    weights = weights_of(STACKED)
    two = (projection.projected(STACKED, weights, rectified=cut) for cut in (False, True))
    assert [np.allclose(a, b) for a, b in zip(*(projections.values() for projections in two), strict=True)] == [
        True,
        False,
        False,
    ]


def test_dead_and_broken_kernels_stay_among_themselves():
    weights = weights_of(STACKED)
    weights["conv3.weight"][0] = 0
    weights["conv3.weight"][1] = np.nan
    weights["conv3.weight"][2] = np.inf
    weights["conv3.weight"][3] = 3e38
    for cut in (False, True):
        projections = projection.projected(STACKED, weights, rectified=cut)["conv3"]
        assert (projections[0] == 0).all()
        assert np.isnan(projections[1]).any()
        assert not np.isfinite(projections[2]).all()
        assert np.isfinite(projections[4:]).all()


def test_nothing_changes_its_arguments():
    weights = weights_of(STACKED)
    before = {name: array.copy() for name, array in weights.items()}
    projection.projected(STACKED, weights, rectified=True)
    for name, array in weights.items():
        np.testing.assert_array_equal(array, before[name])
