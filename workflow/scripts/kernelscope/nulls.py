"""What chance gives: measures of kernels that learned nothing, and how often they reach those of kernels that did.

A p is uniform only under the null that it names (METHODS, section 4).
"""

import numpy as np
from scipy.stats import false_discovery_control

from kernelscope import kernels, matching, measures, quality, surrogates

REINITIALISED, SURROGATE, RANDOM_LABELS = "re-initialised", "surrogate", "random labels"
NO_POWER = "no power"

SIDES = {  # what counts as reached: `greater`, as large or larger; `less`, as small or smaller
    "lag1": "greater",
    "low_frequency_share": "greater",
    "spectral_centroid": "less",
    "spectral_entropy": "less",
    "orientation_concentration": "greater",
    "separability": "greater",
    "total_variation": "less",
}  # of the layer re-initialised
SURROGATE_SIDES = {"localisation": "greater", "gabor_r2": "greater"}
LAYER_SIDES = {"variance_entropy": "less", "orthogonality": "less"}
LAYER_DRAWS = 199


def reinitialised(
    kernel_size: int, channels: int = 1, initial_sd: float | None = None, draws: int = 999, seed: int = 0
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Measures (draws,) of re-initialised planes, and of whole kernels of `channels` such planes.

    Uniform by default, normal where an sd is given; none of the measures depends on the scale. The draws are those of
    `kernels.lag1_null`, so both name the same points.
    """
    rng = np.random.default_rng([seed, kernel_size, channels])
    shape = (draws, channels, kernel_size, kernel_size)
    planes = rng.uniform(-1, 1, shape) if initial_sd is None else rng.normal(0, 1, shape)
    found = measures.of_planes(planes)
    return {name: values[:, 0] for name, values in found.items()}, measures.of_kernels(found)


def layer(shape: tuple[int, int, int, int], initial_sd: float | None = None, draws: int = LAYER_DRAWS, seed: int = 0):
    """Measures (draws,) of quality.measures of banks (out, in, k, k) re-initialised, by name."""
    rng = np.random.default_rng([seed, *shape])
    step = max(1, 2**20 // int(np.prod(shape)))
    parts = []
    for start in range(0, draws, step):
        many = (min(step, draws - start), *shape)
        parts.append(quality.measures(rng.uniform(-1, 1, many) if initial_sd is None else rng.normal(0, 1, many)))
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def surrogate_kernels(bank: np.ndarray, draws: int, seed: int = 0) -> np.ndarray:
    """Kernels (draws, in, k, k) of stationary Gaussian noise with the autocovariance of the bank (out, in, k, k).

    The channels keep their covariance. The noise that banks are matched against (surrogates.surrogates) is another: it
    shrinks the autocovariance, and a Gabor fits it too badly (on smooth noise mean p 0.43, of this 0.49 to 0.51).
    """
    _, channels, k, _ = bank.shape
    pixels = surrogates._root(surrogates._covariance(autocovariance(bank)))
    mixed = surrogates._root(surrogates._channel_covariance(bank.astype(np.float64)))
    noise = np.random.default_rng([seed, *bank.shape]).standard_normal((draws, channels, k * k)) @ pixels
    return np.einsum("nip,ij->njp", noise, mixed).reshape(draws, channels, k, k)


def autocovariance(bank: np.ndarray) -> np.ndarray:
    """Mean product about zero of pixels at each lag, (2k - 1, 2k - 1) with lag 0 in the middle, over all pairs inside.

    Over all planes, each channel scaled to mean square 1; a channel of zeros counts as zeros.
    """
    k = bank.shape[-1]
    size = np.sqrt((bank.astype(np.float64) ** 2).mean((0, 2, 3), keepdims=True))
    planes = (bank / np.where(size > 0, size, 1)).reshape(-1, k, k)
    spectrum = np.abs(np.fft.rfft2(planes, s=(2 * k - 1, 2 * k - 1))) ** 2
    total = np.fft.fftshift(np.fft.irfft2(spectrum.mean(0), s=(2 * k - 1, 2 * k - 1)))
    pairs = k - np.abs(np.arange(1 - k, k))
    return total / np.outer(pairs, pairs)


def p_value(observed: np.ndarray, null: np.ndarray, side: str) -> np.ndarray:
    """matching.p_value on one side, or twice the smaller of both, at most 1; NaN where there is nothing to compare."""
    null = null[np.isfinite(null)]
    if side == "greater":
        p = matching.p_value(observed, null)
    elif side == "less":
        p = matching.p_value(-observed, -null)
    else:
        p = np.minimum(1, 2 * np.minimum(p_value(observed, null, "greater"), p_value(observed, null, "less")))
    return np.where(np.isfinite(observed) & (len(null) > 0), p, np.nan)


def point(observed: np.ndarray, null: np.ndarray, side: str) -> np.ndarray:
    """The 99 % point of the null on the side tested (for `less` the 1 % point), for each observed value.

    Two-sided: the 0.5 % or the 99.5 % point, whichever lies on the observed value's side of the median.
    """
    null = null[np.isfinite(null)]
    if not len(null):
        return np.full(observed.shape, np.nan)
    if side != "both":
        return np.full(observed.shape, np.quantile(null, 0.99 if side == "greater" else 0.01))
    low, median, high = np.quantile(null, [0.005, 0.5, 0.995])
    return np.where(observed < median, low, high)


def corrected(p: np.ndarray) -> np.ndarray:
    """p (families, n) after Benjamini and Hochberg (1995) within each family; NaN counts for none and stays."""
    result = np.full(p.shape, np.nan)
    whole = np.isfinite(p).all(-1)
    if p.shape[-1] and whole.any():
        result[whole] = false_discovery_control(p[whole], axis=-1)
    for family in np.flatnonzero(~whole):
        known = np.isfinite(p[family])
        if known.any():
            result[family, known] = false_discovery_control(p[family, known])
    return result


def has_power(kernel_size: int) -> bool:
    return kernel_size >= kernels.NO_POWER_BELOW
