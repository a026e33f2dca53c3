"""What came of a run, in numbers: its kernels only where it did not fail."""

import numpy as np
import pytest

from kernelscope.comparison import outcomes
from kernelscope.probes import stimuli

K = 9


def bar():
    """A kernel (k, k) that is an upright bar, and zero on average."""
    kernel = np.full((K, K), -1.0)
    kernel[:, 4] = K - 1
    return kernel / K


def run(failure="", responses=(1.0, 1.0, 1.0)):
    return {
        **{"failure": failure, "test": {"accuracy": 0.75}, "largest_responses": {"conv1": list(responses)}},
        "spec": {"training": {"initial_sd": {"conv": None}}},
    }


def banks(trained):
    untrained = np.random.default_rng(0).uniform(-0.1, 0.1, trained.shape)
    return {"conv1": np.stack([untrained, trained]).astype(np.float32), "conv2": np.zeros((2, 1, 3, 5, 5), np.float32)}


def smooth(count=3):
    return np.stack([bar()] * count)[:, None]


def test_of_a_failed_run_only_how_it_ended_is_known():
    found = outcomes.row(run("dead network"), banks(smooth()))
    assert (found["accuracy"], found["failed"]) == (0.75, 1)
    assert all(found[name] is None for name in outcomes.KERNELS)


def test_kernels_without_noise_speak():
    found = outcomes.row(run(), banks(smooth()))
    assert set(found) == set(outcomes.COLUMNS)
    assert found["failed"] == 0
    assert found["initial_share"] < 0.1
    assert found["structured"] == found["change_structured"] == found["bars"] == 1
    assert found["orientation"] > 0.5


def test_the_change_speaks_where_the_kernel_is_mostly_noise():
    """The bar is hidden in ten times its power of noise; the change has it back."""
    rng = np.random.default_rng(1)
    untrained = rng.uniform(-1, 1, (3, 1, K, K))
    trained = untrained * 3 + smooth()
    found = outcomes.row(run(), {"conv1": np.stack([untrained, trained]).astype(np.float32)})
    assert found["initial_share"] > 0.8
    assert found["structured"] == 0
    assert found["change_structured"] == 1


def test_dead_kernels_do_not_count_as_structured_and_have_no_preference():
    found = outcomes.row(run(responses=(1.0, 0.0, 0.0)), banks(smooth()))
    assert found["structured"] == pytest.approx(1 / 3)
    found = outcomes.row(run(responses=(0.0, 0.0, 0.0)), banks(smooth()))
    assert found["bars"] is None and found["orientation"] is None


@pytest.mark.parametrize(("name", "share"), [("bar", 1), ("corner", 0), ("arc", 0)])
def test_a_kernel_prefers_the_stimulus_that_it_looks_like(name, share):
    probes = stimuli.probes(K, K, outcomes.LINE)
    mine = probes.images[(probes.stimulus == name) & (probes.angle == 45)].astype(float)
    mine -= mine.mean((1, 2), keepdims=True)
    assert outcomes.bar_share(mine[:, None]) == share


def test_the_first_layer_may_see_colours():
    colour = np.repeat(smooth(), 3, 1)
    found = outcomes.row(run(), banks(colour))
    assert found["bars"] == 1
