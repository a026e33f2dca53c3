"""Everything about any model and images together, on a network that was trained here and one that was not."""

import numpy as np
import pytest
import torch
from small_resnet import colored, resnet, trained

from kernelscope.hooks import evidence, inputs, probing

NAMES = ["conv1", "layer1.conv1", "layer2.conv2"]


def found(network, names=NAMES, copies=9, **given):
    images, labels = colored(45)
    return probing.probed(network, names, inputs.of_array(images, labels), copies=copies, **given)


def test_a_trained_network_is_more_selective_than_its_untrained_copies_and_an_untrained_one_is_not():
    network = trained(30)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    result = found(network)
    assert [row["verdict"] for row in result.summary] == ["shown"] * 3
    assert all(row["selectivity"] > row["untrained"] for row in result.summary)
    assert network.training and all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
    assert [row["layer"] for row in result.rows] == ["conv1"] * 4 + ["layer1.conv1"] * 4 + ["layer2.conv2"] * 6
    assert all(set(row) == set(evidence.COLUMNS) for row in result.rows)
    assert all(row["drop"] is not None and row["dead"] is not None for row in result.rows)
    control = found(resnet(seed=7))
    assert [row["verdict"] for row in control.summary] == ["no evidence"] * 3


def test_what_is_drawn_is_what_a_unit_sees():
    result = found(trained(), copies=1)
    images = result.inputs.images.numpy()
    layer = result.layers["conv1"]
    assert layer.best[0].shape == (3, 7, 7)
    top, bottom, left, right = layer.top_box[1, 0]
    patch = images[layer.top_image[1, 0], :, top:bottom, left:right]
    best, patches = probing.pictures(result)
    scaled = (patch - images.min()) / (images.max() - images.min())
    assert np.allclose(patches["conv1"][1][0], scaled)
    assert len(best["layer2.conv2"]) == 6
    response = result.rows[1]["largest"]
    assert response > 0 and result.rows[1]["maximized"] > 0


def test_what_is_cut_and_left_out_is_told_and_two_passes_give_the_same_numbers():
    network = torch.nn.Sequential(torch.nn.Conv2d(3, 40, 3), torch.nn.ReLU(), torch.nn.Conv1d(1, 1, 1))
    network[2].forward = lambda x: x
    one, two = (probing.probed(network, ["0", "2"], inputs.of_array(colored(8)[0])) for _ in range(2))
    assert any("2: not a layer of two dimensions" in remark for remark in one.remarks)
    assert any("only the first 32 kernels were ablated of 0 (40)" in remark for remark in one.remarks)
    assert any("only the first 12 kernels have a best input of 0 (40)" in remark for remark in one.remarks)
    assert (one.rows[31]["change"] is None, one.rows[32]["change"]) == (False, None)
    assert str(one.rows) == str(two.rows)
    assert one.summary[0]["verdict"] == "cannot be decided"
    assert one.summary[0]["reason"] == evidence.NO_LABELS


def test_a_dead_kernel_is_counted():
    network = trained()
    with torch.no_grad():
        network.bn1.bias[2] = -1000
    result = found(network, copies=2)
    assert result.summary[0]["dead"] == 1
    dead = result.rows[2]
    assert (dead["dead"], dead["active"], dead["change"]) == (True, 0.0, pytest.approx(0, abs=1e-6))
    assert dead["reason"].startswith("no selectivity")
