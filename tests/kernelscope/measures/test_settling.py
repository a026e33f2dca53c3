import numpy as np
import pytest

from kernelscope.measures.curves import settled, snapshot_before


def by_loop(values):
    for i in range(len(values)):
        if all(value >= 0.9 for value in values[i:]):
            return 10.0 * i
    return np.nan


def test_the_first_step_from_which_on_the_cosine_stays_high_is_that_of_a_loop():
    rng = np.random.default_rng(0)
    cosines = rng.choice([0.2, 0.89, 0.9, 0.95, np.nan], (6, 80), p=[0.1, 0.2, 0.3, 0.3, 0.1])
    cosines = np.vstack([cosines, np.ones(80)])
    steps = settled(10 * np.arange(7), cosines)
    assert len(set(steps)) > 4
    np.testing.assert_array_equal(steps, [by_loop(values) for values in cosines.T])


@pytest.mark.parametrize(
    ("values", "step"),
    [([1, 1, 1], 0), ([0.2, 1, 0.2, 1], 30), ([1.0], 0), ([1, 1, np.nan], np.nan), ([np.nan] * 3, np.nan)],
)
def test_kernels_that_never_move_go_back_or_have_no_last_state(values, step):
    steps = settled(10 * np.arange(len(values)), np.array(values, float)[:, None])
    np.testing.assert_array_equal(steps, [step])


def test_a_kernel_settles_after_the_snapshot_before():
    steps, cosines = np.array([0, 3, 10, 40]), np.array([[1, 0, 0, np.nan], [1, 1, 0, 0], [1, 1, 1, 0], [1, 1, 1, 0]])
    after = snapshot_before(steps, settled(steps, cosines))
    np.testing.assert_array_equal(after, [0, 0, 3, np.nan])
