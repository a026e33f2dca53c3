"""Linear CKA: how alike two layers see the same images, whatever their kernels' order, rotation and scale.

Kornblith et al. 2019, "Similarity of neural network representations revisited", with the unbiased estimator of HSIC
(Song et al. 2012; for CKA Nguyen, Raghu and Kornblith 2020): the plain CKA of unrelated layers is near 1 where they
have more features than images.
"""

import numpy as np

from kernelscope.stats.pvalues import p_value

FEATURES = 4096  # that are multiplied at once: memory stays small
LEAST = 4  # images; the estimator divides by n - 3
ROUNDING = 1e-8  # a centred matrix below this, of one with a largest entry of 1, is 0 but for rounding errors


def gram(features: np.ndarray) -> np.ndarray:
    """Inner products of the images' features (n, ...), all that follows n flattened: (n, n) float64.

    Each feature less its value for the first image, then less its mean: CKA does not depend on it, single precision
    suffices for the products, and a constant feature becomes exactly 0.
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
    """Debiased linear CKA of two Gram matrices (n, n) of the same images, from -1 to 1; near 0 for unrelated layers.

    NaN where a layer gives all images, or all but one, the same features, with fewer than 4 images, and for numbers
    that are not finite.
    """
    return float(np.vdot(unit(K), unit(L)))


def shuffled(K: np.ndarray, L: np.ndarray, draws: int = 999, seed=0) -> np.ndarray:
    """`debiased` with the images of L in random order, (draws,): what chance gives."""
    rng = np.random.default_rng(seed)
    K, L = unit(K), unit(L)
    orders = (rng.permutation(len(L)) for _ in range(draws))
    return np.array([np.vdot(K, L[order][:, order]) for order in orders])


def compared(K: np.ndarray, L: np.ndarray, draws: int = 999, seed=0) -> dict[str, float]:
    """cka; chance_mean and chance_99, mean and 99 % point of `shuffled`; p, the share of draws that reach cka."""
    cka = debiased(K, L)
    if not np.isfinite(cka):
        return dict.fromkeys(("cka", "chance_mean", "chance_99", "p"), np.nan)
    null = shuffled(K, L, draws, seed)
    p = p_value(np.array([cka]), null)[0]
    return {"cka": cka, "chance_mean": null.mean(), "chance_99": np.quantile(null, 0.99), "p": p}


def all_pairs(grams: list[np.ndarray], draws: int = 999, seed=0) -> dict[str, np.ndarray]:
    """`compared` for all pairs of m Gram matrices of the same n images, (m, m) each, in single precision.

    One random order of the images serves all pairs at once: a matrix product instead of a comparison for each pair.
    """
    m, n = len(grams), len(grams[0])
    rows, cols = np.triu_indices(n, 1)  # the matrices are symmetric and their diagonals 0
    half = np.empty((m, len(rows)), np.float32)
    for one, K in zip(half, grams, strict=True):
        one[:] = unit(K)[rows, cols]
    whole = np.isfinite(half).all(1)
    half[~whole] = 0
    place = np.zeros((n, n), np.intp)  # of both entries of a pair of images in a row of `half`
    place[rows, cols] = place[cols, rows] = np.arange(len(rows))
    observed, null = 2 * (half @ half.T), np.empty((draws, m, m), np.float32)
    rng = np.random.default_rng(seed)
    for draw in null:
        order = rng.permutation(n)
        np.matmul(half, half.take(place[order[rows], order[cols]], 1).T, out=draw)
        draw *= 2
    found = {"cka": observed, "chance_mean": null.mean(0)}
    found["chance_99"] = np.stack([np.quantile(null[:, row], 0.99, axis=0) for row in range(m)])
    found["p"] = (1 + (null >= observed).sum(0)) / (1 + draws)
    known = whole[:, None] & whole
    return {name: np.where(known, values, np.nan).astype(np.float64) for name, values in found.items()}


def u_centred(K: np.ndarray) -> np.ndarray:
    """K (n, n) without its diagonal, rows and cols centred so that products are unbiased (Szekely and Rizzo 2014).

    The sum of the products of two such matrices is n (n - 3) times the unbiased HSIC of Song et al. 2012.
    """
    n = len(K)
    K = K - np.diag(np.diag(K))
    sums = K.sum(0) / (n - 2)
    centred = K - sums - sums[:, None] + sums.sum() / (n - 1)
    np.fill_diagonal(centred, 0)
    return centred


def unit(K: np.ndarray) -> np.ndarray:
    """U-centred and divided by its norm; NaN where that has no meaning."""
    if len(K) < LEAST or not np.isfinite(K).all():
        return np.full(K.shape, np.nan)
    centred = u_centred(K / (np.abs(K).max() or 1))
    norm = np.linalg.norm(centred)
    return centred / norm if norm > ROUNDING else np.full(K.shape, np.nan)
