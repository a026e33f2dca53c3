"""The steps at which kernels are kept: literal steps, and properties for any number of steps and snapshots."""

import numpy as np
import pytest

from kernelscope.training.snapshot_steps import snapshot_steps


def test_six_of_a_hundred_steps_are_these():
    # spacing 25: log-spaced 1, 25, then uniform 50, 75, 100
    assert snapshot_steps(100, 6).tolist() == [0, 1, 25, 50, 75, 100]


def test_four_of_ten_steps_are_these():
    assert snapshot_steps(10, 4).tolist() == [0, 1, 7, 10]


def test_two_snapshots_are_the_first_and_the_last():
    assert snapshot_steps(5, 2).tolist() == [0, 5]


def test_with_few_steps_every_one_is_kept():
    assert snapshot_steps(3, 40).tolist() == [0, 1, 2, 3]
    assert snapshot_steps(3, 4).tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize("totals", [range(1, 40), range(40, 80), [97, 300, 1000, 12345, 10**6]])
def test_steps_start_at_zero_end_at_the_last_and_grow_for_any_total_and_count(totals):
    for total in totals:
        for count in (*range(2, 50), 100, 999):
            steps = snapshot_steps(total, count)
            assert steps.dtype == np.int64
            assert steps.shape == (min(count, total + 1),), (total, count)
            assert steps[0] == 0, (total, count)
            assert steps[-1] == total, (total, count)
            assert (np.diff(steps) > 0).all(), (total, count)


@pytest.mark.parametrize(("total", "count"), [(300, 40), (12345, 60), (10**6, 21)])
def test_the_second_half_is_uniform_and_goes_on_to_the_end(total, count):
    uniform = count // 2
    gaps = np.diff(snapshot_steps(total, count)[-uniform:])
    assert gaps == pytest.approx(total / (uniform + 1), abs=1)


def test_the_first_half_grows_by_one_factor():
    early = snapshot_steps(10**9, 22)[1:11].astype(float)
    factors = early[1:] / early[:-1]
    assert early[0] == 1
    assert early[-1] == pytest.approx(10**9 / 12, abs=1)
    assert factors[3:] == pytest.approx((10**9 / 12) ** (1 / 9), rel=0.001)
