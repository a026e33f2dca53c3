"""Untrained copies of any model."""

import torch
from small_resnet import SmallResNet, colored, resnet, trained
from torch import nn

from kernelscope.hooks import untrained


def test_a_copy_has_new_weights_and_the_model_and_the_random_numbers_stay():
    network, images = trained(), colored()[0]
    before = {name: value.clone() for name, value in network.state_dict().items()}
    state = torch.get_rng_state()
    one, same, other = (untrained.untrained(network, None, images, 8, seed) for seed in (0, 0, 1))
    assert torch.equal(torch.get_rng_state(), state)
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
    assert torch.equal(one.conv1.weight, same.conv1.weight)
    assert not torch.equal(one.conv1.weight, other.conv1.weight)
    assert untrained.unchanged(network, one, ["conv1", "layer1.conv2"]) == []
    assert not one.training


def test_normalizations_have_the_statistics_of_the_images():
    images = colored()[0]
    copy = untrained.untrained(trained(), None, images, 10, 0)
    with torch.no_grad():
        plain = copy.conv1(images)
        normalized = copy.bn1(plain)
    assert torch.allclose(copy.bn1.running_mean, plain.mean((0, 2, 3)), atol=1e-5)
    assert torch.allclose(normalized.mean((0, 2, 3)), torch.zeros(4), atol=1e-3)
    assert copy.bn1.momentum == 0.1


def test_a_constructor_makes_the_copy_unless_it_loads_the_weights():
    network, images = trained(), colored()[0]

    def constructor():
        made = SmallResNet()
        nn.init.constant_(made.conv1.weight, 0.25)
        return made

    copy = untrained.untrained(network, constructor, images, 8, 0)
    assert (copy.conv1.weight == 0.25).all()

    def loading():
        made = SmallResNet()
        made.load_state_dict(network.state_dict())
        return made

    copy = untrained.untrained(network, loading, images, 8, 0)
    assert untrained.unchanged(network, copy, ["conv1"]) == []


def test_layers_that_keep_their_weights_are_found():
    class Own(nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = nn.Parameter(torch.rand(2, 3, 3, 3))

        def forward(self, x):
            return torch.conv2d(x, self.weight)

    network = nn.Sequential(Own(), nn.utils.parametrizations.weight_norm(nn.Conv2d(2, 2, 3)), nn.Conv2d(2, 2, 3))
    copy = untrained.untrained(network, None, torch.rand(4, 3, 9, 9), 4, 0)
    assert untrained.unchanged(network, copy, ["0", "1", "2"]) == ["0", "1"]


def test_the_constructor_draws_with_the_seed():
    images = colored()[0]
    one, two = (untrained.untrained(resnet(), SmallResNet, images, 8, 5) for _ in range(2))
    assert torch.equal(one.layer2.conv1.weight, two.layer2.conv1.weight)
