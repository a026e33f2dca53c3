"""How much of a kernel is in the span of a few patterns: components of the image patches, and their rivals.

A gradient is a sum of image patches, so what training adds is in their span. But a few smooth patterns explain much of
any smooth kernel. So the components are compared with waves that know no image, with components of images without
shapes, and by what they explain of noise that is as smooth as each kernel.
"""

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

import numpy as np
from scipy.fft import idctn

from kernelscope.data.patches import centroids, principal_components, whitened
from kernelscope.measures import isotropic_noise

COLUMNS = (
    *("layer", "kernel", "state", "baseline", "components", "share"),
    *("noise", "dct", "phase_scrambled", "random", "reason"),
)
N_RESAMPLES = 99  # banks of random kernels
NOISE = 20  # draws as smooth as each kernel
NEGLIGIBLE = 1e-6  # of the largest singular value: a direction of the span below this is a rounding error
NO_VARIANCE = "the kernel is constant or not finite"


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


class Patterns(NamedTuple):
    """What kernels of m patterns are compared with, for several m, from the largest to the smallest.

    of_images: m -> baseline ("pca", "kmeans") -> patterns (<= m, d) of image patches. scrambled: components (<= m, d)
    of patches of the same images with random phases, for the largest m.
    """

    of_images: dict[int, dict[str, np.ndarray]]
    scrambled: np.ndarray


def subspace_fit(
    layer: str,
    states: dict[str, np.ndarray],
    patterns: Patterns,
    init_std: float | None = None,
    seed: int = 0,
) -> Iterator[dict]:
    """Yield rows of subspace_fit.csv (COLUMNS) for the first conv layer: each state, baseline and number of components.

    Parameters
    ----------
    layer : str
        The name of the layer.
    states : dict
        State ("trained", "untrained", "change") -> kernels (out, channels, k, k).
    patterns : Patterns
        Of the images.
    init_std : float or None
        Standard deviation of the layer's normal initial distribution; None if it is uniform.
    seed : int
        Seed of the noise and of the random kernels.

    Yields
    ------
    dict
        `share` is what as many components explain of the kernel. Its rivals: `noise`, the mean share of NOISE draws as
        smooth as the kernel; `dct` and `phase_scrambled`, what as many of the lowest waves, and of the components of
        images with random phases, explain of the kernel; `random`, what as many random kernels explain.
    """
    kernels = np.concatenate(list(states.values()))
    out, channels, k, _ = next(iter(states.values())).shape
    noise = np.concatenate([isotropic_noise.noise(bank, NOISE, [seed]) for bank in states.values()])
    for m, of_images in sorted(patterns.of_images.items()):
        rivals = {"dct": waves(m, channels, k), "phase_scrambled": patterns.scrambled[:m]}
        of_rivals = {name: share(kernels, span) for name, span in rivals.items()}
        of_rivals["random"] = share(kernels, random_banks(m, channels * k * k, init_std, seed)).mean(0)
        columns = {
            name: {"share": share(kernels, span), "noise": of_draws(noise, span).mean(1)} | of_rivals
            for name, span in of_images.items()
        }
        for (i, state), name in product(enumerate(states), of_images):
            for kernel in range(out):
                values = {column: of_all[i * out + kernel] for column, of_all in columns[name].items()}
                row = {"layer": layer, "kernel": kernel, "state": state, "baseline": name, "components": m} | values
                yield row | {"reason": "" if np.isfinite(values["share"]) else NO_VARIANCE}


def sizes(out: int, d: int) -> list[int]:
    """Return the numbers of components: half of the kernels, as many, and twice as many, where patches have them."""
    return sorted({min(m, d) for m in (max(out // 2, 1), out, 2 * out)})


def of_draws(noise: np.ndarray, span: np.ndarray) -> np.ndarray:
    """Return the share of every draw (out, draws, channels, k, k) in a span, (out, draws)."""
    return share(noise.reshape(-1, *noise.shape[2:]), span).reshape(noise.shape[:2])


def patterns(patches: np.ndarray, scrambled: np.ndarray, out: int, seed: int = 0) -> Patterns:
    """Return what a layer of `out` kernels is compared with.

    Parameters
    ----------
    patches : array (n, d)
        Image patches, as of `patches.random_patches`.
    scrambled : array (n, d)
        Patches of the same images with random phases.
    out : int
    seed : int
        Seed of the centroids.
    """
    pca, of_whitening = components(patches), whitened(patches)
    of_images = {m: {"pca": pca[:m], "kmeans": centroids(*of_whitening, m, seed)} for m in sizes(out, patches.shape[1])}
    return Patterns(of_images, components(scrambled)[: max(of_images)])


def components(patches: np.ndarray) -> np.ndarray:
    """Return the principal components of the centered patches, the largest first, (d, d)."""
    values, vectors = principal_components(_centered(patches))
    return np.sqrt(values)[:, None] * vectors


def waves(m: int, channels: int, k: int) -> np.ndarray:
    """Return the m lowest waves of the discrete cosine transform that are not constant, in every channel in turn."""
    row, col = (axis.ravel() for axis in np.indices((k, k)))
    order = np.argsort(row**2 + col**2, kind="stable")[1:]
    patterns = np.zeros((m, channels, k, k))
    for i in range(min(m, channels * len(order))):
        wave = np.zeros((k, k))
        wave[row[order[i // channels]], col[order[i // channels]]] = 1
        patterns[i, i % channels] = idctn(wave, norm="ortho")
    return patterns.reshape(m, -1)


def random_banks(m: int, d: int, init_std: float | None, seed: int, n_resamples: int = N_RESAMPLES) -> np.ndarray:
    """Return kernels as before training, (n_resamples, m, d), up to a scale, which does not change a span."""
    rng = np.random.default_rng([seed, m, d])
    return rng.uniform(-1, 1, (n_resamples, m, d)) if init_std is None else rng.standard_normal((n_resamples, m, d))


def _centered(rows: np.ndarray) -> np.ndarray:
    """Return rows minus their means."""
    return rows - rows.mean(-1, keepdims=True, dtype=np.float64)
