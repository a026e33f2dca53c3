"""The training of a tiny convolutional deep belief network, and its results."""

import numpy as np
import pytest
import torch
from small_dbn import SETTINGS, bars

from kernelscope.dbn import network, training
from kernelscope.training.failures import DIVERGED, NON_FINITE


def trained(**other):
    lines = []
    results = training.train(SETTINGS | other, 3, bars(20, 0), bars(6, 1), lines.append)
    return results, lines


@pytest.fixture(scope="module")
def run():
    return trained()[0]


@pytest.mark.parametrize("whiten", [False, True])
def test_images_in_color_are_seen_as_the_mean_of_their_channels_and_a_note_says_so(whiten):
    color = np.random.default_rng(0).integers(0, 256, (4, 30, 32, 3), np.uint8)
    gray, settings = np.repeat(color[..., :1], 3, -1), SETTINGS | {"whiten": whiten}
    prepared = network.Preparation(gray[..., 0], settings)(gray[..., 0])
    np.testing.assert_allclose(network.Preparation(gray, settings)(gray), prepared, atol=1e-6)
    assert network.Preparation(color, settings)(color).shape == prepared.shape
    note = "converted: 4 of 6 images: from color to gray, as bases have one channel"
    assert str(network.to_gray({"train": color, "test": gray[:2, ..., 0]})) == note
    assert network.to_gray({"train": gray[..., 0]}).count == 0


def test_two_trainings_from_one_seed_are_equal_to_the_bit(run):
    again, lines = trained()
    for name, array in run.snapshots.items():
        np.testing.assert_array_equal(again.snapshots[name], array)
    assert again.history == run.history
    assert "s left" in lines[0]


def test_the_artifacts_are_those_of_any_training(run):
    arrays = run.snapshots
    assert arrays["steps"].tolist() == sorted(set(arrays["steps"].tolist()))
    assert (arrays["steps"][0], arrays["steps"][-1]) == (0, 310)
    assert arrays["kernels/conv1"].shape[1:] == (4, 1, 5, 5)
    assert arrays["kernels/conv2"].shape[1:] == (3, 4, 3, 3)
    assert {"step", "epoch", "train_loss", "test_loss", "train_accuracy", "failure"} <= run.history[0].keys()
    assert run.summary["train"].keys() == {"loss", "accuracy", "within"}
    assert len(run.summary["largest_responses"]["conv2"]) == 3


def test_a_layer_stays_as_drawn_until_its_turn_and_the_one_below_stays_as_trained(run):
    steps = run.snapshots["steps"]
    upper, lower = run.snapshots["kernels/conv2"], run.snapshots["kernels/conv1"]
    np.testing.assert_array_equal(upper[steps <= 250], np.broadcast_to(upper[0], upper[steps <= 250].shape))
    np.testing.assert_array_equal(lower[steps >= 250], np.broadcast_to(lower[-1], lower[steps >= 250].shape))
    assert not np.array_equal(upper[-1], upper[0])
    np.testing.assert_array_equal(run.snapshots["last/conv2.kernels"], upper[-1])


def test_the_reconstruction_gets_better_and_free_energy_falls_below_that_of_noise(run):
    first, *_, last = [row for row in run.history if row["layer"] == 1]
    untrained, _ = trained(steps=[1, 1])
    assert last["test_loss"] < 0.8 * untrained.history[0]["test_loss"]
    assert last["free_energy"] < untrained.history[0]["free_energy"] - 0.003
    assert last["step"] > first["step"]


def test_a_reconstruction_worse_than_zeros_has_diverged(monkeypatch):
    monkeypatch.setattr(training, "FAR", 0.1)  # the last layer's error is above this in every training here
    assert trained(steps=[3, 3])[0].summary["failure"] == DIVERGED


def test_without_sparsity_more_units_are_on():
    one_layer = {"kernels": [4], "kernel_sizes": [5], "sparsity_targets": [0.002], "steps": [200], "crops": [16]}
    sparse, dense = (trained(**one_layer, sparsity=sparsity)[0].history[-1]["active"] for sparsity in (5.0, 0.0))
    assert dense > 3 * sparse


@pytest.mark.parametrize("visible_units", ["real", "binary"])
def test_what_was_kept_gives_the_network_back(visible_units):
    results, _ = trained(visible_units=visible_units, steps=[20, 10])
    layers = network.layers(results.snapshots, "last", SETTINGS | {"visible_units": visible_units})
    assert [layer.model.real for layer in layers] == [True, visible_units == "real"]
    maps = network.maps(layers, bars(2, 2))
    assert [part.shape for part in maps] == [(2, 4, 10, 10), (2, 3, 4, 4)]
    assert all(((part >= 0) & (part <= 1)).all() for part in maps)
    assert torch.equal(layers[1].model.kernels, torch.from_numpy(results.snapshots["kernels/conv2"][-1]))


def test_a_training_that_diverges_says_so_and_keeps_what_it_has():
    results, _ = trained(learning_rate=1e9)
    assert results.summary["failure"] == NON_FINITE
    assert results.history[-1]["failure"] == NON_FINITE
    assert "kernels/conv1" in results.snapshots
