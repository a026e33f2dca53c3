import numpy as np
import pytest
from scipy.stats import kstest

from kernelscope.data import patches
from kernelscope.probes import subspaces

RNG = np.random.default_rng(0)


def smooth(count=1500, k=7):
    """Return patches of smooth noise."""
    noise = RNG.normal(size=(count, k + 4, k + 4))
    windows = np.lib.stride_tricks.sliding_window_view(noise, (5, 5), (1, 2))
    return windows.mean((3, 4)).reshape(count, -1).astype(np.float32)


PATCHES = smooth()


def table(states, rows=PATCHES, **settings):
    result = list(subspaces.subspace_fit("conv1", states, rows, **settings))
    return {(row["state"], row["baseline"], row["kernel"]): row for row in result}


@pytest.mark.parametrize("shape", [(5, 1, 6, 6), (3, 3, 4, 4), (1, 1, 2, 2)])
@pytest.mark.parametrize("m", [1, 4])
def test_a_share_is_the_r_squared_of_least_squares(shape, m):
    kernels, span = RNG.normal(size=shape) + 1, RNG.normal(size=(m, np.prod(shape[1:]))) + 2
    for kernel, r_squared in zip(kernels.reshape(len(kernels), -1), subspaces.share(kernels, span), strict=True):
        design = np.column_stack([span.T, np.ones(kernel.size)])
        rest = kernel - design @ np.linalg.lstsq(design, kernel, rcond=None)[0]
        np.testing.assert_allclose(r_squared, 1 - rest.var() / kernel.var(), atol=1e-10)


def test_many_spans_at_once_are_each_of_them_and_repeated_patterns_count_once():
    kernels, spans = RNG.normal(size=(4, 1, 5, 5)), RNG.normal(size=(3, 6, 25))
    expected = [subspaces.share(kernels, span) for span in spans]
    np.testing.assert_allclose(subspaces.share(kernels, spans), expected)
    twice = np.concatenate([spans[0], spans[0], np.zeros((2, 25))])
    np.testing.assert_allclose(subspaces.share(kernels, twice), expected[0], atol=1e-10)


def test_as_many_components_as_pixels_explain_all():
    kernels = RNG.normal(size=(30, 1, 5, 5))
    rows = table({"trained": kernels}, smooth(k=5))
    assert all(abs(rows["trained", name, i]["share"] - 1) < 1e-9 for name in ("pca", "random") for i in range(30))
    assert rows["trained", "pca", 0]["components"] == 30


def test_kernels_made_of_patches_are_explained_and_random_ones_as_random():
    mixed = (RNG.normal(size=(8, len(PATCHES))) @ PATCHES).reshape(8, 1, 7, 7)
    noise = RNG.normal(size=mixed.shape)
    rows = table({"trained": mixed, "change": noise})
    values, _ = patches.principal_components(PATCHES - PATCHES.mean(1, keepdims=True))
    expected = values[:8].sum() / values.sum()  # of a sum of patches with random weights
    assert abs(np.mean([rows["trained", "pca", i]["share"] for i in range(8)]) - expected) < 0.1
    for i in range(8):
        assert rows["trained", "pca", i]["share"] > rows["trained", "pca", i]["random_99"]
        assert rows["trained", "pca", i]["p"] == 0.01
        random = rows["change", "random", i]
        assert random["share"] == random["random_mean"] < random["random_99"]
        assert random["p"] is None
        assert abs(random["share"] - 8 / 48) < 0.05  # m components of k k - 1 directions


def test_kernels_made_of_the_patterns_that_images_repeat_are_explained_by_their_centroids():
    patterns = RNG.normal(size=(4, 49))
    repeated = patterns[np.arange(1000) % 4] * RNG.uniform(0.5, 2, (1000, 1)) + 0.1 * RNG.normal(size=(1000, 49))
    kernels = (RNG.normal(size=(12, 4)) @ patterns).reshape(12, 1, 7, 7)
    rows = table({"trained": kernels}, repeated.astype(np.float32))
    assert min(rows["trained", "kmeans", i]["share"] for i in range(12)) > 0.95
    assert all(rows["trained", "kmeans", i]["p"] == 0.01 for i in range(12))


@pytest.mark.parametrize("init_std", [None, 0.01])
def test_p_is_uniform_for_kernels_as_before_training(init_std):
    p, spans = [], subspaces.baselines(PATCHES, 6, 0)["pca"]
    for seed in range(60):
        rng = np.random.default_rng(seed)
        kernels = rng.uniform(-1, 1, (6, 1, 7, 7)) if init_std is None else rng.normal(0, init_std, (6, 1, 7, 7))
        null = subspaces.share(kernels, subspaces.random_banks(6, 49, init_std, 1000 + seed))
        p += [subspaces.p_value(s, null[:, i]) for i, s in enumerate(subspaces.share(kernels, spans))]
    assert kstest(p, "uniform").pvalue > 0.01
    assert np.mean(np.array(p) <= 0.05) < 0.09


def test_constant_and_broken_kernels_have_no_share_and_no_p():
    kernels = RNG.normal(size=(5, 1, 7, 7)).astype(np.float32)
    kernels[0], kernels[1], kernels[2, 0, 0, 0], kernels[3, 0, 0, 0] = 0, 0.5, np.nan, np.inf
    rows = table({"trained": kernels})
    for name in ("pca", "kmeans"):
        shares = [rows["trained", name, i]["share"] for i in range(5)]
        assert list(np.isnan(shares)) == [True, True, True, True, False]
        assert [rows["trained", name, i]["p"] is None for i in range(5)] == [True, True, True, True, False]


def test_images_without_content_explain_nothing_and_one_pixel_has_no_variance():
    rows = table({"trained": RNG.normal(size=(2, 1, 3, 3))}, np.zeros((50, 9), np.float32))
    assert [rows["trained", name, 0]["share"] for name in ("pca", "kmeans")] == [0, 0]
    rows = table({"trained": np.ones((1, 1, 1, 1))}, np.ones((50, 1), np.float32))
    assert np.isnan(rows["trained", "pca", 0]["share"])


def test_color_kernels_and_the_columns():
    images = RNG.integers(0, 256, (5, 9, 9, 3), np.uint8)
    rows = table({"trained": RNG.normal(size=(4, 3, 3, 3))}, patches.random_patches(images, 3, 200, 0))
    assert len(rows) == 12
    assert all(tuple(row) == subspaces.COLUMNS for row in rows.values())
    assert all(0 <= row["share"] <= 1 for row in rows.values())
