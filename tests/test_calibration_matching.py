"""Small versions of benchmarks/matching.py: p of the matching between independent banks, and shared banks found."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from kernelscope import matching

PAIRS, DRAWS, KERNELS, SIZE = 80, 19, 6, 9


def smooth(rng, sigma, kernels=KERNELS, size=SIZE):
    noise = rng.normal(size=(kernels, 1, size + 16, size + 16))
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


def p_of_mean(a, b, seed):
    null = matching.chance(a, b, draws=DRAWS, seed=seed).mean(1)
    return matching.p_value(np.array([matching.match(a, b).similarity.mean()]), null)[0]


@pytest.mark.parametrize("kind", [white, slow, central, half_weak_and_rough])
def test_independent_banks_are_called_alike_as_seldom_as_p_says(kind):
    rng = np.random.default_rng(7)
    p = np.array([p_of_mean(kind(rng), kind(rng), pair) for pair in range(PAIRS)])
    assert (p <= 0.05).sum() <= 9  # 4 are right; more than 9 come in 0.7 % of such tests
    assert 0.4 <= p.mean() <= 0.65  # 0.525 is right; conservative where it is more


@pytest.mark.parametrize("moved", [0, 1])
def test_a_bank_in_another_order_moved_and_under_noise_is_found(moved):
    found = 0
    for repeat in range(20):
        rng = np.random.default_rng(repeat)
        shared = smooth(rng, 1.5, 8, 11 + moved)
        a, b = shared[..., :11, :11], shared[rng.permutation(8)][..., moved:, moved:]
        a, b = (bank + 0.25 * smooth(rng, 1.5, 8, 11) for bank in (a, b))
        found += p_of_mean(a, b, repeat) <= 0.05
    assert found >= 19


def test_weak_rough_kernels_that_are_shared_are_found_beside_strong_smooth_ones():
    found = 0
    for repeat in range(10):
        rng = np.random.default_rng(repeat)
        shared = smooth(rng, 0, 4)
        banks = [np.concatenate([10 * smooth(rng, 2, 4), shared + 0.5 * smooth(rng, 0, 4)]) for _ in range(2)]
        found += p_of_mean(*banks, repeat) <= 0.05
    assert found >= 9
