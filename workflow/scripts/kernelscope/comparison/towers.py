"""Compare the kernels of two towers: does one of them specialize in color? Also the words for towers and halves."""

from math import comb

import numpy as np

from kernelscope.measures import kernels, spectra
from kernelscope.measures.color import color_index
from kernelscope.stats import pvalues

N_RESAMPLES = 9_999
COLUMNS = (
    *("seed", "failure", "accuracy", "kernels", "alive", "color_1", "color_2", "specialization"),
    *("null_mean", "null_95", "p", "smallest_p", "p_holm", "colored_tower"),
    *("untrained_specialization", "untrained_p", "untrained_tower", "oriented", "oriented_null", "reason"),
)


def halves(count: int) -> np.ndarray:
    """Return whether each of `count` kernels belongs to tower 2, bool (count,)."""
    return np.arange(count) >= count // 2


def specialization(index: np.ndarray, second: np.ndarray) -> float:
    """Return the mean color index of tower 2 minus that of tower 1; NaN if a tower is empty.

    Parameters
    ----------
    index : array (n,)
        Color index of each kernel.
    second : bool array (n,)
        Whether each kernel belongs to tower 2.
    """
    if second.all() or not second.any():
        return np.nan
    return float(index[second].mean() - index[~second].mean())


def permuted(index: np.ndarray, second: np.ndarray, n_resamples: int, seed: int) -> np.ndarray:
    """Return |specialization| (n_resamples,) after permuting the kernels over two towers of the same sizes."""
    rng = np.random.default_rng([seed, len(index)])
    permuted = rng.permuted(np.tile(index, (n_resamples, 1)), axis=1)
    first_size = int((~second).sum())
    return np.abs(permuted[:, first_size:].mean(1) - permuted[:, :first_size].mean(1))


def tested(index: np.ndarray, second: np.ndarray, seed: int) -> tuple[float, float, float, float]:
    """Test whether the towers differ in color more than the same kernels permuted over the towers.

    Parameters
    ----------
    index : array (n,)
        Color index of each kernel.
    second : bool array (n,)
        Whether each kernel belongs to tower 2.
    seed : int
        Seed of the N_RESAMPLES permutations.

    Returns
    -------
    tuple of float
        The specialization (tower 2 minus tower 1), the mean and the 95 % point of its absolute value under the null,
        and the two-sided p. All are NaN if a tower is empty.
    """
    difference = specialization(index, second)
    if np.isnan(difference):
        return difference, np.nan, np.nan, np.nan
    null = permuted(index, second, N_RESAMPLES, seed)
    p = float(pvalues.p_value(np.array([abs(difference) - 1e-12]), null)[0])
    return difference, float(null.mean()), float(np.quantile(null, 0.95)), p


def smallest_p(second: np.ndarray) -> float:
    """Return the smallest p that permuting kernels over two towers of these sizes allows; NaN if a tower is empty.

    Permutations that exchange towers of the same size have the same |specialization|.
    """
    n, size = len(second), int(second.sum())
    if size in (0, n):
        return np.nan
    return max(min(1, (1 + (2 * size == n)) / comb(n, size)), 1 / (1 + N_RESAMPLES))


EMPTY, GRAY = "a part has no living kernel", "the kernels have one channel, and so no color"


def row(seed: int, failure: str, accuracy: float, first: np.ndarray, last: np.ndarray, responses: np.ndarray) -> dict:
    """Return one row of towers.csv from the first-layer kernels of one run.

    Parameters
    ----------
    seed, failure, accuracy
        The run, its failure label ("" if there is none) and its test accuracy.
    first, last : arrays (out, channels, k, k)
        The untrained and the trained kernels.
    responses : array (out,)
        The largest response of each trained kernel to the training images.

    Returns
    -------
    dict
        Trained kernels count only if they are alive; untrained kernels all count. `oriented` is the share of the
        trained kernels with an orientation R above spectra.ORIENTED, and `oriented_null` the same share of the
        untrained kernels.
    """
    second, alive = halves(len(last)), kernels.alive(kernels.norms(last), responses)
    index, in_second = color_index(last[alive]), second[alive]
    difference, null_mean, null_95, p = tested(index, in_second, seed)
    untrained, _, _, untrained_p = tested(color_index(first), second, seed)
    before = {"specialization": abs(untrained), "p": untrained_p, "tower": _tower(untrained)}
    reason = GRAY if last.shape[1] == 1 else EMPTY if np.isnan(p) else ""
    return {
        **{"seed": seed, "failure": failure, "accuracy": accuracy, "kernels": len(last), "alive": int(alive.sum())},
        **{"color_1": _mean(index[~in_second]), "color_2": _mean(index[in_second]), "specialization": abs(difference)},
        **{"null_mean": null_mean, "null_95": null_95, "p": p, "smallest_p": smallest_p(in_second)},
        **{"colored_tower": _tower(difference), "reason": reason},
        **{f"untrained_{name}": value for name, value in before.items()},
        **{"oriented": oriented(last[alive]), "oriented_null": oriented(first)},
    }


def oriented(kernels: np.ndarray) -> float:
    """Return the share of kernels (out, channels, k, k) whose mean over channels is oriented; NaN without kernels."""
    if not len(kernels):
        return np.nan
    return float(spectra.oriented(kernels.mean(1, dtype=np.float64)).mean())


def _mean(values: np.ndarray) -> float:
    """Return the mean; NaN for no values."""
    return float(values.mean()) if len(values) else np.nan


def _tower(difference: float) -> int | None:
    """Return the tower with more color, 1 or 2; None if the difference is NaN."""
    return None if np.isnan(difference) else 2 if difference > 0 else 1


TOWER, HALF = "tower", "half"  # the joined control has no towers, only two halves of its kernels
PLURAL = {TOWER: "towers", HALF: "halves"}


def part(towers: int) -> str:
    """Return the word for a part of a network with this many towers."""
    return TOWER if towers > 1 else HALF
