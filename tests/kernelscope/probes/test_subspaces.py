import numpy as np
import pytest
from scipy.fft import dctn

from kernelscope.data import patches
from kernelscope.probes import subspaces

RNG = np.random.default_rng(0)


def smooth(count=1500, k=7):
    """Return patches of smooth noise."""
    noise = RNG.normal(size=(count, k + 4, k + 4))
    windows = np.lib.stride_tricks.sliding_window_view(noise, (5, 5), (1, 2))
    return windows.mean((3, 4)).reshape(count, -1).astype(np.float32)


PATCHES = smooth()


def table(states, rows=PATCHES, components=None, **settings):
    """Return rows by state, baseline and kernel, with as many components as kernels."""
    scrambled = RNG.normal(size=rows.shape)
    out = len(next(iter(states.values())))
    result = list(subspaces.subspace_fit("conv1", states, subspaces.patterns(rows, scrambled, out), **settings))
    wanted = components or min(out, rows.shape[1])
    return {(row["state"], row["baseline"], row["kernel"]): row for row in result if row["components"] == wanted}


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
    rows = table({"trained": kernels}, smooth(k=5), components=25)
    for i in range(30):
        row = rows["trained", "pca", i]
        np.testing.assert_allclose([row["share"], row["noise"], row["random"], row["phase_scrambled"]], 1, atol=1e-6)


def test_kernels_made_of_patches_are_explained_better_than_noise_as_smooth():
    mixed = (RNG.normal(size=(8, len(PATCHES))) @ PATCHES).reshape(8, 1, 7, 7)
    noise = RNG.normal(size=mixed.shape)
    rows = table({"trained": mixed, "change": noise})
    values, _ = patches.principal_components(PATCHES - PATCHES.mean(1, keepdims=True))
    expected = values[:8].sum() / values.sum()  # of a sum of patches with random weights
    trained, random = ([rows[state, "pca", i] for i in range(8)] for state in ("trained", "change"))
    assert abs(np.mean([row["share"] for row in trained]) - expected) < 0.1
    assert np.mean([row["share"] - row["random"] for row in trained]) > 0.3
    assert abs(np.mean([row["noise"] - row["share"] for row in trained])) < 0.1  # smooth patches know no more
    assert abs(np.mean([row["share"] for row in random]) - 8 / 48) < 0.08  # m components of k k - 1 directions


def test_kernels_made_of_the_patterns_that_images_repeat_are_explained_by_their_centroids():
    patterns = RNG.normal(size=(4, 49))
    repeated = patterns[np.arange(1000) % 4] * RNG.uniform(0.5, 2, (1000, 1)) + 0.1 * RNG.normal(size=(1000, 49))
    kernels = (RNG.normal(size=(12, 4)) @ patterns).reshape(12, 1, 7, 7)
    rows = table({"trained": kernels}, repeated.astype(np.float32))
    for i in range(12):
        row = rows["trained", "kmeans", i]
        assert row["share"] > 0.95 > 0.6 > max(row["noise"], row["dct"], row["random"])


def test_waves_are_the_lowest_of_the_cosine_transform_without_the_constant():
    waves = subspaces.waves(5, 1, 6).reshape(5, 6, 6)
    expected = [(0, 1), (1, 0), (1, 1), (0, 2), (2, 0)]
    for wave, place in zip(waves, expected, strict=True):
        np.testing.assert_allclose(
            dctn(wave, norm="ortho"), np.eye(36)[place[0] * 6 + place[1]].reshape(6, 6), atol=1e-12
        )
    np.testing.assert_array_equal(
        subspaces.waves(4, 2, 6).reshape(4, 2, 36).any(2), np.eye(2, dtype=bool)[[0, 1, 0, 1]]
    )


def test_patterns_are_the_largest_components_and_as_many_centroids():
    made = subspaces.patterns(PATCHES, PATCHES[::-1], 12)
    centered = PATCHES - PATCHES.mean(1, keepdims=True)
    _, sizes, vectors = np.linalg.svd(centered - centered.mean(0), full_matrices=False)
    assert list(made.of_images) == [6, 12, 24]
    for m, of_images in made.of_images.items():
        expected = sizes[:m, None] * vectors[:m] / np.sqrt(len(PATCHES))
        np.testing.assert_allclose(np.abs(of_images["pca"]), np.abs(expected), atol=1e-5)
        np.testing.assert_array_equal(of_images["kmeans"], patches.centroids(*patches.whitened(PATCHES), m, 0))
    np.testing.assert_allclose(made.scrambled, made.of_images[24]["pca"], atol=1e-6)


def test_rows_of_a_state_do_not_depend_on_the_others():
    states = {name: RNG.normal(size=(3, 1, 7, 7)) for name in ("trained", "untrained", "change")}
    made = subspaces.patterns(PATCHES, PATCHES, 3)
    rows = list(subspaces.subspace_fit("conv1", states, made))
    alone = list(subspaces.subspace_fit("conv1", {"untrained": states["untrained"]}, made))
    of_state = [row for row in rows if row["state"] == "untrained"]
    assert len(of_state) == len(alone) > 0
    assert all(row == pytest.approx(expected) for row, expected in zip(of_state, alone, strict=True))


def test_half_as_many_as_many_and_twice_as_many_components_are_compared():
    assert [subspaces.sizes(*case) for case in ((12, 225), (1, 49), (30, 49))] == [[6, 12, 24], [1, 2], [15, 30, 49]]


def test_constant_and_broken_kernels_have_no_share_but_a_reason():
    kernels = RNG.normal(size=(5, 1, 7, 7)).astype(np.float32)
    kernels[0], kernels[1], kernels[2, 0, 0, 0], kernels[3, 0, 0, 0] = 0, 0.5, np.nan, np.inf
    rows = table({"trained": kernels})
    for name in ("pca", "kmeans"):
        shares = [rows["trained", name, i]["share"] for i in range(5)]
        assert list(np.isnan(shares)) == [True, True, True, True, False]
        assert [bool(rows["trained", name, i]["reason"]) for i in range(5)] == [True, True, True, True, False]


def test_images_without_content_explain_nothing_and_one_pixel_has_no_variance():
    rows = table({"trained": RNG.normal(size=(2, 1, 3, 3))}, np.zeros((50, 9), np.float32))
    assert [rows["trained", name, 0]["share"] for name in ("pca", "kmeans")] == [0, 0]
    rows = table({"trained": np.ones((1, 1, 1, 1))}, np.ones((50, 1), np.float32), components=1)
    assert np.isnan(rows["trained", "pca", 0]["share"])


def test_color_kernels_and_the_columns():
    images = RNG.integers(0, 256, (5, 9, 9, 3), np.uint8)
    rows = table({"trained": RNG.normal(size=(4, 3, 3, 3))}, patches.random_patches(images, 3, 200, 0))
    assert len(rows) == 8
    assert all(tuple(row) == subspaces.COLUMNS for row in rows.values())
    assert all(0 <= row["share"] <= 1 for row in rows.values())
