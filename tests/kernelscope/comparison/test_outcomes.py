"""The outcomes of a run in numbers: kernels count only if the run did not fail."""

import numpy as np
import pytest

from kernelscope.comparison import outcomes
from kernelscope.probes import stimuli

K = 9


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
    row = outcomes.row(run("dead network"), banks(smooth()))
    assert (row["accuracy"], row["failed"]) == (0.75, 1)
    assert all(row[name] is None for name in outcomes.KERNELS)
    assert row["reason"] == "the run failed"


def test_kernels_without_noise_speak():
    row = outcomes.row(run(), banks(smooth()))
    assert set(row) == {*outcomes.COLUMNS, "reason"}
    assert row["failed"] == 0
    assert row["initial_share"] < 0.1
    assert row["structured"] == row["change_structured"] == row["bars"] == 1
    assert row["orientation"] > 0.5


def test_the_change_speaks_where_the_kernel_is_mostly_noise():
    """The bar is hidden in noise of ten times its power; the change recovers it."""
    rng = np.random.default_rng(1)
    untrained = rng.uniform(-1, 1, (3, 1, K, K))
    trained = untrained * 3 + smooth()
    row = outcomes.row(run(), {"conv1": np.stack([untrained, trained]).astype(np.float32)})
    assert row["initial_share"] > 0.8
    assert row["structured"] == 0
    assert row["change_structured"] == 1


def test_dead_kernels_count_as_dead_and_in_nothing_else():
    """Kernels of noise would not be beyond noise, but they are dead."""
    noise = np.random.default_rng(2).normal(size=(2, 1, K, K))
    row = outcomes.row(run(), banks(np.concatenate([smooth(1), noise])))
    assert (row["alive"], row["structured"]) == (1, pytest.approx(1 / 3))
    row = outcomes.row(run(responses=(1.0, 0.0, 0.0)), banks(np.concatenate([smooth(1), noise])))
    assert (row["alive"], row["structured"]) == (pytest.approx(1 / 3), 1)
    row = outcomes.row(run(responses=(0.0, 0.0, 0.0)), banks(smooth()))
    assert row["alive"] == 0 and all(row[name] is None for name in outcomes.OF_LIVING)
    assert row["reason"] == "all kernels are dead"


def drawn(name, radius=None, size=K):
    """Return kernels (angles, 1, size, size) like a stimulus at every angle, an arc with its vertex in the middle."""
    side = 4 * size
    of = stimuli.probes(side, side, outcomes.LINE, radius)
    kernels = []
    for image, angle in zip(of.images[of.stimulus == name], of.angle[of.stimulus == name], strict=True):
        back = 0.6 * (radius or 0)
        row, col = side / 2 + back * np.sin(np.deg2rad(angle)), side / 2 - back * np.cos(np.deg2rad(angle))
        top, left = round(row - size / 2), round(col - size / 2)
        kernels.append(image[top : top + size, left : left + size].astype(float))
    kernels = np.stack(kernels)[:, None]
    return kernels - kernels.mean((2, 3), keepdims=True)


@pytest.mark.parametrize(
    ("name", "radius"), [("bar", None), ("corner", None), *(("arc", share * K) for share in (0.33, 0.42, 0.55, 0.7, 1))]
)
def test_a_kernel_prefers_the_stimulus_that_it_looks_like(name, radius):
    """An arc is no corner, whatever its radius, also if noise adds half of the kernel's standard deviation."""
    kernels = drawn(name, radius)
    assert outcomes.preferred_shares(kernels) == {"bar": 0, "corner": 0, "arc": 0} | {name: 1}
    noise = np.random.default_rng(0).normal(size=kernels.shape) * kernels.std((2, 3), keepdims=True)
    assert outcomes.preferred_shares(kernels + noise / 2)[name] > 0.8


def test_a_kernel_without_a_positive_response_prefers_nothing():
    assert outcomes.preferred_shares(np.full((1, 1, K, K), -1.0)) == {"bar": 0, "corner": 0, "arc": 0}


def test_the_first_layer_may_see_colors():
    color = np.repeat(smooth(), 3, 1)
    row = outcomes.row(run(), banks(color))
    assert row["bars"] == 1
