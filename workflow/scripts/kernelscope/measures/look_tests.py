"""The looks of kernels with draws from their nulls: smoothness, orientation and shape, of kernels that need no images.

The p of a kernel comes from the nulls of all seeds together (probes/kernel_tests.py), so that a few draws for each
kernel are enough.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from kernelscope.measures import isotropic_noise, kernels, shape_fit, spectra

DRAWS = 20  # null kernels for each kernel of a run; the nulls of all seeds are pooled
AT_ONCE = 2**22  # weights of noise that are measured at once, so that wide layers take no more memory
UNKNOWN_START = "the initial distribution is unknown"
NO_POWER = f"no power below {kernels.NO_POWER_BELOW} x {kernels.NO_POWER_BELOW} pixels"
TOO_SMALL = f"fewer than {shape_fit.SMALLEST} x {shape_fit.SMALLEST} pixels"


class Evidence(NamedTuple):
    """One statement about every kernel of a layer, before its p.

    value: the statistic (out,). null: draws, (out, m) of each kernel or (m,) of the layer; empty without a null. label:
    the name of what was found, (out,), "" without one. rank: of that name among all, (out,), 0 without one. p: (out,)
    of an exact test, and smallest_p, the smallest p possible; empty if p comes from `null`. reason: why there is no p,
    (out,), "" where there is one.
    """

    value: np.ndarray
    null: np.ndarray = np.zeros(0)
    label: np.ndarray = np.zeros(0, "<U1")
    rank: np.ndarray = np.zeros(0, int)
    p: np.ndarray = np.zeros(0)
    smallest_p: np.ndarray = np.zeros(0)
    reason: np.ndarray = np.zeros(0, "<U1")


def absent(value: np.ndarray, reason: str) -> Evidence:
    """Return a test that has values (out,) but no p, for one reason."""
    return Evidence(value, reason=np.full(len(value), reason))


def tests(bank: np.ndarray, initial, seed: list[int], min_max_normalized: bool = False) -> dict[str, Evidence]:
    """Return the tests of the looks of a bank by claim: `smoother`, `oriented`, `shape`.

    Parameters
    ----------
    bank : array (out, in, k, k)
        The kernels of one layer.
    initial : None, float, (out, in, k, k) array or str
        Initial distribution, as in `kernels.reinitialized`; a word if it is unknown.
    seed : list of int
        Seed of all draws.
    min_max_normalized : bool
        Whether the weights have lost their zero, so that each kernel is centered.
    """
    size = max(1, AT_ONCE // (DRAWS * bank[0].size))
    parts = []
    for number, noise in enumerate(isotropic_noise.noise_in_parts(bank, DRAWS, seed, size)):
        part, level = bank[size * number :][:size], noise.mean((-1, -2, -3), keepdims=True) * min_max_normalized
        parts.append((oriented(part, noise - level), shape(part, noise - level)))
    of_parts = map(joined, zip(*parts, strict=True))
    return {"smoother": smoother(bank, initial, seed)} | dict(zip(("oriented", "shape"), of_parts, strict=True))


def joined(parts: Iterable[Evidence]) -> Evidence:
    """Return the test of a bank from those of its parts."""
    return Evidence(*map(np.concatenate, zip(*parts, strict=True)))


def smoother(bank: np.ndarray, initial, seed: list[int]) -> Evidence:
    """Return the lag-1 autocorrelation of each kernel beside that of a re-initialized layer."""
    out, channels, k, _ = bank.shape
    value = kernels.lag1_autocorrelation(bank.astype(np.float64)).mean(1)
    if isinstance(initial, str):
        return absent(value, UNKNOWN_START)
    if k < kernels.NO_POWER_BELOW:
        return absent(value, NO_POWER)
    return Evidence(value, kernels.lag1_null(k, channels, initial, DRAWS * out, seed))


def oriented(bank: np.ndarray, noise: np.ndarray) -> Evidence:
    """Return the orientation concentration of each kernel beside that of its noise (out, draws, in, k, k)."""
    measured = spectra.measures(varied(bank))
    value = measured["orientation_concentration"].mean(-1)
    null = spectra.measures(varied(noise))["orientation_concentration"].mean(-1)
    angle = 2 * np.radians(measured["orientation"] - 90)
    direction = spectra.stroke((measured["orientation_concentration"] * np.exp(1j * angle)).mean(-1))
    return Evidence(value, null, np.array([f"{degrees:.0f}°" if degrees == degrees else "" for degrees in direction]))


def shape(bank: np.ndarray, noise: np.ndarray) -> Evidence:
    """Return how well the best model of a shape predicts each kernel, beside its noise (out, draws, in, k, k)."""
    if bank.shape[-1] < shape_fit.SMALLEST:
        return absent(np.full(len(bank), np.nan), TOO_SMALL)
    fitted = shape_fit.fit(shape_fit.principal_planes(bank))
    planes = shape_fit.principal_planes(noise)
    null = shape_fit.fit(planes.reshape(-1, *planes.shape[2:])).r2.reshape(planes.shape[:2])
    return Evidence(fitted.r2, null, fitted.shape)


def varied(planes: np.ndarray) -> np.ndarray:
    """Return planes (..., k, k) as float64, NaN where they are constant, as rounding errors have no direction."""
    planes = planes.astype(np.float64)
    constant = planes.max((-1, -2)) == planes.min((-1, -2))
    return np.where(constant[..., None, None] | ~np.isfinite(planes), np.nan, planes)


def as_arrays(tests_of_layers: dict[str, dict[str, Evidence]], state: str) -> dict[str, np.ndarray]:
    """Return the tests of each layer and claim as arrays by name, `state/layer/claim/part`, for an NPZ file."""
    return {
        f"{state}/{layer}/{claim}/{part}": np.asarray(array)
        for layer, tests_of_layer in tests_of_layers.items()
        for claim, test in tests_of_layer.items()
        for part, array in test._asdict().items()
    }
