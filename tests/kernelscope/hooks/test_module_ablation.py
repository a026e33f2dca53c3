"""What any model loses without a kernel, against the model with this kernel set to zero."""

import copy

import numpy as np
import pytest
import torch
from small_resnet import colored, resnet, trained
from torch import nn

from kernelscope.hooks import ablation, ablation_table, watching
from kernelscope.hooks.inputs import of_array


def test_outputs_without_a_kernel_are_those_of_a_model_that_never_had_it():
    network, images = resnet().eval(), colored()[0][:5]
    found = list(ablation.without_each(network, network.layer1.bn2, [0, 2], images, 7))
    for kernel, outputs in zip((0, 2), found, strict=True):
        other = copy.deepcopy(network)
        with torch.no_grad():
            other.layer1.bn2.weight[kernel] = other.layer1.bn2.bias[kernel] = 0
            assert np.allclose(outputs, other(images), atol=1e-6)
    assert not network.layer1.bn2._forward_hooks


def test_the_table_has_drops_for_class_scores_and_changes_for_every_output():
    network, (images, labels) = trained().eval(), colored()
    places, _ = watching.sites(network, ["conv1", "layer2.conv2"], images)
    found, remarks = ablation_table.columns(network, places, of_array(images, labels), resnet().eval(), 30)
    assert remarks == []
    row = found["conv1"][0]
    (one,) = ablation.without_each(network, network.bn1, [0], images, 30)
    with torch.no_grad():
        whole = network(images).numpy()
    right = (whole.argmax(1) == labels.numpy()).mean()
    assert row["drop"] == pytest.approx(right - (one.argmax(1) == labels.numpy()).mean())
    assert row["drop_low"] <= row["drop"] <= row["drop_high"]
    spread = np.linalg.norm(whole - whole.mean(0))
    assert row["change"] == pytest.approx(np.linalg.norm(one - whole) / spread, rel=1e-5)
    assert row["untrained_change"] > 0
    others = of_array(images, torch.arange(30) % 5)
    found, remarks = ablation_table.columns(network, places, others, None, 30)
    assert remarks == [ablation_table.NOT_SCORES]
    assert "drop" not in found["conv1"][0] and found["conv1"][0]["untrained_change"] is None


def test_a_network_at_chance_has_no_p():
    network, (images, labels) = resnet().eval(), colored()
    found, remarks = ablation_table.columns(network, {"conv1": network.bn1}, of_array(images, labels), None, 30)
    assert remarks[0].startswith("no p of drops: the network is not better than chance")
    assert np.isnan(found["conv1"][0]["p_drop"])


@pytest.mark.parametrize(("output", "remark"), [("mean", ablation_table.NO_OUTPUT), ("zero", ablation_table.NO_SPREAD)])
def test_outputs_that_say_nothing_have_a_remark(output, remark):
    class Odd(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(3, 2, 3)

        def forward(self, x):
            x = self.conv(x).mean((2, 3))
            return x.mean() if output == "mean" else x * 0

    network = Odd().eval()
    _, remarks = ablation_table.columns(network, {"conv": network.conv}, of_array(colored()[0]), None, 8)
    assert remarks == [remark]
