"""The losses of a pretrained run, as rows of our history.csv with empty cells for what is unknown."""

import itertools
import math

from kernelscope.refusal import quoted, refuse

SCORES, SPLITS = ("loss", "accuracy", "within"), ("train", "test")
COLUMNS = ("step", "epoch", *(f"{split}_{score}" for score in SCORES for split in SPLITS), "failure")
OTHER_NAMES = {"loss": "train_loss", "accuracy": "train_accuracy"}
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
    last = history[-1] if history else {}
    return {split: {score: last.get(f"{split}_{score}") for score in SCORES} for split in SPLITS}
