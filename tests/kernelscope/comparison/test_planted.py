import numpy as np
import pytest
from scipy.stats import norm

from kernelscope.comparison import permutation, planted, pool


def noise_pool(*counts):
    rng = np.random.default_rng(3)
    banks = {seed: rng.normal(size=(count, 1, 7, 7)) for seed, count in enumerate(counts)}
    return pool.pooled(banks, {seed: np.ones(len(bank), bool) for seed, bank in banks.items()})


def test_the_detectable_excess_is_found_in_80_percent_of_normal_cases():
    rng = np.random.default_rng(0)
    test = permutation.Tested(0.0, 0.5 * rng.normal(size=4000), 0.5, 0.001, 2)
    excess = planted.detectable(test)
    assert excess == pytest.approx(0.5 * (norm.ppf(0.975) + norm.ppf(0.8)), rel=0.05)
    cases = excess + 0.5 * rng.normal(size=20_000)
    assert np.mean(cases >= 0.5 * norm.ppf(0.975)) == pytest.approx(0.8, abs=0.02)


def test_nothing_is_detectable_if_no_small_p_is_possible():
    assert planted.detectable(permutation.Tested(0.0, np.arange(5.0), 1, 0.06, 1)) is None


def test_planted_kernels_are_in_every_seed_and_the_more_the_larger_the_excess():
    of, rng = noise_pool(8, 8, 8), np.random.default_rng(0)
    for count in (1, 8):
        value = planted.with_shared(of, count, rng).value
        assert (value == planted.SAME).sum() >= count * 6  # 3 pairs of seeds, both ways
        np.testing.assert_allclose(np.diag(value), 1)
    counts = [planted.shared(of, excess) for excess in (0.0001, 0.02, 0.2)]
    assert counts[0] <= counts[1] <= counts[2]
    assert counts[0] == 1
    assert planted.shared(of, 2.0) is None


def test_of_many_kernels_some_counts_are_tried_with_the_first_and_the_last(monkeypatch):
    monkeypatch.setattr(planted, "TRIED", 3)
    of, tried = noise_pool(9, 9, 9), []
    monkeypatch.setattr(planted, "with_shared", lambda of, count, rng: tried.append(count) or of)
    assert planted.shared(of, 2.0) is None
    assert list(dict.fromkeys(tried)) == [1, 5, 9]
