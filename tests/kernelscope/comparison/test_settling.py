"""When layers settle over seeds: with their resolution, and an order only where seeds agree on it."""

import numpy as np
import pytest

from kernelscope.comparison import settling
from kernelscope.comparison.settling import Settling


def at(*steps, gap=10):
    """Return when kernels settle in a training of 1,000 steps, whose snapshots are `gap` steps apart."""
    steps = np.array(steps, float)
    return Settling(steps, steps - gap, steps / 1000, (steps - gap) / 1000)


def table(failed=0, **layers):
    rows = settling.rows({name: dict(enumerate(seeds)) for name, seeds in layers.items()}, failed, "the steps")
    assert all(tuple(row) == settling.COLUMNS or set(row) == set(settling.COLUMNS) for row in rows)
    assert all(row["reason"] for row in rows)
    return {(row["layer_a"], row["layer_b"]): row for row in rows}


def test_a_layer_has_the_mean_of_its_median_kernels_with_the_snapshot_before():
    row = table(conv1=[at(100, 200, 900), at(300, 400, np.nan)], failed=2)["conv1", None]
    assert (row["settled_step"], row["settled_after"], row["share"]) == (250, 240, 0.25)
    assert (row["resolution"], row["seeds"], row["failed"], row["kernels"]) == (pytest.approx(0.01), 2, 2, 5)
    assert row["low"] == 0
    assert row["high"] > 0.3


def test_six_seeds_that_agree_show_an_order_and_five_cannot():
    early, late = [at(100 + seed) for seed in range(6)], [at(200 + 3 * seed) for seed in range(6)]
    row = table(conv1=early, conv2=late)["conv1", "conv2"]
    assert row["difference"] == pytest.approx(0.105)
    assert row["p"] == row["smallest_p"] == 2 / 64
    assert row["would_decide"] is None
    few = table(conv1=early[:5], conv2=late[:5])["conv1", "conv2"]
    assert (few["p"], few["smallest_p"], few["would_decide"]) == (0.0625, 0.0625, "6 seeds")


def test_layers_that_settle_at_one_snapshot_have_no_order():
    row = table(conv1=[at(100)] * 6, conv2=[at(100)] * 6)["conv1", "conv2"]
    assert (row["difference"], row["p"], row["low"]) == (0, 1, None)


def test_chance_gives_an_order_in_one_of_twenty():
    rng = np.random.default_rng(1)
    found = [
        table(a=[at(*rng.uniform(50, 900, 9)) for _ in range(8)], b=[at(*rng.uniform(50, 900, 9)) for _ in range(8)])
        for _ in range(300)
    ]
    assert sum(rows["a", "b"]["p"] <= 0.05 for rows in found) / 300 == pytest.approx(0.05, abs=0.035)


def test_kernels_that_never_settle_one_seed_and_no_seed_say_why():
    rows = table(conv1=[at(np.nan), at(np.nan)], conv2=[at(100), at(200)])
    assert (rows["conv1", None]["share"], rows["conv1", None]["reason"]) == (None, settling.NEVER)
    assert (rows["conv1", "conv2"]["p"], rows["conv1", "conv2"]["would_decide"]) == (None, "6 seeds")
    one = table(conv1=[at(100)])["conv1", None]
    assert (one["share"], one["low"], one["seeds"]) == (0.1, None, 1)
    assert settling.rows({}, 3, "the steps") == []


def test_if_every_seed_failed_each_layer_still_has_its_row():
    row = table(failed=3, conv1=[])["conv1", None]
    assert (row["seeds"], row["failed"], row["share"], row["reason"]) == (0, 3, None, settling.FAILED)


@pytest.mark.parametrize(
    ("failed", "single", "reason"),
    [(0, 2, "there is one snapshot"), (2, 1, "every training run failed or has one snapshot")],
)
def test_without_several_snapshots_it_is_unknown_when_kernels_settle(failed, single, reason):
    (row,) = settling.rows({"conv1": {}}, failed, "the steps", single)
    assert row["reason"] == f"it is unknown when kernels settle, as {reason}"
