"""Dealing kernels at random: exact by what it assumes, and it tells the same kernels from kernels of one kind."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from scipy.optimize import linear_sum_assignment
from scipy.stats import kstest

from kernelscope import dealing, matching

DRAWS = 19


def smooth(rng, kernels=6, size=9, sigma=1.5):
    noise = rng.normal(size=(kernels, 1, size + 16, size + 16))
    return gaussian_filter(noise, (0, 0, sigma, sigma))[..., 8:-8, 8:-8]


def rims(rng):
    """Strong at the rim, and of every smoothness: the laws for which surrogates are not exact."""
    side = 0.2 + np.abs(np.linspace(-1, 1, 9))
    banks = [smooth(rng, 1, 9, sigma) * rng.lognormal() for sigma in rng.uniform(0, 3, 6)]
    return np.concatenate(banks) * np.outer(side, side)


def test_p_counts_the_deals_that_match_as_well():
    rng = np.random.default_rng(0)
    a, b = smooth(rng, 3, 5), smooth(rng, 3, 5)
    both, deals = np.concatenate([a, b]), np.random.default_rng(4)
    means = []
    for order in [np.arange(6), *(deals.permutation(6) for _ in range(DRAWS))]:
        hands = both[order[:3]], both[order[3:]]
        value = np.array([[best_correlation(one[0], other[0]) for other in hands[1]] for one in hands[0]])
        means.append(value[linear_sum_assignment(value, maximize=True)].mean())
    mean, p = dealing.dealt(a, b, draws=DRAWS, seed=4)
    assert mean == pytest.approx(np.mean(means[1:]))
    assert p == pytest.approx(sum(m >= means[0] - 1e-9 for m in means) / (1 + DRAWS))


def best_correlation(one, other):
    """The largest normalised cross-correlation over shifts, by loops."""
    k, best = len(one), -1.0
    one, other = one - one.mean(), other - other.mean()
    norm = np.linalg.norm(one) * np.linalg.norm(other)
    for row in range(1 - k, k):
        for col in range(1 - k, k):
            total = sum(
                one[r, c] * other[r - row, c - col]
                for r in range(max(0, row), min(k, k + row))
                for c in range(max(0, col), min(k, k + col))
            )
            best = max(best, total / norm)
    return best


@pytest.mark.parametrize("law", [smooth, rims])
@pytest.mark.parametrize("either_sign", [False, True])
def test_p_is_uniform_whatever_the_kernels_look_like(law, either_sign):
    rng = np.random.default_rng(1)
    p = np.array([dealing.dealt(law(rng), law(rng), either_sign, DRAWS, pair)[1] for pair in range(300)])
    spread = p - rng.uniform(0, 1 / (1 + DRAWS), len(p))  # a discrete p spread evenly over its step is uniform
    assert kstest(spread, "uniform").pvalue > 0.01


@pytest.mark.parametrize("noise", [0.25, 0.5])
def test_the_same_kernels_in_another_order_and_moved_are_found(noise):
    found = 0
    for repeat in range(100):
        rng = np.random.default_rng(repeat)
        shared = smooth(rng, 12, 17, 2)
        a, b = shared[..., :15, :15], shared[rng.permutation(12)][..., 2:, 1:16]
        a, b = (bank + noise * smooth(rng, 12, 15, 2) for bank in (a, b))
        found += dealing.dealt(a, b, draws=99, seed=repeat)[1] <= 0.05
    assert found >= 95


def test_kernels_of_one_kind_are_told_from_the_same_kernels():
    """Strokes at random angles: any two seeds have kernels that fit, but no seed has those of another."""
    rng = np.random.default_rng(2)
    pairs = [(strokes(rng), strokes(rng)) for _ in range(20)]
    assert np.mean([matching.match(a, b).similarity.mean() for a, b in pairs]) > 0.55
    reached = [dealing.dealt(a, b, draws=DRAWS, seed=i)[1] <= 0.05 for i, (a, b) in enumerate(pairs)]
    assert sum(reached) <= 4  # 1 is expected; 5 or more come in 0.3 % of such tests


def strokes(rng, kernels=8, size=11):
    row, col = np.indices((size, size)) - size // 2
    angle = rng.uniform(0, np.pi, (kernels, 1, 1, 1))
    return np.exp(-((row * np.cos(angle) - col * np.sin(angle)) ** 2) / 2)


def test_a_dead_kernel_and_a_bank_of_one_are_no_trouble():
    rng = np.random.default_rng(3)
    a, b = smooth(rng), smooth(rng)
    a[2] = 0
    assert 0 < dealing.dealt(a, b, draws=DRAWS)[1] <= 1
    assert dealing.dealt(a[:1], b[:1], draws=DRAWS)[1] == 1
