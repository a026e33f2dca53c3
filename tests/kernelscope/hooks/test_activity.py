"""Responses of any model, against a plain pass, and kernels that are dead."""

import numpy as np
import pytest
import torch
from small_resnet import colored, resnet
from torch import nn

from kernelscope.hooks import activity, watching

NAMES = ["conv1", "layer1.conv1", "layer1.conv2", "layer2.conv1", "layer2.conv2", "layer2.downsample.0"]


def test_responses_are_those_of_a_plain_pass_whatever_the_batch():
    network, images = resnet().eval(), colored()[0][:10]
    places, _ = watching.sites(network, NAMES, images)
    found = activity.activities(network, places, images, 3)
    with torch.no_grad():
        plain = network.bn1(network.conv1(images)).flatten(2)
    seen = found["conv1"]
    assert seen.shape == (4, 12, 12)
    assert np.allclose(seen.mean, plain.clamp(min=0).mean(2), atol=1e-6)
    assert np.allclose(seen.largest, plain.amax(2), atol=1e-6)
    assert (seen.place == plain.argmax(2).numpy()).all()
    assert np.allclose(seen.active, (plain > 0).float().mean((0, 2)), atol=1e-6)
    whole = activity.activities(network, places, images, 10)
    assert all(np.allclose(whole[name].mean, found[name].mean, atol=1e-6) for name in NAMES)


def test_a_response_that_is_not_finite_is_not_hidden():
    network, images = nn.Sequential(nn.Conv2d(1, 2, 3)), torch.rand(4, 1, 6, 6)
    with torch.no_grad():
        network[0].weight[1] = torch.inf
    (found,) = activity.activities(network.eval(), {"0": network[0]}, images, 4).values()
    assert np.isfinite(found.mean[:, 0]).all() and np.isnan(found.mean[:, 1]).all()


@pytest.mark.parametrize("inplace", [False, True])
def test_a_kernel_below_zero_is_unused_behind_relu_and_used_behind_another_function(inplace):
    images = torch.rand(6, 1, 8, 8)
    for function, expected in ((nn.ReLU(inplace), [True, False, True]), (nn.LeakyReLU(0.1, inplace), [True] * 3)):
        torch.manual_seed(0)
        network = nn.Sequential(nn.Conv2d(1, 3, 3), function, nn.Conv2d(3, 2, 3)).eval().requires_grad_(False)
        network[0].bias[0], network[0].bias[1] = 5, -50
        places, _ = watching.sites(network, ["0", "2"], images)
        found = activity.used(network, places, images, 4)
        assert found["0"][:2].tolist() == expected[:2]
        assert found["2"].all()


def test_without_a_gradient_nothing_is_said():
    class Detached(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(1, 2, 3)

        @torch.no_grad()
        def forward(self, x):
            return self.conv(x).argmax(1)

    network = Detached().eval()
    assert activity.used(network, {"conv": network.conv}, torch.rand(3, 1, 5, 5), 3) == {"conv": None}
