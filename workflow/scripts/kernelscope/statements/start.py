"""Statements about what is left of the initial weights, and whether they predict how a kernel changes."""

import numpy as np

from kernelscope.statements import means
from kernelscope.statements.statement import SEEDS, Number, Statement, p_of, untested

TABLE = "initial_correlation.csv"


def ratio(runs: list[dict]) -> list[Statement]:
    """Return what is left of the start in the first layer, from rows of summary.csv; an estimate without a factor."""
    values = means.column(runs, "initial_ratio")
    if not values:
        return []
    number = means.number("ratio", values, least=0)
    factors = means.column(runs, "decay_factor")
    if not factors:
        return [Statement("initial_estimate", (number,), table="summary.csv", columns="initial_ratio")]
    factor = Number("factor", float(np.mean(factors)), "", n=len(factors), n_unit=SEEDS)
    return [Statement("initial_ratio", (number, factor), table="summary.csv", columns="initial_ratio, decay_factor")]


def predicted(rows: list[dict]) -> list[Statement]:
    """Return whether the start predicts the change, a statement per layer, from rows of initial_correlation.csv."""
    return [of_layer(row) for row in rows if row["span"] == "all"]


def of_layer(row: dict) -> Statement:
    """Return the statement about one layer."""
    null = {"null": "the starts of other kernels of the same seed", "null_value": row["others"]}
    own = Number("own", row["own"], "", row["low"], row["high"], **null, **p_of(row, 1, row["seeds"]))
    best = Number("best", row["best"], "share", null_value=row["best_chance"], n=row["seeds"], n_unit=SEEDS)
    about = {"layer": row["layer"], "table": TABLE, "columns": "own, best, p"}
    return Statement("initial_correlation", (own, best), **about, **untested(row))
