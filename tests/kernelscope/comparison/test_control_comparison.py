from itertools import product

import numpy as np
import pytest

from kernelscope.comparison import control_comparison as control
from kernelscope.comparison import permutation, pool


def noise(rng, kernels=3):
    return rng.normal(size=(kernels, 1, 5, 5))


def of(real, others):
    """Return the banks of two groups, seed -> kernels."""
    pools = [pool.pooled(group, {s: np.ones(len(b), bool) for s, b in group.items()}) for group in (real, others)]
    together = dict(enumerate([*real.values(), *others.values()]))
    value = pool.pooled(together, {s: np.ones(len(b), bool) for s, b in together.items()}).value
    return control.banks(*pools, value), value


def test_two_banks_of_one_seed_are_not_compared():
    rng = np.random.default_rng(0)
    banks, value = of({0: noise(rng), 1: noise(rng)}, {1: noise(rng), 5: noise(rng)})
    assert banks.seed.tolist() == [0, 1, 1, 5]
    assert banks.real.tolist() == [True, True, False, False]
    assert np.isnan(banks.matched[1, 2])
    places = np.r_[0:3, 9:12]
    assert banks.matched[0, 3] == pytest.approx(permutation.matched_mean(value[np.ix_(places, places)], [3, 3]))


def matched(n, seed=0):
    value = np.random.default_rng(seed).normal(size=(n, n))
    np.fill_diagonal(value, np.nan)
    return value + value.T


def test_paired_seeds_exchange_their_roles_and_p_is_that_of_plain_loops():
    value, n = matched(8), 4
    value[np.arange(4), np.arange(4) + 4] = value[np.arange(4) + 4, np.arange(4)] = np.nan
    banks = control.Banks(np.tile(np.arange(4), 2), np.arange(8) < 4, value)
    null = []
    for swap in product((0, 1), repeat=n):
        real = [i + 4 * s for i, s in enumerate(swap)]
        rest = [i + 4 - 4 * s for i, s in enumerate(swap)]
        among = np.mean([value[i, j] for i in real for j in real if i < j])
        between = np.mean([value[i, j] for i in real for j in rest if abs(i - j) != 4])
        null.append(among - between)
    test = control.tested(banks)
    assert test.value == pytest.approx(null[0])
    np.testing.assert_allclose(sorted(test.null), sorted(null))
    upper, lower = np.mean(np.array(null) >= null[0] - 1e-9), np.mean(np.array(null) <= null[0] + 1e-9)
    assert test.p == pytest.approx(min(1, 2 * min(upper, lower)))
    assert test.smallest_p == 2 / 16


def test_six_real_and_four_other_controls_are_permuted_among_all():
    banks = control.Banks(np.arange(10), np.arange(10) < 6, matched(10))
    test = control.tested(banks)
    assert len(test.null) == 210
    assert test.smallest_p == pytest.approx(2 / 210)


def test_more_exchanges_than_can_be_made_are_drawn_and_the_observed_one_is_among_them():
    banks = control.Banks(np.arange(20), np.arange(20) < 10, matched(20))
    test = control.tested(banks)
    assert len(test.null) == control.DRAWN + 1
    assert test.null[0] == test.value


def test_networks_that_are_more_alike_than_controls_are_found():
    rng = np.random.default_rng(1)
    shared = noise(rng)
    real = {s: shared + 0.3 * noise(rng) for s in range(6)}
    banks, _ = of(real, {s: noise(rng) for s in range(6)})
    test = control.tested(banks)
    assert test.p == test.smallest_p == 2 / 64
    low, high = control.interval(banks)
    assert 0 < low < test.value < high
    assert control.among(banks) > 0.8


def test_three_seeds_of_both_cannot_decide():
    rng = np.random.default_rng(1)
    banks, _ = of({s: noise(rng) for s in range(3)}, {s: noise(rng) for s in range(3)})
    assert control.tested(banks).smallest_p == 2 / 8


def test_controls_that_are_the_same_networks_make_no_difference():
    rng = np.random.default_rng(2)
    real = {s: noise(rng) for s in range(4)}
    test = control.tested(of(real, real)[0])
    assert (test.value, test.p) == (pytest.approx(0, abs=1e-12), 1)


def test_one_real_seed_has_no_pair_among_real_networks():
    rng = np.random.default_rng(2)
    banks, _ = of({0: noise(rng)}, {1: noise(rng), 2: noise(rng)})
    assert np.isnan(control.difference(banks.matched, banks.real))
