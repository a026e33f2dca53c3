import numpy as np
import pytest
from scipy.cluster.vq import kmeans2

from kernelscope.data import patches

RNG = np.random.default_rng(0)
NOISE = RNG.integers(0, 256, (6, 12, 17), np.uint8)
COLOR = RNG.integers(0, 256, (6, 12, 17, 3), np.uint8)


@pytest.mark.parametrize("k", [1, 5, 12])
@pytest.mark.parametrize("images", [NOISE, COLOR])
def test_every_patch_stands_in_an_image_channel_by_channel(images, k):
    result = patches.random_patches(images, k, 20, 0)
    channels = 1 if images.ndim == 3 else 3
    assert result.dtype == np.float32
    assert result.shape == (20, channels * k * k)
    planes = images.reshape(6, 12, 17, channels)
    for patch in result:
        block = np.rint(patch * 255).reshape(channels, k, k).transpose(1, 2, 0)
        places = ((n, r, c) for n in range(6) for r in range(13 - k) for c in range(18 - k))
        assert any((planes[n, r : r + k, c : c + k] == block).all() for n, r, c in places)


def test_all_places_are_equally_likely():
    ramp = np.arange(20, dtype=np.uint8).reshape(1, 4, 5) * 12
    result = patches.random_patches(ramp, 2, 12000, 0)
    counts = np.unique(result[:, 0], return_counts=True)[1]
    assert len(counts) == 12
    assert np.abs(counts - 1000).max() < 120  # four standard deviations


def test_empty_patches_are_drawn_again():
    images = np.zeros((4, 40, 40), np.uint8)
    images[0, :20, :20] = 255
    result = patches.random_patches(images, 9, 400, 0)
    flat = np.ptp(result, 1) < patches.CONTENT
    assert flat.mean() < 0.75  # 95 % of all places are
    plain = np.lib.stride_tricks.sliding_window_view(images, (9, 9), (1, 2))
    assert (np.ptp(plain, (3, 4)) == 0).mean() > 0.9


def test_images_without_content_give_patches_without():
    np.testing.assert_array_equal(patches.random_patches(np.zeros((3, 9, 9), np.uint8), 4, 10, 0), np.zeros((10, 16)))
    result = patches.random_patches(np.full((3, 9, 9), 255, np.uint8), 4, 10, 0)
    np.testing.assert_array_equal(result, np.ones((10, 16)))


def test_too_large_patches_and_no_images_are_refused():
    with pytest.raises(
        ValueError, match="patches of 13 x 13 pixels: got 6 images of 12 x 17, expected images at least as large"
    ):
        patches.random_patches(NOISE, 13, 10, 0)
    with pytest.raises(ValueError, match="got 0 images"):
        patches.random_patches(NOISE[:0], 3, 10, 0)


@pytest.mark.parametrize("shape", [(2, 3, 6), (2, 3, 6, 3)])
def test_images_smaller_than_a_field_are_in_the_middle_of_black_ones(shape):
    images = np.full(shape, 9, np.uint8)
    assert patches.framed(images, 3) is images
    result = patches.framed(images, 6)
    assert result.shape == (2, 6, 6, *shape[3:])
    assert (result[:, 1:4] == 9).all()
    assert not result[:, [0, 4, 5]].any()


def test_principal_components_are_those_of_the_singular_values():
    rows = RNG.normal(size=(200, 12)) @ RNG.normal(size=(12, 12)) + 3
    values, vectors = patches.principal_components(rows)
    _, sizes, right = np.linalg.svd(rows - rows.mean(0), full_matrices=False)
    np.testing.assert_allclose(values, sizes**2 / 200)
    np.testing.assert_allclose(np.abs((vectors * right).sum(1)), 1, atol=1e-9)
    np.testing.assert_allclose(vectors @ vectors.T, np.eye(12), atol=1e-12)
    assert (vectors[np.arange(12), np.abs(vectors).argmax(1)] > 0).all()


def planted(count=300, m=4, side=6):
    """Return patches of m patterns, each patch with random contrast and brightness and a little noise."""
    patterns = RNG.normal(size=(m, side * side))
    which = np.arange(count) % m
    rows = patterns[which] * RNG.uniform(0.5, 2, (count, 1)) + RNG.uniform(-1, 1, (count, 1))
    return (rows + 0.02 * RNG.normal(size=rows.shape)).astype(np.float32), patterns, which


def test_the_centroids_are_the_planted_patterns():
    rows, patterns, _ = planted()
    best = max(
        (
            np.abs(np.corrcoef(patterns, patches.centroids(*patches.whitened(rows), 4, seed))[:4, 4:])
            for seed in range(5)
        ),
        key=lambda r: r.max(1).min(),
    )
    assert best.max(1).min() > 0.99


def test_clusters_and_means_are_one_round_of_lloyd():
    points, start = RNG.normal(size=(80, 5)), RNG.normal(size=(4, 5))
    cluster = patches._clusters(points, start)
    centroids, labels = kmeans2(points, start, iter=1, minit="matrix")
    np.testing.assert_array_equal(cluster, labels)
    np.testing.assert_allclose(patches._means(points, cluster, 4), centroids)


def test_no_cluster_stays_empty_while_there_are_points():
    points = np.arange(10.0)[:, None]
    cluster = patches._clusters(points, np.array([[4.0], [100], [200], [300]]))
    np.testing.assert_array_equal(np.bincount(cluster, minlength=4), [7, 1, 1, 1])
    np.testing.assert_array_equal(cluster[[9, 8, 0]], [1, 3, 2])  # the farthest: 9, then 0 and 8
    assert np.bincount(patches._clusters(points[:2], np.zeros((3, 1))), minlength=3).max() == 1


@pytest.mark.parametrize("m", [1, 3, 40])
def test_patches_without_content_and_more_clusters_than_patches(m):
    empty = patches.centroids(*patches.whitened(np.zeros((20, 9), np.float32)), m, 0)
    np.testing.assert_array_equal(empty, np.zeros((m, 9)))
    few = patches.centroids(*patches.whitened(RNG.normal(size=(5, 9)).astype(np.float32)), m, 0)
    assert few.shape == (m, 9)
    assert np.isfinite(few).all()


def test_the_same_seed_gives_the_same_and_another_one_something_else():
    rows, *_ = planted()
    first, again = (patches.centroids(*patches.whitened(rows), 7, 1) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    first, again, other = (patches.random_patches(NOISE, 4, 9, seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
