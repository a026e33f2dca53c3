"""Layers of Krizhevsky et al. (2012), towers, response normalisation and centred input, in NumPy, torch and stacks."""

import numpy as np
import pytest
import torch

from kernelscope import backward, forward, knockouts, projection, response_norm
from kernelscope import network as networks
from kernelscope.architectures import krizhevsky
from kernelscope.layers import GLOBAL_MAX_POOL, RELU, centre, conv, linear, local_response_norm, shapes
from kernelscope.stack import Stack
from kernelscope.toppatches import receptive_fields

LAYERS = krizhevsky(kernels=8, kernel_size=7, stride=2, widths=(6, 4))
CLASSES, SIDE = 3, 32
pytestmark = pytest.mark.usefixtures("one_thread")


def images(count=5, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (count, SIDE, SIDE, 3)).astype(np.uint8)


def built(layers=LAYERS, seed=0):
    network = networks.build(layers, (3, SIDE, SIDE), CLASSES)
    networks.initialise(network, {"conv": 0.02, "linear": None}, seed)
    networks.centre(network, [torch.from_numpy(forward.as_input(images()))])
    return network


def test_numpy_and_torch_give_the_same():
    network = built()
    with torch.no_grad():
        theirs = network(torch.from_numpy(forward.as_input(images()))).numpy()
    assert np.ptp(theirs) > 1e-4
    np.testing.assert_allclose(
        forward.outputs(LAYERS, networks.weights(network), images()), theirs, rtol=1e-4, atol=1e-6
    )


def test_a_tower_sees_nothing_of_the_other():
    """conv2 with the kernels of conv1 in tower 2 taken away: only its own second half changes."""
    weights = networks.weights(built())
    before = forward.responses(LAYERS, weights, images())["conv2"]
    weights["conv1.weight"][4:], weights["conv1.bias"][4:] = 0, 0
    after = forward.responses(LAYERS, weights, images())["conv2"]
    assert np.array_equal(before[:, :3], after[:, :3])
    assert not np.allclose(before[:, 3:], after[:, 3:])


def test_joined_towers_see_all():
    layers = krizhevsky(kernels=8, kernel_size=7, stride=2, widths=(6, 4), towers=1)
    weights = networks.weights(built(layers))
    assert weights["conv2.weight"].shape == (6, 8, 3, 3)
    before = forward.responses(layers, weights, images())["conv2"]
    weights["conv1.weight"][4:] = 0
    assert not np.allclose(before[:, :3], forward.responses(layers, weights, images())["conv2"][:, :3])


def test_kernels_on_all_channels_are_zero_for_the_other_tower():
    weights = networks.weights(built())
    whole = forward.bank(LAYERS[5], weights)
    assert whole.shape == (6, 8, 3, 3)
    assert not whole[:3, 4:].any() and not whole[3:, :4].any()
    assert np.array_equal(whole[3:, 4:], weights["conv2.weight"][3:])


def test_the_mean_of_the_images_is_taken_out_channel_by_channel():
    network = built()
    (name, found), *_ = networks.outputs(network, torch.from_numpy(forward.as_input(images())))
    assert name == "input"
    assert found.mean((0, 2, 3)).abs().max() < 1e-3
    assert float(found.max() - found.min()) == pytest.approx(np.ptp(images().astype(float)), abs=60)
    assert not network.get_parameter("input.mean").requires_grad


