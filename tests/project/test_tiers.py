"""The two tiers: `pytest --quick` runs some rows of every table, and plain pytest runs all."""

import subprocess
import sys
from pathlib import Path

import pytest
import tiers
from projects import ROOT

SUITE = """
import pytest
from tiers import THOROUGH, budget, rows


@pytest.mark.parametrize("row", rows(["a", "b", "c"], "b"))
def test_a_row(row):
    pass


@pytest.mark.parametrize(("one", "other"), rows([(1, 2), (3, 4)], (1, 2)))
def test_a_pair(one, other):
    pass


@THOROUGH
def test_a_slow_one():
    pass


def test_examples():
    print("examples:", [budget(number) for number in (3, 10, 100)])
"""


def collected(folder: Path, *options: str) -> tuple[list[str], str]:
    """Return the names of the tests that run, and their output about examples."""
    (folder / "test_suite.py").write_text(SUITE)
    root = ROOT
    words = ["-m", "pytest", "-v", "-s", "-p", "conftest", "-c", root / "pyproject.toml", "--rootdir", root, *options]
    line = [sys.executable, *map(str, words), str(folder / "test_suite.py")]
    done = subprocess.run(line, cwd=root / "tests", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    names = [row.split("::")[1].split()[0] for row in done.stdout.splitlines() if "::" in row]
    return names, next(row for row in done.stdout.splitlines() if "examples:" in row).split("examples: ")[1]


def test_quick_runs_representatives_and_a_fifth_of_the_examples(tmp_path):
    names, examples = collected(tmp_path, "--quick")
    assert names == ["test_a_row[b]", "test_a_pair[1-2]", "test_examples"]
    assert examples.startswith("[3, 5, 20]")


def test_without_it_everything_runs(tmp_path):
    names, examples = collected(tmp_path)
    pairs = ["test_a_pair[1-2]", "test_a_pair[3-4]"]
    assert names == [*(f"test_a_row[{row}]" for row in "abc"), *pairs, "test_a_slow_one", "test_examples"]
    assert examples.startswith("[3, 10, 100]")


def test_a_representative_that_is_not_in_the_table_is_refused():
    with pytest.raises(AssertionError, match="not in the table: \\['d'\\]"):
        tiers.rows(["a", "b"], "a", "d")
