"""Patches of images and what they are made of: the baselines that a kernel is held against.

A patch is a row of numbers, channel by channel, row by row, as in a kernel (channels, k, k).
"""

import numpy as np

CONTENT = 0.1  # a patch whose pixels differ by less, as a share of white, is empty
ROUNDS = 8
ITERATIONS = 20


def random_patches(images: np.ndarray, k: int, count: int, seed: int) -> np.ndarray:
    """Patches (count, channels k k) float32 in 0..1, their means left in, from random places with replacement.

    images (n, h, w) or (n, h, w, 3) uint8, or floats on that scale. Line drawings are mostly black, so an empty patch
    is drawn again, up to ROUNDS times; where the images are empty, so are the patches. ValueError if k is larger than
    the images.
    """
    n, h, w = images.shape[:3]
    if n == 0 or k > min(h, w):
        raise ValueError(f"patches of {k} x {k} pixels need images at least as large; found {n} of {h} x {w}")
    rng = np.random.default_rng([seed, k, count])
    windows = np.lib.stride_tricks.sliding_window_view(images.reshape(n, h, w, -1), (k, k), (1, 2))
    patches = np.empty((count, windows.shape[3], k, k), images.dtype)
    empty = np.arange(count)
    for _ in range(ROUNDS):
        place = [rng.integers(0, side, len(empty)) for side in windows.shape[:3]]
        patches[empty] = windows[tuple(place)]
        span = np.ptp(patches[empty].astype(np.float32), (1, 2, 3))
        empty = empty[span < 255 * CONTENT]
    return patches.reshape(count, windows.shape[3] * k * k).astype(np.float32) / np.float32(255)


def framed(images: np.ndarray, side: int) -> np.ndarray:
    """Images (n, h, w) or (n, h, w, 3), in the middle of black ones where they have fewer than `side` rows or cols."""
    lacking = [max(0, side - pixels) for pixels in images.shape[1:3]]
    edges = [(0, 0), *((pixels // 2, pixels - pixels // 2) for pixels in lacking), *[(0, 0)] * (images.ndim - 3)]
    return np.pad(images, edges) if any(lacking) else images


def principal_components(patches: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(values, vectors): variances (d,), largest first, and the unit vectors (d, d) that have them, one a row.

    Variance over the patches (n, d), about the mean patch; the largest entry of a vector is positive.
    """
    centred = patches.astype(np.float64) - patches.mean(0, dtype=np.float64)
    values, vectors = np.linalg.eigh(centred.T @ centred / len(patches))
    values, vectors = values[::-1], vectors.T[::-1]
    largest = np.take_along_axis(vectors, np.abs(vectors).argmax(1)[:, None], 1)
    return np.maximum(values, 0), vectors * np.where(largest < 0, -1, 1)


def whitened_centroids(patches: np.ndarray, m: int, seed: int) -> np.ndarray:
    """Means (m, d) of m clusters of the patches (n, d), found by k-means after whitening (Coates, Ng and Lee 2011).

    Each patch is brought to mean 0 and sd 1, the set is ZCA-whitened (0.1 added to the variances) and clustered by
    Lloyd's algorithm from m random patches; an empty cluster takes the patch that is farthest from its centroid. A
    centroid is carried back to pixels, where it is the mean of the scaled patches of its cluster.
    """
    scaled = patches.astype(np.float64) - patches.mean(1, keepdims=True, dtype=np.float64)
    scaled /= np.sqrt((scaled**2).mean(1, keepdims=True) + (10 / 255) ** 2)
    values, vectors = principal_components(scaled)
    white = (scaled - scaled.mean(0)) @ (vectors.T / np.sqrt(values + 0.1)) @ vectors
    rng = np.random.default_rng([seed, m])
    centroids, cluster = white[rng.choice(len(white), m, replace=m > len(white))], None
    for _ in range(ITERATIONS):
        before, cluster = cluster, _clusters(white, centroids)
        if np.array_equal(before, cluster):
            break
        centroids = _means(white, cluster, m)
    return _means(scaled, cluster, m)


def _clusters(points: np.ndarray, centroids: np.ndarray) -> np.ndarray:
    """The nearest centroid of each point, except that the farthest points go to centroids that would have none."""
    squared = (centroids**2).sum(1) - 2 * points @ centroids.T
    cluster = squared.argmin(1)
    sizes = np.bincount(cluster, minlength=len(centroids))
    if sizes.all():
        return cluster
    distance = squared[np.arange(len(points)), cluster] + (points**2).sum(1)
    for point in np.argsort(-distance, kind="stable"):
        if sizes[cluster[point]] > 1 and not sizes.all():
            sizes[cluster[point]] -= 1
            cluster[point] = sizes.argmin()
            sizes[cluster[point]] += 1
    return cluster


def _means(points: np.ndarray, cluster: np.ndarray, m: int) -> np.ndarray:
    """The mean of each cluster (m, d); zeros where it has no point."""
    sums = (cluster == np.arange(m)[:, None]).astype(points.dtype) @ points
    return sums / np.maximum(np.bincount(cluster, minlength=m), 1)[:, None]
