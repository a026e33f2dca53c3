"""What a citation and a release say comes from pyproject.toml, the version and the changelog."""

import json
import subprocess

import pytest
import yaml
from projects import ROOT

from documents import citation, release
from kernelscope.version import VERSION

OWNER = "OWNER"  # the placeholder


@pytest.fixture
def project():
    return citation.project()


@pytest.mark.parametrize("name", citation.files())
def test_the_files_for_citations_are_of_today(name):
    assert (ROOT / name).read_text(encoding="utf-8") == citation.files()[name], "run `make reference`"


def test_a_release_has_its_day(project):
    of = project._replace(released="2027-01-31", version="1.0.0")
    assert str(yaml.safe_load(citation.citation(of))["date-released"]) == "2027-01-31"
    assert json.loads(citation.codemeta(of))["datePublished"] == "2027-01-31"
    assert "date-released" not in yaml.safe_load(citation.citation(of._replace(released=None)))


def test_the_day_comes_from_the_changelog(tmp_path, monkeypatch):
    for name in ("pyproject.toml", "CHANGELOG.md"):
        (tmp_path / name).write_text((ROOT / name).read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(citation, "ROOT", tmp_path)
    assert citation.project().released is None
    with (tmp_path / "CHANGELOG.md").open("a", encoding="utf-8") as file:
        file.write(f"\n## {VERSION} - 2027-01-31\n")
    assert citation.project().released == "2027-01-31"


def test_the_address_is_in_one_place_only():
    done = subprocess.run(
        ["git", "grep", "-l", f"github.com/{OWNER}"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    made = {*citation.files()} - {".zenodo.json"}
    assert {*done.stdout.splitlines()} - made == {"pyproject.toml"}


def test_a_release_is_refused_with_what_is_missing(project, tmp_path, monkeypatch, capsys):
    assert "OWNER" in release.address(project)
    assert release.address(project._replace(address="https://example.org/kernelscope")) == ""
    assert f"## {VERSION} - YYYY-MM-DD" in release.changelog(project._replace(released=None))
    assert release.changelog(project._replace(released="2027-01-31")) == ""
    monkeypatch.setattr(release, "CHECKS", {"good": lambda of: "", "bad": lambda of: "it is bad"})
    assert release.main() == 1
    assert capsys.readouterr().out == f"ok       good\nmissing  it is bad\nkernelscope {VERSION}: 1 of 2 missing\n"
    monkeypatch.setattr(release, "CHECKS", {"good": lambda of: ""})
    assert release.main() == 0


def test_a_stale_citation_and_a_program_that_fails_are_named(project, tmp_path, monkeypatch):
    monkeypatch.setattr(release, "ROOT", tmp_path)
    for name, text in citation.files().items():
        (tmp_path / name).write_text(text + "\n" * (name == "codemeta.json"), encoding="utf-8")
    assert release.citations(project).startswith("codemeta.json: ")
    assert release.changes(project).startswith("git: ")
    assert release.hosting(project).startswith(".github/workflows/*.yml: no such file")


@pytest.mark.parametrize("name", ["test.yml", "docs.yml", "release.yml"])
def test_the_files_for_github_call_targets_that_exist(name):
    content = yaml.safe_load((ROOT / ".github/workflows" / name).read_text(encoding="utf-8"))
    steps = [step for job in content["jobs"].values() for step in job["steps"]]
    called = [step["run"].split()[-1] for step in steps if step.get("run", "").startswith("make ")]
    targets = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert called
    assert [target for target in called if f"\n{target}:" not in targets] == []
