"""Failed trainings through the whole workflow: each is a result with a label, and none stops the others."""

import csv
import json

import pytest
from projects import ROOT, copied
from tiers import THOROUGH

RESULTS = "results/failed"
CONFIG = """
pathvars: {results: results/failed}
experiment: {architectures: [plateau, dead, endless, blind], seeds: [0]}
datasets: {waveforms: {train_images: 240, test_images: 60, image_size: [48, 48]}}
architectures:
  plateau: &flat {network: templates, kernels: 6, kernel_size: 9, training: {learning_rate: 1.0e-7}}
  dead: {<<: *flat, training: {learning_rate: 0.3}}
  endless:
    {network: stacked, kernels: 6, kernel_size: 5, widths: [6, 8],
     training: {optimizer: sgd, loss: mse, learning_rate: 1000}}
  blind: {<<: *flat, training: {learning_rate: 0.03, weight_decay: {conv: 5, linear: 5}}}
training: {schedule: constant, epochs: 10, snapshots: 8, batch_size: 40}
"""
FAILURES = {
    "plateau": "constant-predictor plateau",
    "dead": "dead network",
    "endless": "non-finite loss",
    "blind": "class never predicted",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return the results up to the table of all runs, which tests must not change."""
    project = copied(ROOT, tmp_path_factory.mktemp("failed") / "project")
    (project.folder / "failed.yaml").write_text(CONFIG)
    done = project.snakemake(f"{RESULTS}/summary.csv", "--configfile", "failed.yaml")
    assert done.returncode == 0, done.stdout + done.stderr
    return project.folder / RESULTS


def rows(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@THOROUGH
@pytest.mark.parametrize("arch", FAILURES)
def test_a_failed_training_says_how_it_failed_in_its_own_files(folder, arch):
    run = folder / "runs/waveforms" / arch / "seed0"
    outcome, history = json.loads((run / "run.json").read_text()), rows(run / "history.csv")
    assert outcome["failure"] == FAILURES[arch]
    assert {row["failure"] for row in history[:-1]} == {""}
    assert history[-1]["failure"] == FAILURES[arch]
    assert (outcome["train"]["loss"] is None) == (history[-1]["train_loss"] == "") == (arch == "endless")
    assert outcome["never_predicted"] or arch == "plateau"
    assert (run / "kernels.npz").exists()


def test_the_summary_has_a_row_for_each_with_the_same_label(folder):
    assert {row["arch"]: row["failure"] for row in rows(folder / "summary.csv")} == FAILURES


def test_only_a_loss_that_is_not_finite_ends_a_training_early(folder):
    epochs = {arch: len(rows(folder / f"runs/waveforms/{arch}/seed0/history.csv")) - 1 for arch in FAILURES}
    assert epochs.pop("endless") < 10
    assert set(epochs.values()) == {10}
