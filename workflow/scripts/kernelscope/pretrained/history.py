"""The losses of a training elsewhere, as rows of a history.csv of ours with empty cells for what is unknown."""

import itertools
import math

SCORES, SPLITS = ("loss", "accuracy", "within"), ("train", "test")
COLUMNS = ("step", "epoch", *(f"{split}_{score}" for score in SCORES for split in SPLITS), "failure")
OTHER_NAMES = {"loss": "train_loss", "accuracy": "train_accuracy"}
KEPT = ("epoch", "train_loss", "test_loss", "train_accuracy", "test_accuracy")


def rows(table: list[dict[str, str]], name: str) -> list[dict]:
    """Rows of history.csv from those of a CSV file of this name; columns of other names are left out.

    Raises
    ------
    ValueError
        If there is no epoch, nothing else of use, or a cell that is no finite number of its range.
    """
    columns = {OTHER_NAMES.get(column, column): column for column in (table[0] if table else ())}
    kept = [column for column in KEPT if column in columns]
    if "epoch" not in kept or len(kept) < 2:
        raise ValueError(
            f"{name}: found the columns {', '.join(columns.values())[:120] or 'none'}; allowed: {', '.join(KEPT)}"
        )
    found = [{column: number(row[columns[column]], column, name) for column in kept} for row in table]
    for before, after in itertools.pairwise(found):
        if after["epoch"] <= before["epoch"]:
            raise ValueError(f"{name}: found epoch {after['epoch']:g} after {before['epoch']:g}; allowed: in order")
    return found


def number(cell: str, column: str, name: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    most = 1 if column.endswith("accuracy") else math.inf
    if not (math.isfinite(value) and 0 <= value <= most):
        raise ValueError(f"{name}: found {column} {cell[:40]!r}; allowed: a number from 0" + " to 1" * (most == 1))
    return value


def scores(found: list[dict]) -> dict[str, dict[str, float | None]]:
    """The last scores of each split as in run.json, None for what is unknown."""
    last = found[-1] if found else {}
    return {split: {score: last.get(f"{split}_{score}") for score in SCORES} for split in SPLITS}
