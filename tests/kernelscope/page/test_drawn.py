"""Untrained weights from the state of their random numbers, against the initialization of networks."""

import numpy as np
import pytest

from kernelscope.models import networks
from kernelscope.page import drawn

LAYERS = [
    {"kind": "conv", "name": "conv1", "kernels": 5, "kernel_size": 5, "stride": 1},
    {"kind": "relu"},
    {"kind": "conv", "name": "conv2", "kernels": 4, "kernel_size": 3, "stride": 1, "bias": False},
    {"kind": "conv", "name": "conv3", "kernels": 3, "kernel_size": 3, "stride": 1},
    {"kind": "linear", "name": "output", "units": None},
]
BIASED = {"conv1", "conv3"}


def untrained(seed, init_std=None, layers=LAYERS):
    """Return the kernels of a network that is not trained, and their layers, as networks are initialized."""
    network = networks.build(layers, (1, 20, 20), 3)
    networks.initialize(network, {"conv": init_std, "linear": None}, seed)
    weights = networks.weights(network)
    return {name: weights[f"{name}.weight"] for name in ("conv1", "conv2", "conv3")}


@pytest.mark.parametrize("seed", [0, 1, 12345])
def test_every_layer_of_a_network_is_drawn_again_bit_by_bit(seed):
    banks = untrained(seed)
    starts = drawn.starts(seed, banks, BIASED)
    assert list(starts) == ["conv1", "conv2", "conv3"]
    for name, start in starts.items():
        again = drawn.values(start, banks[name].size).reshape(banks[name].shape)
        np.testing.assert_array_equal(again.view(np.uint32), banks[name].view(np.uint32))
    assert [start.inputs for start in starts.values()] == [25, 45, 36]


def test_weights_of_another_seed_or_distribution_have_no_start():
    assert drawn.starts(1, untrained(0), BIASED) == {}
    assert drawn.starts(0, untrained(0, init_std=0.1), BIASED) == {}


@pytest.mark.parametrize("value", [0.0, np.nan])
def test_a_layer_with_a_changed_weight_has_no_start_and_others_have_theirs(value):
    banks = untrained(3)
    banks["conv2"] = banks["conv2"].copy()
    banks["conv2"][1, 2, 0, 0] = value
    assert list(drawn.starts(3, banks, BIASED)) == ["conv1", "conv3"]


def test_biases_are_skipped_where_a_layer_has_them():
    assert list(drawn.starts(3, untrained(3), BIASED | {"conv2"})) == ["conv1", "conv2"]
    assert list(drawn.starts(3, untrained(3), set())) == ["conv1"]
