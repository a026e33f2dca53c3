"""Fixed sentences about how an architecture differs from its controls."""

from math import comb

import numpy as np
from scipy import stats

from kernelscope.findings.runs import by_seed, median
from kernelscope.stats.text import LEVEL, interval, p_text

CONTROLS = {
    "random_labels": "on random labels",
    "frozen": "with frozen conv layers",
    "phase_scrambled": "on scrambled images",
}


def controls(real: list[dict], by_control: dict[str, list[dict]]) -> list[str]:
    """Return a sentence per control: the lag-1 autocorrelation of the median kernel, with seeds exchanged in all ways.

    real: atlas rows of the architecture. by_control: kind of control -> atlas rows of that control.
    """
    sentences = []
    for kind, rows in by_control.items():
        trained, control = (
            [value for of_seed in by_seed(side) if (value := median(of_seed, "lag1")) is not None]
            for side in (real, rows)
        )
        if not trained or not control:
            continue
        p, smallest = exchange_p(trained, control)
        words = (
            f"lag-1 autocorrelation {interval(trained)} against {interval(control)}, {p_text(p)} over seeds [atlas.csv]"
        )
        if p <= LEVEL:
            sentences.append(f"Kernels differ from those of the same training {CONTROLS[kind]}: {words}.")
        else:
            least = f"; the smallest p that so few seeds allow is {smallest:.2g}" * (smallest > LEVEL)
            sentences.append(
                f"That kernels differ from those of the same training {CONTROLS[kind]} is not shown: {words}{least}."
            )
    return sentences


def exchange_p(a: list[float], b: list[float]) -> tuple[float, float]:
    """Return the two-sided p of the difference of means under permuted groups, and the smallest p possible.

    All permutations are used if there are at most 9,999, and that many random permutations otherwise.
    """
    if len(a) < 2 or len(b) < 2:
        return 1.0, 1.0
    result = stats.permutation_test((a, b), difference, vectorized=True, n_resamples=9999, rng=0)
    return float(result.pvalue), 2 / min(comb(len(a) + len(b), len(a)), 9999)


def difference(a, b, axis):
    """Return the difference of means, as scipy.stats.permutation_test calls it."""
    return np.mean(a, axis=axis) - np.mean(b, axis=axis)
