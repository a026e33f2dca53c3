"""Targets of the benchmarks, and the values that their tables have reached."""

import csv
from pathlib import Path
from typing import NamedTuple

from harness import tables as results
from harness.tables import heading, with_unit

MACHINE = 3  # words about a machine that the page shows: processor, cores and Python; the commit pins the others


class Target(NamedTuple):
    """A limit for a column, in every row of a table where other columns have the values `where`."""

    what: str
    limit: float
    least: bool  # whether the limit is a lower bound, not an upper bound
    table: str
    column: str
    where: dict


def at_least(limit: float, what: str, table: str, column: str, /, **where) -> Target:
    return Target(what, limit, True, table, column, where)


def at_most(limit: float, what: str, table: str, column: str, /, **where) -> Target:
    return Target(what, limit, False, table, column, where)


class Reached(NamedTuple):
    """The result of a target in words, with commit, date, load and machine of the measurement."""

    words: str
    commit: str = ""
    date: str = ""
    load: str = ""
    machine: str = ""


def wanted(target: Target, unit: str) -> str:
    return f"{'at least' if target.least else 'at most'} {with_unit(target.limit, unit)}"


def reached(target: Target, unit: str, folder: Path) -> Reached:
    """Return the worst row of a target, or why it is unknown, unless a reported row already misses the target."""
    rows = read(folder / f"{target.table}.csv")
    name = heading(target.column, unit)
    rows = [row for row in rows if name in row and matches(row, target)]
    if not rows:
        return Reached("not measured")
    reported = sorted((row for row in rows if row[name]), key=lambda row: float(row[name]), reverse=not target.least)
    if reported and (not meets(target, reported[0][name]) or len(reported) == len(rows)):
        row = reported[0]
        verdict = "" if meets(target, row[name]) else "missed: "
        words = verdict + with_unit(float(row[name]), unit)
    else:
        row = next(row for row in rows if not row[name])
        notes = row["note"].split("; ")
        words = (
            "not reported: " + next(note for note in notes if note.startswith(f"{target.column}: ")).split(": ", 1)[1]
        )
    return Reached(words, row["commit"], row["date"], row["load"], ", ".join(row["machine"].split(", ")[:MACHINE]))


def read(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def matches(row: dict[str, str], target: Target) -> bool:
    cells = {key.partition(" (")[0]: cell for key, cell in row.items()}
    return all(cells.get(key) == str(value) for key, value in target.where.items())


def meets(target: Target, value: str) -> bool:
    return float(value) >= target.limit if target.least else float(value) <= target.limit


def say(targets: tuple[Target, ...], columns: dict[str, dict[str, str]]) -> None:
    """Print the results of a benchmark's targets, which small sizes cannot decide."""
    for target in () if results.small else targets:
        unit = columns[target.table][target.column]
        print(f"{target.what}, {wanted(target, unit)}: {reached(target, unit, results.folder).words}")
