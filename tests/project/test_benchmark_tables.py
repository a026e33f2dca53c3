"""Tables of benchmarks: no silent NaN, no wall time from a busy machine; the worst row decides about a target."""

import csv
import math

import benchmarking  # noqa: F401  # the harness on the path
import pytest
from harness import load, proc, report, tables, targets
from harness.judging import Unreported

COLUMNS = {"what": "text", "step": "ms", "ratio": "ratio", "memory": "MB"}


@pytest.fixture
def quiet(monkeypatch, tmp_path):
    """Fake a machine; return a function that lets time pass while other work uses `others` cores."""
    seconds = {"clock": 0.0, "own": 0.0, "machine": 0.0}
    monkeypatch.setattr(load.time, "monotonic", lambda: seconds["clock"])
    monkeypatch.setattr(proc, "machine_seconds", lambda: seconds["machine"])
    monkeypatch.setattr(load, "own_seconds", lambda: seconds["own"])
    monkeypatch.setattr(tables, "folder", tmp_path)

    def passes(span: float, others: float) -> None:
        seconds["clock"] += span
        seconds["own"] += span
        seconds["machine"] += (1 + others) * span

    return passes


def rows(path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_a_table_keeps_numbers_and_says_why_others_are_missing(quiet, tmp_path):
    table = tables.Table("some", COLUMNS)
    quiet(2, others=0.1)
    table.add("a", 1.5, Unreported("measured once", 2.0), Unreported("no /proc"))
    (row,) = rows(tmp_path / "some.csv")
    assert (row["what"], row["step (ms)"], row["ratio"], row["memory (MB)"]) == ("a", "1.5", "", "")
    assert row["note"] == "ratio: measured once (2x); memory: no /proc"
    assert table.column("ratio") == [2.0]


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_a_number_that_is_not_finite_is_an_error(quiet, number):
    table = tables.Table("some", COLUMNS)
    with pytest.raises(ValueError, match=r"^step: got (nan|inf), expected a finite number, or Unreported"):
        table.add("a", number, 1.0, 1.0)


def test_times_of_a_busy_machine_and_their_ratios_are_not_reported_and_memory_is(quiet, tmp_path):
    table = tables.Table("some", COLUMNS)
    quiet(2, others=0.8)
    table.add("busy", 1.5, 2.0, 30.0)
    quiet(2, others=0)
    table.add("quiet", 1.5, 2.0, 30.0)
    busy, at_rest = rows(tmp_path / "some.csv")
    assert (busy["step (ms)"], busy["ratio"], busy["memory (MB)"]) == ("", "", "30.0")
    assert busy["note"].startswith("step: busy machine, other work used 0.8 of ")
    assert "cores (1.5 ms); ratio: busy machine, " in busy["note"]
    assert busy["note"].endswith("cores (2x)")
    assert (at_rest["step (ms)"], at_rest["ratio"], at_rest["note"]) == ("1.5", "2.0", "")


def test_a_short_row_shares_the_span_of_the_next_one(quiet):
    watch = load.Watch()
    quiet(0.05, others=1)
    assert watch.busy() == ""
    quiet(0.3, others=1)
    assert watch.busy().startswith("busy machine, other work used 1.0 of ")
    quiet(2, others=0)
    assert watch.busy() == ""


def written(tmp_path, *cells) -> None:
    """Write a table with the rows (what, step, note)."""
    with (tmp_path / "some.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["what", "step (ms)", "note", "commit", "date", "load", "machine"])
        writer.writerows([*row, "abc", "2026-01-02", "0.3", "A, 2 cores, Python 3.11.7, torch 2"] for row in cells)


STEP = targets.at_most(3, "a step", "some", "step", what="a")


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ([("a", "2.5", ""), ("b", "9", "")], "2.5 ms"),
        ([("a", "2.5", ""), ("a", "3.5", "")], "missed: 3.5 ms"),
        ([("a", "2.5", ""), ("a", "", "step: measured once (4 ms)")], "not reported: measured once (4 ms)"),
        ([("a", "3.5", ""), ("a", "", "ratio: x; step: measured once")], "missed: 3.5 ms"),
        ([("b", "1", "")], "not measured"),
    ],
)
def test_the_worst_row_decides_about_a_target(tmp_path, cells, words):
    written(tmp_path, *cells)
    result = targets.reached(STEP, "ms", tmp_path)
    assert result.words == words
    assert result[1:] == (
        ("",) * 4 if words == "not measured" else ("abc", "2026-01-02", "0.3", "A, 2 cores, Python 3.11.7")
    )


def test_a_target_of_a_table_that_is_not_there_is_not_measured(tmp_path):
    assert targets.reached(STEP, "ms", tmp_path) == targets.Reached("not measured")


def test_the_smallest_value_decides_about_a_lower_limit(tmp_path):
    written(tmp_path, ("a", "2.5", ""), ("a", "3.5", ""))
    least = targets.at_least(3, "a step", "some", "step", what="a")
    assert targets.reached(least, "ms", tmp_path).words == "missed: 2.5 ms"
    assert targets.wanted(least, "share") == "at least 300 %"


def test_the_page_remembers_how_long_each_took_and_which_failed(tmp_path, monkeypatch):
    monkeypatch.setattr(report.listing, "names", list)
    page = report.page(tmp_path, {"drawing": 12.3, "floors": 4.0}, {"floors": "failed with exit status 1"})
    monkeypatch.setattr(report, "PAGE", tmp_path / "page.md")
    report.PAGE.write_text(page)
    assert report.last() == ({"drawing": 12, "floors": 4}, {"floors": "failed with exit status 1"})
