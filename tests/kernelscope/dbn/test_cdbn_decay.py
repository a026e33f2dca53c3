"""The exact factor of the untrained bases, compared with what the learner and a whole training really do."""

import numpy as np
import pytest
import torch
from small_dbn import SETTINGS, bars

from kernelscope.dbn import contrastive_divergence, crbm, decay, training

pytestmark = pytest.mark.usefixtures("one_thread")
STRONG = SETTINGS | {"l2": 0.02}


def after_updates(kernels: torch.Tensor, gradients: torch.Tensor, monkeypatch) -> torch.Tensor:
    """Return the bases after one update per gradient; the estimate of the gradient is replaced."""
    model = crbm.Crbm(kernels, torch.zeros(len(kernels)), torch.zeros(1), 2, True)
    layer = contrastive_divergence.Layer(model, 0.2, torch.zeros(1), 1.0)
    learner = contrastive_divergence.Learner(layer, STRONG, contrastive_divergence.plans(STRONG)[0])
    v, hidden = torch.zeros(1, 8, 8), torch.zeros(len(kernels), 4, 4)
    given = iter(gradients)

    def reconstructed(model, v, sigma, generator):
        gradient = crbm.Gradient(next(given), torch.zeros(len(kernels)), torch.zeros(1))
        return contrastive_divergence.Step(v, v, hidden), gradient

    monkeypatch.setattr(contrastive_divergence, "reconstructed", reconstructed)
    for number in range(len(gradients)):
        learner.update(v, number, torch.Generator())
    return learner.model.kernels


def test_two_starts_under_the_same_gradients_differ_by_the_factor_times_their_first_difference(monkeypatch):
    updates = 620  # beyond the change of the momentum
    generator = torch.Generator().manual_seed(0)
    one, other = torch.randn((2, 4, 1, 5, 5), generator=generator, dtype=torch.float64)
    gradients = torch.randn((updates, 4, 1, 5, 5), generator=generator, dtype=torch.float64)
    ends = [after_updates(start, gradients, monkeypatch) for start in (one, other)]
    factor = decay.factors(STRONG, updates)[-1]
    torch.testing.assert_close(ends[0] - ends[1], factor * (one - other), rtol=1e-9, atol=1e-12)
    assert 0 < abs(factor) < 0.9
    assert not torch.allclose(ends[0], factor * one, rtol=0.01)


def test_a_layer_keeps_its_start_until_its_training_begins_and_its_factor_when_it_has_ended():
    steps = np.array([0, 100, 250, 280, 310])  # the first layer has 250 updates, the second 60
    known = decay.of_run(SETTINGS, steps, ["conv1", "conv2"])
    first, second = (known[name].values for name in ("conv1", "conv2"))
    assert first[0] == 1 > first[1] > first[2] == first[3] == first[4]
    assert second[0] == second[1] == second[2] == 1 > second[3] > second[4]
    assert second[4] == decay.factors(SETTINGS, 60)[-1]


def test_only_the_layers_that_were_trained_have_factors():
    assert list(decay.of_run(SETTINGS, np.array([0, 30]), ["conv1"])) == ["conv1"]


def test_a_training_without_gradients_leaves_just_the_factor_of_its_bases(monkeypatch):
    estimate, short = contrastive_divergence.reconstructed, STRONG | {"steps": [120, 60], "l2": 0.1}

    def without_gradient(*arguments):
        step, gradient = estimate(*arguments)
        return step, crbm.Gradient(*map(torch.zeros_like, gradient))

    monkeypatch.setattr(contrastive_divergence, "reconstructed", without_gradient)
    made = training.train(short, 3, bars(20, 0), bars(6, 1), lambda line: None).snapshots
    for name, factor in decay.of_run(short, made["steps"], ["conv1", "conv2"]).items():
        bank = made[f"kernels/{name}"]
        assert factor.values[-1] < 0.9
        np.testing.assert_allclose(bank, factor.values[:, None, None, None, None] * bank[0], rtol=1e-5, atol=1e-9)
