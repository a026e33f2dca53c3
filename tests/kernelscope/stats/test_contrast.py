"""Differences compared with plain loops, moments with every possible draw, and the interval with its coverage."""

from itertools import combinations, product

import numpy as np
import pytest
from scipy import stats

from kernelscope.stats import contrast


def layout(rng, images=6, most=3, places=5, out=4):
    """Return marked and chance places of some images, some of which do not count."""
    image = np.repeat(np.arange(images), rng.integers(1, most + 1, images))
    x, reference = rng.exponential(size=(len(image), out)), rng.exponential(size=(images, places, out))
    return x, rng.random(x.shape) < 0.8, image, reference, rng.random(reference.shape) < 0.7


def values(kernel, i, x, inside, image, reference, places):
    """Return the values of one kernel that count in image i: (marked, chance)."""
    marked = [float(v) for v, ok, at in zip(x[:, kernel], inside[:, kernel], image, strict=True) if ok and at == i]
    return marked, [float(v) for v, ok in zip(reference[i, :, kernel], places[i, :, kernel], strict=True) if ok]


def by_loops(kernel, *args):
    """Return (marked, chance) of every image that has both."""
    of_images = [values(kernel, i, *args) for i in range(args[2].max() + 1)]
    return [(marked, chance) for marked, chance in of_images if marked and chance]


@pytest.mark.parametrize("seed", range(4))
def test_the_means_are_those_of_plain_loops(seed):
    args = layout(np.random.default_rng(seed))
    columns = contrast.measured(*args, n_resamples=9, seed=0)
    assert tuple(columns) == contrast.KEYS
    for kernel in range(4):
        used = by_loops(kernel, *args)
        pairs = [(v, np.mean(chance)) for marked, chance in used for v in marked]
        assert columns["images"][kernel] == len(used)
        expected = np.mean(pairs, axis=0)
        np.testing.assert_allclose([columns["response"][kernel], columns["chance"][kernel]], expected)
        np.testing.assert_allclose(columns["difference"][kernel], expected[0] - expected[1])
        within = [np.array(marked + chance) for marked, chance in used]
        squares = sum(((v - v.mean()) ** 2).sum() for v in within)
        np.testing.assert_allclose(columns["variance"][kernel], squares / sum(len(v) - 1 for v in within))


def every_exchange(used) -> np.ndarray:
    """Return the sum of differences for every way to mark the same number of values in each image."""
    per_image = []
    for marked, chance in used:
        pool, f = np.array(marked + chance), len(marked)
        rest = [np.delete(pool, chosen).mean() for chosen in combinations(range(len(pool)), f)]
        picked = [pool[list(chosen)].sum() for chosen in combinations(range(len(pool)), f)]
        per_image.append([s - f * mean for s, mean in zip(picked, rest, strict=True)])
    return np.array([sum(draw) for draw in product(*per_image)])


@pytest.mark.parametrize("seed", range(4))
def test_the_p_has_the_moments_of_all_exchanges(seed):
    args = layout(np.random.default_rng(seed), images=3, most=2, places=4)
    columns = contrast.measured(*args, n_resamples=9, seed=0)
    for kernel in range(4):
        used = by_loops(kernel, *args)
        if not used:
            continue
        null = every_exchange(used)
        assert abs(null.mean()) < 1e-12
        observed = sum(sum(marked) - len(marked) * np.mean(chance) for marked, chance in used)
        z, skew = observed / null.std(), stats.skew(null)
        expected = stats.pearson3.sf(z, skew) if skew > 1e-4 else stats.norm.sf(z)
        np.testing.assert_allclose(columns["p"][kernel], expected, atol=1e-6)


def test_the_tail_is_close_to_that_of_all_exchanges():
    rng = np.random.default_rng(5)
    errors = []
    for _ in range(20):
        image, reference = np.arange(5), rng.exponential(size=(5, 7, 1))
        x = rng.exponential(size=(5, 1)) + 0.5
        full = np.ones((5, 1), bool), np.ones(reference.shape, bool)
        p = contrast.measured(x, full[0], image, reference, full[1], n_resamples=9, seed=0)["p"][0]
        null = every_exchange(by_loops(0, x, full[0], image, reference, full[1]))
        observed = (x - reference.mean(1)).sum()
        errors.append(p - np.mean(null >= observed - 1e-12))
    assert np.abs(errors).max() < 0.05
    assert abs(np.mean(errors)) < 0.02


def test_the_interval_is_the_bootstrap_of_a_plain_loop():
    rng = np.random.default_rng(0)
    sums, counts = rng.normal(size=(12, 3)), rng.integers(0, 3, (12, 3)).astype(float)
    low, high = contrast.interval(sums, counts, n_resamples=99, seed=7)
    drawn = np.random.default_rng([7, 12]).integers(12, size=(99, 12))
    for kernel in range(3):
        means = [sums[d, kernel].sum() / counts[d, kernel].sum() for d in drawn]
        np.testing.assert_allclose([low[kernel], high[kernel]], np.quantile(means, [0.025, 0.975]))


def test_the_interval_covers_the_truth_in_95_of_100():
    rng = np.random.default_rng(1)
    sums = rng.normal(0.3, 1, (60, 1000))
    low, high = contrast.interval(sums, np.ones_like(sums), n_resamples=499, seed=0)
    assert 0.92 < np.mean((low <= 0.3) & (high >= 0.3)) < 0.97


@pytest.mark.parametrize("level", [0.0, 0.1, 1e6])
def test_a_constant_has_difference_0_and_p_1(level):
    x, inside, image, reference, places = layout(np.random.default_rng(0))
    x[:], reference[:] = level, level
    columns = contrast.measured(x, inside, image, reference, places, n_resamples=9, seed=0)
    assert np.abs(columns["difference"]).max() <= 1e-12 * max(level, 1)
    assert (columns["p"] == 1).all()


def test_where_nothing_can_be_compared_nothing_is_said():
    x, inside, image, reference, places = layout(np.random.default_rng(0))
    inside[:, 0], places[:, :, 1] = False, False
    columns = contrast.measured(x, inside, image, reference, places, n_resamples=9, seed=0)
    assert columns["images"][:2].tolist() == [0, 0]
    for key in ("response", "chance", "difference", "low", "high", "variance"):
        assert np.isnan(columns[key][:2]).all()
        assert np.isfinite(columns[key][2:]).all()
    assert (columns["p"][:2] == 1).all()


def test_a_p_does_not_vanish_where_the_skewness_is_negative():
    """Pearson's distribution is bounded there."""
    reference = np.full((4, 9, 1), 1.0)
    reference[:, 0] = 0
    ones = np.ones((4, 1), bool)
    columns = contrast.measured(
        ones.astype(float), ones, np.arange(4), reference, reference >= 0, n_resamples=9, seed=0
    )
    assert 0.1 < columns["p"][0] < 0.5


def test_without_resamples_the_interval_and_p_are_left_out_and_the_rest_is_the_same():
    args = layout(np.random.default_rng(4))
    short, whole = (contrast.measured(*args, n_resamples=count, seed=0) for count in (0, 9))
    assert set(whole) - set(short) == {"low", "high", "p"}
    for name, values_of_kernels in short.items():
        np.testing.assert_array_equal(values_of_kernels, whole[name])
