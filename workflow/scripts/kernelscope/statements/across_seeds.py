"""Statements about what the seeds of an architecture share, from seed_tests.csv."""

import numpy as np

from kernelscope.statements import means
from kernelscope.statements.statement import SEEDS, TRAINED, UNTRAINED, Number, Statement, p_of, untested

TABLE, COLUMNS = "seed_tests.csv", "value, excess, p"
KINDS = {"random_labels": "labels", "phase_scrambled": "images", "frozen": "conv_training"}  # of controls -> claims
MAIN = {  # claims that may reach the headline -> their question, within which they are corrected over a dataset
    "same_kinds_rotation": "same kinds",
    **dict.fromkeys(("same_kernels", "same_kernels_within_types"), "same kernels"),
    **dict.fromkeys(("labels", "images"), "controls"),
}
CONTROLS = {"labels": "random labels", "images": "phase-scrambled images"}  # claim -> what its control is trained on
COUNTS = {"vocabulary_cells": "cells", "vocabulary_shared": "shared"}  # claim -> its statistic


def statements(
    rows: list[dict], dataset: str, arch: str, runs: list[dict] = (), controls: dict[str, list[dict]] | None = None
) -> list[Statement]:
    """Return a statement for each layer and claim, not judged yet.

    Parameters
    ----------
    rows : list of dict
        Rows of seed_tests.csv of an architecture.
    dataset, arch : str
    runs : list of dict
        Rows of summary.csv of the architecture.
    controls : dict
        Kind of control -> rows of summary.csv of its runs.
    """
    of_controls = {KINDS[kind]: of_runs for kind, of_runs in (controls or {}).items() if kind in KINDS}
    untrained = {key(row): row for row in reversed(rows) if row["state"] == UNTRAINED}
    trained: dict[tuple, list[dict]] = {}
    for row in rows:
        if row["state"] == TRAINED:
            trained.setdefault(key(row), []).append(row)
    found = [
        about(of_claim, untrained.get(place))._replace(dataset=dataset, arch=arch, layer=of_claim[0]["layer"] or "")
        for place, of_claim in trained.items()
    ]
    return [with_training(of, runs, of_controls.get(of.claim, [])) for of in found]


def without_control(made: list[Statement]) -> list[Statement]:
    """Return the statements that need a control which was not run, from those that were made."""
    claims = {statement.claim for statement in made}
    return [
        Statement(
            *(claim, (Number("similarity", None, sides=2),)),
            table=TABLE,
            columns=COLUMNS,
            reason=f"no network was trained on {control}",
            would_decide=f"a control on {control}",
        )
        for claim, control in CONTROLS.items()
        if claim not in claims
    ]


def with_training(statement: Statement, runs: list[dict], of_control: list[dict]) -> Statement:
    """Return a statement with how many runs of its control failed, if any, and how well the control fits its labels.

    A control that does not fit them has learned little, whatever they are. Beside it is what is left of the start.
    """
    failures = sum(bool(row["failure"]) for row in of_control)
    numbers = [Number("control_failed", failures, "runs", n=len(of_control), n_unit="runs")] * bool(failures)
    if statement.claim != "conv_training":  # frozen kernels need not fit anything
        numbers += mean("control_fit", of_control, "train_accuracy", "share")
    left = [*mean("left_in_control", of_control, "initial_ratio"), *mean("left", runs, "initial_ratio")]
    return statement._replace(numbers=(*statement.numbers, *numbers, *left * bool(numbers)))


def mean(statistic: str, runs: list[dict], column: str, unit: str = "") -> list[Number]:
    """Return the mean of a column of summary.csv as a list, which is empty if it has no values."""
    values = means.column(runs, column)
    return [Number(statistic, float(np.mean(values)), unit, n=len(values), n_unit="runs")] if values else []


def key(row: dict) -> tuple[str, str, str]:
    """Return what a trained and an untrained row of one test share."""
    return row["layer"], row["claim"], claim_of(row)


def claim_of(row: dict) -> str:
    """Return the claim of a row; that of a comparison with a control names what the control lacks."""
    if row["claim"] != "same_kinds_control":
        return row["claim"]
    return next(claim for kind, claim in KINDS.items() if kind in row["null"].replace(" ", "_").replace("-", "_"))


def about(rows: list[dict], untrained: dict | None) -> Statement:
    """Return the statement of one claim: tested against the null of its first row, with the weaker nulls beside it."""
    row, *weaker = rows
    claim = claim_of(row)
    unit = "types" if claim in COUNTS else ""
    seeds = int(row["n"]) if row["n"] is not None else None
    shared = {"n": seeds, "n_unit": row["n_unit"] or SEEDS}
    null = {"null": row["null"] or "", "null_value": row["null_mean"], "detectable": row["detectable"]}
    p = p_of(row, int(row["sides"] or 1), seeds) | shared
    test = Number(COUNTS.get(claim, "similarity"), row["value"], unit, **null, **p)
    missing = (row["reason"] or "") if row["excess"] is None else ""
    excess = Number("excess", row["excess"], unit, row["low"], row["high"], **shared, reason=missing)
    excess = excess._replace(untrained=untrained["excess"] if untrained else None)
    planted = Number("detectable_shared", row["detectable_shared"], "kernels", n_unit="kernels in each seed")
    beside = [
        Number(f"weaker: {other['null']}", other["value"], null=other["null"], null_value=other["null_mean"], **shared)
        for other in weaker
    ]
    numbers = test, excess, *[planted] * (row["detectable_shared"] is not None), *beside
    return Statement(claim, numbers, table=TABLE, columns=COLUMNS, family=MAIN.get(claim, ""), **untested(row))
