"""Kernels rotated or permuted at random: what a draw is, that p is exact under its assumptions, what is detected."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from scipy.optimize import linear_sum_assignment
from scipy.stats import kstest
from tiers import rows

from kernelscope.comparison import matching
from kernelscope.comparison.permutation import permuted, rotated

N_RESAMPLES = 19


def smooth(rng, sigma=1.5, kernels=6, size=9):
    noise = rng.normal(size=(kernels, 1, size + 16, size + 16))
    planes = gaussian_filter(noise, (0, 0, sigma, sigma))[..., 8:-8, 8:-8]
    return planes / planes.std((1, 2, 3), keepdims=True)


def white(rng):
    return smooth(rng, 0)


def slanted(rng):
    """Return kernels that are smooth along one diagonal only."""
    noise = smooth(rng, 0, 6, 21)
    return sum(np.roll(noise, (i, i), (2, 3)) for i in range(4))[..., 6:15, 6:15]


def strong_in_the_middle(rng):
    side = np.exp(-((np.linspace(-1, 1, 9) * 2) ** 2) / 2)
    return smooth(rng) * np.outer(side, side)


def rims(rng):
    """Return kernels that are strong at the rim and differ in smoothness: a law for which surrogates are not exact."""
    side = 0.2 + np.abs(np.linspace(-1, 1, 9))
    banks = [smooth(rng, sigma, 1) * rng.lognormal() for sigma in rng.uniform(0, 3, 6)]
    return np.concatenate(banks) * np.outer(side, side)


def half_weak_and_rough(rng):
    return np.concatenate([10 * smooth(rng, 2, 3), smooth(rng, 0, 3)])


def best_correlation(first, second):
    """Return the largest normalized cross-correlation over shifts, by loops."""
    k, best = len(first), -1.0
    first, second = first - first.mean(), second - second.mean()
    norm = np.linalg.norm(first) * np.linalg.norm(second)
    for row in range(1 - k, k):
        for col in range(1 - k, k):
            total = sum(
                first[r, c] * second[r - row, c - col]
                for r in range(max(0, row), min(k, k + row))
                for c in range(max(0, col), min(k, k + col))
            )
            best = max(best, total / norm)
    return best


def mean_of_matched(a, b):
    value = np.array([[best_correlation(first[0], second[0]) for second in b] for first in a])
    return value[linear_sum_assignment(value, maximize=True)].mean()


def test_p_counts_the_deals_that_match_as_well():
    rng = np.random.default_rng(0)
    a, b = smooth(rng, kernels=3, size=5), smooth(rng, kernels=3, size=5)
    pooled, rng_of_test = np.concatenate([a, b]), np.random.default_rng(4)
    orders = [np.arange(6), *(rng_of_test.permutation(6) for _ in range(N_RESAMPLES))]
    means = [mean_of_matched(pooled[order[:3]], pooled[order[3:]]) for order in orders]
    mean, p = permuted(a, b, n_resamples=N_RESAMPLES, seed=4)
    assert mean == pytest.approx(np.mean(means[1:]))
    assert p == pytest.approx(sum(m >= means[0] - 1e-9 for m in means) / (1 + N_RESAMPLES))


def test_p_counts_the_turns_that_match_as_well():
    rng = np.random.default_rng(0)
    a, b = smooth(rng, kernels=3, size=5), smooth(rng, kernels=3, size=5)
    changes = [lambda x: x, lambda x: np.rot90(x, 2), lambda x: -x, lambda x: -np.rot90(x, 2)]
    rng_of_test = np.random.default_rng(4)
    changed = [
        [changes[change](kernel[0]) for change, kernel in zip(rng_of_test.integers(0, 4, 3), b, strict=True)]
        for _ in range(N_RESAMPLES)
    ]
    banks = [b, *(np.stack(bank)[:, None] for bank in changed)]
    means = [mean_of_matched(a, bank) for bank in banks]
    mean, p = rotated(a, b, n_resamples=N_RESAMPLES, seed=4)
    assert mean == pytest.approx(np.mean(means[1:]))
    assert p == pytest.approx(sum(m >= means[0] - 1e-9 for m in means) / (1 + N_RESAMPLES))


@pytest.mark.parametrize(
    ("test", "law"),
    rows(
        [
            *((rotated, law) for law in (white, smooth, slanted, strong_in_the_middle, rims, half_weak_and_rough)),
            *((permuted, law) for law in (smooth, slanted, rims)),
        ],
        *((rotated, half_weak_and_rough), (permuted, smooth)),
    ),
)
@pytest.mark.parametrize("ignore_sign", [False, True])
def test_p_between_independent_banks_is_uniform(test, law, ignore_sign):
    rng = np.random.default_rng(1)
    p = np.array([test(law(rng), law(rng), ignore_sign, N_RESAMPLES, pair)[1] for pair in range(300)])
    spread = p - rng.uniform(0, 1 / (1 + N_RESAMPLES), len(p))  # a discrete p, spread evenly over its step, is uniform
    assert kstest(spread, "uniform").pvalue > 0.01


@pytest.mark.parametrize("test", [rotated, permuted])
@pytest.mark.parametrize("noise", [0.25, 0.5])
def test_the_same_kernels_in_another_order_and_moved_are_found(test, noise):
    detected = 0
    for repeat in range(100):
        rng = np.random.default_rng(repeat)
        shared = smooth(rng, 2, 12, 17)
        a, b = shared[..., :15, :15], shared[rng.permutation(12)][..., 2:, 1:16]
        a, b = (bank + noise * smooth(rng, 2, 12, 15) for bank in (a, b))
        detected += test(a, b, n_resamples=99, seed=repeat)[1] <= 0.05
    assert detected >= 95


def test_weak_rough_kernels_that_are_shared_are_found_beside_strong_smooth_ones():
    detected = 0
    for repeat in range(20):
        rng = np.random.default_rng(repeat)
        shared = smooth(rng, 0, 4)
        banks = [np.concatenate([10 * smooth(rng, 2, 4), shared + 0.5 * smooth(rng, 0, 4)]) for _ in range(2)]
        detected += rotated(*banks, n_resamples=99, seed=repeat)[1] <= 0.05
    assert detected >= 18


def test_kernels_of_one_kind_are_told_from_the_same_kernels():
    """Strokes have random angles: the kernels of any two seeds match well, but no seed has the kernels of another."""
    rng = np.random.default_rng(2)
    pairs = [(strokes(rng), strokes(rng)) for _ in range(20)]
    assert np.mean([matching.match(a, b).similarity.mean() for a, b in pairs]) > 0.55
    assert all(rotated(a, b, seed=i)[1] <= 0.05 for i, (a, b) in enumerate(pairs))
    reached = [permuted(a, b, n_resamples=N_RESAMPLES, seed=i)[1] <= 0.05 for i, (a, b) in enumerate(pairs)]
    assert sum(reached) <= 4  # 1 is expected; 5 or more have a probability of 0.3 %


def strokes(rng, kernels=8, size=11):
    row, col = np.indices((size, size)) - size // 2
    angle = rng.uniform(0, np.pi, (kernels, 1, 1, 1))
    return np.exp(-((row * np.cos(angle) - col * np.sin(angle)) ** 2) / 2)


def test_kernels_that_look_the_same_upside_down_are_no_more_alike_than_turned_ones():
    rng = np.random.default_rng(3)
    a = smooth(rng)
    a = a + a[..., ::-1, ::-1]
    assert rotated(a, a, ignore_sign=True, n_resamples=N_RESAMPLES)[1] == 1
    assert rotated(a, a)[1] <= 0.05  # but their negatives differ


@pytest.mark.parametrize("test", [rotated, permuted])
def test_a_dead_kernel_and_a_bank_of_one_are_no_trouble(test):
    rng = np.random.default_rng(3)
    a, b = smooth(rng), smooth(rng)
    a[2] = 0
    assert 0 < test(a, b, n_resamples=N_RESAMPLES)[1] <= 1
    assert test(a[:1], b[:1], n_resamples=N_RESAMPLES)[1] > 0.15  # at least one draw in four leaves it unchanged


@pytest.mark.parametrize("test", [rotated, permuted])
def test_two_calls_are_equal_and_change_nothing_and_no_scale_matters(test):
    rng = np.random.default_rng(5)
    a, b = smooth(rng).astype(np.float32), smooth(rng).astype(np.float32)
    before = a.copy(), b.copy()
    first, again = test(a, b, n_resamples=N_RESAMPLES), test(a, b, n_resamples=N_RESAMPLES)
    assert first == again
    np.testing.assert_allclose(test(1e6 * a, 1e6 * b, n_resamples=N_RESAMPLES), first, rtol=1e-5)
    np.testing.assert_array_equal((a, b), before)
    assert first != test(a, b, n_resamples=N_RESAMPLES, seed=1)


def test_hands_are_as_large_as_the_banks_where_these_have_other_numbers_of_kernels():
    """The oracle is a plain loop over the same permutations."""
    rng = np.random.default_rng(0)
    a, b = white(rng)[:5], white(rng)[:3]
    pooled, rng_of_test, null = np.concatenate([a, b]), np.random.default_rng(7), []
    for _ in range(N_RESAMPLES):
        order = rng_of_test.permutation(8)
        null.append(matching.match(pooled[order[:5]], pooled[order[5:]]).similarity.mean())
    mean, p = permuted(a, b, n_resamples=N_RESAMPLES, seed=7)
    observed = matching.match(a, b).similarity.mean()
    assert mean == pytest.approx(np.mean(null))
    assert p == pytest.approx((1 + sum(value >= observed - 1e-9 for value in null)) / (1 + N_RESAMPLES))


def test_turned_takes_banks_of_other_numbers_of_kernels():
    rng = np.random.default_rng(0)
    a = white(rng)
    assert rotated(a, a[[4, 1]], n_resamples=N_RESAMPLES)[1] == pytest.approx(1 / (1 + N_RESAMPLES), abs=0.11)
    assert rotated(a[[4, 1]], a, n_resamples=N_RESAMPLES)[1] == pytest.approx(1 / (1 + N_RESAMPLES), abs=0.11)
