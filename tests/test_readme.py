"""The README says what is true: its diagram, its commands, its files and its pictures."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()


def test_the_diagram_shows_the_rules_as_snakemake_sees_them(fresh):
    done = fresh.snakemake("--rulegraph", "mermaid-js")
    assert done.returncode == 0, done.stderr
    names = dict(re.findall(r"(id\d+)\[(\w+)\]", done.stdout))
    real = {(names[a], names[b]) for a, b in re.findall(r"(id\d+) --> (id\d+)", done.stdout)}
    shown = set(re.findall(r"    (\w+) --> (\w+)", README))
    assert shown == {(a, b) for a, b in real if b != "all"}


def test_every_picture_and_link_leads_somewhere():
    targets = re.findall(r"\]\(([^)#]+)\)", README)
    local = [target for target in targets if not target.startswith("http")]
    assert len(local) >= 6
    assert [target for target in local if not (ROOT / target).is_file()] == []


def test_the_first_screen_has_a_picture_and_both_commands():
    first = "\n".join(README.splitlines()[:20])
    assert "![" in first
    assert "    make " in first
    assert "    make test " in first


def test_files_that_the_readme_names_are_made(fresh):
    """Each path is an output of the default experiment, and each stage a target."""
    done = fresh.snakemake("--dry-run")
    assert done.returncode == 0, done.stderr
    paths = re.findall(r"`((?:data|runs|compare)/waveforms/[\w/]+\.\w+)`", README)
    assert len(paths) >= 4
    assert [path for path in paths if f"results/{path}" not in done.stdout] == []


def test_no_placeholder_is_left():
    assert re.findall(r"\b[A-Z]{4,}_[A-Z]{4,}\b", re.sub(r"`[^`]*`|UV_TORCH_BACKEND|GLOBAL_MAX_POOL", "", README)) == []
