"""Linear CKA: how similarly two layers represent the same images.

It does not depend on the order, rotation and scale of the kernels. See Kornblith et al. 2019, "Similarity of neural
network representations revisited", with the unbiased estimator of HSIC (Song et al. 2012; for CKA Nguyen, Raghu and
Kornblith 2020). The plain estimator of CKA is near 1 for unrelated layers that have more features than images.
"""

import numpy as np

from kernelscope.stats.pvalues import p_value

FEATURES = 4096  # features multiplied at once, which bounds the memory
LEAST = 4  # images, because the estimator divides by n - 3
ROUNDING = 1e-8  # a centered matrix is 0 up to rounding if its norm is smaller; before, its largest entry is 1


def gram(features: np.ndarray) -> np.ndarray:
    """Return the inner products of the images' features.

    The value of the first image is subtracted from each feature, and then the feature's mean. CKA depends on neither,
    but this makes single precision sufficient for the products, and a constant feature exactly 0.

    Parameters
    ----------
    features : (n, ...) array
        Features of n images; all axes after the first are flattened.

    Returns
    -------
    (n, n) float64 array
    """
    flat = features.reshape(len(features), -1)
    total = np.zeros((len(flat), len(flat)))
    with np.errstate(invalid="ignore", over="ignore"):
        for start in range(0, flat.shape[1], FEATURES):
            part = flat[:, start : start + FEATURES]
            part = part - part[:1]
            part = part - part.mean(0)
            total += part @ part.T
    return total


def debiased(K: np.ndarray, L: np.ndarray) -> float:
    """Return the debiased linear CKA of two Gram matrices.

    Parameters
    ----------
    K, L : (n, n) arrays
        Gram matrices of two layers for the same n images.

    Returns
    -------
    float
        From -1 to 1; near 0 for unrelated layers. NaN for fewer than 4 images, for numbers that are not finite, and if
        a layer gives all images, or all but one, the same features.

    References
    ----------
    Song et al. 2012; Nguyen, Raghu and Kornblith 2020.
    """
    return float(np.vdot(unit(K), unit(L)))


def shuffled(K: np.ndarray, L: np.ndarray, n_resamples: int = 999, seed=0) -> np.ndarray:
    """Return the null distribution of `debiased`: its values with the images of L in random order.

    Parameters
    ----------
    K, L : (n, n) arrays
        Gram matrices of two layers for the same n images.
    n_resamples : int
        Number of random orders.
    seed : int
        Seed of the random orders.

    Returns
    -------
    (n_resamples,) float64 array
    """
    rng = np.random.default_rng(seed)
    K, L = unit(K), unit(L)
    orders = (rng.permutation(len(L)) for _ in range(n_resamples))
    return np.array([np.vdot(K, L[order][:, order]) for order in orders])


def compared(K: np.ndarray, L: np.ndarray, n_resamples: int = 999, seed=0) -> dict[str, float]:
    """Compare two layers with each other and with chance.

    Parameters
    ----------
    K, L : (n, n) arrays
        Gram matrices of two layers for the same n images.
    n_resamples, seed : int
        Number and seed of the random orders of `shuffled`.

    Returns
    -------
    dict
        `cka`, from `debiased`; `shuffled_mean` and `shuffled_99`, the mean and the 99 % point of `shuffled`; `p`,
        one-sided (`stats.pvalues.p_value`). All are NaN if `cka` is NaN.
    """
    cka = debiased(K, L)
    if not np.isfinite(cka):
        return dict.fromkeys(("cka", "shuffled_mean", "shuffled_99", "p"), np.nan)
    null = shuffled(K, L, n_resamples, seed)
    p = p_value(np.array([cka]), null)[0]
    return {"cka": cka, "shuffled_mean": null.mean(), "shuffled_99": np.quantile(null, 0.99), "p": p}


def all_pairs(grams: list[np.ndarray], n_resamples: int = 999, seed=0) -> dict[str, np.ndarray]:
    """Compare all pairs of layers as `compared` does, in single precision.

    Each random order of the images serves all pairs at once, as a matrix product.

    Parameters
    ----------
    grams : list of m (n, n) arrays
        Gram matrices for the same n images.
    n_resamples, seed : int
        Number and seed of the random orders.

    Returns
    -------
    dict
        `cka`, `shuffled_mean`, `shuffled_99` and `p`, (m, m) float64 each; NaN as in `debiased`.
    """
    m, n = len(grams), len(grams[0])
    rows, cols = np.triu_indices(n, 1)  # the matrices are symmetric, with a diagonal of 0
    half = np.empty((m, len(rows)), np.float32)
    for triangle, K in zip(half, grams, strict=True):
        triangle[:] = unit(K)[rows, cols]
    finite = np.isfinite(half).all(1)
    half[~finite] = 0
    place = np.zeros((n, n), np.intp)  # where a row of `half` has each pair of images
    place[rows, cols] = place[cols, rows] = np.arange(len(rows))
    observed, null = 2 * (half @ half.T), np.empty((n_resamples, m, m), np.float32)
    rng = np.random.default_rng(seed)
    for draw in null:
        order = rng.permutation(n)
        np.matmul(half, half.take(place[order[rows], order[cols]], 1).T, out=draw)
        draw *= 2
    columns = {"cka": observed, "shuffled_mean": null.mean(0)}
    columns["shuffled_99"] = np.stack([np.quantile(null[:, row], 0.99, axis=0) for row in range(m)])
    columns["p"] = (1 + (null >= observed).sum(0)) / (1 + n_resamples)
    both_finite = finite[:, None] & finite
    return {name: np.where(both_finite, values, np.nan).astype(np.float64) for name, values in columns.items()}


def u_centered(K: np.ndarray) -> np.ndarray:
    """Return K (n, n) without its diagonal, centered so that inner products are unbiased (Szekely and Rizzo 2014).

    The inner product of two such matrices is n (n - 3) times the unbiased HSIC of Song et al. 2012.
    """
    n = len(K)
    K = K - np.diag(np.diag(K))
    sums = K.sum(0) / (n - 2)
    centered = K - sums - sums[:, None] + sums.sum() / (n - 1)
    np.fill_diagonal(centered, 0)
    return centered


def unit(K: np.ndarray) -> np.ndarray:
    """Return K (n, n) U-centered and divided by its norm; all NaN if that is undefined."""
    if len(K) < LEAST or not np.isfinite(K).all():
        return np.full(K.shape, np.nan)
    centered = u_centered(K / (np.abs(K).max() or 1))
    norm = np.linalg.norm(centered)
    return centered / norm if norm > ROUNDING else np.full(K.shape, np.nan)
