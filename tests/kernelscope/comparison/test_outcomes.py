"""The outcomes of a run in numbers: kernels count only if the run did not fail."""

import numpy as np
import pytest

from kernelscope.comparison import outcomes
from kernelscope.probes import stimuli

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


def test_kernels_without_noise_speak():
    row = outcomes.row(run(), banks(smooth()), FACTORS)
    assert set(row) == {*outcomes.COLUMNS, outcomes.FACTOR}
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


def test_dead_kernels_do_not_count_as_structured_and_have_no_preference():
    row = outcomes.row(run(responses=(1.0, 0.0, 0.0)), banks(smooth()), FACTORS)
    assert row["structured"] == pytest.approx(1 / 3)
    row = outcomes.row(run(responses=(0.0, 0.0, 0.0)), banks(smooth()), FACTORS)
    assert row["bars"] is None and row["orientation"] is None


@pytest.mark.parametrize(("name", "share"), [("bar", 1), ("corner", 0), ("arc", 0)])
def test_a_kernel_prefers_the_stimulus_that_it_looks_like(name, share):
    probes = stimuli.probes(K, K, outcomes.LINE)
    templates = probes.images[(probes.stimulus == name) & (probes.angle == 45)].astype(float)
    templates -= templates.mean((1, 2), keepdims=True)
    assert outcomes.bar_share(templates[:, None]) == share


def test_the_first_layer_may_see_colors():
    color = np.repeat(smooth(), 3, 1)
    row = outcomes.row(run(), banks(color), FACTORS)
    assert row["bars"] == 1
