"""Which layers are recorded, and in which order the axes of their kernels are."""

import numpy as np
import pytest
import torch
from tiers import THOROUGH
from torch import nn

from kernelscope.recording import layers


def one(module):
    (layer,), _ = layers.of_model(nn.Sequential(module), None)
    return layer


@pytest.mark.parametrize("groups", [1, 2, 4])
def test_kernels_of_a_transposed_layer_are_stored_by_output_channel(groups):
    module = nn.ConvTranspose2d(4, 8, (3, 2), groups=groups, bias=False)
    kernels = one(module).kernels()
    assert kernels.shape == (8, 4 // groups, 3, 2)
    for channel in range(4):
        x = torch.zeros(1, 4, 1, 1)
        x[0, channel] = 1
        drawn = module(x)[0]  # an input of one pixel draws the kernels that read it
        group, inside = divmod(channel, 4 // groups)
        of_group = slice(group * 8 // groups, (group + 1) * 8 // groups)
        torch.testing.assert_close(drawn[of_group], kernels[of_group, inside])


@pytest.mark.parametrize(
    ("module", "shape", "kind"),
    [
        (nn.Conv1d(2, 3, 7), (3, 2, 7), "conv1d"),
        (nn.Conv2d(2, 4, (1, 5), groups=2, dilation=2), (4, 1, 1, 5), "conv2d"),
        (nn.Conv3d(1, 2, 3, stride=(1, 2, 2)), (2, 1, 3, 3, 3), "conv3d"),
        (nn.Conv2d(2, 4, 3, padding="same", dtype=torch.bfloat16), (4, 2, 3, 3), "conv2d"),
        (nn.utils.parametrizations.weight_norm(nn.Conv2d(2, 4, 3)), (4, 2, 3, 3), "conv2d"),
    ],
)
def test_every_kind_of_conv_layer_is_recorded_with_its_geometry(module, shape, kind):
    layer = one(module)
    assert tuple(layer.kernels().shape) == shape
    about = layer.geometry()
    assert (about["kind"], about["groups"], about["stride"]) == (kind, module.groups, list(module.stride))
    torch.testing.assert_close(layer.kernels(), module.weight)


def test_layers_of_1_x_1_and_second_names_are_left_out_with_a_reason():
    shared = nn.Conv2d(1, 1, 3)
    model = nn.ModuleDict({"point": nn.Conv2d(1, 4, 1), "a": shared, "b": shared, "linear": nn.Linear(2, 2)})
    found, left_out = layers.of_model(model, None)
    assert [layer.name for layer in found] == ["a"]
    assert left_out == {"point": layers.ONE_BY_ONE}
    assert [layer.name for layer in layers.of_model(model, ["p*"])[0]] == ["point"]


class Compiled(nn.Module):
    """A model as `torch.compile` wraps it, whose import takes seconds."""

    def __init__(self, model):
        super().__init__()
        self._orig_mod = model


WRAPPERS = [nn.DataParallel, Compiled, lambda model: Compiled(nn.DataParallel(model))]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of torch itself
@pytest.mark.parametrize("wrap", [*WRAPPERS, pytest.param(torch.compile, marks=THOROUGH)])
def test_wrappers_do_not_change_the_names(wrap):
    model = nn.Sequential(nn.Conv2d(1, 1, 3))
    assert layers.unwrapped(wrap(model)) is model


def test_a_model_whose_only_child_is_a_layer_is_no_wrapper():
    model = nn.Sequential()
    model.add_module("conv", nn.Conv2d(1, 1, 3))
    assert layers.unwrapped(model) is model


@pytest.mark.parametrize(
    ("model", "patterns", "line"),
    [
        (
            nn.Linear(2, 2),
            None,
            "model: got Linear without a conv layer, expected a model with Conv1d",
        ),
        (
            nn.Sequential(nn.Conv2d(1, 1, 1)),
            None,
            "layers: got none to record, expected a conv layer larger",
        ),
        (nn.Sequential(nn.Conv2d(1, 1, 3)), ["conv1"], "layers: got 'conv1', expected names of conv layers: 0"),
        (nn.Sequential(nn.LazyConv2d(1, 3)), None, "layer 0: got no weights yet, expected an initialized model"),
        (
            nn.ModuleDict({"steps": nn.Conv2d(1, 1, 3)}),
            None,
            "layers: got a layer called 'steps', expected a name",
        ),
        (nn.Sequential(nn.Conv2d(1, 1, 3, dtype=torch.cfloat)), None, "layer 0: got weights of torch.complex64"),
    ],
)
def test_what_cannot_be_recorded_is_refused_in_one_line(model, patterns, line):
    with pytest.raises(ValueError, match="^" + line.replace("(", r"\(")):
        layers.of_model(model, patterns)


def test_batch_normalization_after_a_layer_is_seen():
    model = nn.Sequential(nn.Conv2d(1, 1, 3), nn.BatchNorm2d(1), nn.Sequential(nn.Conv2d(1, 1, 3), nn.ReLU()))
    assert list(layers.normalized(model)) == ["0"]
    assert np.array_equal(layers.of_model(model, ["2.0"])[0][0].kernels(), model[2][0].weight.detach())
