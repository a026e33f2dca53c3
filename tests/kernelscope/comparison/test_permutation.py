"""Kernels permuted or rotated at random over all seeds: what a draw is, what p may be, and what is found."""

from itertools import permutations

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from scipy.optimize import linear_sum_assignment

from kernelscope.comparison import permutation, pool

DRAWS = 19


def smooth(rng, kernels=6, size=9, sigma=1.5):
    noise = rng.normal(size=(kernels, 1, size + 16, size + 16))
    planes = gaussian_filter(noise, (0, 0, sigma, sigma))[..., 8:-8, 8:-8]
    return planes / planes.std((1, 2, 3), keepdims=True)


def pooled(*banks):
    return pool.pooled(dict(enumerate(banks)), {i: np.ones(len(bank), bool) for i, bank in enumerate(banks)})


def noise(*counts, seed=0):
    rng = np.random.default_rng(seed)
    return pooled(*(smooth(rng, count) for count in counts))


def of_banks(value, banks):
    """Return the mean over pairs of banks of the mean matched similarity, by plain loops."""
    means = []
    for i, first in enumerate(banks):
        for second in banks[i + 1 :]:
            between = value[np.ix_(first, second)]
            means.append(between[linear_sum_assignment(between, maximize=True)].mean())
    return np.mean(means)


def test_the_statistic_is_the_mean_over_pairs_of_banks():
    of = noise(4, 3, 5)
    banks = [range(4), range(4, 7), range(7, 12)]
    assert permutation.matched_mean(of.value, [4, 3, 5]) == pytest.approx(of_banks(of.value, banks))


def test_all_kernels_are_permuted_and_p_counts_draws_as_far_from_the_mean():
    of, rng = noise(4, 3), np.random.default_rng(5)
    null = []
    for _ in range(DRAWS):
        order = rng.permutation(7)
        null.append(of_banks(of.value, [order[:4], order[4:]]))
    test = permutation.permuted(of, None, DRAWS, 5)
    np.testing.assert_allclose(test.null, null)
    every = np.array([*null, test.value])
    assert test.p == pytest.approx((abs(every - every.mean()) >= abs(test.value - every.mean()) - 1e-9).mean())
    assert test.sides == 2


def test_permuted_within_types_every_bank_keeps_its_number_of_each_type():
    of = noise(3, 3)
    types = np.array([0, 0, 1, 0, 1, 1])
    alone = np.arange(6)  # every kernel is a type: nothing can move
    fixed = permutation.permuted(of, alone, DRAWS)
    np.testing.assert_allclose(fixed.null, fixed.value)
    seen = {round(value, 9) for value in permutation.permuted(of, types, 200).null}
    places = [[order[:3], order[3:]] for order in permutations(range(6)) if kept(order, types)]
    possible = {round(of_banks(of.value, banks), 9) for banks in places}
    assert seen <= possible
    assert len(seen) > 3


def kept(order, types):
    return all(types[place] == types[kernel] for place, kernel in enumerate(order))


def test_a_draw_rotates_kernels_of_every_seed_and_never_negates_them():
    rng = np.random.default_rng(0)
    banks = [smooth(rng, 3, 5), smooth(rng, 3, 5)]
    lots, null = np.random.default_rng(4), []
    for _ in range(DRAWS):
        lot = lots.integers(0, 2, 6)
        turned = [k[:, ::-1, ::-1] if up else k for k, up in zip(np.concatenate(banks), lot, strict=True)]
        null.append(permutation.matched_mean(pooled(np.stack(turned[:3]), np.stack(turned[3:])).value, [3, 3]))
    test = permutation.rotated(pooled(*banks), DRAWS, 4)
    np.testing.assert_allclose(test.null, null)
    assert test.p == pytest.approx((1 + (test.null >= test.value - 1e-9).sum()) / (1 + DRAWS))


@pytest.mark.parametrize(
    ("counts", "expected"),
    [((5, 5), 32 / 252), ((7, 7), 128 / 3432), ((5, 5, 5), 6**5 * 120**3 / 1307674368000), ((1, 1), 1), ((3,), 1)],
)
def test_the_smallest_p_is_that_of_banks_with_the_same_kernels(counts, expected):
    assert permutation.smallest_p(counts) == pytest.approx(expected)


