"""CSV files as tables for JSON: {"columns": [...], "rows": [[...], ...]} of numbers, strings, booleans and null."""

import csv
import io
from functools import cache
from pathlib import Path

from kernelscope.io import cells
from kernelscope.io.files import damaged, opened

TRUTHS = {"True": True, "False": False}


def read(path: str | Path) -> dict:
    """Return a CSV file as a table; ValueError if the file is damaged."""
    with opened(path) as handle, io.TextIOWrapper(handle, "utf-8", newline="") as text:
        try:
            columns, *rows = csv.reader(text, strict=True)
        except (ValueError, csv.Error) as error:
            raise damaged(path, error) from None
    rows = [row for row in rows if row]
    if any(len(row) != len(columns) for row in rows):
        raise damaged(path, ValueError("a row has more or fewer cells than the header"))
    names = [column in cells.NAMES for column in columns]
    parsed = cache(value)  # most cells of a table occur many times
    return {"columns": columns, "rows": [list(map(parsed, row, names)) for row in rows]}


def value(cell: str, name: bool) -> bool | float | str | None:
    """Return a cell as a boolean, number or string; a name stays a string."""
    return TRUTHS[cell] if cell in TRUTHS and not name else cells.value(cell, name)


def where(table: dict, column: str, *wanted) -> dict:
    """Return the table with only the rows that have one of these values in a column."""
    index = table["columns"].index(column)
    return table | {"rows": [row for row in table["rows"] if row[index] in wanted]}


def without(table: dict, *columns: str) -> dict:
    """Return the table without these columns; it need not have them."""
    kept = [i for i, column in enumerate(table["columns"]) if column not in columns]
    cut = lambda row: [row[i] for i in kept]  # noqa: E731
    return {"columns": cut(table["columns"]), "rows": [cut(row) for row in table["rows"]]}
