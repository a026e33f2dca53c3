"""How much of a kernel is in the span of a few patterns: components of the image patches, or random kernels.

A gradient is a sum of image patches, so what training adds is in their span. A bank of m kernels is compared with m
principal components, m cluster means, and m kernels as they are before training.
"""

from collections.abc import Iterator

import numpy as np

from kernelscope.data.patches import principal_components, whitened_centroids
from kernelscope.stats.pvalues import p_value

COLUMNS = ("layer", "kernel", "state", "baseline", "components", "share", "random_mean", "random_99", "p")
N_RESAMPLES = 99
NEGLIGIBLE = 1e-6  # of the largest singular value: a direction of the span below this is a rounding error


def share(kernels: np.ndarray, span: np.ndarray) -> np.ndarray:
    """Return R^2 of each kernel on the patterns: the share of its variance that their best linear combination explains.

    Parameters
    ----------
    kernels : array (out, ...)
        The kernels, d numbers each.
    span : array (m, d) or (n_resamples, m, d)
        The patterns. Kernels and patterns are centered, each minus its own mean.

    Returns
    -------
    array (out,) or (n_resamples, out)
        NaN for a constant kernel, and for a kernel with weights that are not finite.
    """
    flat = kernels.reshape(len(kernels), -1).astype(np.float64)
    flat = _centered(np.where(np.isfinite(flat).all(1, keepdims=True), flat, 0))
    _, sizes, basis = np.linalg.svd(_centered(span), full_matrices=False)
    kept = sizes > NEGLIGIBLE * sizes.max(-1, keepdims=True)
    reached = ((basis @ flat.T) ** 2 * kept[..., None]).sum(-2)
    variance = np.broadcast_to((flat**2).sum(1), reached.shape)
    return np.divide(reached, variance, out=np.full(reached.shape, np.nan), where=variance > 0)


def subspace_fit(
    layer: str, states: dict[str, np.ndarray], patches: np.ndarray, init_std: float | None = None, seed: int = 0
) -> Iterator[dict]:
    """Yield rows of subspace_fit.csv (COLUMNS) for the first conv layer, for each of its states and each baseline.

    Parameters
    ----------
    layer : str
        The name of the layer.
    states : dict
        State ("trained", "change") -> kernels (out, channels, k, k).
    patches : array (n, channels k k)
        Image patches, as of `patches.random_patches`.
    init_std : float or None
        Standard deviation of the layer's normal initial distribution; None if it is uniform.
    seed : int
        Seed of the clusters and of the random kernels.

    Yields
    ------
    dict
        `components` is the number of kernels. random_mean and random_99 are the mean and the 99 % point of the share
        over N_RESAMPLES banks of random kernels, and p is how often these reach the share. The baseline `random` is the
        mean of these banks, and has no p.
    """
    out = len(next(iter(states.values())))
    spans = baselines(patches, out, seed)
    random = random_banks(out, patches.shape[1], init_std, seed)
    for state, kernels in states.items():
        chance = share(kernels, random)
        mean, point = chance.mean(0), np.quantile(chance, 0.99, axis=0)
        shares = {name: share(kernels, span) for name, span in spans.items()} | {"random": mean}
        for name, share_of_kernel in shares.items():
            for i, value in enumerate(share_of_kernel):
                has_p = name != "random" and np.isfinite(value)
                p = p_value(value, chance[:, i]) if has_p else None
                yield dict(zip(COLUMNS, (layer, i, state, name, out, value, mean[i], point[i], p), strict=True))


def baselines(patches: np.ndarray, m: int, seed: int) -> dict[str, np.ndarray]:
    """Return the m largest principal components of the centered patches, and m centroids: (<= m, d) each."""
    values, vectors = principal_components(_centered(patches))
    return {"pca": (np.sqrt(values)[:, None] * vectors)[:m], "kmeans": whitened_centroids(patches, m, seed)}


def random_banks(m: int, d: int, init_std: float | None, seed: int, n_resamples: int = N_RESAMPLES) -> np.ndarray:
    """Return kernels as before training, (n_resamples, m, d), up to a scale, which does not change a span."""
    rng = np.random.default_rng([seed, m, d])
    return rng.uniform(-1, 1, (n_resamples, m, d)) if init_std is None else rng.standard_normal((n_resamples, m, d))


def _centered(rows: np.ndarray) -> np.ndarray:
    """Return rows minus their means."""
    return rows - rows.mean(-1, keepdims=True, dtype=np.float64)
