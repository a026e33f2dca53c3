"""The outcomes of a run in numbers: kernels count only if the run did not fail."""

import numpy as np
import pytest

from kernelscope.comparison import outcomes

K = 9
FACTORS = {"conv1": np.array([1.0, 0.5]), "conv2": np.array([1.0, 0.5])}


def bar():
    """Return a kernel (k, k) that is an upright bar with mean zero."""
    kernel = np.full((K, K), -1.0)
    kernel[:, 4] = K - 1
    return kernel / K


def run(failure="", responses=(1.0, 1.0, 1.0)):
    return {
        **{"failure": failure, "test": {"accuracy": 0.75}, "largest_responses": {"conv1": list(responses)}},
        "spec": {"training": {"init_std": {"conv": None}}},
    }


def banks(trained):
    untrained = np.random.default_rng(0).uniform(-0.1, 0.1, trained.shape)
    return {"conv1": np.stack([untrained, trained]).astype(np.float32), "conv2": np.zeros((2, 1, 3, 5, 5), np.float32)}


def smooth(count=3):
    return np.stack([bar()] * count)[:, None]


def test_of_a_failed_run_only_how_it_ended_is_known():
    row = outcomes.row(run("dead network"), banks(smooth()), FACTORS)
    assert (row["accuracy"], row["failed"]) == (0.75, 1)
    assert all(row[name] is None for name in (*outcomes.KERNELS, outcomes.FACTOR))
    assert row["reason"] == "the run failed"


def test_kernels_without_noise_speak():
    row = outcomes.row(run(), banks(smooth()), FACTORS)
    assert set(row) == {*outcomes.COLUMNS, outcomes.FACTOR, "reason"}
    assert (row["failed"], row["decay_factor"]) == (0, 0.5)
    assert row["initial_ratio"] < 0.1
    assert row["structured"] == row["change_structured"] == row["bars"] == 1
    assert row["orientation"] > 0.5


def test_the_change_speaks_where_the_kernel_is_mostly_noise():
    """The bar is hidden in noise of ten times its power; the change recovers it."""
    rng = np.random.default_rng(1)
    untrained = rng.uniform(-1, 1, (3, 1, K, K))
    trained = untrained * 3 + smooth()
    row = outcomes.row(
        run(), {"conv1": np.stack([untrained, trained]).astype(np.float32)}, {"conv1": np.array([1.0, 3.0])}
    )
    assert row["initial_ratio"] > 0.8
    assert row["structured"] == 0
    assert row["change_structured"] == 1


def test_dead_kernels_count_as_dead_and_in_nothing_else():
    """Kernels of noise would not be beyond noise, but they are dead."""
    noise = np.random.default_rng(2).normal(size=(2, 1, K, K))
    row = outcomes.row(run(), banks(np.concatenate([smooth(1), noise])), FACTORS)
    assert (row["alive"], row["structured"]) == (1, pytest.approx(1 / 3))
    row = outcomes.row(run(responses=(1.0, 0.0, 0.0)), banks(np.concatenate([smooth(1), noise])), FACTORS)
    assert (row["alive"], row["structured"]) == (pytest.approx(1 / 3), 1)
    row = outcomes.row(run(responses=(0.0, 0.0, 0.0)), banks(smooth()), FACTORS)
    assert row["alive"] == 0 and all(row[name] is None for name in outcomes.OF_LIVING)
    assert row["reason"] == "all kernels are dead"


def test_the_first_layer_may_see_colors():
    color = np.repeat(smooth(), 3, 1)
    row = outcomes.row(run(), banks(color), FACTORS)
    assert row["bars"] == 1
