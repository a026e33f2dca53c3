"""Statements about datasets that differ only in their seed: are the kernels the same for other images of this kind?"""

from kernelscope.statements.statement import SEEDS, TRAINED, UNTRAINED, Number, Statement, negated, untested

TABLE = "draws.csv"


def statements(rows: list[dict]) -> list[Statement]:
    """Return a statement for each architecture, layer and group of datasets, from rows of draws.csv; not judged yet."""
    untrained = {key(row): row["difference"] for row in rows if row["state"] == UNTRAINED}
    return [about(row, untrained.get(key(row))) for row in rows if row["state"] == TRAINED]


def key(row: dict) -> tuple[str, str, str]:
    """Return what a trained and an untrained row share."""
    return row["datasets"], row["arch"], row["layer"]


def about(row: dict, untrained: float | None) -> Statement:
    """Return the statement of one row."""
    seeds = {"n": row["n"], "n_unit": SEEDS}
    test = Number(
        *("similarity", row["within"]),
        null="datasets permuted among the runs of each seed",
        null_value=row["between"],
        p=row["p"],
        smallest_p=row["smallest_p"],
        sides=2,
        **seeds,
    )
    turned = negated(row["low"], row["high"])
    less = None if row["difference"] is None else -row["difference"]
    before = None if untrained is None else -untrained
    return Statement(
        *("other_images", (test, Number("excess", less, "", *turned, untrained=before, **seeds))),
        dataset=row["datasets"].replace(" ", ", "),
        arch=row["arch"],
        layer=row["layer"] or "",
        table=TABLE,
        columns="within, between, difference, p",
        reason=untested(row),
        would_decide=row["would_decide"] or "",
    )