@pytest.mark.parametrize("counts", [(3, 3), (3, 2), (2, 2, 1)])
def test_identical_banks_reach_the_smallest_p_in_all_permutations_and_no_other(counts):
    """Every permutation is made: those that match as well as identical banks are the share that the formula gives."""
    kernels = np.concatenate([np.arange(count) for count in counts])
    ends = np.cumsum([0, *counts])
    value = (kernels[:, None] == kernels).astype(float)
    best = permutation.matched_mean(value, counts)
    means = [permutation.matched_mean(value[list(o)][:, list(o)], counts) for o in permutations(range(len(kernels)))]
    assert np.mean(np.array(means) >= best - 1e-9) == pytest.approx(permutation.smallest_p(counts))
    assert ends[-1] == len(kernels)


def test_two_seeds_with_five_kernels_cannot_show_that_they_share_all_of_them():
    bank = smooth(np.random.default_rng(1), 5)
    test = permutation.permuted(pooled(bank, bank), None, 499)
    assert test.smallest_p == pytest.approx(min(32 / 252, test.p))
    assert test.p > 0.05


def test_p_is_never_below_what_the_draws_allow():
    bank = smooth(np.random.default_rng(1), 12)
    test = permutation.permuted(pooled(bank, bank, bank), None, DRAWS)
    assert test.p == test.smallest_p == 1 / 20


@pytest.mark.parametrize("test", [permutation.rotated, lambda of, *rest: permutation.permuted(of, None, *rest)])
def test_a_shared_bank_is_found_under_noise_and_moved(test):
    found = 0
    for repeat in range(20):
        rng = np.random.default_rng(repeat)
        shared = smooth(rng, 8, 17, 2)
        banks = [
            shared[rng.permutation(8)][..., i : i + 15, i : i + 15] + 0.5 * smooth(rng, 8, 15, 2) for i in (0, 1, 2)
        ]
        found += test(pooled(*banks), 99, repeat).p <= 0.05
    assert found >= 19


def test_bright_strokes_that_share_nothing_are_not_alike():
    p = []
    for repeat in range(60):
        rng = np.random.default_rng(repeat)
        p.append(permutation.rotated(pooled(*(strokes(rng) for _ in range(3))), 39, repeat).p)
    assert sum(value <= 0.05 for value in p) <= 8  # 3 are expected; 9 or more have a probability of 0.3 %
    assert 0.35 < np.mean(p) < 0.65


def strokes(rng, kernels=6, size=9):
    row, col = np.indices((size, size)) - size // 2
    angle, offset = rng.uniform(0, 2 * np.pi, (kernels, 1, 1, 1)), rng.uniform(-2, 2, (kernels, 1, 1, 1))
    return np.exp(-((row * np.cos(angle) - col * np.sin(angle) - offset) ** 2) / 2)


def test_kernels_that_look_the_same_when_rotated_are_counted():
    rng = np.random.default_rng(3)
    plain, even = smooth(rng, 3), smooth(rng, 3)
    of = pooled(plain, even + even[..., ::-1, ::-1])
    assert permutation.point_symmetric(of) == 0.5
    assert permutation.rotated(pooled(*(even + even[..., ::-1, ::-1] for _ in range(2))), DRAWS).p == 1


def test_the_interval_is_a_jackknife_over_seeds_and_needs_three():
    of = noise(5, 5, 5, 5)
    test = permutation.permuted(of, None, 199)
    low, high = permutation.interval(of, test, lambda rest, draws: permutation.permuted(rest, None, draws))
    assert low < permutation.above(test) < high
    assert permutation.interval(noise(5, 5), test, lambda rest, draws: test) == (None, None)


def test_two_calls_are_equal_and_change_nothing():
    of = noise(4, 4)
    before = of.value.copy()
    first, second = (permutation.permuted(of, None, DRAWS, 3) for _ in range(2))
    np.testing.assert_array_equal(first.null, second.null)
    np.testing.assert_array_equal(of.value, before)
    assert not np.array_equal(first.null, permutation.permuted(of, None, DRAWS, 4).null)


def test_one_seed_has_no_pairs_of_banks():
    assert np.isnan(permutation.matched_mean(noise(4).value, [4]))
    assert np.isnan(permutation.permuted(noise(4), None, DRAWS).p)
