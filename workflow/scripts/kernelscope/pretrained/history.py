"""The losses of a pretrained run, as rows of our history.csv with empty cells for what is unknown."""

import itertools
import math
from collections.abc import Iterable
from typing import NamedTuple

from kernelscope.refusal import quoted, refuse

SCORES, SPLITS = ("loss", "accuracy", "within"), ("train", "test")
COLUMNS = ("step", "epoch", *(f"{split}_{score}" for score in SCORES for split in SPLITS), "failure")
OTHER_NAMES = {"loss": "train_loss", "accuracy": "train_accuracy"}
LOGGED = {  # names that training loops, Lightning, Keras, fastai and transformers log -> ours
    **dict.fromkeys(("loss", "train_loss", "training_loss"), "train_loss"),
    **dict.fromkeys(("accuracy", "acc", "train_accuracy", "train_acc"), "train_accuracy"),
    **{f"{split}_loss": "test_loss" for split in ("test", "val", "valid", "validation", "eval")},
    **{
        f"{split}_{name}": "test_accuracy"
        for split in ("test", "val", "valid", "validation", "eval")
        for name in ("accuracy", "acc")
    },
}
MOST = 1000  # rows of a history that was logged at steps
KEPT = ("epoch", "train_loss", "test_loss", "train_accuracy", "test_accuracy")


def rows(table: list[dict[str, str]], name: str) -> list[dict]:
    """Return rows of history.csv from the rows of a CSV file with this name; columns with other names are left out.

    Raises
    ------
    ValueError
        If there is no epoch, no loss or accuracy, or a cell that is not a finite number in its range.
    """
    columns = {OTHER_NAMES.get(column, column): column for column in (table[0] if table else ())}
    columns_read = [column for column in KEPT if column in columns]
    if "epoch" not in columns_read or len(columns_read) < 2:
        columns_there = f"the columns {', '.join(columns.values())[:120]}" if columns else "no columns"
        refuse(name, columns_there, f"epoch and at least one of {', '.join(KEPT[1:])}")
    values = [{column: number(row[columns[column]], column, name) for column in columns_read} for row in table]
    for before, after in itertools.pairwise(values):
        if after["epoch"] <= before["epoch"]:
            refuse(name, f"epoch {after['epoch']:g} after {before['epoch']:g}", "epochs in increasing order")
    return values


class Logged(NamedTuple):
    """What was logged at steps: rows as of history.csv, which column each of ours is, and how many rows there were."""

    rows: list[dict]
    columns: dict[str, str]
    count: int


def known(columns: Iterable[str]) -> dict[str, str]:
    """Return our column -> the first of these columns that is it."""
    found: dict[str, str] = {}
    for column in columns:
        if column in LOGGED:
            found.setdefault(LOGGED[column], column)
    return found


def logged(table: list[dict[str, str]]) -> Logged:
    """Return what a training loop logged at its steps; the step is also the epoch, as it is of the kernels.

    Values that are no score (not finite, negative, an accuracy in percent) are left empty. More than MOST rows become
    means over equal parts of the steps.

    Parameters
    ----------
    table : rows of history.csv of a recorder: step, and whatever was logged, with empty cells
    """
    columns = known(table[0] if table else ())
    by_step: dict[int, dict[str, float]] = {}
    for row in table:
        values = {ours: score(row[theirs], ours) for ours, theirs in columns.items()}
        scores = {ours: value for ours, value in values.items() if value is not None}
        if scores:
            by_step.setdefault(int(row["step"]), {}).update(scores)
    parts: dict[int, dict[int, dict[str, float]]] = {}
    steps = sorted(by_step)
    for step in steps:
        part = step if len(steps) <= MOST else (step - steps[0]) * MOST // (steps[-1] - steps[0] + 1)
        parts.setdefault(part, {})[step] = by_step[step]
    return Logged([mean(part) for part in parts.values()], columns, len(steps))


def mean(part: dict[int, dict[str, float]]) -> dict:
    """Return one row for several steps: the last step, and the mean of each score where it is known."""
    last = max(part)
    scores = {name: [row[name] for row in part.values() if name in row] for row in part.values() for name in row}
    means = {name: sum(values) / len(values) for name, values in scores.items()}
    return {"step": last, "epoch": last} | means


def score(cell: str, column: str) -> float | None:
    """Return a cell as a number; None if it is empty or no score."""
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if math.isfinite(value) and 0 <= value <= (1 if column.endswith("accuracy") else math.inf) else None


def number(cell: str, column: str, name: str) -> float:
    """Return a cell as a number; ValueError unless it is finite and not negative, and at most 1 for an accuracy."""
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    largest = 1 if column.endswith("accuracy") else math.inf
    if not (math.isfinite(value) and 0 <= value <= largest):
        refuse(name, f"{column} {quoted(cell)}", "a number from 0 to 1" if largest == 1 else "a number of at least 0")
    return value


def scores(history: list[dict]) -> dict[str, dict[str, float | None]]:
    """Return the last scores of each split as in run.json, with None for what is unknown."""
    last = {column: value for row in history for column, value in row.items()}
    return {split: {score: last.get(f"{split}_{score}") for score in SCORES} for split in SPLITS}
