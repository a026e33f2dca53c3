"""Convert CSV cells to numbers, strings or None."""

from pathlib import Path

from kernelscope.io.csv_files import read_csv

NAMES = frozenset(  # columns of names, which stay strings even if a name is `0` or `nan`
    (
        *("dataset", "datasets", "arch", "arch_a", "arch_b", "layer", "layer_a", "layer_b"),
        *("class", "selective_class", "ablation_class", "feature_class", "description", "label", "feature"),
        *("statement", "claim", "statistic", "reason", "would_decide", "text", "null", "unit"),
    )
)


def read(path: str | Path) -> list[dict]:
    """Return the rows of a CSV file, each as `parsed`; ValueError if the file is damaged."""
    return [parsed(row) for row in read_csv(path)]


def parsed(row: dict[str, str]) -> dict:
    """Return a row with its cells converted by `value`."""
    return {column: value(cell, column in NAMES) for column, cell in row.items()}


def value(cell: str, name: bool = False) -> float | str | None:
    """Return a cell as int or float if it is a number, as None if it is empty, else as it is; a name stays a string."""
    if not cell or name:
        return cell or None
    for kind in (int, float):
        try:
            return kind(cell)
        except ValueError:
            continue
    return cell
