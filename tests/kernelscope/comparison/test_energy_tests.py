import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from kernelscope.comparison import energy_tests
from kernelscope.comparison.energy_profiles import correlation, profile

DRAWS = 19


def components(k):
    """Return cosine waves from the lowest to the highest frequency, like the components of smooth patches."""
    i = np.arange(k)
    waves = np.cos(np.pi * (i[:, None] + 0.5) * i / k)
    waves /= np.linalg.norm(waves, axis=0)
    order = sorted((u * u + v * v, u, v) for u in range(k) for v in range(k))
    return np.array([np.outer(waves[:, u], waves[:, v]).ravel() for _, u, v in order])


U = components(7)


def white(seed, kernels=4, size=7):
    return np.random.default_rng(seed).normal(size=(kernels, 1, size, size))


def smooth(seed, sigma=1.5):
    return gaussian_filter(white(seed, size=15), (0, 0, sigma, sigma))[..., 4:11, 4:11]


def row_of(banks, draw, failed=frozenset()):
    return energy_tests.tested(dict(enumerate(banks)), U, draw, failed, DRAWS)


def test_the_statistic_and_the_null_are_mean_correlations_over_pairs_of_seeds():
    banks, draw = [white(s) for s in range(3)], energy_tests.initial(1.0)
    row = row_of(banks, draw)
    r = correlation(np.stack([profile(bank, U) for bank in banks]))
    assert row["value"] == pytest.approx(np.mean([r[0, 1], r[0, 2], r[1, 2]]))
    null = []
    drawn = [draw(bank, DRAWS, number) for number, bank in enumerate(banks)]
    for i in range(DRAWS):
        r = correlation(np.stack([profile(each[i], U) for each in drawn]))
        null.append(np.mean([r[0, 1], r[0, 2], r[1, 2]]))
    assert row["null_mean"] == pytest.approx(np.mean(null))
    every = np.array([*null, row["value"]])
    assert row["p"] == pytest.approx((abs(every - every.mean()) >= abs(every[-1] - every.mean()) - 1e-9).mean())


def test_smooth_kernels_agree_beyond_the_initial_law_with_three_seeds_and_not_beyond_noise_as_smooth():
    banks = [smooth(s) for s in range(3)]
    initial, as_smooth = (row_of(banks, draw) for draw in (energy_tests.initial(1.0), energy_tests.as_smooth))
    assert initial["p"] == initial["smallest_p"] == 1 / 20
    assert initial["excess"] > 0.5
    assert as_smooth["p"] > 0.05
    assert abs(as_smooth["excess"]) < 0.2


def test_kernels_that_share_one_direction_agree_beyond_noise_as_smooth():
    shared = U[7].reshape(1, 1, 7, 7)
    row = row_of([shared * (1 + white(s, size=1)) + 0.01 * white(s + 9) for s in range(3)], energy_tests.as_smooth)
    assert row["p"] == 1 / 20
    assert row["excess"] > 0.2


def test_failed_seeds_take_no_part_and_are_counted():
    banks = [white(s) for s in range(4)]
    row = row_of(banks, energy_tests.initial(1.0), {3, 9})
    assert (row["seeds"], row["failed"]) == (3, 1)
    assert row["value"] == row_of(banks[:3], energy_tests.initial(1.0))["value"]


def test_without_two_profiles_the_row_says_why():
    row = row_of([white(0), np.zeros((4, 1, 7, 7))], energy_tests.as_smooth)
    assert (row["seeds"], row["p"], row["value"]) == (1, None, None)
    assert row["reason"] == "fewer than two seeds with a profile"


def test_two_seeds_have_a_p_and_no_interval():
    row = row_of([white(0), white(1)], energy_tests.initial(1.0))
    assert row["p"] > 0
    assert (row["low"], row["high"], row["reason"]) == (None, None, "an interval needs 3 seeds")


def test_a_constant_kernel_stays_where_noise_is_undefined():
    bank = white(0)
    bank[1] = 2
    drawn = energy_tests.as_smooth(bank, 3, 0)
    assert drawn.shape == (3, 4, 1, 7, 7)
    assert (drawn[:, 1] == 2).all()
    assert np.isfinite(drawn).all()


def test_there_is_a_row_for_each_state_and_null():
    states = {"trained": {0: white(0), 1: white(1)}, "untrained": {0: white(2), 1: white(3)}}
    nulls = {energy_tests.INITIAL: energy_tests.initial(None)}
    table = energy_tests.rows(states, U, nulls, set())
    assert [(row["state"], row["null"]) for row in table] == [(state, energy_tests.INITIAL) for state in states]
    assert all(set(row) == set(energy_tests.COLUMNS) for row in table)
