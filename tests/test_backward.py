import numpy as np
import pytest
import torch
from torch.nn import functional

from kernelscope import architectures, backward
from kernelscope.layers import RELU, TANH, conv, max_pool
from kernelscope.toppatches import receptive_fields

LAYERS = {
    "matched": architectures.matched(3, 5),
    "stacked": architectures.stacked(4, 5, 2, (3, 6)),
    "steps that leave pixels out": [conv("a", 3, 3, 2), TANH, max_pool(3), conv("b", 2, 2), RELU, conv("c", 4, 3)],
}
pytestmark = pytest.mark.usefixtures("one_thread")


def up_to(layers, name):
    return layers[: [layer.get("name") for layer in layers].index(name) + 1]


def by_torch(layers, weights, x, kernel):
    x = torch.from_numpy(x).requires_grad_(True)
    y = x
    for layer in layers:
        if layer["kind"] == "conv":
            w, b = (torch.from_numpy(weights[f"{layer['name']}.{part}"]) for part in ("weight", "bias"))
            y = functional.conv2d(y, w, b, layer["stride"])
        elif layer["kind"] == "max_pool":
            y = functional.max_pool2d(y, layer["size"])
        else:
            y = {"relu": torch.relu, "tanh": torch.tanh}[layer["kind"]](y)
    return torch.autograd.grad(y[torch.arange(len(x)), kernel].sum(), x)[0].numpy()


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("layers", LAYERS.values(), ids=LAYERS)
def test_the_gradient_is_that_of_torch(layers, channels):
    rng, weights, inputs = np.random.default_rng(0), {}, channels
    for layer in layers:
        if layer["kind"] == "conv":
            size = layer["kernel_size"]
            weights[f"{layer['name']}.weight"] = rng.normal(size=(layer["kernels"], inputs, size, size)) / size
            weights[f"{layer['name']}.bias"] = 0.1 * rng.normal(size=layer["kernels"])
            inputs = layer["kernels"]
    for name, (field, _) in receptive_fields(layers).items():
        x, some = rng.normal(size=(7, channels, field, field)), up_to(layers, name)
        kernel = rng.integers(0, some[-1]["kernels"], 7)
        found = backward.gradient(some, weights, x, kernel)
        assert found.shape == x.shape
        assert found.any()
        np.testing.assert_allclose(found, by_torch(some, weights, x, kernel), atol=1e-12)


def test_of_equal_pixels_the_first_one_counts():
    layers = [max_pool(2), conv("a", 1, 1)]
    weights = {"a.weight": np.full((1, 1, 1, 1), 3.0), "a.bias": np.zeros(1)}
    found = backward.gradient(layers, weights, np.ones((1, 1, 2, 2)), np.array([0]))
    np.testing.assert_array_equal(found[0, 0], [[3, 0], [0, 0]])


def test_kernels_with_weights_that_are_not_finite_leave_the_others_alone():
    layers = [conv("a", 2, 2), RELU, conv("b", 2, 2)]
    rng = np.random.default_rng(1)
    weights = {"a.weight": rng.normal(size=(2, 1, 2, 2)), "a.bias": np.ones(2), "b.bias": np.zeros(2)}
    weights["b.weight"] = np.stack([np.full((2, 2, 2), np.nan), rng.normal(size=(2, 2, 2))])
    found = backward.gradient(layers, weights, rng.normal(size=(2, 1, 3, 3)), np.array([0, 1]))
    assert np.isnan(found[0]).any()
    assert np.isfinite(found[1]).all()


def test_nothing_is_changed():
    layers = LAYERS["matched"][:1]
    weights = {"conv1.weight": np.ones((3, 1, 5, 5)), "conv1.bias": np.zeros(3)}
    x = np.zeros((2, 1, 5, 5))
    found = backward.gradient(layers, weights, x, np.array([0, 2]))
    found[:] = 7
    assert (weights["conv1.weight"] == 1).all()
    assert (x == 0).all()
