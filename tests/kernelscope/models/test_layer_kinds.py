"""A layer kind that a test defines is trained, probed and drawn, although only its class knows it."""

from dataclasses import dataclass

import numpy as np
import pytest
import torch
from trainings import SETTINGS

from kernelscope.models import networks, responses
from kernelscope.models.layer_base import KINDS, Layer, Parameter
from kernelscope.models.layer_lists import GLOBAL_MAX_POOL, conv, linear, shapes
from kernelscope.probes import ablation, activation_maximization, projection
from kernelscope.training import group, trainer
from kernelscope.training.batches import ImageDataset

IMAGES = np.random.default_rng(0).integers(0, 256, (20, 16, 16), dtype=np.uint8)
LABELS = np.arange(20) % 2
pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture
def layers(monkeypatch) -> list[dict]:
    """Return a network with parametric ReLU (He et al. 2015), which has a slope below zero for each channel."""
    monkeypatch.setitem(KINDS, "prelu", None)  # removed after the test

    @dataclass(frozen=True)
    class PReLU(Layer, kind="prelu"):
        name: str
        channelwise = True

        def parameters(self, before, after):
            return {"slope": Parameter(before[:1], 0.25)}

        def forward(self, F, x, params):
            return x.clamp(min=0) + params.slope[:, None, None] * x.clamp(max=0)

    prelu = {"kind": "prelu", "name": "bend"}
    return [conv("a", 3, 5), prelu, conv("b", 2, 3), GLOBAL_MAX_POOL, linear("output", None)]


def test_it_is_trained_alone_and_with_others_and_its_slopes_move(layers):
    images = ImageDataset(IMAGES, LABELS)
    jobs = [trainer.Job(layers, SETTINGS, seed, images, images, group.silent) for seed in (1, 2)]
    for alone, together in zip(map(trainer.train, jobs), group.train(jobs, group.silent), strict=True):
        assert (alone.snapshots["first/bend.slope"] == 0.25).all()
        assert (alone.snapshots["last/bend.slope"] != 0.25).all()
        for name, array in alone.snapshots.items():
            np.testing.assert_allclose(together.snapshots[name], array, atol=2e-4)


def test_its_network_is_probed_and_drawn(layers):
    built = networks.build(layers, (1, 16, 16), 2)
    networks.initialize(built, SETTINGS["init_std"], 0)
    weights = networks.weights(built)
    maps = responses.responses(layers, weights, IMAGES)
    x = torch.nn.functional.prelu(torch.from_numpy(maps["a"]), torch.from_numpy(weights["bend.slope"]))
    expected = torch.conv2d(x, *(torch.from_numpy(weights[f"b.{part}"]) for part in ("weight", "bias")))
    np.testing.assert_allclose(maps["b"], expected, atol=1e-5)
    whole, changed = ablation.outputs(layers, weights, IMAGES)
    assert changed["a"].shape == (3, 3, 20, 2)
    assert not np.allclose(changed["a"][0], whole)
    drawn = projection.projected(layers, weights)["b"], activation_maximization.maximized(layers, weights)["b"]
    assert [bank.shape for bank in drawn] == [(2, 1, 7, 7)] * 2
    assert all(np.isfinite(bank).all() and bank.any() for bank in drawn)
    assert shapes(layers, (1, 16, 16), 2)[1] == (3, 12, 12)
