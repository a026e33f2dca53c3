"""Where the response of a layer is read, in models of any code."""

import re

import pytest
import torch
from small_model import model
from small_resnet import resnet
from torch import nn

from kernelscope.hooks import watching

IMAGES = torch.rand(2, 3, 24, 24)


def convs(network):
    return [name for name, module in network.named_modules() if isinstance(module, nn.modules.conv._ConvNd)]


def test_the_response_is_behind_the_batch_normalization_that_follows_as_the_code_runs():
    network = resnet().eval()
    places, left_out = watching.sites(network, convs(network), IMAGES)
    assert not left_out
    assert places["conv1"] is network.bn1
    assert places["layer1.conv2"] is network.layer1.bn2
    assert places["layer2.downsample.0"] is network.layer2.downsample[1]
    plain = nn.Sequential(nn.Conv2d(3, 2, 3), nn.ReLU(), nn.BatchNorm2d(2))
    assert watching.sites(plain.eval(), ["0"], IMAGES)[0]["0"] is plain[0]


def test_layers_without_a_feature_map_of_their_own_are_left_out_with_a_reason():
    class Odd(nn.Module):
        def __init__(self):
            super().__init__()
            self.twice, self.never = nn.Conv2d(3, 3, 3, padding=1), nn.Conv2d(3, 3, 3)
            self.line, self.rest, self.halves = nn.Conv1d(3, 2, 3), nn.Conv2d(3, 2, 3), nn.Conv2d(3, 2, 3)

        def forward(self, x):
            x = self.twice(self.twice(x))
            self.halves(torch.cat([x, x]))
            return self.rest(x).mean((2, 3)) + self.line(x.mean(3)).mean(2)

    places, left_out = watching.sites(Odd().eval(), ["twice", "never", "line", "rest", "halves"], IMAGES)
    assert list(places) == ["rest"]
    reasons = {
        "twice": watching.SEVERAL,
        "never": watching.NEVER,
        "line": watching.NOT_2D,
        "halves": watching.OTHER_SHAPE,
    }
    assert left_out == reasons


def test_one_normalization_behind_two_layers_is_no_response_of_either():
    class Shared(nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b, self.norm = nn.Conv2d(3, 2, 3), nn.Conv2d(3, 2, 3), nn.BatchNorm2d(2)

        def forward(self, x):
            return self.norm(self.a(x)) + self.norm(self.b(x))

    network = Shared().eval()
    assert watching.sites(network, ["a", "b"], IMAGES)[0] == {"a": network.a, "b": network.b}


def test_a_model_is_as_it_was_even_after_an_error():
    network = resnet()
    network.bn1.eval()
    with pytest.raises(RuntimeError), watching.evaluating(network), watching.hooked({"": network.conv1}, print):
        assert not network.training
        raise RuntimeError
    assert network.training and network.conv1.training and not network.bn1.training
    assert not network.conv1._forward_hooks


def test_images_that_a_model_does_not_take_are_refused_in_one_line():
    with pytest.raises(ValueError, match=re.escape("images: got inputs (2, 3, 24, 24), which the model does not take")):
        watching.sites(model().eval(), ["0"], IMAGES)


def test_outputs_of_every_kind_are_numbers_of_each_image():
    a, b = torch.rand(4, 2), torch.rand(4, 1, 3)
    assert watching.numbers(a, 4) is not None
    assert watching.numbers({"x": (a, [b]), "y": torch.zeros(4, dtype=torch.long), "z": None}, 4).shape == (4, 5)
    assert watching.numbers((a, a.mean()), 4) is None
    assert watching.numbers("nothing", 4) is None
