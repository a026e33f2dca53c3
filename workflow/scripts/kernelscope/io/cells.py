"""The cells of tables as what they stand for: numbers, words, or nothing."""

from pathlib import Path

from kernelscope.io.csv_files import read_csv

NAMES = frozenset(  # columns whose cells are names, even one such as `0` or `nan`
    (
        *("dataset", "arch", "arch_a", "arch_b", "layer", "layer_a", "layer_b"),
        *("class", "selective_class", "knockout_class", "feature_class", "words"),
    )
)


def read(path: str | Path) -> list[dict]:
    """The rows of a CSV as `parsed`; ValueError where the file is damaged."""
    return [parsed(row) for row in read_csv(path)]


def parsed(row: dict[str, str]) -> dict:
    """Each cell as a number where it is one (whole numbers as int), None where it is empty, else as it stands."""
    return {column: value(cell, column in NAMES) for column, cell in row.items()}


def value(cell: str, name: bool = False) -> float | str | None:
    if not cell or name:
        return cell or None
    for kind in (int, float):
        try:
            return kind(cell)
        except ValueError:
            continue
    return cell
