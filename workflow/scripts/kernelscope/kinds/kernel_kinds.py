"""What kind of pattern a first-layer kernel is: a grating, an edge, a corner, center-surround, a color blob, or noise.

The kinds are those in which first layers of networks for photographs are described (Krizhevsky et al. 2012, section
6.1: frequency- and orientation-selective kernels, and colored blobs).
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from kernelscope.measures import isotropic_noise, kernels, shape_fit, spectra
from kernelscope.measures.color import color_index, opponent_axis
from kernelscope.measures.shape_models import MODELS
from kernelscope.stats import pvalues

GRATING, EDGE, CORNER, SURROUND, BLOB = "grating", "edge or bar", "corner", "center-surround", "color blob"
OTHER, NOISE = "other", "noise"
KINDS = (GRATING, EDGE, BLOB, SURROUND, CORNER, OTHER, NOISE)
KNOWN = (GRATING, EDGE, BLOB)  # oriented kernels and color blobs
ORIENTED = (GRATING, EDGE)
CYCLES = 1.5  # waves across a kernel from which it is a grating: three stripes
COLORED, ROUND = 0.5, 0.3  # color index above, and orientation concentration below which a kernel may be a blob
SMOOTH = 0.99  # point of the null of lag-1 autocorrelation above which a kernel is smooth
DRAWS = 999  # from each null
PLANES = 400  # of noise, whose fits of a ring are the null at one smoothness
AT_ONCE = 2**22  # weights of noise at once
RING = MODELS["ring"]


class Measured(NamedTuple):
    """What decides the kind of each kernel, (out,) each.

    concentration, orientation, frequency: of the power over all channels (spectra.of_kernels); oriented_p: of the
    concentration, beside noise of the kernel's own smoothness. color, axis: color index and opponent axis. smoothness:
    lag-1 autocorrelation, the mean over channels; smooth: whether above the SMOOTH point of re-initialized kernels.
    shape: of shape_fit. ring_p: how well a ring or blob predicts the first principal plane, beside noise as smooth.
    """

    concentration: np.ndarray
    orientation: np.ndarray
    frequency: np.ndarray
    oriented_p: np.ndarray
    color: np.ndarray
    axis: np.ndarray
    smoothness: np.ndarray
    smooth: np.ndarray
    shape: np.ndarray
    ring_p: np.ndarray


def measured(bank: np.ndarray, initial, seed: list[int]) -> Measured:
    """Return what decides the kind of each kernel of a bank.

    Parameters
    ----------
    bank : (out, in, k, k) array
        First-layer kernels of at least 7 x 7.
    initial : None, float or (out, in, k, k) array
        Initial distribution, as in `kernels.reinitialized`.
    seed : list of int
        Of all draws.
    """
    bank = bank.astype(np.float64)
    power, planes = spectra.of_kernels(bank), shape_fit.principal_planes(bank)
    smoothness = kernels.lag1_autocorrelation(bank).mean(1)
    null = kernels.lag1_null(bank.shape[-1], bank.shape[1], initial, DRAWS, seed)
    return Measured(
        *(power[name] for name in ("orientation_concentration", "orientation", "frequency")),
        oriented_p(bank, power["orientation_concentration"], seed),
        *(color_index(bank), opponent_axis(bank), smoothness, smoothness > np.quantile(null, SMOOTH)),
        *(shape_fit.fit(planes).shape, ring_p(planes)),
    )


def oriented_p(bank: np.ndarray, concentration: np.ndarray, seed: list[int]) -> np.ndarray:
    """Return the p (out,) of orientation concentrations beside isotropic noise of each kernel's own smoothness."""
    p, start = np.full(len(bank), np.nan), 0
    size = max(1, AT_ONCE // (DRAWS * bank[0].size))
    for noise in isotropic_noise.noise_in_parts(bank, DRAWS, seed, size):
        for kernel, null in enumerate(spectra.of_kernels(noise)["orientation_concentration"], start):
            p[kernel] = pvalues.p_value(concentration[kernel : kernel + 1], null)[0]
        start += len(noise)
    return p


def ring_p(planes: np.ndarray) -> np.ndarray:
    """Return the p (n,) of how well a ring or blob predicts planes (n, k, k), beside isotropic noise as smooth."""
    k, p = planes.shape[-1], np.full(len(planes), np.nan)
    fit, lag1 = ring_fit(planes), kernels.lag1_autocorrelation(planes)
    for plane in np.flatnonzero(np.isfinite(fit)):
        null = _ring_null(k, isotropic_noise.level(k, lag1[plane]))
        p[plane] = pvalues.p_value(fit[plane : plane + 1], null)[0]
    return p


@lru_cache(maxsize=64)
def _ring_null(k: int, level: int) -> np.ndarray:
    """Return how well a ring or blob predicts isotropic noise of a level of smoothness, (PLANES,)."""
    white = np.random.default_rng([k, level]).standard_normal((PLANES, k, k), np.float32)
    return ring_fit(isotropic_noise.smoothed(white, level))


def ring_fit(planes: np.ndarray) -> np.ndarray:
    """Return the share of the variance of unseen pixels that a ring or blob predicts, (n,); NaN without variance."""
    k, fit = planes.shape[-1], np.full(len(planes), np.nan)
    flat = planes.reshape(len(planes), -1)
    with np.errstate(invalid="ignore"):
        flat = flat - flat.mean(1, keepdims=True)
        size = np.sqrt((flat**2).mean(1))
    usable = np.flatnonzero(np.isfinite(size) & (size > 0))
    if len(usable):
        w = (flat[usable] / size[usable, None]).astype(np.float32)
        errors = shape_fit.squared_errors(RING, "ring", w, k).sum(1)
        fit[usable] = 1 - errors / shape_fit.squared_errors(None, "", w, k).sum(1)
    return fit


def kinds(of: Measured, size: int, corrected_p: np.ndarray) -> np.ndarray:
    """Return the kind of each kernel, (out,), one of KINDS.

    An oriented kernel has a direction beyond noise of its own smoothness; it is a grating if CYCLES waves or more fit
    into it, and otherwise an edge or a bar. A round kernel has no direction, is smooth, and is predicted by a ring or
    blob better than noise is; it is a color blob if it has color. Of the rest, what is not smooth is noise.

    Parameters
    ----------
    of : Measured
    size : int
        Rows and columns of the kernels.
    corrected_p : (out,) array
        `oriented_p`, corrected for the number of kernels.
    """
    with np.errstate(invalid="ignore"):
        is_oriented = corrected_p <= pvalues.LEVEL
        is_round = (of.concentration < ROUND) & of.smooth & (of.ring_p <= pvalues.LEVEL)
        conditions = {
            BLOB: is_round & (of.color > COLORED),
            GRATING: is_oriented & (of.frequency * size >= CYCLES),
            EDGE: is_oriented,
            SURROUND: is_round,
            NOISE: ~of.smooth,
            CORNER: of.shape == "corner",
        }
    return np.select(list(conditions.values()), list(conditions), OTHER)
