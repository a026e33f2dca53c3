import numpy as np
import pytest

from kernelscope.measures import kernels

RNG_SEED = 7


def bank(*shape, seed=RNG_SEED):
    return np.random.default_rng(seed).normal(size=shape)


def centered_flat(kernel):
    return kernel.ravel() - kernel.mean()


UNKNOWN = np.nan


def test_change_is_the_kernel_minus_what_decay_left_of_its_start():
    untrained = np.array([[[[1.0, -1.0], [2.0, -2.0]]]])
    trained = np.array([[[[3.0, 1.0], [5.0, -1.0]]]])
    np.testing.assert_array_equal(kernels.change(trained, untrained, 0.5), [[[[2.5, 1.5], [4.0, 0.0]]]])
    np.testing.assert_array_equal(kernels.change(trained, untrained, 1.0), trained - untrained)


def test_what_only_decayed_is_no_change_and_a_shift_of_all_weights_is():
    untrained = bank(3, 1, 4, 4)
    np.testing.assert_allclose(kernels.change(0.2 * untrained, untrained, 0.2), 0, atol=1e-15)
    np.testing.assert_allclose(kernels.change(untrained + 5, untrained, 1.0), 5, atol=1e-12)
    np.testing.assert_allclose(kernels.change(0.2 * untrained, untrained, UNKNOWN), 0, atol=1e-15)


def test_an_exact_change_keeps_what_training_added_along_the_start_and_an_estimate_takes_it_for_the_start():
    untrained, added = bank(5, 3, 6, 6), bank(5, 3, 6, 6, seed=8)
    added += 0.4 * untrained
    trained = 0.7 * untrained + added
    np.testing.assert_allclose(kernels.change(trained, untrained, 0.7), added)
    for w0, estimate in zip(untrained, kernels.change(trained, untrained, UNKNOWN), strict=True):
        assert abs(np.corrcoef(w0.ravel(), estimate.ravel())[0, 1]) < 1e-12


def test_an_estimated_change_is_the_residual_of_least_squares_up_to_its_mean():
    untrained, trained = bank(4, 2, 5, 5), bank(4, 2, 5, 5, seed=9) + 2
    change = kernels.change(trained, untrained, UNKNOWN)
    for w0, wt, c in zip(untrained, trained, change, strict=True):
        design = np.column_stack([w0.ravel(), np.ones(w0.size)])
        (slope, _), *_ = np.linalg.lstsq(design, wt.ravel(), rcond=None)
        np.testing.assert_allclose(c, wt - slope * w0, atol=1e-12)
        np.testing.assert_allclose(slope, np.polyfit(w0.ravel(), wt.ravel(), 1)[0])


def test_an_estimated_change_keeps_the_trained_kernel_where_the_start_is_constant():
    untrained, trained = bank(3, 2, 4, 4), bank(3, 2, 4, 4, seed=1)
    untrained[1] = 0.25
    untrained[2] = 0
    change = kernels.change(trained, untrained, UNKNOWN)
    np.testing.assert_array_equal(change[1:], trained[1:])
    assert not np.allclose(change[0], trained[0])


def test_change_of_all_snapshots_at_once_is_that_of_each():
    run, factors = bank(4, 3, 2, 5, 5), np.array([1.0, 0.6, UNKNOWN, 0.1])
    together = kernels.change(run, run[:1], factors)
    for t in range(4):
        np.testing.assert_allclose(together[t], kernels.change(run[t], run[0], factors[t]), atol=1e-14)
    np.testing.assert_array_equal(together[0], 0)
    np.testing.assert_array_equal(kernels.coefficient(run, run[:1], factors)[[0, 1, 3]].T, [[1, 0.6, 0.1]] * 3)


def test_nothing_changes_its_arguments():
    untrained, trained = bank(3, 1, 5, 5).astype(np.float32), bank(3, 1, 5, 5, seed=2).astype(np.float32)
    before = untrained.copy(), trained.copy()
    kernels.change(trained, untrained, 0.5)
    kernels.initial_ratio(trained, untrained, UNKNOWN)
    kernels.norms(trained)
    kernels.lag1_autocorrelation(trained)
    np.testing.assert_array_equal(untrained, before[0])
    np.testing.assert_array_equal(trained, before[1])


