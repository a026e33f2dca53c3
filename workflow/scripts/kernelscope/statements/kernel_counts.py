"""Statements about how many kernels of a layer pass a test, trained beside untrained, from kernel_tests.csv."""

from collections import Counter, defaultdict

import numpy as np

from kernelscope.statements import means
from kernelscope.statements.claims import CLAIMS
from kernelscope.statements.statement import KERNELS, SEEDS, TRAINED, UNTRAINED, Number, Statement
from kernelscope.stats import pvalues

STATES = (TRAINED, UNTRAINED)
SHARES = ("needed", "needed_beyond_random", "span_pca", "span_kmeans")  # claims whose values are shares
MOST_LABELS = 24  # in statements.csv; sentences list fewer
NO_SHAPE = "none"  # the label of a kernel that no shape fits better than every other
NO_SINGLE = "no single shape"  # its name in sentences
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
    """Return the statement of one claim about one layer.

    Its p is the smallest corrected p, which tests whether any kernel passes (Simes 1986).
    """
    living = [row for row in rows if row["alive"] in (True, "True", 1)]
    tested = {state: [row for row in living if row["state"] == state and row["p"] is not None] for state in STATES}
    p = {state: corrected(of_state) for state, of_state in tested.items()}
    passing = {state: int((values <= pvalues.LEVEL).sum()) for state, values in p.items()}
    of, before = {"n": len(tested[TRAINED]), "n_unit": KERNELS}, passing[UNTRAINED] if tested[UNTRAINED] else None
    count = Number("count", passing[TRAINED], "kernels", **of, untrained=before, correction="bh")
    effect = over_seeds(claim, tested)._replace(
        null=next((row["null"] for row in rows if row["null"]), ""),
        p=float(p[TRAINED].min()) if tested[TRAINED] else None,
        smallest_p=min((row["smallest_p"] for row in tested[TRAINED]), default=None),
        null_value=mean_of_null(tested[TRAINED]),
        sides=1,
    )
    passed = [row for row, value in zip(tested[TRAINED], p[TRAINED], strict=True) if value <= pvalues.LEVEL]
    reason = "" if tested[TRAINED] else why_untested(living or rows)
    numbers = (
        count,
        effect,
        *ends([row["value"] for row in passed], effect.unit),
        *(labels([row["label"] for row in passed], len(tested[TRAINED])) if CLAIMS[claim].labels else ()),
        *left_out([row for row in living if row["state"] == TRAINED], tested[TRAINED]),
    )
    return Statement(claim, numbers, table=TABLE, columns=COLUMNS, reason=reason)


def ends(values: list[float | None], unit: str) -> list[Number]:
    """Return the smallest and the largest value of the kernels that pass, if any do."""
    known = [value for value in values if value is not None]
    return [Number("least", min(known), unit), Number("most", max(known), unit)] if known else []


def mean_of_null(rows: list[dict]) -> float | None:
    """Return the mean over seeds of what the null gives for the tested kernels; None if the null has no mean."""
    means_of_seeds = seed_means([row | {"value": row.get("null_mean")} for row in rows])
    return float(np.mean(means_of_seeds)) if means_of_seeds else None


def left_out(living: list[dict], tested: list[dict]) -> list[Number]:
    """Return how many seeds are tested, and each other one with its kernels; nothing if all or none are tested."""
    kernels = Counter(row["seed"] for row in living)
    seeds = {row["seed"] for row in tested}
    if not seeds or len(seeds) == len(kernels):
        return []
    others = [Number(f"left out: {seed}", kernels[seed], KERNELS) for seed in sorted(set(kernels) - seeds)]
    return [Number("seeds_tested", len(seeds), SEEDS, n=len(kernels), n_unit=SEEDS), *others]


def corrected(rows: list[dict]) -> np.ndarray:
    """Return the p of rows after Benjamini and Hochberg."""
    return pvalues.corrected(np.array([row["p"] for row in rows], float))


def over_seeds(claim: str, tested: dict[str, list[dict]]) -> Number:
    """Return the mean over seeds of the value, with its interval, and the untrained mean."""
    trained, untrained = (seed_means(tested[state]) for state in STATES)
    if not trained:
        return Number("trained", None)
    number = means.number("trained", trained, "share" if claim in SHARES else "")
    return number._replace(untrained=float(np.mean(untrained)) if untrained else None)


def seed_means(rows: list[dict]) -> list[float]:
    """Return the mean value over the kernels of each seed."""
    values = defaultdict(list)
    for row in rows:
        if row["value"] is not None:
            values[row["seed"]].append(row["value"])
    return [float(np.mean(of_seed)) for _, of_seed in sorted(values.items())]


def labels(passed: list[str | None], n: int) -> list[Number]:
    """Return the most frequent labels of the kernels that pass, each with its number of the n kernels."""
    named = Counter(label for label in passed if label is not None)
    rest = {NO_SINGLE: named.pop(NO_SHAPE)} if NO_SHAPE in named else {}
    return [
        Number(f"label: {label}", count, "kernels", n=n, n_unit=KERNELS)
        for label, count in [*named.most_common(MOST_LABELS), *rest.items()]
    ]


def why_untested(rows: list[dict]) -> str:
    """Return why no kernel of these rows has a p: their most frequent reason."""
    reasons = Counter(row["reason"] for row in rows if row["state"] == TRAINED and row["reason"])
    return reasons.most_common(1)[0][0] if reasons else NO_KERNEL
