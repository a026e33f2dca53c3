"""What is computed from kernels alone. Throughout: kernels (..., k, k) with one kernel per leading index."""

import numpy as np


def last(layers: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Of every layer (t, out, in, k, k) the last snapshot; a copy, as a view would keep all of them in memory."""
    return {name: bank[-1].copy() for name, bank in layers.items()}


def in_all(banks: dict[int, dict[str, np.ndarray]]) -> dict[int, dict[str, np.ndarray]]:
    """Of every seed the layers that all have; seeds of one architecture have the same."""
    shared = set.intersection(*(set(layers) for layers in banks.values()))
    return {seed: {name: bank for name, bank in layers.items() if name in shared} for seed, layers in banks.items()}


def change(trained: np.ndarray, untrained: np.ndarray) -> np.ndarray:
    """What training put into each kernel: W_t - b W_0, b the least-squares coefficient of W_t on W_0, both centred.

    Both (..., out, in, k, k); a kernel is its (in, k, k) block. The plain difference would put back what
    weight decay has removed of W_0. A kernel with a constant W_0 keeps W_t. Why, and where it misleads:
    docs/explanation/methods.md#the-change-and-what-is-left-of-the-start.
    """
    return trained - initial_coefficient(trained, untrained)[..., None, None, None] * untrained


def initial_coefficient(trained: np.ndarray, untrained: np.ndarray) -> np.ndarray:
    """Return b (..., out) of `change`: 0 where a kernel's W_0 is constant."""
    w0, wt = _centred(untrained), _centred(trained)
    return np.nan_to_num(_ratio(_inner(wt, w0), _inner(w0, w0)))


def initial_share(trained: np.ndarray, untrained: np.ndarray) -> np.ndarray:
    """r^2 of W_t on W_0 per kernel (out,): the share of its variance that is still the initial noise."""
    w0, wt = _centred(untrained), _centred(trained)
    return _ratio(_inner(wt, w0) ** 2, _inner(w0, w0) * _inner(wt, wt))


def norms(kernels: np.ndarray) -> np.ndarray:
    """The Euclidean norm of each kernel: (..., out, in, k, k) -> (..., out)."""
    return np.sqrt(_inner(kernels, kernels))


def lag1_autocorrelation(planes: np.ndarray) -> np.ndarray:
    """Mean of the products of horizontal and of vertical neighbours over the variance: (..., k, k) -> (...).

    0 for white noise, towards 1 for a smooth plane; NaN for a constant plane and for 1x1.
    """
    if planes.shape[-1] < 2:
        return np.full(planes.shape[:-2], np.nan)
    planes = np.where(np.isfinite(planes), planes, np.nan)
    p = planes - planes.mean((-1, -2), keepdims=True)
    across = (p[..., :, 1:] * p[..., :, :-1]).mean((-1, -2))
    down = (p[..., 1:, :] * p[..., :-1, :]).mean((-1, -2))
    return _ratio((across + down) / 2, (p**2).mean((-1, -2)))


NO_POWER_BELOW = 7  # kernel size; under it white noise itself often looks smooth (POINTS of its tests)


def lag1_null(kernel_size: int, channels: int = 1, initial=None, draws: int = 999, seed: int = 0) -> np.ndarray:
    """Mean lag-1 autocorrelation over the channels (draws,) of re-initialised kernels, as `reinitialised`."""
    rng = np.random.default_rng([seed, kernel_size, channels])
    return lag1_autocorrelation(reinitialised(rng, (draws, channels, kernel_size, kernel_size), initial)).mean(1)


def reinitialised(rng: np.random.Generator, shape: tuple[int, ...], initial) -> np.ndarray:
    """Untrained kernels, an array (..., in, k, k) of this shape, of a scale that means nothing.

    `initial` is None for uniform weights, a number for normal ones, or untrained kernels (out, in, k, k): then each is
    one of these, its weights in random order, which is exact where they were drawn independently from one law.
    """
    if initial is None:
        return rng.uniform(-1, 1, shape)
    if not isinstance(initial, np.ndarray):
        return rng.normal(0, 1, shape)
    some = initial.reshape(len(initial), -1)[rng.integers(0, len(initial), int(np.prod(shape[:-3])))]
    return rng.permuted(some.astype(np.float64), axis=1).reshape(shape)


def alive(norm: np.ndarray, largest_response: np.ndarray) -> np.ndarray:
    """Kernels (out,) that respond to a training image and have a norm above a tenth of the layer's largest."""
    return (largest_response > 0) & (norm > np.max(norm, initial=0, where=np.isfinite(norm)) / 10)


COLUMNS = ("step", "epoch", "layer", "kernel", "channel", "row", "col", "weight")


def table(name: str, kernels: np.ndarray, step: int, epoch: float):
    """The weights of one layer (out, in, k, k) as tidy rows: a dict per weight."""
    for (kernel, channel, row, col), weight in np.ndenumerate(kernels):
        yield dict(zip(COLUMNS, (step, epoch, name, kernel, channel, row, col, weight), strict=True))


def _centred(kernels: np.ndarray) -> np.ndarray:
    kernels = kernels.astype(np.float64)
    with np.errstate(invalid="ignore"):  # a failed training may leave infinities; they become NaN
        return kernels - kernels.mean((-1, -2, -3), keepdims=True)


def _inner(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore", over="ignore"):
        return (a.astype(np.float64) * b).sum((-1, -2, -3))


def _ratio(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """a / b, NaN where b is 0."""
    with np.errstate(invalid="ignore"):
        return np.divide(a, b, out=np.full(np.shape(a), np.nan), where=b != 0)
