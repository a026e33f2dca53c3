"""Statements about how many kernels of a layer pass a test, trained beside untrained, from kernel_tests.csv."""

from collections import Counter, defaultdict

import numpy as np

from kernelscope.statements.statement import KERNELS, SEEDS, Number, Statement
from kernelscope.stats import intervals, pvalues

TRAINED, UNTRAINED = "trained", "untrained"
SHARES = ("needed", "needed_beyond_random", "span_pca", "span_kmeans")  # claims whose values are shares
MOST_LABELS = 4
NO_SHAPE = "none"  # the label of a kernel that no shape fits better than every other
TABLE, COLUMNS = "kernel_tests.csv", "value, p, label"
NO_KERNEL = "no living kernel could be tested"


def statements(rows: list[dict], dataset: str, arch: str) -> list[Statement]:
    """Return a statement for each layer and claim.

    Parameters
    ----------
    rows : list of dict
        Rows of kernel_tests.csv from all seeds of an architecture, each with its `seed`.
    dataset, arch : str

    Returns
    -------
    list of Statement
        Not judged yet. The counts are after Benjamini and Hochberg over the living kernels of all seeds.
    """
    grouped = defaultdict(list)
    for row in rows:
        grouped[row["layer"], row["claim"]].append(row)
    return [
        about(claim, of_claim)._replace(dataset=dataset, arch=arch, layer=layer)
        for (layer, claim), of_claim in grouped.items()
    ]


def about(claim: str, rows: list[dict]) -> Statement:
    """Return the statement of one claim about one layer."""
    living = [row for row in rows if row["alive"] in (True, "True", 1)]
    tested = {state: [row for row in living if row["state"] == state and row["p"] is not None] for state in STATES}
    count, p = counted(tested[TRAINED]), smallest(tested[TRAINED])
    untrained, _ = (counted(tested[UNTRAINED]), None) if tested[UNTRAINED] else (None, None)
    floor = min((row["smallest_p"] for row in tested[TRAINED]), default=None)
    effect = Number("trained", None, null=null_of(rows), p=p, smallest_p=floor, sides=1)
    effect = effect._replace(**value_over_seeds(claim, tested))
    first = Number(
        "count", count, "kernels", n=len(tested[TRAINED]), n_unit=KERNELS, untrained=untrained, correction="bh"
    )
    reason = "" if tested[TRAINED] else why_untested(living or rows)
    return Statement(claim, (first, effect, *labels(tested[TRAINED])), table=TABLE, columns=COLUMNS, reason=reason)


STATES = (TRAINED, UNTRAINED)


def corrected(rows: list[dict]) -> np.ndarray:
    """Return the p of rows after Benjamini and Hochberg."""
    return pvalues.corrected(np.array([row["p"] for row in rows], float))


def counted(rows: list[dict]) -> int:
    """Return how many kernels have a corrected p at or below the level."""
    return int((corrected(rows) <= pvalues.LEVEL).sum()) if rows else 0


def smallest(rows: list[dict]) -> float | None:
    """Return the smallest corrected p, which tests whether any kernel passes (Simes 1986); None without rows."""
    return float(corrected(rows).min()) if rows else None


def value_over_seeds(claim: str, tested: dict[str, list[dict]]) -> dict:
    """Return the mean over seeds of the value, with its interval, and the untrained mean."""
    means = {state: seed_means(tested[state]) for state in STATES}
    if not means[TRAINED]:
        return {}
    middle, low, high = intervals.mean(np.array(list(means[TRAINED].values())), -np.inf, np.inf)
    if len(means[TRAINED]) < 3:
        low = high = None
    untrained = float(np.mean(list(means[UNTRAINED].values()))) if means[UNTRAINED] else None
    unit = "share" if claim in SHARES else ""
    return {
        **{"value": middle, "low": low, "high": high, "unit": unit},
        **{"n": len(means[TRAINED]), "n_unit": SEEDS, "untrained": untrained},
    }


def seed_means(rows: list[dict]) -> dict[int, float]:
    """Return the mean value over the kernels of each seed."""
    values = defaultdict(list)
    for row in rows:
        if row["value"] is not None:
            values[row["seed"]].append(row["value"])
    return {seed: float(np.mean(of_seed)) for seed, of_seed in sorted(values.items())}


def labels(rows: list[dict]) -> list[Number]:
    """Return the most frequent labels of the kernels that pass, each with its number of kernels."""
    if not rows:
        return []
    passed = [
        row["label"]
        for row, p in zip(rows, corrected(rows), strict=True)
        if p <= pvalues.LEVEL and row["label"] not in (None, NO_SHAPE)
    ]
    return [
        Number(f"label: {label}", count, "kernels", n=len(rows), n_unit=KERNELS)
        for label, count in Counter(passed).most_common(MOST_LABELS)
    ]


def null_of(rows: list[dict]) -> str:
    """Return the null of the rows in words."""
    return next((row["null"] for row in rows if row["null"]), "")


def why_untested(rows: list[dict]) -> str:
    """Return why no kernel of these rows has a p: their most frequent reason."""
    reasons = Counter(row["reason"] for row in rows if row["state"] == TRAINED and row["reason"])
    return reasons.most_common(1)[0][0] if reasons else NO_KERNEL
