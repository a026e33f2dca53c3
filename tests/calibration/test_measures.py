"""Every p is uniform under its own null, with a few hundred draws; benchmarks/measures.py takes thousands."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from tiers import THOROUGH, rows

from kernelscope.measures import gaussian_noise, layer_quality, nulls, plane_measures
from kernelscope.stats import pvalues

N_RESAMPLES, NULL = 300, 39
LIMIT = 1.95 / np.sqrt(N_RESAMPLES)  # of the Kolmogorov-Smirnov distance: reached in 1 of 1,000, rarer with discrete p


def distance(p, steps):
    """Return the Kolmogorov-Smirnov distance from the uniform distribution on 1/steps, 2/steps, ... 1."""
    at = np.arange(1, steps + 1) / steps
    return np.abs((np.asarray(p)[:, None] <= at + 1e-9).mean(0) - at).max()


def fresh(rng, shape, init_std):
    return rng.uniform(-0.3, 0.3, shape) if init_std is None else rng.normal(0, init_std, shape)


@pytest.fixture(scope="module")
def p_values(request):
    """Return {measure: p (N_RESAMPLES,)} of re-initialized kernels of 8x8, each compared with its own null."""
    channels, init_std = request.param
    rng = np.random.default_rng(99)
    observed = plane_measures.of_kernels(plane_measures.of_planes(fresh(rng, (N_RESAMPLES, channels, 8, 8), init_std)))
    null = [nulls.reinitialized(8, channels, init_std, NULL, seed)[1] for seed in range(N_RESAMPLES)]
    return {
        name: [pvalues.p_value(observed[name][[i]], null[i][name], side)[0] for i in range(N_RESAMPLES)]
        for name, side in nulls.SIDES.items()
    }


STARTS = [(1, None), (3, None), (1, 0.01)]  # channels, and the standard deviation of the weights


@pytest.mark.parametrize("measure", nulls.SIDES)
@pytest.mark.parametrize(
    "p_values",
    [pytest.param(start, marks=() if start == (1, None) else THOROUGH) for start in STARTS],
    indirect=True,
    ids=str,
)
def test_p_of_reinitialized_kernels_is_uniform(p_values, measure):
    assert distance(p_values[measure], NULL + 1) < LIMIT


@pytest.mark.parametrize("measure", nulls.SIDES)
def test_a_null_of_another_size_or_number_of_channels_would_be_noticed(measure):
    """Check that a wrong null shows: means of 3 channels spread less than single planes, 6x6 planes more than 12x12."""
    rng = np.random.default_rng(98)
    null, side = nulls.reinitialized(12)[0][measure], nulls.SIDES[measure]
    means = plane_measures.of_kernels(plane_measures.of_planes(fresh(rng, (N_RESAMPLES, 3, 12, 12), None)))[measure]
    small = plane_measures.of_planes(fresh(rng, (N_RESAMPLES, 6, 6), None))[measure]
    assert distance(pvalues.p_value(means, null, side), 1000) > LIMIT
    assert distance(pvalues.p_value(small, null, side), 1000) > LIMIT


@pytest.mark.parametrize("measure", nulls.LAYER_SIDES)
def test_p_of_a_reinitialized_layer_is_uniform(measure):
    shape, rng = (6, 2, 4, 4), np.random.default_rng(97)
    observed = layer_quality.measures(rng.uniform(-1, 1, (N_RESAMPLES, *shape)))[measure]
    side = nulls.LAYER_SIDES[measure]
    p = [
        pvalues.p_value(observed[[i]], nulls.layer(shape, None, NULL, seed=i)[measure], side)[0]
        for i in range(N_RESAMPLES)
    ]
    assert distance(p, NULL + 1) < LIMIT


def test_a_two_sided_p_is_exact_over_all_ranks():
    null = np.arange(NULL) + 0.5
    p = pvalues.p_value(np.arange(NULL + 1.0), null, "both")  # every rank among the null once
    for level in np.arange(2, NULL + 2, 2) / (NULL + 1):
        np.testing.assert_allclose((p <= level + 1e-9).mean(), level)


@pytest.mark.parametrize("measure", rows(nulls.SIDES, "lag1"))
def test_after_the_correction_a_family_of_noise_is_seldom_called_anything(measure):
    families, kernels, level, rng = 150, 6, 0.2, np.random.default_rng(96)
    observed = plane_measures.of_planes(fresh(rng, (families, kernels, 7, 7), None))[measure]
    null = plane_measures.of_planes(fresh(rng, (families, 149, 7, 7), None))[measure]
    p = np.stack([pvalues.p_value(f, n, nulls.SIDES[measure]) for f, n in zip(observed, null, strict=True)])
    wrong = (pvalues.corrected(p).min(1) <= level).mean()
    assert 0.06 < wrong < level + 3 * np.sqrt(level * (1 - level) / families)
    assert (p.min(1) <= level).mean() > 0.5  # without the correction


def smooth(rng, kernels, size):
    planes = gaussian_filter(rng.normal(size=(kernels, 1, size + 20, size + 20)), (0, 0, 1.5, 1.5))
    return planes[..., 10:-10, 10:-10]


def test_surrogates_of_stationary_noise_leave_its_kernels_as_they_say():
    rng, p = np.random.default_rng(95), []
    for i in range(60):
        bank = smooth(rng, 12, 9)
        null = plane_measures.localization(gaussian_noise.noise(bank, NULL, seed=i)[:, 0])
        p += list(pvalues.p_value(plane_measures.localization(bank[:, 0]), null, "greater"))
    assert 0.4 < np.mean(p) < 0.6
    assert 0.03 < np.mean(np.array(p) <= 0.1) < 0.18
