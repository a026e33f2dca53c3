"""The recipe for a new stage in CONTRIBUTING, followed literally: the stage runs, and `verify` knows its files."""

import re
import shutil
import textwrap

import pytest
from projects import ROOT, Project
from rebuilding import COST, RESULTS, RUNS
from tiers import THOROUGH, rows

STEP = re.compile(r"^\d\. (.*?)\n\n```\w+\n(.*?)```$", re.MULTILINE | re.DOTALL)
NAME = "count_kernels"
SMOKE = ("--configfile", "config/smoke.yaml")
RECIPE = STEP.findall((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))


def step(words: str, code: str) -> tuple[str, str, str]:
    """Return the file, the name after whose line the code goes ("" for the end of the file), and the indented code."""
    path, below = words.split("`")[1].replace("NAME", NAME), re.findall(r"below `(\w+)`", words)
    code = f"\n{textwrap.indent(code, '    ')}" if "in `Specs`" in words else code
    return path, below[0] if below else "", code


STEPS = [step(*words_and_code) for words_and_code in RECIPE]


def follow(project: Project, steps: list[tuple[str, str, str]]) -> None:
    """Write the code of each step to its place in the project."""
    for path, below, code in steps:
        file = project.folder / path
        lines = file.read_text().splitlines(keepends=True) if file.exists() else []
        place = next((i for i, line in enumerate(lines, 1) if below and f'"{below}"' in line), len(lines))
        file.write_text("".join([*lines[:place], code, *lines[place:]]))


def test_the_recipe_has_a_script_a_rule_a_row_and_a_spec():
    assert [path for path, _, _ in STEPS] == [
        f"workflow/scripts/{NAME}.py",
        "workflow/rules/measures.smk",
        "workflow/experiment/plan/rule_table.py",
        "workflow/experiment/plan/specs.py",
    ]


def test_following_the_recipe_makes_a_stage_that_runs_and_whose_files_verify_knows(project):
    follow(project, STEPS)
    assert project.jobs() == {f"{NAME} {run}" for run in RUNS} | COST
    done = project.snakemake(*SMOKE)
    assert done.returncode == 0, done.stdout + done.stderr
    table = project.folder / RESULTS / "runs/waveforms/stacked/seed1/counts.csv"
    assert table.read_text() == "layer,kernels\nconv1,6\nconv2,6\nconv3,8\n"
    assert project.jobs() == set()
    assert project.findings() == set()


@THOROUGH
def test_linters_and_formatters_accept_its_code(fresh):
    shutil.copy2(ROOT / "pyproject.toml", fresh.folder)
    follow(fresh, STEPS)
    for tool, *words in (
        *(("ruff", "check"), ("ruff", "format", "--check"), ("snakefmt", "--check", "workflow/rules")),
        ("snakemake", "--lint"),
    ):
        done = fresh.run("-m", tool, *words)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("left_out", rows(range(4), 2))
def test_leaving_out_a_step_fails_and_names_the_stage(project, left_out):
    follow(project, STEPS[:left_out] + STEPS[left_out + 1 :])
    done = project.snakemake("--dry-run", *SMOKE)
    assert done.returncode == 1
    assert NAME in done.stdout + done.stderr


def test_files_of_a_removed_stage_are_orphaned(project):
    follow(project, STEPS)
    assert project.snakemake(f"{RESULTS}/runs/waveforms/templates/seed0/counts.csv", *SMOKE).returncode == 0
    for path, _, code in STEPS:
        file = project.folder / path
        file.write_text(file.read_text().replace(code, ""))
    assert ("orphaned", f"{RESULTS}/runs/waveforms/templates/seed0/counts.csv") in project.findings()