def test_an_estimated_initial_ratio_is_the_squared_correlation():
    untrained = bank(6, 3, 4, 4)
    trained = untrained * np.linspace(-1, 1, 6)[:, None, None, None] + bank(6, 3, 4, 4, seed=3)
    expected = [np.corrcoef(a.ravel(), b.ravel())[0, 1] ** 2 for a, b in zip(untrained, trained, strict=True)]
    np.testing.assert_allclose(kernels.initial_ratio(trained, untrained, UNKNOWN), expected)


def test_the_initial_ratio_compares_variances_and_passes_1_for_a_kernel_that_shrank():
    untrained, trained = bank(4, 2, 5, 5), bank(4, 2, 5, 5, seed=4) + 7
    trained[3] /= 100
    expected = 0.5**2 * untrained.var((1, 2, 3)) / trained.var((1, 2, 3))
    ratio = kernels.initial_ratio(trained, untrained, 0.5)
    np.testing.assert_allclose(ratio, expected)
    assert ratio[3] > 100


@pytest.mark.parametrize("factor", [-3.0, UNKNOWN])
def test_initial_ratio_is_1_for_what_was_only_scaled_and_unknown_for_a_constant(factor):
    untrained = bank(4, 1, 5, 5)
    trained = np.stack([-3 * untrained[0] + 1, -3 * untrained[1], np.zeros((1, 5, 5)), untrained[3]])
    untrained[3] = 2
    ratio = kernels.initial_ratio(trained, untrained, factor)
    np.testing.assert_allclose(ratio[:2], 1)
    assert np.isnan(ratio[2:]).all()


def test_norms_are_those_of_linalg():
    many = bank(2, 4, 3, 5, 5)
    np.testing.assert_allclose(kernels.norms(many), np.linalg.norm(many.reshape(2, 4, -1), axis=-1))
    assert kernels.norms(np.array([[[[3.0, 0.0], [0.0, 4.0]]]])) == [5]


def lag1_by_loops(plane):
    mean = plane.mean()
    across, down = [], []
    for r in range(plane.shape[0]):
        for c in range(plane.shape[1]):
            if c + 1 < plane.shape[1]:
                across.append((plane[r, c] - mean) * (plane[r, c + 1] - mean))
            if r + 1 < plane.shape[0]:
                down.append((plane[r, c] - mean) * (plane[r + 1, c] - mean))
    return (sum(across) / len(across) + sum(down) / len(down)) / 2 / plane.var()


@pytest.mark.parametrize("k", [2, 3, 8])
def test_lag1_is_what_two_loops_give(k):
    planes = bank(3, 2, k, k) + 1
    expected = [[lag1_by_loops(plane) for plane in row] for row in planes]
    np.testing.assert_allclose(kernels.lag1_autocorrelation(planes), expected, atol=1e-12)


def test_lag1_of_a_checkerboard_is_minus_1_and_of_stripes_0():
    checks = np.array([[1.0, -1, 1, -1], [-1, 1, -1, 1]] * 2)
    stripes = np.array([[1.0, -1, 1, -1]] * 4)
    assert kernels.lag1_autocorrelation(checks) == -1
    assert kernels.lag1_autocorrelation(stripes) == 0


def test_lag1_does_not_know_scale_sign_level_or_orientation():
    plane = bank(9, 9)
    value = kernels.lag1_autocorrelation(plane)
    for other in (1000 * plane, -plane, plane + 5, plane.T, plane[::-1], np.rot90(plane)):
        np.testing.assert_allclose(kernels.lag1_autocorrelation(other), value, atol=1e-12)


def test_lag1_of_a_smooth_plane_is_near_1():
    ramp = np.add.outer(np.arange(30.0), np.arange(30.0))
    assert 0.9 < kernels.lag1_autocorrelation(ramp) < 1


def test_lag1_of_a_constant_plane_and_of_a_single_pixel_is_unknown():
    assert np.isnan(kernels.lag1_autocorrelation(np.full((2, 5, 5), 3.0))).all()
    single = kernels.lag1_autocorrelation(bank(4, 3, 1, 1))
    assert single.shape == (4, 3)
    assert np.isnan(single).all()


POINTS = [
    (3, 0.37),
    (5, 0.32),
    (7, 0.23),
    (10, 0.16),
    (20, 0.08),
]  # k, and the 99 % point of white noise in k x k kernels
N_RESAMPLES = {3: 60000, 5: 60000, 7: 20000, 10: 10000, 20: 4000}  # small kernels vary most


@pytest.mark.parametrize(("k", "point"), POINTS)
def test_the_99_percent_point_of_white_noise_falls_with_the_size_of_a_kernel(k, point):
    noise = np.random.default_rng(k).normal(size=(N_RESAMPLES[k], k, k))
    assert abs(np.quantile(kernels.lag1_autocorrelation(noise), 0.99) - point) < 0.035


