"""Statements about whether the networks work: their test accuracy beside chance, and the runs that failed."""

import numpy as np
from scipy.stats import binomtest

from kernelscope.statements import means
from kernelscope.statements.statement import SEEDS, Number, Statement
from kernelscope.stats import pvalues

TABLE = "summary.csv"
FAR = 0.1  # a gap between the accuracies of runs from which a mean over them is misleading


def statements(runs: list[dict], untrained: list[float], labels: np.ndarray) -> list[Statement]:
    """Return the statements about one architecture on one dataset.

    Parameters
    ----------
    runs : list of dict
        Its rows of summary.csv.
    untrained : list of float
        Test accuracy of each run before training; empty if it is unknown.
    labels : (n,) int array
        Class of each test image.

    Returns
    -------
    list of Statement
        Not judged yet.
    """
    known = [row for row in runs if row["test_accuracy"] is not None]
    if not known or not len(labels):
        return []
    failed = sum(bool(row["failure"]) for row in runs)
    failures = Number("failures", failed, SEEDS, n=len(runs), n_unit="runs")
    return [
        accuracy([row["test_accuracy"] for row in known], untrained, labels),
        Statement("failures", (failures,), table=TABLE, columns="failure"),
    ]


def accuracy(accuracies: list[float], untrained: list[float], labels: np.ndarray) -> Statement:
    """Return the statement about test accuracy.

    Chance is the share of the largest class. The p is the largest of the exact binomial p of the networks, so that it
    is small only if every network is above chance (Berger 1982).
    """
    chance, n = float(np.bincount(labels).max() / len(labels)), len(labels)
    p = [binomtest(round(value * n), n, chance, alternative="greater").pvalue for value in accuracies]
    null = {"null": "the largest class is always predicted", "null_value": chance}
    test = {"p": max(p), "smallest_p": chance**n, "sides": 1}
    before = float(np.mean(untrained)) if untrained else None
    value = means.share("accuracy", accuracies)._replace(untrained=before, **null, **test)
    beyond = sum(value <= pvalues.LEVEL for value in p)
    above = Number("above", beyond, SEEDS, n=len(p), n_unit="networks")
    return Statement("accuracy", (value, above, *groups(accuracies)), table=TABLE, columns="test_accuracy")


def groups(accuracies: list[float]) -> list[Number]:
    """Return the ranges of the runs above and below a gap of FAR in their accuracies; nothing without such a gap."""
    ordered = sorted(accuracies)
    gaps = np.diff(ordered)
    if not len(gaps) or gaps.max() < FAR:
        return []
    below, above = (ordered[part] for part in (slice(int(gaps.argmax()) + 1), slice(int(gaps.argmax()) + 1, None)))
    return [
        Number(f"{name}_{end}", value, "share", n=len(runs), n_unit="runs")
        for name, runs in (("above_gap", above), ("below_gap", below))
        for end, value in (("least", runs[0]), ("most", runs[-1]))
    ]
