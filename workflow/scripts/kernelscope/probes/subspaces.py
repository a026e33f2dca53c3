"""How much of a kernel lies in the span of a few patterns: those of the image patches, and random ones.

A gradient is a sum of patches, so what training adds lies among the patches; a bank of m kernels is held against m
principal components, m cluster means, and m kernels as they are before training.
"""

from collections.abc import Iterator

import numpy as np

from kernelscope.data.patches import principal_components, whitened_centroids
from kernelscope.stats.pvalues import p_value

COLUMNS = ("layer", "kernel", "state", "baseline", "components", "share", "random_mean", "random_99", "p")
DRAWS = 99
NEGLIGIBLE = 1e-6  # a direction of the span that is smaller than this share of the largest is rounding


def share(kernels: np.ndarray, span: np.ndarray) -> np.ndarray:
    """R^2 of each kernel on the patterns: the share of its variance that their best combination reaches.

    kernels (out, ...) and span (m, d) -> (out,), or spans (draws, m, d) -> (draws, out); d numbers in each kernel and
    pattern, all taken without their means. NaN for a constant kernel and one with weights that are not finite.
    """
    flat = kernels.reshape(len(kernels), -1).astype(np.float64)
    flat = _centred(np.where(np.isfinite(flat).all(1, keepdims=True), flat, 0))
    _, sizes, basis = np.linalg.svd(_centred(span), full_matrices=False)
    kept = sizes > NEGLIGIBLE * sizes.max(-1, keepdims=True)
    reached = ((basis @ flat.T) ** 2 * kept[..., None]).sum(-2)
    variance = np.broadcast_to((flat**2).sum(1), reached.shape)
    return np.divide(reached, variance, out=np.full(reached.shape, np.nan), where=variance > 0)


def explained(
    layer: str, states: dict[str, np.ndarray], patches: np.ndarray, initial_sd: float | None = None, seed: int = 0
) -> Iterator[dict]:
    """Rows (COLUMNS) for the first conv layer: each state of it (say trained, change) and each baseline.

    states: name -> kernels (out, channels, k, k). patches (n, channels k k), from `patches.random_patches`.
    components: as many as there are kernels. random_mean and random_99: mean and 99 % point of the share over DRAWS
    banks of random kernels, uniform, or normal where an sd is given; p: how often these reach the share. The baseline
    `random` is their mean.
    """
    out = len(next(iter(states.values())))
    spans = baselines(patches, out, seed)
    random = random_banks(out, patches.shape[1], initial_sd, seed)
    for state, kernels in states.items():
        chance = share(kernels, random)
        mean, point = chance.mean(0), np.quantile(chance, 0.99, axis=0)
        shares = {name: share(kernels, span) for name, span in spans.items()} | {"random": mean}
        for name, found in shares.items():
            for i, value in enumerate(found):
                known = name != "random" and np.isfinite(value)
                p = p_value(value, chance[:, i]) if known else None
                yield dict(zip(COLUMNS, (layer, i, state, name, out, value, mean[i], point[i], p), strict=True))


def baselines(patches: np.ndarray, m: int, seed: int) -> dict[str, np.ndarray]:
    """The m largest principal components of the patches without their means, and m centroids: (<= m, d) each."""
    values, vectors = principal_components(_centred(patches))
    return {"pca": (np.sqrt(values)[:, None] * vectors)[:m], "kmeans": whitened_centroids(patches, m, seed)}


def random_banks(m: int, d: int, initial_sd: float | None, seed: int, draws: int = DRAWS) -> np.ndarray:
    """Kernels as before training (draws, m, d), up to a scale, which a span does not have."""
    rng = np.random.default_rng([seed, m, d])
    return rng.uniform(-1, 1, (draws, m, d)) if initial_sd is None else rng.standard_normal((draws, m, d))


def _centred(rows: np.ndarray) -> np.ndarray:
    return rows - rows.mean(-1, keepdims=True, dtype=np.float64)
