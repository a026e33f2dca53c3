"""Compare two states of a training, and two trainings."""

import re

import numpy as np
import pytest
import torch
from small_model import model
from torch import nn

import kernelscope as ks
from kernelscope.measures import cka


def changed(network, amount):
    other = model()
    other.load_state_dict(network.state_dict())
    with torch.no_grad():
        other[0].weight += amount * torch.randn(other[0].weight.shape, generator=torch.Generator().manual_seed(1))
    return other


def test_a_state_of_the_same_training_has_moved_by_what_was_added():
    first, last = model(), changed(model(), 0.05)
    row, unchanged, third = ks.compare(first, last).rows
    a, b = (network[0].weight.detach().numpy() for network in (first, last))
    assert row["moved"] == pytest.approx(np.linalg.norm(b - a) / np.linalg.norm(b), rel=1e-5)
    assert 0.7 < row["same number"] < 0.99
    assert (unchanged["moved"], unchanged["same number"]) == (0, pytest.approx(1))
    assert (third["matched"], third["reason"]) == (None, "not square planes")


def test_the_same_kernels_in_another_order_match_and_other_kernels_do_not():
    one, other = model(0), model(1)
    order = [3, 1, 0, 2, 7, 6, 5, 4]
    permuted = {name: array[order] if name == "0.weight" else array for name, array in one.state_dict().items()}
    same, different = (ks.compare(one, second).rows[0] for second in (permuted, other))
    assert same["matched"] == pytest.approx(1)
    assert same["p"] <= 0.02
    assert same["same number"] < 0.7
    assert different["p"] > 0.05
    assert different["matched"] < 0.5


def test_models_that_see_images_alike_have_a_cka_near_1():
    network = nn.Sequential(nn.Conv2d(1, 4, 5), nn.BatchNorm2d(4), nn.ReLU())
    images = torch.randn(40, 1, 12, 12, generator=torch.Generator().manual_seed(0))
    rotated = nn.Sequential(nn.Conv2d(1, 4, 5, bias=False))
    with torch.no_grad():
        rotated[0].weight.copy_(network[0].weight[[2, 0, 3, 1]])
    (row,) = ks.compare(network.train(), rotated, images=images).rows
    assert row["cka"] == pytest.approx(1, abs=1e-4)
    assert network.training and network[1].training
    assert network[1].num_batches_tracked == 0
    (row,) = ks.compare(network, nn.Sequential(nn.Conv2d(1, 4, 5)), images=images.numpy()).rows
    grams = [cka.gram(each.detach().numpy()) for each in (network[0](images), rotated[0](images))]
    assert cka.debiased(*grams) == pytest.approx(1, abs=1e-4)
    assert row["cka"] < 0.99


def test_layers_that_only_one_has_and_other_shapes_are_told(capsys):
    other = nn.Sequential(nn.Conv2d(1, 8, 7), nn.ReLU(), nn.Conv2d(8, 5, 3))
    found = ks.compare(model(), other)
    assert [row["reason"] for row in found.rows] == ["other shapes", "other shapes"]
    assert found.rows[1]["kernels"] == "6 and 5"
    assert found.rows[1]["matched"] is not None
    assert "only in a: 4" in repr(found)
    assert "left out: 3" in repr(ks.compare(other, model()))  # of either side
    assert "<td>other shapes</td>" in found._repr_html_()


@pytest.mark.parametrize(
    ("b", "given", "line"),
    [
        ({"x.weight": np.ones((2, 1, 5, 5))}, {}, "layers: got none in both (0, 2, 4; x)"),
        (model(), {"images": torch.zeros(3, 1, 9, 9)}, "images: got 3, expected at least 4"),
        (model().state_dict(), {"images": torch.zeros(5, 1, 12, 12)}, "b: got OrderedDict"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_one_line(b, given, line):
    network = nn.Sequential(*model()[:3]) if given else model()
    b = nn.Sequential(*b[:3]) if isinstance(b, nn.Sequential) else b
    with pytest.raises(ValueError, match="^" + re.escape(line)):
        ks.compare(network, b, **given)