@pytest.mark.parametrize("layer", [local_response_norm(2, 5, 2, 0.3), local_response_norm(1, 3, 1, 0.1, 0.5)])
def test_response_normalisation_is_the_formula_and_has_its_gradient(layer):
    x = torch.randn((2, 8, 3, 3), dtype=torch.float64, generator=torch.Generator().manual_seed(0), requires_grad=True)
    reach, own = layer["size"] // 2, 8 // layer["towers"]
    expected = torch.empty_like(x)
    for i in range(8):
        tower = range(i // own * own, i // own * own + own)
        near = [j for j in range(i - reach, i + reach + 1) if j in tower]
        base = layer["k"] + layer["alpha"] * sum(x[:, j] ** 2 for j in near)
        expected[:, i] = x[:, i] / base ** layer["beta"]
    error = torch.randn(x.shape, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    (theirs,) = torch.autograd.grad(expected, x, error)
    found = networks.LocalResponseNorm(layer)(x)
    (own_gradient,) = torch.autograd.grad(found, x, error)
    torch.testing.assert_close(found, expected)
    torch.testing.assert_close(own_gradient, theirs)
    plain = x.detach().numpy()
    np.testing.assert_allclose(response_norm.normalised(layer, plain), expected.detach().numpy(), rtol=1e-6)
    np.testing.assert_allclose(
        response_norm.gradient(layer, plain, error.numpy()), theirs.numpy(), rtol=1e-5, atol=1e-9
    )


def test_the_gradient_to_the_pixels_is_that_of_torch():
    network, weights = built(), networks.weights(built())
    up_to = LAYERS[:9]  # to conv3
    field = receptive_fields(up_to)["conv3"][0]
    x = np.random.default_rng(1).random((4, 3, field, field)).astype(np.float32)
    kernel = np.array([0, 1, 2, 3])
    tensor = torch.from_numpy(x).requires_grad_(True)
    *_, (name, found) = [one for _, one in zip(up_to, networks.outputs(network, tensor), strict=False)]
    assert name == "conv3" and found.shape[2:] == (1, 1)
    (theirs,) = torch.autograd.grad(found[torch.arange(4), torch.from_numpy(kernel), 0, 0].sum(), tensor)
    found = backward.gradient(up_to, weights, x, kernel)
    np.testing.assert_allclose(found, theirs.numpy(), rtol=1e-3, atol=1e-6 * np.abs(found).max())


def test_kernels_in_pixels_leave_the_other_tower_out():
    weights = networks.weights(built())
    before = projection.projected(LAYERS, weights)["conv2"]
    weights["conv1.weight"][4:] = 0
    after = projection.projected(LAYERS, weights)["conv2"]
    assert np.array_equal(before[:3], after[:3]) and not after[3:].any()


def test_knocking_out_a_kernel_is_zeroing_its_map():
    """Both by the network with the next layer's kernels on that channel taken away, which sees the map as 0."""
    weights, few = networks.weights(built()), images(4)
    layers = [layer for layer in LAYERS if layer["kind"] not in ("local_response_norm", "max_pool")]
    responses = forward.responses(layers, weights, few)
    _, changed = knockouts.answers(layers, weights, responses)
    silent = {name: array.copy() for name, array in weights.items()}
    silent["conv2.weight"][3:, 1] = 0  # kernel 5 of conv1 is the second of tower 2
    expected = forward.outputs(layers, silent, few)
    zero = changed["conv1"][0, 5]
    np.testing.assert_allclose(zero, expected, rtol=1e-4, atol=1e-5)
    assert not np.allclose(zero, forward.outputs(layers, weights, few), atol=1e-5)


def test_a_stack_gives_what_each_network_gives():
    members = [built(seed=seed) for seed in (0, 1)]
    x = torch.from_numpy(forward.as_input(images(3)))
    alone = [member(x).detach() for member in members]
    together = Stack(members, "auto")(torch.stack([x, x]))
    torch.testing.assert_close(together.detach(), torch.stack(alone), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        ([conv("a", 5, 3, towers=2)], "a: found 3 channels for 2 towers"),
        ([conv("a", 6, 3), RELU, conv("b", 5, 3, towers=2)], "b: found 5 kernels for 2 towers"),
    ],
)
def test_towers_share_channels_and_kernels_evenly(layers, words):
    with pytest.raises(ValueError, match=words):
        shapes([*layers, GLOBAL_MAX_POOL, linear("o", None)], (3, 16, 16), 2)


def test_a_layer_without_towers_is_the_dict_that_it_was():
    assert conv("a", 5, 3, towers=1) == {"kind": "conv", "name": "a", "kernels": 5, "kernel_size": 3, "stride": 1}
    assert shapes([centre("input", 255)], (3, 9, 9), 2) == [(3, 9, 9)]
