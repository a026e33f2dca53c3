"""Every benchmark runs with --small, and its tables match its declaration; times and their ratios are not tested."""

import csv
import math
import re

import pytest
from benchmarking import FOLDER, NAMES, ROOT, small
from harness import listing, report
from harness.tables import ALWAYS, TEXT, UNITS, heading
from tiers import rows

LONG = (  # whole experiments, many kernels, large files
    *("checkpoints", "experiment", "growth", "page", "reading", "scale", "units", "untrained"),
)
NEEDS = {"page": ["results/smoke"]}  # results of the smoke experiment that a benchmark reads


@pytest.mark.parametrize("name", rows(NAMES, *(name for name in NAMES if name not in LONG)))
def test_a_benchmark_runs_and_its_tables_hold_what_it_declares(name, request, tmp_path):
    more = [str(request.getfixturevalue("smoke").folder / path) for path in NEEDS.get(name, ())]
    done = small(name, tmp_path, *more)
    if why := listing.missing(name):
        assert (done.returncode, done.stdout, done.stderr) == (1, "", f"{name}: {why}\n")
        pytest.skip(why)
    assert done.returncode == 0, done.stdout + done.stderr
    declared = listing.module(name).TABLES
    assert {path.stem for path in tmp_path.glob("*.csv")} == set(declared)
    for table, columns in declared.items():
        check(tmp_path / f"{table}.csv", columns)


def check(path, columns: dict[str, str]) -> None:
    """Check that a table has columns with units, at least one row, and finite numbers or notes on missing numbers."""
    assert set(columns.values()) <= UNITS
    with path.open(newline="") as file:
        lines = list(csv.DictReader(file))
    assert lines
    for row in lines:
        assert list(row) == [*(heading(*column) for column in columns.items()), *ALWAYS]
        assert all(row[key] for key in ALWAYS if key != "note")
        for column, unit in columns.items():
            cell = row[heading(column, unit)]
            if unit != TEXT and not cell:
                assert re.search(rf"(^|; ){column}: \w", row["note"]), (path.name, column, row["note"])
            elif unit != TEXT:
                assert math.isfinite(float(cell))


def test_the_readme_lists_every_benchmark_with_its_first_line():
    listed = re.findall(r"^\| `(\w+)\.py` \| (.*) \|$", (FOLDER / "README.md").read_text(), re.MULTILINE)
    assert dict(listed) == {name: listing.module(name).__doc__.splitlines()[0] for name in NAMES}


def test_the_page_of_targets_has_every_target_and_no_other():
    lines = report.PAGE.read_text().splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines if line.startswith("| ")]
    assert rows[0] == list(report.COLUMNS)
    assert all(len(row) == len(report.COLUMNS) for row in rows)
    declared = [row[:2] for row in report.rows(ROOT / "benchmarks" / "nothing")]
    assert [row[:2] for row in rows[1:]] == declared
    assert len(declared) >= 20
    assert all(row[2] for row in rows)


def test_targets_are_of_columns_that_are_declared():
    for name in NAMES:
        for target in listing.targets(name):
            columns = listing.module(name).TABLES[target.table]
            assert columns[target.column] != TEXT
            assert set(target.where) <= set(columns)
            assert math.isfinite(target.limit)
