"""Intervals of means and proportions, compared with scipy."""

import numpy as np
import pytest
from scipy import stats

from kernelscope.stats import intervals


@pytest.mark.parametrize(("count", "n"), [(0, 60), (1, 10), (5, 10), (10, 10)])
def test_a_share_has_the_exact_interval(count, n):
    theirs = stats.binomtest(count, n).proportion_ci(0.95, "exact")
    assert intervals.proportion(count, n) == pytest.approx((count / n, theirs.low, theirs.high))


def test_a_mean_has_the_t_interval_cut_to_what_is_possible():
    values = np.array([0.4, 0.5, 0.7])
    theirs = stats.t.interval(0.95, 2, loc=values.mean(), scale=stats.sem(values))
    assert intervals.mean(values, -1) == pytest.approx((values.mean(), *theirs))
    assert intervals.mean(np.array([0.0, 1.0]), 0)[1:] == (0, 1)


def test_of_equal_numbers_there_is_no_interval():
    assert intervals.mean(np.array([1.0, 1.0, 1.0]), 0) == (1, None, None)


def test_of_one_number_there_is_no_interval_and_of_none_no_mean():
    assert intervals.mean(np.array([0.5]), 0) == (0.5, None, None)
    assert intervals.mean(np.array([]), 0) == (None, None, None)
