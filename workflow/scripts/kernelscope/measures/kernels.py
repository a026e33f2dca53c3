"""Properties of kernels: change, what is left of the start, norm, lag-1 autocorrelation with its null, being alive."""

from collections.abc import Iterator

import numpy as np

from kernelscope.io.notes import Note
from kernelscope.refusal import listed, refuse


def last(layers: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the last snapshot (out, in, k, k) of every layer (t, out, in, k, k).

    The snapshots are copies, because views would keep all snapshots in memory.
    """
    return {name: bank[-1].copy() for name, bank in layers.items()}


def in_all(banks: dict[int, dict[str, np.ndarray]]) -> dict[int, dict[str, np.ndarray]]:
    """Return, for every seed, the layers that all seeds have.

    Seeds of one architecture have the same layers; pretrained runs may differ. ValueError if there is no such layer.
    """
    shared = set.intersection(*(set(layers) for layers in banks.values()))
    if not shared:
        got = "; ".join(f"seed {seed} has {listed(layers, 60)}" for seed, layers in banks.items())
        refuse("these runs", f"no layer that all have ({got})", "runs of one network, or other `seeds`")
    return {seed: {name: bank for name, bank in layers.items() if name in shared} for seed, layers in banks.items()}


def not_in_all(banks: dict[int, dict[str, np.ndarray]]) -> Note:
    """Return the note about the layers that not all seeds have."""
    every = dict.fromkeys(name for layers in banks.values() for name in layers)
    others = [name for name in every if not all(name in layers for layers in banks.values())]
    return Note("left_out", "layers", len(others), len(every), f"not in all seeds, so not compared: {listed(others)}")


def change(trained: np.ndarray, untrained: np.ndarray, factor: np.ndarray | float) -> np.ndarray:
    """Return what training put into each kernel: W_t - d_t W_0.

    d_t W_0 is what weight decay leaves of W_0. The plain difference W_t - W_0 would put back what decay has removed.

    Parameters
    ----------
    trained, untrained : (..., out, in, k, k) arrays
        W_t and W_0; a kernel is an (in, k, k) block.
    factor : (...) array or float
        d_t, from decay.csv. Where it is NaN, the change is an estimate (`coefficient`).

    Returns
    -------
    (..., out, in, k, k) array
        In units of the weights.
    """
    return trained - coefficient(trained, untrained, factor)[..., None, None, None] * untrained


def coefficient(trained: np.ndarray, untrained: np.ndarray, factor: np.ndarray | float) -> np.ndarray:
    """Return the coefficient of W_0 in W_t: the factor d_t where it is known, else an estimate by least squares.

    Parameters
    ----------
    trained, untrained : (..., out, in, k, k) arrays
    factor : (...) array or float
        d_t; NaN where it is unknown.

    Returns
    -------
    (..., out) float64 array
    """
    exact = np.broadcast_to(np.asarray(factor, np.float64)[..., None], trained.shape[:-3])
    unknown = np.isnan(exact)
    return np.where(unknown, estimated_coefficient(trained, untrained), exact) if unknown.any() else exact


def estimated_coefficient(trained: np.ndarray, untrained: np.ndarray) -> np.ndarray:
    """Return the least-squares coefficient <W_t, W_0> / <W_0, W_0> of each kernel, with both kernels centered.

    It is too high where training strengthened the start, and too low where training weakened it
    (docs/explanation/methods.md#the-change-and-what-is-left-of-the-start).

    Parameters
    ----------
    trained, untrained : (..., out, in, k, k) arrays

    Returns
    -------
    (..., out) float64 array
        0 for a kernel with a constant W_0.
    """
    w0, wt = _centered(untrained), _centered(trained)
    return np.nan_to_num(_ratio(_inner(wt, w0), _inner(w0, w0)))


def initial_ratio(trained: np.ndarray, untrained: np.ndarray, factor: np.ndarray | float) -> np.ndarray:
    """Return what is left of the start, relative to the trained kernel: |d_t W_0|^2 / |W_t|^2, both centered.

    It is a ratio and not a share: it passes 1 where a kernel has become smaller than what decay left of its start. An
    estimated coefficient makes it the squared correlation of W_t and W_0.

    Parameters
    ----------
    trained, untrained : (..., out, in, k, k) arrays
    factor : (...) array or float
        d_t, as in `change`.

    Returns
    -------
    (..., out) float64 array
        At least 0; NaN if either kernel is constant.
    """
    w0, wt = _centered(untrained), _centered(trained)
    start = _inner(w0, w0)
    left = coefficient(trained, untrained, factor) ** 2 * np.where(start > 0, start, np.nan)
    return _ratio(left, _inner(wt, wt))


def norms(kernels: np.ndarray) -> np.ndarray:
    """Return the Euclidean norm of each kernel.

    Parameters
    ----------
    kernels : (..., out, in, k, k) array

    Returns
    -------
    (..., out) float64 array
        In units of the weights.
    """
    return np.sqrt(_inner(kernels, kernels))


def lag1_autocorrelation(planes: np.ndarray) -> np.ndarray:
    """Return the lag-1 autocorrelation: the mean product of neighboring pixels over the variance, after centering.

    The mean product is the average over horizontal and vertical neighbors.

    Parameters
    ----------
    planes : (..., k, k) array

    Returns
    -------
    (...) array
        Near 0 for white noise and near 1 for a smooth plane; NaN for a constant plane and for 1 x 1.

    Notes
    -----
    Its null is the re-initialized layer (`lag1_null`); larger values are tested.
    """
    if planes.shape[-1] < 2:
        return np.full(planes.shape[:-2], np.nan)
    planes = np.where(np.isfinite(planes), planes, np.nan)
    p = planes - planes.mean((-1, -2), keepdims=True)
    across = (p[..., :, 1:] * p[..., :, :-1]).mean((-1, -2))
    down = (p[..., 1:, :] * p[..., :-1, :]).mean((-1, -2))
    return _ratio((across + down) / 2, (p**2).mean((-1, -2)))


NO_POWER_BELOW = 7  # kernel size; white noise itself often looks smooth below it (POINTS in its tests)


def lag1_null(kernel_size: int, channels: int = 1, initial=None, n_resamples: int = 999, seed=0) -> np.ndarray:
    """Return the null of the lag-1 autocorrelation: its mean over the channels of re-initialized kernels.

    Parameters
    ----------
    kernel_size : int
        Side k of the kernels.
    channels : int
        Number of input channels.
    initial : None, float or (out, in, k, k) array
        The initial distribution, as in `reinitialized`.
    n_resamples : int
    seed : int or list of int

    Returns
    -------
    (n_resamples,) float64 array
    """
    rng = np.random.default_rng([*np.atleast_1d(seed), kernel_size, channels])
    parts = reinitialized_in_parts(rng, n_resamples, (channels, kernel_size, kernel_size), initial)
    return np.concatenate([lag1_autocorrelation(part).mean(1) for part in parts])


AT_ONCE = 2**21  # weights that are drawn at once: 16 MB


def reinitialized_in_parts(rng: np.random.Generator, count: int, shape: tuple, initial) -> Iterator[np.ndarray]:
    """Yield `count` kernels of a shape (in, k, k) as `reinitialized` draws them, at most AT_ONCE weights at a time."""
    numbers = rng.integers(0, len(initial), count) if isinstance(initial, np.ndarray) else None
    size = max(1, AT_ONCE // int(np.prod(shape)))
    for start in range(0, count, size):
        part = min(size, count - start)
        if numbers is None:
            yield reinitialized(rng, (part, *shape), initial)
        else:
            yield permuted(rng, initial, numbers[start : start + part]).reshape(part, *shape)


def permuted(rng: np.random.Generator, bank: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """Return kernels of a bank by number, each with its weights in random order, (n, weights) float64."""
    return rng.permuted(bank.reshape(len(bank), -1)[numbers].astype(np.float64), axis=1)


def reinitialized(rng: np.random.Generator, shape: tuple[int, ...], initial) -> np.ndarray:
    """Draw re-initialized kernels, up to an arbitrary scale.

    Parameters
    ----------
    rng : numpy Generator
    shape : tuple
        (..., in, k, k).
    initial : None, float or (out, in, k, k) array
        None draws uniform weights and a number normal weights. Given untrained kernels, each draw is one of them with
        its weights permuted, which is exact if the weights were drawn independently from one distribution.

    Returns
    -------
    float64 array of this shape
    """
    if initial is None:
        return rng.uniform(-1, 1, shape)
    if not isinstance(initial, np.ndarray):
        return rng.normal(0, 1, shape)
    return permuted(rng, initial, rng.integers(0, len(initial), int(np.prod(shape[:-3])))).reshape(shape)


def alive(norm: np.ndarray, largest_response: np.ndarray) -> np.ndarray:
    """Return which kernels are alive: they respond to a training image and have a norm above a tenth of the largest.

    Parameters
    ----------
    norm : (out,) array
        Norm of each kernel of one layer.
    largest_response : (out,) array
        Largest response of each kernel to any training image, before ReLU.

    Returns
    -------
    (out,) bool array
    """
    return (largest_response > 0) & (norm > np.max(norm, initial=0, where=np.isfinite(norm)) / 10)


COLUMNS = ("step", "epoch", "layer", "kernel", "channel", "depth", "row", "col", "weight")


def table(name: str, kernels: np.ndarray, step: int, epoch: float):
    """Yield the weights of one layer (out, in, *space) as rows of kernels.csv, a dict per weight.

    A space of one axis has a col alone, and only a space of three has a depth.
    """
    missing = (None,) * (5 - kernels.ndim)
    for (kernel, channel, *place), weight in np.ndenumerate(kernels):
        yield dict(zip(COLUMNS, (step, epoch, name, kernel, channel, *missing, *place, weight), strict=True))


def _centered(kernels: np.ndarray) -> np.ndarray:
    """Return kernels minus their own mean, in double precision."""
    kernels = kernels.astype(np.float64)
    with np.errstate(invalid="ignore"):  # a failed training may leave infinities; they become NaN
        return kernels - kernels.mean((-1, -2, -3), keepdims=True)


def _inner(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return inner products over (in, k, k), in double precision."""
    with np.errstate(invalid="ignore", over="ignore"):
        return (a.astype(np.float64) * b).sum((-1, -2, -3))


def _ratio(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return a / b; NaN if b is 0."""
    with np.errstate(invalid="ignore"):
        return np.divide(a, b, out=np.full(np.shape(a), np.nan), where=b != 0)
