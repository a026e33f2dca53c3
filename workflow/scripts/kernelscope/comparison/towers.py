"""Compare the kernels of two towers: does one of them take the color? And the words for towers and halves."""

import numpy as np

from kernelscope.measures import kernels, spectra
from kernelscope.stats import pvalues

DRAWS = 9_999
COLUMNS = (
    *("seed", "failure", "accuracy", "kernels", "alive", "colour_1", "colour_2", "specialisation"),
    *("null_mean", "null_95", "p", "p_holm", "coloured_tower"),
    *("untrained_specialisation", "untrained_p", "untrained_tower", "oriented", "oriented_null"),
)


def colour_index(kernels: np.ndarray) -> np.ndarray:
    """1 - |mean over channels|^2 / mean |channel|^2 of kernels (out, channels, k, k): (out,).

    0 where all channels are the same, which is grey; 1 where they cancel; NaN for a kernel of zeros.
    """
    kernels = kernels.astype(np.float64)
    grey = (kernels.mean(1) ** 2).sum((-1, -2))
    return 1 - spectra.ratio(grey, (kernels**2).sum((-1, -2)).mean(1))


def halves(count: int) -> np.ndarray:
    """Whether each of so many kernels is of tower 2."""
    return np.arange(count) >= count // 2


def specialisation(index: np.ndarray, second: np.ndarray) -> float:
    """The difference of the towers' mean colour index, tower 2 less tower 1; NaN if a tower is empty.

    index (n,); second (n,): of tower 2.
    """
    if second.all() or not second.any():
        return np.nan
    return float(index[second].mean() - index[~second].mean())


def dealt(index: np.ndarray, second: np.ndarray, draws: int, seed: int) -> np.ndarray:
    """|specialisation| (draws,) of the same kernels dealt at random to two towers of the same sizes."""
    rng = np.random.default_rng([seed, len(index)])
    many = rng.permuted(np.tile(index, (draws, 1)), axis=1)
    size = int((~second).sum())
    return np.abs(many[:, size:].mean(1) - many[:, :size].mean(1))


def tested(index: np.ndarray, second: np.ndarray, seed: int) -> tuple[float, float, float, float]:
    """Specialisation tower 2 less tower 1, mean and 95 % point of its size under the null, and p; NaN where unknown."""
    found = specialisation(index, second)
    if np.isnan(found):
        return found, np.nan, np.nan, np.nan
    null = dealt(index, second, DRAWS, seed)
    p = float(pvalues.p_value(np.array([abs(found) - 1e-12]), null)[0])
    return found, float(null.mean()), float(np.quantile(null, 0.95)), p


def row(seed: int, failure: str, accuracy: float, first: np.ndarray, last: np.ndarray, responses: np.ndarray) -> dict:
    """One row of towers.csv from the untrained and trained kernels (out, 3, k, k) of the first layer.

    Only kernels that are alive count, trained; of the untrained ones all do. oriented: the share of these with an
    orientation R above spectra.ORIENTED, oriented_null: of the untrained ones.
    """
    second, alive = halves(len(last)), kernels.alive(kernels.norms(last), responses)
    own, mine = colour_index(last[alive]), second[alive]
    found, mean, top, p = tested(own, mine, seed)
    before, _, _, before_p = tested(colour_index(first), second, seed)
    return {
        **{"seed": seed, "failure": failure, "accuracy": accuracy, "kernels": len(last), "alive": int(alive.sum())},
        **{"colour_1": _mean(own[~mine]), "colour_2": _mean(own[mine]), "specialisation": abs(found)},
        **{"null_mean": mean, "null_95": top, "p": p, "coloured_tower": _tower(found)},
        **{"untrained_specialisation": abs(before), "untrained_p": before_p, "untrained_tower": _tower(before)},
        **{"oriented": oriented(last[alive]), "oriented_null": oriented(first)},
    }


def oriented(kernels: np.ndarray) -> float:
    """The share of kernels (out, channels, k, k) whose mean over channels has one direction; NaN of none."""
    if not len(kernels):
        return np.nan
    return float(spectra.oriented(kernels.mean(1, dtype=np.float64)).mean())


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else np.nan


def _tower(difference: float) -> int | None:
    return None if np.isnan(difference) else 2 if difference > 0 else 1


TOWER, HALF = "tower", "half"  # a half is that of the joined control, whose towers are only numbers
PLURAL = {TOWER: "towers", HALF: "halves"}


def part(towers: int) -> str:
    """The word for a network in so many towers."""
    return TOWER if towers > 1 else HALF
