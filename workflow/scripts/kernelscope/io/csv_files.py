"""Read and write CSV files."""

import csv
import io
import itertools
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from kernelscope.io import files
from kernelscope.io.files import atomic, opened

AT_ONCE = 20_000  # rows that are joined in memory


def write_csv(path: str | Path, columns: Iterable[str], rows: Iterable[dict]) -> None:
    """Write a header and a row for each dict; None and NaN become empty, infinity `inf`, and floats keep all digits."""
    with atomic(path) as temporary, temporary.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(columns), lineterminator="\n")
        writer.writeheader()
        writer.writerows({key: _cell(value) for key, value in row.items()} for row in rows)


def write_rows(path: str | Path, columns: Iterable[str], rows: Iterable[tuple[str, ...]]) -> None:
    """Write rows whose cells are strings already, as hundreds of thousands of rows take long in `write_csv`."""
    rows = itertools.chain([tuple(columns)], rows)
    with atomic(path) as temporary, temporary.open("w", newline="", encoding="utf-8") as file:
        while batch := list(itertools.islice(rows, AT_ONCE)):
            file.write(_lines(batch))


def _lines(rows: list[tuple[str, ...]]) -> str:
    """Return rows as CSV text, simply joined, which is faster, unless a cell needs quotes."""
    text = "\n".join(map(",".join, rows)) + "\n"
    plain = text.count(",") == sum(len(row) - 1 for row in rows) and text.count("\n") == len(rows)
    if plain and '"' not in text and "\r" not in text and all(map(any, rows)):
        return text
    quoted = io.StringIO(newline="")
    csv.writer(quoted, lineterminator="\n").writerows(rows)
    return quoted.getvalue()


def _cell(value):
    if isinstance(value, np.generic):
        value = value.item() if not isinstance(value, np.float32) else float(str(value))
    return "" if value is None or value != value else value


def read_csv(path: str | Path, delimiter: str = ",") -> list[dict[str, str]]:
    """Return every row of a CSV file as a dict of strings; ValueError if the file is damaged."""
    return list(rows_of_csv(path, delimiter))


def rows_of_csv(path: str | Path, delimiter: str = ",") -> Iterator[dict[str, str]]:
    """Yield the rows of `read_csv` one by one, for files with millions of rows."""
    with opened(path) as handle, io.TextIOWrapper(handle, "utf-8", newline="") as text:
        try:
            reader = csv.DictReader(text, delimiter=delimiter, strict=True)
            for row in reader:
                if None in row or None in row.values():
                    raise files.damaged(path, ValueError("a row has more or fewer cells than the header"))
                yield row
        except (UnicodeDecodeError, csv.Error) as error:
            raise files.damaged(path, error) from None
        if not reader.fieldnames:
            raise files.damaged(path, ValueError("it has no header"))
