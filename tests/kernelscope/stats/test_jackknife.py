import numpy as np
import pytest
from scipy import stats

from kernelscope.stats import intervals


def test_the_jackknife_interval_of_a_mean_is_its_t_interval():
    values = np.array([0.2, 0.5, 0.9, 0.3, 0.4])
    without = np.array([np.delete(values, i).mean() for i in range(5)])
    expected = stats.t.interval(0.95, 4, values.mean(), stats.sem(values))
    np.testing.assert_allclose(intervals.jackknife(values.mean(), without), expected)


@pytest.mark.parametrize("without", [[], [0.5], [0.5, 0.5, 0.5], [0.1, np.nan, 0.3]])
def test_values_without_a_spread_have_no_interval(without):
    assert intervals.jackknife(0.5, np.array(without)) == (None, None)
