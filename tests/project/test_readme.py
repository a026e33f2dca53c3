"""README and docs/ are true: the diagram, commands, files and figures."""

import os
import re

import pytest
from projects import ROOT, without_number

DOCS = ROOT / "docs"
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]


def read(page: str) -> str:
    return (DOCS / page).read_text(encoding="utf-8")


def test_the_diagram_shows_the_rules_as_snakemake_sees_them(fresh):
    done = fresh.snakemake("--rulegraph", "mermaid-js")
    assert done.returncode == 0, done.stderr
    names = {key: without_number(rule) for key, rule in re.findall(r"(id\d+)\[(\w+)\]", done.stdout)}
    real = {(names[a], names[b]) for a, b in re.findall(r"(id\d+) --> (id\d+)", done.stdout)}
    drawn = set(re.findall(r"    (\w+) --> (\w+)", read("reference/what-reruns-when.md")))
    assert drawn == {(a, b) for a, b in real if b != "all"}


def test_every_picture_and_link_leads_somewhere():
    targets = re.findall(r"\]\(([^)#]+)\)", README)
    local = [target for target in targets if not target.startswith("http")]
    assert len(local) >= 6
    assert [target for target in local if not (ROOT / target).is_file()] == []


def test_the_readme_is_short_and_its_first_screen_has_a_picture_and_both_commands():
    lines = README.splitlines()
    first = "\n".join(lines[:20])
    assert len(lines) <= 120
    assert "![" in first
    assert len(README.split()) <= 1200
    assert "    make " in first
    assert "    make test " in first


def test_files_that_the_reference_names_are_made(fresh):
    """Check that each path is an output of the default experiment."""
    done = fresh.snakemake("--dry-run")
    assert done.returncode == 0, done.stderr
    paths = re.findall(r"`((?:data|runs|compare)/waveforms/[\w/]+\.\w+)`", read("reference/outputs.md"))
    assert len(paths) >= 4
    assert [path for path in paths if f"results/{path}" not in done.stdout] == []


def test_the_index_of_the_docs_names_every_page():
    linked = {DOCS / target for target in re.findall(r"\]\(([^)#]+\.md)\)", read("README.md"))}
    assert [page for page in PAGES[1:] if page != DOCS / "README.md" and page not in linked] == []
    assert all(page.is_file() for page in linked)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: os.path.relpath(page, ROOT))
def test_no_placeholder_is_left(page):
    code = re.compile(r"```.*?```|`[^`]*`|^    [^\n]*$", re.DOTALL | re.MULTILINE)
    text = code.sub("", page.read_text(encoding="utf-8"))
    assert re.findall(r"\b[A-Z]{4,}_[A-Z]{4,}\b", text) == []
