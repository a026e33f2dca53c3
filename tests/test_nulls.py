import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from kernelscope import kernels, matching, measures, nulls, quality


def white(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


@pytest.mark.parametrize("initial_sd", [None, 0.01])
def test_the_reinitialised_null_names_the_points_that_the_lag1_null_names(initial_sd):
    for channels in (1, 4):
        plane, whole = nulls.reinitialised(8, channels, initial_sd, draws=60)
        np.testing.assert_array_equal(whole["lag1"], kernels.lag1_null(8, channels, initial_sd, draws=60))
        assert all(values.shape == (60,) for values in [*plane.values(), *whole.values()])
    assert whole["lag1"].std() < 0.8 * plane["lag1"].std()


def test_every_measure_with_a_side_is_in_its_null():
    plane, whole = nulls.reinitialised(7, 2, draws=5)
    assert nulls.SIDES.keys() <= plane.keys()
    assert nulls.SIDES.keys() <= whole.keys()
    assert nulls.LAYER_SIDES.keys() <= nulls.layer((3, 1, 3, 3), None, draws=5).keys()


def test_the_reinitialised_null_is_the_same_twice_and_another_with_another_seed():
    a, b, c = (nulls.reinitialised(7, draws=20, seed=seed)[1] for seed in (0, 0, 1))
    for name in nulls.SIDES:
        np.testing.assert_array_equal(a[name], b[name])
        assert not np.array_equal(a[name], c[name])


@pytest.mark.parametrize("shape", [(6, 1, 5, 5), (4, 3, 3, 3)])
def test_the_null_of_a_layer_is_that_of_banks_drawn_anew(shape):
    found = nulls.layer(shape, None, draws=150)
    for name in nulls.LAYER_SIDES:
        fresh = quality.measures(np.random.default_rng(7).uniform(-1, 1, (150, *shape)))[name]
        assert abs(found[name].mean() - fresh.mean()) < 4 * fresh.std() / np.sqrt(75)
    np.testing.assert_array_equal(found["orthogonality"], nulls.layer(shape, None, draws=150)["orthogonality"])
    assert not np.array_equal(found["orthogonality"], nulls.layer(shape, 0.1, draws=150)["orthogonality"])


def test_surrogates_are_as_many_as_asked_and_as_smooth_as_their_bank():
    bank = gaussian_filter(white(9, 1, 31, 31), (0, 0, 2, 2))[..., 10:-10, 10:-10]
    drawn = nulls.surrogate_kernels(bank, 100)
    assert drawn.shape == (100, 1, 11, 11)
    lag1 = [kernels.lag1_autocorrelation(planes.astype(float)).mean() for planes in (bank, drawn)]
    assert abs(lag1[0] - lag1[1]) < 0.08
    np.testing.assert_array_equal(drawn, nulls.surrogate_kernels(bank, 100))


def test_the_autocovariance_is_that_of_loops_over_all_pairs_of_pixels():
    bank, k = white(3, 2, 4, 4) * np.array([1.0, 30.0])[:, None, None], 4
    planes = (bank / np.sqrt((bank**2).mean((0, 2, 3), keepdims=True))).reshape(-1, k, k)
    found = nulls.autocovariance(bank)
    for down, across in np.ndindex(2 * k - 1, 2 * k - 1):
        d, a = down - k + 1, across - k + 1
        pairs = [(r, c) for r in range(k) for c in range(k) if 0 <= r + d < k and 0 <= c + a < k]
        expected = np.mean([plane[r, c] * plane[r + d, c + a] for plane in planes for r, c in pairs])
        np.testing.assert_allclose(found[down, across], expected, atol=1e-12)


def test_surrogates_keep_the_autocovariance_and_the_covariance_of_the_channels():
    bank = (
        gaussian_filter(white(40, 2, 27, 27), (0, 0, 1, 1))[..., 10:-10, 10:-10] * np.array([1.0, 5.0])[:, None, None]
    )
    bank[:, 1] += 3 * bank[:, 0]
    drawn = nulls.surrogate_kernels(bank, 8000)
    middle = (nulls.autocovariance(drawn) - nulls.autocovariance(bank))[3:10, 3:10]
    assert np.abs(middle).max() < 0.1  # the longer lags have few pairs
    covariances = [np.einsum("nihw,njhw->ij", b, b) / b[:, 0].size for b in (drawn, bank)]
    np.testing.assert_allclose(*covariances, rtol=0.1)
    bank[:, 0] = 0
    assert (nulls.surrogate_kernels(bank, 5)[:, 0] == 0).all()


def test_p_counts_on_the_side_that_is_asked():
    null = np.array([1.0, 2, 3, 4])
    observed = np.array([0.0, 1, 2.5, 4, 5])
    np.testing.assert_allclose(nulls.p_value(observed, null, "greater"), [1, 1, 3 / 5, 2 / 5, 1 / 5])
    np.testing.assert_allclose(nulls.p_value(observed, null, "less"), [1 / 5, 2 / 5, 3 / 5, 1, 1])
    np.testing.assert_allclose(nulls.p_value(observed, null, "both"), [2 / 5, 4 / 5, 1, 4 / 5, 2 / 5])


def test_p_is_that_of_the_matching_and_leaves_out_what_is_not_finite():
    observed, null = white(20), white(99, seed=1)
    np.testing.assert_array_equal(nulls.p_value(observed, null, "greater"), matching.p_value(observed, null))
    with_gaps = np.concatenate([null, [np.nan, np.inf]])
    np.testing.assert_array_equal(nulls.p_value(observed, with_gaps, "less"), nulls.p_value(observed, null, "less"))
    assert np.isnan(nulls.p_value(np.array([np.nan, np.inf]), null, "greater")).all()
    assert np.isnan(nulls.p_value(observed, np.array([np.nan]), "both")).all()


def test_the_99_percent_point_lies_on_the_side_tested():
    null = np.arange(1001.0)
    observed = np.array([3.0, 499, 501])
    np.testing.assert_allclose(nulls.point(observed, null, "greater"), 990)
    np.testing.assert_allclose(nulls.point(observed, null, "less"), 10)
    np.testing.assert_allclose(nulls.point(observed, null, "both"), [5, 5, 995])
    assert np.isnan(nulls.point(observed, np.array([]), "both")).all()


def by_hand(p):
    """Benjamini and Hochberg (1995): the smallest p_(j) m / j of all ranks j at or above one's own."""
    m, order = len(p), np.argsort(p)
    result = np.empty(m)
    for rank, i in enumerate(order):
        result[i] = min(1, *(p[order[j]] * m / (j + 1) for j in range(rank, m)), 1)
    return result


def test_the_correction_is_that_of_benjamini_and_hochberg_within_each_family():
    p = np.random.default_rng(0).uniform(0, 1, (5, 9)) ** 3
    for family, found in zip(p, nulls.corrected(p), strict=True):
        np.testing.assert_allclose(found, by_hand(family))


def test_the_correction_counts_only_what_is_known():
    p = np.array([[0.01, np.nan, 0.04, 0.5], [np.nan] * 4, [0.1, 0.2, 0.3, 0.4]])
    found = nulls.corrected(p)
    np.testing.assert_allclose(found[0, [0, 2, 3]], by_hand(np.array([0.01, 0.04, 0.5])))
    assert np.isnan(found[0, 1])
    assert np.isnan(found[1]).all()
    np.testing.assert_allclose(found[2], by_hand(p[2]))
    assert nulls.corrected(np.empty((3, 0))).shape == (3, 0)


def test_power_begins_at_7():
    assert [nulls.has_power(k) for k in (1, 6, 7, 15)] == [False, False, True, True]


def test_smooth_oriented_and_separable_planes_are_found_beyond_the_null_on_every_side():
    angles = np.linspace(0, np.pi, 8, endpoint=False)[:, None, None]
    row, col = np.indices((11, 11)) - 5
    bars = np.exp(-0.5 * ((row * np.cos(angles) - col * np.sin(angles)) / 1.5) ** 2)
    found = measures.of_planes(bars[[0, 4]])  # along the axes, so separable too
    null = nulls.reinitialised(11)[0]
    for name, side in nulls.SIDES.items():
        assert (nulls.p_value(found[name], null[name], side) == 0.001).all(), name
