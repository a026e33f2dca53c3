"""Weights in parts, against the weights that torch computes with."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils import parametrizations, parametrize, prune

from kernelscope.pretrained import state_dicts
from kernelscope.pretrained.folding import folded


def conv(kind=nn.Conv2d) -> nn.Module:
    torch.manual_seed(0)
    return kind(3, 6, 5)


def pruned(layer):
    return prune.l1_unstructured(layer, "weight", 0.5)


def trained(layer):
    """Run a layer in training mode, so that spectral norm has estimated its vectors."""
    for _ in range(20):
        layer(torch.zeros(1, 3, 16, 16))
    return layer.eval()


WAYS = {
    "pruning": pruned,
    "weight norm of old": lambda layer: torch.nn.utils.weight_norm(layer),
    "weight norm over all": lambda layer: torch.nn.utils.weight_norm(layer, dim=None),
    "weight norm": lambda layer: parametrizations.weight_norm(layer),
    "spectral norm of old": lambda layer: trained(torch.nn.utils.spectral_norm(layer)),
    "spectral norm": lambda layer: trained(parametrizations.spectral_norm(layer)),
}


@pytest.mark.filterwarnings("ignore:.*weight_norm.*:FutureWarning")
@pytest.mark.parametrize("kind", [nn.Conv2d, nn.ConvTranspose2d])
@pytest.mark.parametrize("way", WAYS)
def test_weights_in_parts_are_those_that_torch_computes_with(way, kind):
    layer = WAYS[way](conv(kind))
    network = nn.Sequential(conv(), layer)
    with torch.no_grad():
        layer(torch.zeros(1, 3, 16, 16))
        expected = layer.weight.detach().numpy()
    if kind is nn.ConvTranspose2d:  # (in, out, ...), which its bias tells
        expected = expected.swapaxes(0, 1)
    banks, remarks = state_dicts.conv_kernels(network.state_dict())
    assert list(banks) == ["0", "1"]
    np.testing.assert_allclose(banks["1"], expected, rtol=2e-5, atol=1e-7)
    assert [remark.kind for remark in remarks] == ["converted"] * (kind is nn.ConvTranspose2d)


class Doubled(nn.Module):
    def forward(self, weight):
        return 2 * weight


def test_a_weight_of_an_unknown_kind_is_left_out_by_name():
    layer = conv()
    parametrize.register_parametrization(layer, "weight", Doubled())
    banks, left_out = state_dicts.conv_kernels(nn.Sequential(conv(), layer).state_dict())
    assert list(banks) == ["0"]
    (other,) = left_out
    assert other.name == "1.parametrizations.weight.original"
    assert "a part of a weight of an unknown kind" in str(other)


def test_other_arrays_stay_as_they_are_and_in_their_order():
    arrays = {
        "a.weight": np.ones(2),
        "b.weight_g": np.full((2, 1), 3.0),
        "b.weight_v": np.eye(2),
        "c.bias": np.zeros(1),
    }
    result, unknown = folded(arrays)
    assert list(result) == ["a.weight", "b.weight", "c.bias"]
    assert result["a.weight"] is arrays["a.weight"]
    np.testing.assert_array_equal(result["b.weight"], 3 * np.eye(2))
    assert unknown == []


def test_a_direction_of_zeros_is_a_kernel_of_zeros():
    arrays = {"a.weight_g": np.ones((2, 1), np.float32), "a.weight_v": np.zeros((2, 3), np.float32)}
    np.testing.assert_array_equal(folded(arrays)[0]["a.weight"], np.zeros((2, 3)))
