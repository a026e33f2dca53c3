import numpy as np
import pytest

from kernelscope.measures import kernels, layer_quality, nulls, plane_measures
from kernelscope.stats import pvalues


@pytest.mark.parametrize("init_std", [None, 0.01])
def test_the_reinitialized_null_names_the_points_that_the_lag1_null_names(init_std):
    for channels in (1, 4):
        plane, whole = nulls.reinitialized(8, channels, init_std, n_resamples=60)
        np.testing.assert_array_equal(whole["lag1"], kernels.lag1_null(8, channels, init_std, n_resamples=60))
        assert all(values.shape == (60,) for values in [*plane.values(), *whole.values()])
    assert whole["lag1"].std() < 0.8 * plane["lag1"].std()


def test_every_measure_with_a_side_is_in_its_null():
    plane, whole = nulls.reinitialized(7, 2, n_resamples=5)
    assert nulls.SIDES.keys() <= plane.keys()
    assert nulls.SIDES.keys() <= whole.keys()
    assert nulls.LAYER_SIDES.keys() <= nulls.layer((3, 1, 3, 3), None, n_resamples=5).keys()


def test_the_reinitialized_null_is_the_same_twice_and_another_with_another_seed():
    a, b, c = (nulls.reinitialized(7, n_resamples=20, seed=seed)[1] for seed in (0, 0, 1))
    for name in nulls.SIDES:
        np.testing.assert_array_equal(a[name], b[name])
        assert not np.array_equal(a[name], c[name])


@pytest.mark.parametrize("shape", [(6, 1, 5, 5), (4, 3, 3, 3)])
def test_the_null_of_a_layer_is_that_of_banks_drawn_anew(shape):
    null = nulls.layer(shape, None, n_resamples=150)
    for name in nulls.LAYER_SIDES:
        fresh = layer_quality.measures(np.random.default_rng(7).uniform(-1, 1, (150, *shape)))[name]
        assert abs(null[name].mean() - fresh.mean()) < 4 * fresh.std() / np.sqrt(75)
    np.testing.assert_array_equal(null["orthogonality"], nulls.layer(shape, None, n_resamples=150)["orthogonality"])
    assert not np.array_equal(null["orthogonality"], nulls.layer(shape, 0.1, n_resamples=150)["orthogonality"])


def test_power_begins_at_7():
    assert [nulls.has_power(k) for k in (1, 6, 7, 15)] == [False, False, True, True]


def test_smooth_oriented_and_separable_planes_are_found_beyond_the_null_on_every_side():
    angles = np.linspace(0, np.pi, 8, endpoint=False)[:, None, None]
    row, col = np.indices((11, 11)) - 5
    bars = np.exp(-0.5 * ((row * np.cos(angles) - col * np.sin(angles)) / 1.5) ** 2)
    measures = plane_measures.of_planes(bars[[0, 4]])  # along the axes, so separable too
    null = nulls.reinitialized(11)[0]
    for name, side in nulls.SIDES.items():
        assert (pvalues.p_value(measures[name], null[name], side) == 0.001).all(), name


@pytest.mark.parametrize("channels", [1, 2])
def test_untrained_kernels_are_drawn_with_their_weights_in_random_order(channels):
    untrained = np.random.default_rng(0).normal(size=(3, channels, 4, 4)).astype(np.float32)
    drawn = kernels.reinitialized(np.random.default_rng(1), (50, channels, 4, 4), untrained)
    assert drawn.shape == (50, channels, 4, 4)
    sets = {tuple(np.sort(kernel, None)) for kernel in untrained.astype(float)}
    assert {tuple(np.sort(kernel, None)) for kernel in drawn} == sets
    assert len({kernel.tobytes() for kernel in drawn}) == 50


def test_a_bank_of_untrained_kernels_is_drawn_for_the_measures_of_a_layer():
    untrained = np.random.default_rng(0).uniform(-1, 1, (5, 1, 6, 6))
    by_order, by_law = (nulls.layer((5, 1, 6, 6), initial, n_resamples=150) for initial in (untrained, None))
    for name in nulls.LAYER_SIDES:
        assert abs(np.median(by_order[name]) - np.median(by_law[name])) < 0.5 * by_law[name].std(), name


def test_p_against_kernels_in_random_order_is_as_against_their_law():
    """p is uniform on untrained kernels, whichever distribution they are drawn from."""
    rng, p = np.random.default_rng(3), []
    for seed in range(60):
        untrained = rng.laplace(size=(4, 1, 8, 8))
        null = nulls.reinitialized(8, 1, untrained, n_resamples=99, seed=seed)[0]["lag1"]
        p += pvalues.p_value(kernels.lag1_autocorrelation(untrained)[:, 0], null, "greater").tolist()
    assert abs(np.mean(p) - 0.5) < 0.06
    assert 0.01 < np.mean(np.array(p) <= 0.05) < 0.1


def test_large_layers_have_fewer_draws_but_enough_for_a_small_p():
    counts = [nulls.resamples_of_layer((out, out, 3, 3)) for out in (8, 128, 256, 512, 2048)]
    assert counts[:2] == [nulls.LAYER_RESAMPLES] * 2
    assert nulls.LAYER_RESAMPLES > counts[2] > counts[3] == counts[4] == nulls.LEAST_RESAMPLES
    assert 1 / (1 + nulls.LEAST_RESAMPLES) <= pvalues.LEVEL / 2
    assert len(nulls.layer((512, 512, 1, 1))["orthogonality"]) == nulls.resamples_of_layer((512, 512, 1, 1)) < 199
