"""A small version of benchmarks/matching.py: how often single kernels of independent banks count as matched."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from tiers import rows

from kernelscope.comparison import matching
from kernelscope.stats import pvalues

PAIRS, N_RESAMPLES, KERNELS, SIZE = 100, 19, 6, 9


def smooth(rng, sigma, kernels=KERNELS):
    noise = rng.normal(size=(kernels, 1, SIZE + 16, SIZE + 16))
    planes = gaussian_filter(noise, (0, 0, sigma, sigma))[..., 8:-8, 8:-8]
    return planes / planes.std((1, 2, 3), keepdims=True)


def white(rng):
    return smooth(rng, 0)


def slow(rng):
    return smooth(rng, 1.5)


def central(rng):
    side = np.exp(-((np.linspace(-1, 1, SIZE) * 2) ** 2) / 2)
    return smooth(rng, 1.5) * np.outer(side, side)


def half_weak_and_rough(rng):
    return np.concatenate([10 * smooth(rng, 2, 3), smooth(rng, 0, 3)])


def p_of_kernels(a, b, seed):
    return pvalues.p_value(matching.match(a, b).similarity, matching.chance(a, b, n_resamples=N_RESAMPLES, seed=seed))


@pytest.mark.parametrize("kind", rows([white, slow, central, half_weak_and_rough], half_weak_and_rough))
def test_kernels_of_independent_banks_are_called_alike_as_seldom_as_p_says(kind):
    rng = np.random.default_rng(7)
    p = np.array([p_of_kernels(kind(rng), kind(rng), pair) for pair in range(PAIRS)])
    assert 0.01 <= (p <= 0.05).mean() <= 0.08  # 0.05 is right; the kernels of a pair are dependent
    wrong = (pvalues.corrected(p) <= 0.05).any(1).sum()
    assert wrong <= 11  # 5 are expected; more than 11 occur in 0.4 % of such tests


def test_most_kernels_of_a_shared_bank_are_found_under_noise():
    significant = []
    for repeat in range(10):
        rng = np.random.default_rng(repeat)
        shared = smooth(rng, 1.5)
        a, b = (bank + 0.25 * smooth(rng, 1.5) for bank in (shared, shared[rng.permutation(KERNELS)]))
        significant += list(pvalues.corrected(p_of_kernels(a, b, repeat)) <= 0.05)
    assert np.mean(significant) >= 0.9
