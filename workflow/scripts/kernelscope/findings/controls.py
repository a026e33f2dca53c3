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


def controls(real: list[dict], found: dict[str, list[dict]]) -> list[str]:
    """Lag-1 autocorrelation of the real thing against each control: the median kernel, seeds exchanged in all ways."""
    said = []
    for kind, rows in found.items():
        ours, theirs = (
            [value for mine in by_seed(side) if (value := median(mine, "lag1")) is not None] for side in (real, rows)
        )
        if not ours or not theirs:
            continue
        p, smallest = exchange_p(ours, theirs)
        words = f"lag-1 autocorrelation {interval(ours)} against {interval(theirs)}, {p_text(p)} over seeds [atlas.csv]"
        if p <= LEVEL:
            said.append(f"Kernels differ from those of the same training {CONTROLS[kind]}: {words}.")
        else:
            least = f"; the smallest p that so few seeds allow is {smallest:.2g}" * (smallest > LEVEL)
            said.append(
                f"That kernels differ from those of the same training {CONTROLS[kind]} is not shown: {words}{least}."
            )
    return said


def exchange_p(a: list[float], b: list[float]) -> tuple[float, float]:
    """Two-sided p of the difference of means when values are dealt to two groups at random, and the smallest p.

    All ways to deal them up to 9,999, else so many random ones.
    """
    if len(a) < 2 or len(b) < 2:
        return 1.0, 1.0
    found = stats.permutation_test((a, b), difference, vectorized=True, n_resamples=9999, rng=0)
    return float(found.pvalue), 2 / min(comb(len(a) + len(b), len(a)), 9999)


def difference(a, b, axis):
    return np.mean(a, axis=axis) - np.mean(b, axis=axis)
