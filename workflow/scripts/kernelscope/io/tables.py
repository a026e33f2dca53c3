"""CSV files as tables for JSON: {"columns": [...], "rows": [[...], ...]} with numbers, true and false, and null."""

import csv
import io
from functools import cache
from pathlib import Path

from kernelscope.io import cells
from kernelscope.io.files import damaged, opened

TRUTHS = {"True": True, "False": False}


def read(path: str | Path) -> dict:
    """The table of a CSV file; ValueError where it is damaged."""
    with opened(path) as handle, io.TextIOWrapper(handle, "utf-8", newline="") as text:
        try:
            columns, *rows = csv.reader(text, strict=True)
        except (ValueError, csv.Error) as error:
            raise damaged(path, error) from None
    rows = [row for row in rows if row]
    if any(len(row) != len(columns) for row in rows):
        raise damaged(path, ValueError("a row has more or fewer cells than the header"))
    names = [column in cells.NAMES for column in columns]
    parsed = cache(value)  # most cells of a table stand in it many times
    return {"columns": columns, "rows": [list(map(parsed, row, names)) for row in rows]}


def value(cell: str, name: bool) -> bool | float | str | None:
    """A cell as what it stands for; one of names stays as it is."""
    return TRUTHS[cell] if cell in TRUTHS and not name else cells.value(cell, name)


def where(table: dict, column: str, wanted) -> dict:
    """The rows with this value in a column."""
    place = table["columns"].index(column)
    return table | {"rows": [row for row in table["rows"] if row[place] == wanted]}


def without(table: dict, *columns: str) -> dict:
    """The table without these columns, whether it has them or not."""
    kept = [i for i, column in enumerate(table["columns"]) if column not in columns]
    cut = lambda row: [row[i] for i in kept]  # noqa: E731
    return {"columns": cut(table["columns"]), "rows": [cut(row) for row in table["rows"]]}