@pytest.mark.parametrize(("k", "point"), POINTS)
@pytest.mark.parametrize("init_std", [None, 0.01])
def test_the_null_of_a_reinitialized_layer_has_the_same_point(k, point, init_std):
    assert abs(np.quantile(kernels.lag1_null(k, initial=init_std, n_resamples=N_RESAMPLES[k]), 0.99) - point) < 0.035


def test_the_null_is_the_same_twice_and_another_with_another_seed():
    first = kernels.lag1_null(7, n_resamples=50)
    assert first.shape == (50,)
    np.testing.assert_array_equal(first, kernels.lag1_null(7, n_resamples=50))
    assert not np.array_equal(first, kernels.lag1_null(7, n_resamples=50, seed=1))


def test_the_null_does_not_depend_on_the_init_std_and_narrows_with_channels():
    np.testing.assert_array_equal(kernels.lag1_null(5, initial=0.001), kernels.lag1_null(5, initial=10))
    ratio = kernels.lag1_null(5, channels=1).std() / kernels.lag1_null(5, channels=16).std()
    assert 3.5 < ratio < 4.5  # the mean of 16 has a quarter of the spread


def test_alive_is_a_response_above_0_and_a_norm_above_a_tenth_of_the_largest():
    norm = np.array([10.0, 1.0, 1.01, 10.0, 10.0, 5.0])
    response = np.array([1.0, 1.0, 1e-9, 0.0, -2.0, np.nan])
    assert kernels.alive(norm, response).tolist() == [True, False, True, False, False, False]


def test_in_a_layer_of_zeros_nothing_is_alive():
    assert not kernels.alive(np.zeros(3), np.ones(3)).any()


def test_the_table_has_a_row_per_weight_in_this_order():
    weights = np.arange(2 * 3 * 2 * 2, dtype=np.float32).reshape(2, 3, 2, 2)
    rows = list(kernels.table("conv2", weights, 30, 1.5))
    assert len(rows) == 24
    assert all(tuple(row) == kernels.COLUMNS for row in rows)
    assert tuple(rows[0].values()) == (30, 1.5, "conv2", 0, 0, None, 0, 0, 0)
    assert tuple(rows[1].values()) == (30, 1.5, "conv2", 0, 0, None, 0, 1, 1)
    assert tuple(rows[6].values()) == (30, 1.5, "conv2", 0, 1, None, 1, 0, 6)
    assert tuple(rows[-1].values()) == (30, 1.5, "conv2", 1, 2, None, 1, 1, 23)
    back = np.empty_like(weights)
    for row in rows:
        back[row["kernel"], row["channel"], row["row"], row["col"]] = row["weight"]
    np.testing.assert_array_equal(back, weights)


def test_a_kernel_that_is_not_finite_is_not_alive_and_keeps_no_other_from_it():
    norm = np.array([np.nan, np.inf, 1.0, 0.05])
    assert kernels.alive(norm, np.array([np.nan, np.nan, 1.0, 1.0])).tolist() == [False, False, True, False]
    assert not kernels.alive(np.full(2, np.nan), np.ones(2)).any()


def test_the_layers_that_all_seeds_have_are_kept_and_without_any_the_seeds_are_named():
    bank = np.ones((2, 1, 3, 3))
    shared = kernels.in_all({0: {"a": bank, "b": bank}, 1: {"b": bank, "c": bank}})
    assert {seed: list(layers) for seed, layers in shared.items()} == {0: ["b"], 1: ["b"]}
    with pytest.raises(ValueError, match=r"these runs: got no layer that all have \(seed 0 has a; seed 1 has c\)"):
        kernels.in_all({0: {"a": bank}, 1: {"c": bank}})


@pytest.mark.parametrize("initial", [None, 0.1, np.arange(3.0 * 2 * 25).reshape(3, 2, 5, 5) % 7])
def test_many_kernels_are_drawn_in_parts(monkeypatch, initial):
    whole = kernels.reinitialized(np.random.default_rng(0), (11, 2, 5, 5), initial)
    monkeypatch.setattr(kernels, "AT_ONCE", 4 * 50)
    parts = list(kernels.reinitialized_in_parts(np.random.default_rng(0), 11, (2, 5, 5), initial))
    assert list(map(len, parts)) == [4, 4, 3]
    np.testing.assert_array_equal(np.concatenate(parts), whole)
