"""A small sweep through the workflow: what is made, what is left out, and that all files match their manifests."""

import pytest
from projects import ROOT, Project, copied
from tiers import THOROUGH

from kernelscope.io import cells

CONFIG = ("--configfile", "config/smoke.yaml", "own.yaml")
OWN = """
pathvars: {results: results/sweep}
experiment: {architectures: [grid, templates], stages: [findings]}
architectures:
  grid:
    network: templates
    kernels: 4
    kernel_size: 9
    vary: {training.weight_decay.conv: {none: 0, strong: 0.5}}
training: {epochs: 2, snapshots: 2}
"""
CELLS = ["grid_none", "grid_strong"]
pytestmark = THOROUGH


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Project:
    """Return the finished experiment, which tests must not change."""
    project = copied(ROOT, tmp_path_factory.mktemp("sweep") / "project")
    (project.folder / "own.yaml").write_text(OWN)
    done = project.snakemake(*CONFIG)
    assert done.returncode == 0, done.stdout + done.stderr
    return project


def test_only_what_the_stages_need_is_made(made):
    results = made.folder / "results/sweep"
    made_of_runs = {path.name for path in results.glob("runs/*/*/*/*") if path.is_file()}
    assert made_of_runs == {"snapshots.npz", "history.csv", "run.json", "kernels.npz", "kernels.csv", "decay.csv"}
    assert {path.name for path in (results / "compare/waveforms").iterdir() if path.is_file()} == {
        *("architectures.csv", "architectures.png", "architectures.pdf"),
        *("outcomes.csv", "conditions.csv", "effects.csv", "levels.csv", "factors.png", "factors.pdf"),
    }
    assert made.findings(CONFIG) == set()


def test_the_tables_have_a_row_per_run_and_per_architecture(made):
    compare = made.folder / "results/sweep/compare/waveforms"
    rows = cells.read(compare / "outcomes.csv")
    assert [(row["arch"], row["seed"]) for row in rows] == [
        (arch, seed) for arch in [*CELLS, "templates"] for seed in (0, 1)
    ]
    assert [row["training.weight_decay.conv"] for row in rows] == ["none"] * 2 + ["strong"] * 2 + [None] * 2
    summary = {(row["arch"], row["seed"]): row for row in cells.read(made.folder / "results/sweep/summary.csv")}
    for row in rows:
        expected = summary[row["arch"], row["seed"]]
        assert (row["accuracy"], bool(row["failed"])) == (expected["test_accuracy"], bool(expected["failure"]))
        assert (row["initial_ratio"] is None) == bool(row["failed"])
        if row["alive"] == 1:  # outcomes are about living kernels, the summary is about all
            assert row["initial_ratio"] == expected["initial_ratio"]
    assert {row["design"] for row in cells.read(compare / "effects.csv")} == {"grid"}


def test_findings_cover_the_sweep_and_the_architectures_beside_it(made):
    text = (made.folder / "results/sweep/findings.md").read_text()
    heads = [line.partition(":")[0] for line in text.splitlines() if line.startswith("#")]
    assert heads == ["# Findings", "## waveforms", "### In short", "### templates", "### grid"]


def test_a_second_plan_is_empty_and_another_level_trains_only_its_conditions(made, tmp_path):
    project = copied(made.folder, tmp_path / "project")
    (project.folder / "own.yaml").write_text(OWN)
    assert project.jobs(config=CONFIG) == set()
    (project.folder / "own.yaml").write_text(OWN.replace("strong: 0.5", "strong: 0.5, stronger: 1"))
    jobs = project.jobs(config=CONFIG)
    assert {job for job in jobs if job.startswith("train_network")} == {
        f"train_network waveforms/grid_stronger/{seed}" for seed in (0, 1)
    }
    assert "compare_factors waveforms" in jobs
