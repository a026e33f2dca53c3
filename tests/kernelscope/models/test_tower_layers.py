"""Layers of Krizhevsky et al. (2012): towers, response normalization and centered input, alone and in stacks."""

import numpy as np
import pytest
import torch

from kernelscope.models import networks
from kernelscope.models.architectures import krizhevsky
from kernelscope.models.layer_lists import GLOBAL_MAX_POOL, RELU, center, conv, linear, local_response_norm, shapes
from kernelscope.models.responses import as_input, responses
from kernelscope.models.seed_stack import Stack
from kernelscope.probes import ablation, projection
from kernelscope.training.batches import ImageDataset

LAYERS = krizhevsky(kernels=8, kernel_size=7, stride=2, widths=(6, 4))
CLASSES, SIDE = 3, 32
pytestmark = pytest.mark.usefixtures("one_thread")


def images(count=5, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (count, SIDE, SIDE, 3)).astype(np.uint8)


def built(layers=LAYERS, seed=0):
    network = networks.build(layers, (3, SIDE, SIDE), CLASSES)
    networks.initialize(network, {"conv": 0.02, "linear": None}, seed)
    networks.center(network, *ImageDataset(images(), np.zeros(5, int)).channel_sums(2))
    return network


def test_a_tower_sees_nothing_of_the_other():
    """Without the kernels of conv1 in tower 2, only the second half of conv2 changes."""
    weights = networks.weights(built())
    before = responses(LAYERS, weights, images())["conv2"]
    weights["conv1.weight"][4:], weights["conv1.bias"][4:] = 0, 0
    after = responses(LAYERS, weights, images())["conv2"]
    assert np.array_equal(before[:, :3], after[:, :3])
    assert not np.allclose(before[:, 3:], after[:, 3:])


def test_joined_towers_see_all():
    layers = krizhevsky(kernels=8, kernel_size=7, stride=2, widths=(6, 4), towers=1)
    weights = networks.weights(built(layers))
    assert weights["conv2.weight"].shape == (6, 8, 3, 3)
    before = responses(layers, weights, images())["conv2"]
    weights["conv1.weight"][4:] = 0
    assert not np.allclose(before[:, :3], responses(layers, weights, images())["conv2"][:, :3])


def test_kernels_on_all_channels_are_zero_for_the_other_tower():
    weights = networks.weights(built())
    whole = projection.bank(LAYERS[5], weights).numpy()
    assert whole.shape == (6, 8, 3, 3)
    assert not whole[:3, 4:].any() and not whole[3:, :4].any()
    assert np.array_equal(whole[3:, 4:], weights["conv2.weight"][3:])


def test_the_mean_of_the_images_is_taken_out_channel_by_channel():
    network = built()
    (name, centered), *_ = network.outputs(as_input(images()))
    assert name == "input"
    assert centered.mean((0, 2, 3)).abs().max() < 1e-3
    assert float(centered.max() - centered.min()) == pytest.approx(np.ptp(images().astype(float)), abs=60)
    assert not network.get_parameter("input.mean").requires_grad


@pytest.mark.parametrize("layer", [local_response_norm(2, 5, 2, 0.3), local_response_norm(1, 3, 1, 0.1, 0.5)])
def test_response_normalization_is_the_formula_and_has_its_gradient(layer):
    x = torch.randn((2, 8, 3, 3), dtype=torch.float64, generator=torch.Generator().manual_seed(0), requires_grad=True)
    reach, width = layer["size"] // 2, 8 // layer["towers"]
    expected = torch.empty_like(x)
    for i in range(8):
        tower = range(i // width * width, i // width * width + width)
        near = [j for j in range(i - reach, i + reach + 1) if j in tower]
        base = layer["k"] + layer["alpha"] * sum(x[:, j] ** 2 for j in near)
        expected[:, i] = x[:, i] / base ** layer["beta"]
    error = torch.randn(x.shape, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    (theirs,) = torch.autograd.grad(expected, x, error)
    output = networks.loaded([layer], {})(x)
    (own_gradient,) = torch.autograd.grad(output, x, error)
    torch.testing.assert_close(output, expected)
    torch.testing.assert_close(own_gradient, theirs)


def test_kernels_in_pixels_leave_the_other_tower_out():
    weights = networks.weights(built())
    before = projection.projected(LAYERS, weights)["conv2"]
    weights["conv1.weight"][4:] = 0
    after = projection.projected(LAYERS, weights)["conv2"]
    assert np.array_equal(before[:3], after[:3]) and not after[3:].any()


def test_without_a_kernel_its_neighbors_are_normalized_by_less():
    """Response normalization mixes channels, so the kernel's map is set to zero before it, by hand."""
    weights, few = networks.weights(built()), images(4)
    _, changed = ablation.outputs(LAYERS, weights, few)
    network = networks.loaded(LAYERS, weights)
    x = networks.loaded(LAYERS[:3], weights)(as_input(few))
    x[:, 5] = 0
    *_, (_, expected) = network.outputs(x, 3)
    np.testing.assert_allclose(changed["conv1"][0, 5], expected, rtol=1e-4, atol=1e-6)
    assert not np.allclose(changed["conv1"][0, 5], network(as_input(few)), atol=1e-6)


def test_a_stack_gives_what_each_network_gives():
    members = [built(seed=seed) for seed in (0, 1)]
    x = as_input(images(3))
    alone = [member(x).detach() for member in members]
    together = Stack(members, "auto")(torch.stack([x, x]))
    torch.testing.assert_close(together.detach(), torch.stack(alone), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        ([conv("a", 5, 3, towers=2)], "towers of a: got 2 for 3 channels, expected a divisor of 3"),
        (
            [conv("a", 6, 3), RELU, conv("b", 5, 3, towers=2)],
            "towers of b: got 2 for 5 kernels, expected a divisor of 5",
        ),
    ],
)
def test_towers_share_channels_and_kernels_evenly(layers, words):
    with pytest.raises(ValueError, match=words):
        shapes([*layers, GLOBAL_MAX_POOL, linear("o", None)], (3, 16, 16), 2)


def test_a_layer_without_towers_is_the_dict_that_it_was():
    assert conv("a", 5, 3, towers=1) == {"kind": "conv", "name": "a", "kernels": 5, "kernel_size": 3, "stride": 1}
    assert shapes([center("input", 255)], (3, 9, 9), 2) == [(3, 9, 9)]
