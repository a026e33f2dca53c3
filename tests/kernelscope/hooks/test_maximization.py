"""The input that a kernel of any model responds to most."""

import numpy as np
import pytest
import torch
from small_resnet import colored, trained
from torch import nn

from kernelscope.hooks import maximization, watching


def test_the_best_input_of_a_smooth_linear_kernel_is_the_kernel():
    line = torch.linspace(-2, 2, 9)
    smooth = torch.exp(-(line[:, None] ** 2) - line**2) * torch.sin(2 * line)
    network = nn.Sequential(nn.Conv2d(1, 2, 9, bias=False)).requires_grad_(False)
    network[0].weight[0, 0], network[0].weight[1, 0] = smooth, -smooth.T
    images = 0.5 + torch.randn((20, 1, 9, 9), generator=torch.Generator().manual_seed(0))
    found, reached = maximization.maximized(network, network[0], [0, 1], images, 1)
    for i, kernel in enumerate((smooth, -smooth.T)):
        deviation = found[i, 0] - images.mean().item()
        assert np.corrcoef(deviation.ravel(), kernel.numpy().ravel())[0, 1] > 0.85  # the gradient is blurred
        assert np.sqrt((deviation**2).mean()) == pytest.approx(images.std(unbiased=False).item(), rel=1e-4)
        assert reached[i] > network(images)[:, i].max()
    again, _ = maximization.maximized(network, network[0], [0, 1], images, 2)
    assert np.allclose(found, again, atol=1e-3)
    assert all(parameter.grad is None for parameter in network.parameters())


def test_inputs_of_a_deep_layer_excite_it_more_than_images_and_the_same_seed_gives_the_same_bytes():
    network, (images, _) = trained().eval(), colored()
    places, _ = watching.sites(network, ["layer2.conv1"], images)
    found, reached = maximization.maximized(network, places["layer2.conv1"], range(6), images, 4, seed=3)
    assert found.shape == (6, 3, 24, 24)
    central = maximization.central(network, places["layer2.conv1"], images, torch.zeros(len(images), dtype=torch.long))
    assert reached[0] > central.max().item()
    again, _ = maximization.maximized(network, places["layer2.conv1"], range(6), images, 4, seed=3)
    assert found.tobytes() == again.tobytes()
    other, _ = maximization.maximized(network, places["layer2.conv1"], range(6), images, 4, seed=4)
    assert found.tobytes() != other.tobytes()


def test_a_kernel_of_zeros_keeps_its_start_and_one_that_is_not_finite_has_no_response():
    network = nn.Sequential(nn.Conv2d(1, 2, 3, bias=False)).requires_grad_(False)
    network[0].weight[0], network[0].weight[1] = 0, torch.nan
    found, reached = maximization.maximized(network, network[0], [0, 1], torch.rand(4, 1, 7, 7), 2)
    assert np.isfinite(found).all()
    assert reached[0] == 0 and np.isnan(reached[1])
