"""Image patches, their principal components and clusters: baselines that kernels are compared with.

A patch is flattened channel by channel and row by row, as a kernel (channels, k, k).
"""

import numpy as np

from kernelscope.refusal import refuse

CONTENT = 0.1  # share of white; a patch whose pixels differ by less is empty
ROUNDS = 8  # of drawing empty patches again
ITERATIONS = 20  # of k-means at most


def random_patches(images: np.ndarray, k: int, count: int, seed: int) -> np.ndarray:
    """Return patches from random positions, drawn with replacement; their means are not subtracted.

    Line drawings are mostly black, so an empty patch is drawn again, up to ROUNDS times. Patches of empty images are
    empty.

    Parameters
    ----------
    images : (n, h, w) or (n, h, w, 3) uint8, or floats from 0 to 255
    k : rows and cols of a patch
    count : number of patches
    seed : of the random positions

    Returns
    -------
    (count, channels k k) float32, from 0 to 1

    Raises
    ------
    ValueError
        If there are no images, or k is larger than an image.
    """
    n, h, w = images.shape[:3]
    if n == 0 or k > min(h, w):
        refuse(f"patches of {k} x {k} pixels", f"{n} images of {h} x {w}", "images at least as large")
    rng = np.random.default_rng([seed, k, count])
    windows = np.lib.stride_tricks.sliding_window_view(images.reshape(n, h, w, -1), (k, k), (1, 2))
    patches = np.empty((count, windows.shape[3], k, k), images.dtype)
    empty = np.arange(count)
    for _ in range(ROUNDS):
        position = [rng.integers(0, side, len(empty)) for side in windows.shape[:3]]
        patches[empty] = windows[tuple(position)]
        span = np.ptp(patches[empty].astype(np.float32), (1, 2, 3))
        empty = empty[span < 255 * CONTENT]
    return patches.reshape(count, windows.shape[3] * k * k).astype(np.float32) / np.float32(255)


def framed(images: np.ndarray, side: int) -> np.ndarray:
    """Return images (n, h, w) or (n, h, w, 3), padded with black on all sides to at least `side` rows and cols."""
    lacking = [max(0, side - pixels) for pixels in images.shape[1:3]]
    edges = [(0, 0), *((pixels // 2, pixels - pixels // 2) for pixels in lacking), *[(0, 0)] * (images.ndim - 3)]
    return np.pad(images, edges) if any(lacking) else images


def principal_components(patches: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the principal components of patches.

    Parameters
    ----------
    patches : (n, d)

    Returns
    -------
    values : (d,), variance along each component, about the mean patch, in descending order
    vectors : (d, d), unit vectors, one a row; the entry of largest magnitude is positive
    """
    centered = patches.astype(np.float64) - patches.mean(0, dtype=np.float64)
    values, vectors = np.linalg.eigh(centered.T @ centered / len(patches))
    values, vectors = values[::-1], vectors.T[::-1]
    largest = np.take_along_axis(vectors, np.abs(vectors).argmax(1)[:, None], 1)
    return np.maximum(values, 0), vectors * np.where(largest < 0, -1, 1)


def whitened(patches: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return patches (n, d) scaled to mean 0 and standard deviation 1, and the same ZCA-whitened.

    0.1 is added to the variances before whitening (Coates, Ng and Lee 2011).
    """
    scaled = patches.astype(np.float64) - patches.mean(1, keepdims=True, dtype=np.float64)
    scaled /= np.sqrt((scaled**2).mean(1, keepdims=True) + (10 / 255) ** 2)
    values, vectors = principal_components(scaled)
    return scaled, (scaled - scaled.mean(0)) @ (vectors.T / np.sqrt(values + 0.1)) @ vectors


def centroids(scaled: np.ndarray, white: np.ndarray, m: int, seed: int) -> np.ndarray:
    """Return the centroids of k-means on whitened patches (Coates, Ng and Lee 2011), as patches.

    Whitened patches are clustered by Lloyd's algorithm, which starts from m random patches; an empty cluster takes the
    patch that is farthest from its centroid. A returned centroid is the mean of the scaled, not whitened, patches of
    its cluster.

    Parameters
    ----------
    scaled, white : (n, d)
        Of `whitened`.
    m : number of clusters
    seed : of the random start

    Returns
    -------
    (m, d)
    """
    rng = np.random.default_rng([seed, m])
    means, cluster = white[rng.choice(len(white), m, replace=m > len(white))], None
    for _ in range(ITERATIONS):
        before, cluster = cluster, _clusters(white, means)
        if np.array_equal(before, cluster):
            break
        means = _means(white, cluster, m)
    return _means(scaled, cluster, m)


def _clusters(points: np.ndarray, centroids: np.ndarray) -> np.ndarray:
    """Return the nearest centroid of each point, except that centroids without points take the farthest points."""
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
    """Return the mean of each cluster, (m, d); zeros for a cluster without points."""
    sums = (cluster == np.arange(m)[:, None]).astype(points.dtype) @ points
    return sums / np.maximum(np.bincount(cluster, minlength=m), 1)[:, None]
