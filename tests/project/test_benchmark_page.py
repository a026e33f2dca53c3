"""The benchmark of the page measures only a page that the current code has made."""

import os

import benchmarking  # noqa: F401  # the harness on the path
import pytest
from harness import listing, tables

page = listing.module("page")


@pytest.fixture
def made(tmp_path, monkeypatch):
    """Make a project with one file of code; return a function that makes a page some seconds later."""
    monkeypatch.setattr(page, "ROOT", tmp_path)
    monkeypatch.setattr(tables, "folder", tmp_path / "found")
    code = tmp_path / "workflow/scripts/one.py"
    code.parent.mkdir(parents=True)
    code.touch()
    os.utime(code, (1000, 1000))

    def make(folder: str, after: float):
        index = tmp_path / folder / "index.html"
        index.parent.mkdir(parents=True, exist_ok=True)
        index.touch()
        os.utime(index, (1000 + after, 1000 + after))
        return index.parent

    return make


def test_a_page_of_this_code_is_found(made):
    results = made("results", after=5)
    assert page.unfit(results) == ""
    assert page.finished() == results
    kept = made("found/experiment", after=5)
    assert page.finished() == kept


def test_a_page_that_is_older_than_the_code_is_refused(made):
    results = made("results", after=-5)
    assert page.unfit(results) == "index.html is older than workflow/scripts/one.py; make the experiment again"
    assert page.finished() is None
    assert "no finished experiment of this code" in page.missing_results()


def test_a_folder_without_a_page_is_refused(made, tmp_path):
    assert page.unfit(tmp_path) == "found no index.html; make the experiment first"
