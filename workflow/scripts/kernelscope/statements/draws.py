"""Statements about datasets that differ only in their seed: are the kernels the same for other images of this kind?"""

from kernelscope.statements.statement import SEEDS, TRAINED, UNTRAINED, Number, Statement, negated, p_of, untested

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
    null = {"null": "datasets permuted among the runs of each seed", "null_value": row["between"]}
    test = Number("similarity", row["within"], **null, **p_of(row, 2, row["n"]))
    turned = negated(row["low"], row["high"])
    less = None if row["difference"] is None else -row["difference"]
    before = None if untrained is None else -untrained
    excess = Number("excess", less, "", *turned, row["n"], SEEDS, untrained=before)
    place = {"dataset": row["datasets"].replace(" ", ", "), "arch": row["arch"], "layer": row["layer"] or ""}
    source = {"table": TABLE, "columns": "within, between, difference, p"}
    return Statement("other_images", (test, excess), **place, **source, **untested(row))
