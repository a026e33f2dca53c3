import numpy as np
import pytest
from scipy.stats import false_discovery_control

from kernelscope.stats import pvalues


def white(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def test_p_counts_what_reaches_the_observed_value_and_is_never_0():
    null = np.array([[0.1, 0.2], [0.3, 0.3]])
    p = pvalues.p_value(np.array([0.0, 0.1, 0.15, 0.3, 0.31]), null)
    np.testing.assert_allclose(p, [5 / 5, 5 / 5, 4 / 5, 3 / 5, 1 / 5])


def test_p_is_that_of_a_plain_count():
    rng = np.random.default_rng(0)
    observed, null = rng.normal(size=20), np.round(rng.normal(size=(9, 11)), 1)
    expected = [(1 + sum(value >= x for value in null.ravel())) / 100 for x in observed]
    np.testing.assert_allclose(pvalues.p_value(observed, null), expected)


def test_p_counts_on_the_side_that_is_asked():
    null = np.array([1.0, 2, 3, 4])
    observed = np.array([0.0, 1, 2.5, 4, 5])
    np.testing.assert_allclose(pvalues.p_value(observed, null, "greater"), [1, 1, 3 / 5, 2 / 5, 1 / 5])
    np.testing.assert_allclose(pvalues.p_value(observed, null, "less"), [1 / 5, 2 / 5, 3 / 5, 1, 1])
    np.testing.assert_allclose(pvalues.p_value(observed, null, "both"), [2 / 5, 4 / 5, 1, 4 / 5, 2 / 5])


def test_p_leaves_out_what_is_not_finite():
    observed, null = white(20), white(99, seed=1)
    with_gaps = np.concatenate([null, [np.nan, np.inf]])
    np.testing.assert_array_equal(pvalues.p_value(observed, with_gaps, "less"), pvalues.p_value(observed, null, "less"))
    assert np.isnan(pvalues.p_value(np.array([np.nan, np.inf]), null, "greater")).all()
    assert np.isnan(pvalues.p_value(observed, np.array([np.nan]), "both")).all()


def test_the_99_percent_point_lies_on_the_side_tested():
    null = np.arange(1001.0)
    observed = np.array([3.0, 499, 501])
    np.testing.assert_allclose(pvalues.point(observed, null, "greater"), 990)
    np.testing.assert_allclose(pvalues.point(observed, null, "less"), 10)
    np.testing.assert_allclose(pvalues.point(observed, null, "both"), [5, 5, 995])
    assert np.isnan(pvalues.point(observed, np.array([]), "both")).all()


def by_hand(p):
    """Return the smallest p_(j) m / j over all ranks j at or above a test's own (Benjamini and Hochberg 1995)."""
    m, order = len(p), np.argsort(p)
    result = np.empty(m)
    for rank, i in enumerate(order):
        result[i] = min(1, *(p[order[j]] * m / (j + 1) for j in range(rank, m)), 1)
    return result


def test_the_correction_is_that_of_benjamini_and_hochberg_within_each_family():
    p = np.random.default_rng(0).uniform(0, 1, (5, 9)) ** 3
    for family, corrected in zip(p, pvalues.corrected(p), strict=True):
        np.testing.assert_allclose(corrected, by_hand(family))


def test_the_correction_counts_only_what_is_known():
    p = np.array([[0.01, np.nan, 0.04, 0.5], [np.nan] * 4, [0.1, 0.2, 0.3, 0.4]])
    corrected = pvalues.corrected(p)
    np.testing.assert_allclose(corrected[0, [0, 2, 3]], by_hand(np.array([0.01, 0.04, 0.5])))
    assert np.isnan(corrected[0, 1])
    assert np.isnan(corrected[1]).all()
    np.testing.assert_allclose(corrected[2], by_hand(p[2]))
    assert pvalues.corrected(np.empty((3, 0))).shape == (3, 0)


def test_the_correction_is_that_of_scipy():
    p = np.random.default_rng(1).uniform(0, 1, (4, 50)) ** 2
    p[2, 7] = p[2, 9]
    np.testing.assert_allclose(pvalues.corrected(p), false_discovery_control(p, axis=1))


def test_holm_by_hand():
    assert pvalues.holm(np.array([0.01, 0.04, 0.03, np.nan])) == pytest.approx([0.03, 0.06, 0.06, np.nan], nan_ok=True)


def test_pooled_p_is_uniform_where_groups_differ_in_mean_and_spread():
    rng = np.random.default_rng(5)
    n, m = 3000, 20
    scale, place = np.exp(rng.normal(size=(n, 1))), rng.normal(size=(n, 1)) * 10
    draws = rng.normal(size=(n, m + 1)) * scale + place
    p, _ = pvalues.pooled(draws[:, 0], draws[:, 1:])
    for level in (0.01, 0.05, 0.2, 0.5):
        assert abs(np.mean(p <= level) - level) < 4 * np.sqrt(level * (1 - level) / n)
    assert p.min() < 2 / (n * m) * 20


def test_pooled_p_finds_a_single_outlier_that_its_own_group_could_not():
    rng = np.random.default_rng(6)
    null = rng.normal(size=(12, 20))
    observed = np.append(rng.normal(size=11), 9.0)
    p, standardized = pvalues.pooled(observed, null)
    assert p[-1] == 1 / 241 < 1 / 21
    np.testing.assert_allclose(standardized[0], (observed[0] - null[0].mean()) / null[0].std(ddof=1))


def test_pooled_p_ignores_values_that_are_not_finite():
    null = np.array([[1.0, 2, 3, 4, np.nan], [np.nan] * 5, [5.0, 5, 5, 5, 5]])
    p, standardized = pvalues.pooled(np.array([9.0, 1.0, 5.0]), null)
    assert np.isnan(p).tolist() == [False, True, False]
    assert standardized[2] == 0
    left_out = [(1 - 3) / 1, (2 - 8 / 3) / np.std([1, 3, 4], ddof=1)]
    np.testing.assert_allclose(pvalues._leaving_out(null)[0, :2], left_out)
    assert pvalues.pooled(np.array([[9.0, np.nan]]), null[:1])[0].shape == (1, 2)
