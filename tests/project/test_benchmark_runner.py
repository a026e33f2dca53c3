"""`python benchmarks` runs everything, continues after a failure, and writes the results of the targets."""

import re
import signal
import subprocess
import sys

import pytest
from benchmarking import FOLDER, until

GOOD = """
from harness import tables, targets
TABLES = {"good": {"what": "text", "size": "MB"}}
TARGETS = (targets.at_most(5, "a size", "good", "size", what="a"), targets.at_least(9, "another", "good", "size"))
def main():
    tables.Options("Good.", "less").parse_args()
    table = tables.Table("good", TABLES["good"])
    table.add("a", 4.5)
    targets.say(TARGETS, TABLES)
if __name__ == "__main__":
    main()
"""
BAD = """
import sys
from harness import targets
TABLES = {"bad": {"size": "MB"}}
TARGETS = (targets.at_most(1, "what fails", "bad", "size"),)
if __name__ == "__main__":
    sys.exit("bad: no")
"""
ABSENT = """
from harness import targets
TABLES = {"absent": {"size": "MB"}}
TARGETS = (targets.at_most(1, "what cannot be", "absent", "size"),)
AFTER = ("good",)
def missing():
    return "there is no such device"
"""

SLOW = """
import time
from pathlib import Path
TABLES = {"slow": {"size": "MB"}}
if __name__ == "__main__":
    Path("started").touch()
    time.sleep(1000)
"""


BROKEN = "1 / 0"


@pytest.fixture
def project(tmp_path):
    """Copy the runner beside four test benchmarks."""
    folder = tmp_path / "benchmarks"
    folder.mkdir()
    (tmp_path / "docs").mkdir()
    (folder / "harness").symlink_to(FOLDER / "harness")
    (folder / "__main__.py").write_bytes((FOLDER / "__main__.py").read_bytes())
    for name, text in {"good": GOOD, "bad": BAD, "absent": ABSENT, "broken": BROKEN}.items():
        (folder / f"{name}.py").write_text(text)
    return tmp_path


def run(project, *arguments: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "benchmarks", *arguments]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)


def test_everything_runs_and_failures_are_named_at_the_end(project):
    done = run(project)
    assert (done.returncode, done.stderr.splitlines()[-1]) == (1, "failed: bad, broken")
    assert [line for line in done.stdout.splitlines() if line.startswith("[")] == [
        "[1 of 4] bad; about 0 minutes left, as last time",
        "[2 of 4] broken; about 0 minutes left, as last time",
        "[3 of 4] good; about 0 minutes left, as last time",
        "[4 of 4] absent; about 0 minutes left, as last time",
    ]
    assert "a size, at most 5 MB: 4.5 MB" in done.stdout
    page = (project / "docs/benchmarks.md").read_text()
    cells = [line.strip("| ").split(" | ")[:3] for line in page.splitlines() if line.startswith("| ")][1:]
    assert cells == [
        ["what cannot be", "at most 1 MB", "not measured: there is no such device"],
        ["what fails", "at most 1 MB", "not measured"],
        ["a size", "at most 5 MB", "4.5 MB"],
        ["another", "at least 9 MB", "missed: 4.5 MB"],
    ]
    assert re.search(r"^\* `bad`: \d+ s, failed with exit status 1$", page, re.MULTILINE)
    assert re.search(r"^\* `broken`: \d+ s, failed: ZeroDivisionError: division by zero$", page, re.MULTILINE)
    assert re.search(r"^\* `absent`: \d+ s, left out: there is no such device$", page, re.MULTILINE)


def test_only_named_benchmarks_run_and_the_page_keeps_the_others(project):
    run(project)
    done = run(project, "good")
    assert done.returncode == 0, done.stderr
    assert "[1 of 1] good" in done.stdout
    assert re.search(r"`bad`: \d+ s, failed with exit status 1", (project / "docs/benchmarks.md").read_text())


def test_the_page_keeps_results_without_a_table_as_in_a_fresh_clone(project):
    run(project, "good")
    page = project / "docs/benchmarks.md"
    before = page.read_text()
    (project / "benchmarks/found/good.csv").unlink()
    done = run(project, "absent")
    assert done.returncode == 0, done.stderr
    assert [line for line in before.splitlines() if "4.5 MB" in line] == [
        line for line in page.read_text().splitlines() if "4.5 MB" in line
    ]
    assert before.count("4.5 MB") == 2
    assert "| what cannot be | at most 1 MB | not measured: there is no such device |" in page.read_text()


def test_an_unknown_name_is_refused_in_one_line_and_nothing_is_written(project):
    done = run(project, "good", "nonsense")
    assert done.returncode == 2
    expected = "benchmarks: error: names: got nonsense, expected some of absent, bad, broken, good"
    assert done.stderr.splitlines()[-1] == expected
    assert not (project / "docs/benchmarks.md").exists()


def test_the_page_can_be_written_again_from_the_tables(project):
    run(project, "good")
    page = project / "docs/benchmarks.md"
    before = page.read_text()
    page.write_text(before.replace("4.5 MB", "1 MB"))
    done = run(project, "--page")
    assert (done.returncode, done.stdout) == (0, "\nwritten: docs/benchmarks.md\n")
    assert page.read_text() == before


def test_small_sizes_leave_the_page_as_it_is(project):
    done = run(project, "--small", "good", "--to", "elsewhere")
    assert done.returncode == 0, done.stderr
    assert (project / "elsewhere/good.csv").is_file()
    assert "at most" not in done.stdout
    assert not (project / "docs/benchmarks.md").exists()


def test_small_sizes_leave_the_tables_of_full_sizes_as_they_are(project):
    run(project, "good")
    table = project / "benchmarks/found/good.csv"
    table.write_text(table.read_text().replace("4.5", "4.25"))
    done = run(project, "--small", "good")
    assert done.returncode == 0, done.stderr
    assert "4.25" in table.read_text()
    assert "4.5" in (project / "benchmarks/found/small/good.csv").read_text()


def test_a_file_in_the_place_of_the_folder_is_refused_in_one_line(project):
    done = run(project, "good", "--to", "benchmarks/good.py")
    assert done.returncode == 2
    expected = "benchmarks: error: --to: got benchmarks/good.py, which is a file, expected a folder"
    assert done.stderr.splitlines()[-1] == expected


def test_the_runner_starts_no_other_benchmark_after_sigterm(project):
    (project / "benchmarks/slow.py").write_text(SLOW)
    command = [sys.executable, "benchmarks", "slow", "good"]
    runner = subprocess.Popen(command, cwd=project, stdout=subprocess.PIPE, text=True)
    until(lambda: (project / "started").exists())
    runner.send_signal(signal.SIGTERM)
    output, _ = runner.communicate(timeout=60)
    assert runner.returncode == 128 + signal.SIGTERM
    assert "[1 of 2] slow" in output
    assert "good" not in output
