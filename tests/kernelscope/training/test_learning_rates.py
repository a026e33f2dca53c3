"""The one-cycle schedule against torch, and the share of the summed rate that is spent."""

import math
from itertools import pairwise

import numpy as np
import pytest
import torch

from kernelscope.training import learning_rates


@pytest.mark.parametrize("total", [2, 3, 4, 5, 6, 7, 10, 11, 30, 100, 299, 300])
@pytest.mark.parametrize("peak", [0.01, 3.0])
def test_one_cycle_is_that_of_torch_at_every_step(total, peak):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    theirs = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=peak, total_steps=total, cycle_momentum=False)
    for step in range(total):
        ours = learning_rates.learning_rate("one_cycle", peak, step, total)
        assert ours == pytest.approx(theirs.get_last_lr()[0], rel=1e-9), step
        optimizer.step()
        if step < total - 1:
            theirs.step()


def test_one_cycle_starts_at_a_25th_peaks_and_ends_near_zero():
    rates = [learning_rates.learning_rate("one_cycle", 1.0, step, 100) for step in range(100)]
    assert rates[0] == pytest.approx(1 / 25)
    assert rates[29] == max(rates) == pytest.approx(1.0)
    assert rates[99] == pytest.approx(4e-6)
    assert all(a < b for a, b in pairwise(rates[:30]))
    assert all(a > b for a, b in pairwise(rates[29:]))


@pytest.mark.parametrize("total", [1, 2, 50])
def test_a_constant_schedule_is_always_the_peak(total):
    assert {learning_rates.learning_rate("constant", 0.3, step, total) for step in range(total)} == {0.3}


def test_a_single_step_of_one_cycle_is_at_the_peak():
    assert learning_rates.learning_rate("one_cycle", 0.3, 0, 1) == 0.3
    assert math.isfinite(learning_rates.learning_rate("one_cycle", 0.3, 1, 2))


def test_half_of_a_constant_rate_is_spent_halfway():
    assert learning_rates.spent("constant", 0.3, 10).tolist() == pytest.approx(np.arange(11) / 10)


def test_what_is_spent_is_summed_from_the_rates():
    rates = [learning_rates.learning_rate("one_cycle", 0.1, step, 50) for step in range(50)]
    assert learning_rates.spent("one_cycle", 0.1, 50)[20] == pytest.approx(sum(rates[:20]) / sum(rates))
    assert learning_rates.spent("one_cycle", 0.1, 50)[[0, -1]].tolist() == [0, 1]
