"""Read a table that gives the label of each image, and perhaps its split and its group."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from kernelscope.data.splits import SPLITS, split_of
from kernelscope.io.names import first_names
from kernelscope.refusal import did_you_mean, quoted, reason, refuse

DELIMITERS = (",", ";", "\t")
OF_LISTS = (";", "|")  # what separates several labels in a cell
ONE_LABEL = "`label_column` takes another column, which has one label for each image"


class Columns(NamedTuple):
    """The names of the columns. `split` may be missing; None as the group is `group`, which may be missing, too."""

    file: str = "file"
    label: str = "label"
    group: str | None = None
    split: str = "split"


class Row(NamedTuple):
    """A row of a table: where it is, for messages, and its cells; `split` and `group` may be None."""

    where: str
    file: str
    label: str
    split: str | None
    group: str | None


def columns(settings: dict) -> Columns:
    """Return the columns that the definition of a dataset names."""
    named = {key: settings.get(f"{key}_column") for key in ("file", "label", "group")}
    return Columns(**{key: name for key, name in named.items() if name})


def rows(table: Path, columns: Columns) -> Iterator[Row]:
    """Yield the rows of a table; ValueError without a file or label, or with several labels or a wrong split."""
    for where, cells in cells_of(table, columns):
        file, label, word = (cells.get(key) or "" for key in (columns.file, columns.label, columns.split))
        label, split = label.strip(), split_of(word) if word else None
        if word and split not in SPLITS:
            refuse(where, f"the split {quoted(word)}", "train or test")
        if not file or not label:
            refuse(where, f"no {'label' if file else 'file'}", "a file and a label in each row")
        check_single(label, where)
        yield Row(where, file, label, split, (cells.get(columns.group or "group") or "").strip() or None)


def check_single(label: str, where: str) -> None:
    """Raise ValueError if a cell lists several labels."""
    for separator in OF_LISTS:
        labels = [part for part in label.split(separator) if part.strip()]
        if len(labels) > 1:
            refuse(where, f"{len(labels)} labels, {quoted(label)}", "one label for each image", ONE_LABEL)


def cells_of(table: Path, columns: Columns) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield, for each row of a table, the line where the row ends, and its cells by column."""
    if table.exists() and not table.is_file():
        refuse(str(table), "a path that is not a regular file", "a CSV table")
    try:
        delimiter = delimiter_of(table, columns)
        with table.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file, strict=True, delimiter=delimiter)
            check_columns(list(reader.fieldnames or ()), columns, table)
            for row in reader:
                yield f"{table}, line {reader.line_num}", row
    except (UnicodeDecodeError, csv.Error) as error:
        refuse(str(table), "a file that is not a CSV table", "a CSV table in UTF-8", str(error))
    except OSError as error:
        refuse(str(table), f"a path that cannot be read ({reason(error)})", "a CSV table")


def delimiter_of(table: Path, columns: Columns) -> str:
    """Return what separates the cells: the first of DELIMITERS with which the columns are there; else a comma."""
    with table.open(newline="", encoding="utf-8-sig") as file:
        for delimiter in DELIMITERS:
            file.seek(0)
            if {columns.file, columns.label} <= set(next(csv.reader(file, strict=True, delimiter=delimiter), ())):
                return delimiter
    return DELIMITERS[0]


def check_columns(names: list[str], columns: Columns, table: Path) -> None:
    """Raise ValueError if a column is missing."""
    wanted = [columns.file, columns.label, *([columns.group] if columns.group else [])]
    missing = [name for name in wanted if name not in names]
    if not missing:
        return
    got = f"the columns {first_names(names)}" if names else "no columns"
    expected = f"the columns {first_names(wanted[:2])}".replace(", ", " and ") if len(wanted) == 2 else None
    hint = did_you_mean(missing[0], names) or "`file_column` and `label_column` name others"
    refuse(str(table), got, expected or f"the columns {first_names(wanted)}", hint)
