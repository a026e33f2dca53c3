"""Kernels recorded in anybody's training loop, from the recorder to the page."""

import json

import numpy as np
import pytest
import torch
import yaml
from collections_of_kernels import config
from projects import ROOT, copied
from tiers import THOROUGH
from torch import nn

import kernelscope as ks
from experiment.config.problems import ConfigError
from experiment.plan.experiment import Experiment
from kernelscope.io import array_files, cells, csv_files, records
from kernelscope.pretrained import notes

STEPS = 30


def record(folder, seed, **optimizer):
    """Record a small training on bars in noise."""
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Conv2d(1, 5, 7), nn.ReLU(), nn.Conv2d(5, 4, (1, 3)), nn.AdaptiveMaxPool2d(1), nn.Flatten())
    chosen = torch.optim.AdamW(model.parameters(), lr=0.02, weight_decay=0.5)
    with ks.Recorder(model, folder / f"seed{seed}", optimizer=chosen, snapshots=6, seed=seed, **optimizer) as recorder:
        for step in range(STEPS):
            images = torch.randn(8, 1, 16, 16, generator=torch.Generator().manual_seed(step))
            images[:4, :, :, 7:9] += 3
            loss = nn.functional.cross_entropy(model(images), torch.arange(8) // 4)
            chosen.zero_grad()
            loss.backward()
            chosen.step()
            recorder.step()
            recorder.log(loss=loss)


def settings(place, **changed):
    """Return the config of an experiment with both runs."""
    made = config(str(place))
    return made | {"datasets": {"found": {"source": "recorded", "folder": str(place)} | changed}}


def run_script(name, spec, *paths):
    module = __import__(name)
    getattr(module, name)(spec, *map(str, paths))


@pytest.fixture
def recorded(tmp_path):
    for seed in (0, 1):
        record(tmp_path / "runs", seed)
    return tmp_path / "runs"


def test_states_and_exact_decay_factors_of_a_recorder_are_imported(recorded, tmp_path):
    plan = Experiment(settings(recorded))
    assert [run.name for run in plan.pretrained["found"].values()] == ["seed0", "seed1"]
    spec = json.loads(plan.spec("import_kernels", {"dataset": "found", "arch": "unknown", "seed": "1"}))
    out = {name: tmp_path / name for name in ("snapshots.npz", "history.csv", "run.json", "kernels.npz", "decay.csv")}
    imported = out["snapshots.npz"], out["history.csv"], out["run.json"]
    run_script("import_kernels", spec, recorded, *imported)
    made = out["kernels.npz"], tmp_path / "kernels.csv", out["decay.csv"]
    run_script("extract_kernels", {}, out["snapshots.npz"], out["run.json"], *made)
    kernels, theirs = (array_files.read_npz(path) for path in (out["kernels.npz"], recorded / "seed1/kernels.npz"))
    assert kernels.keys() == {"steps", "epochs", "0"}
    assert np.array_equal(kernels["0"], theirs["0"])
    assert kernels["steps"].tolist() == theirs["steps"].tolist()
    factors = [row["factor"] for row in csv_files.read_csv(out["decay.csv"])]
    assert factors == [row["factor"] for row in csv_files.read_csv(recorded / "seed1/decay.csv") if row["layer"] == "0"]
    assert 0 < float(factors[-1]) < float(factors[0]) == 1
    history = cells.read(out["history.csv"])
    theirs = cells.read(recorded / "seed1/history.csv")
    assert [(row["step"], row["epoch"], row["train_loss"]) for row in history] == [
        (row["step"], row["step"], row["loss"]) for row in theirs
    ]
    figure = tmp_path / "history.png"
    drawing = {"dataset": "found", "arch": "unknown", "seed": 1, "for": "screen", "classes": 0}
    module = __import__("draw_history")
    module.draw_history(drawing, str(out["history.csv"]), str(out["run.json"]), [str(figure)])
    assert figure.stat().st_size > 1000
    left_out = records.read_json(out["run.json"])["pretrained"]["left_out"]
    assert [(other["name"], other["why"]) for other in left_out] == [("2", notes.NOT_SQUARE)]


def test_a_history_is_read_only_if_every_run_logged_a_loss_or_an_accuracy(recorded):
    assert Experiment(settings(recorded)).has_history
    csv_files.write_csv(recorded / "seed0/history.csv", ["step", "rate"], [{"step": 1, "rate": 0.5}])
    assert not Experiment(settings(recorded)).has_history


def test_a_history_without_a_number_is_drawn_empty(recorded, tmp_path):
    csv_files.write_csv(recorded / "seed0/history.csv", ["step", "loss"], [{"step": 1, "loss": None}])
    spec = json.loads(
        Experiment(settings(recorded)).spec("import_kernels", {"dataset": "found", "arch": "unknown", "seed": "0"})
    )
    outputs = [tmp_path / name for name in ("snapshots.npz", "history.csv", "run.json")]
    run_script("import_kernels", spec, recorded, *outputs)
    drawing = {"dataset": "found", "arch": "unknown", "seed": 0, "for": "screen", "classes": 0}
    __import__("draw_history").draw_history(drawing, str(outputs[1]), str(outputs[2]), [str(tmp_path / "h.png")])
    assert (tmp_path / "h.png").exists()


def test_a_decay_of_another_moment_is_refused(recorded, tmp_path):
    rows = csv_files.read_csv(recorded / "seed0/decay.csv")
    csv_files.write_csv(recorded / "seed0/decay.csv", rows[0], rows[:-2])
    spec = json.loads(
        Experiment(settings(recorded)).spec("import_kernels", {"dataset": "found", "arch": "unknown", "seed": "0"})
    )
    outputs = (tmp_path / name for name in ("snapshots.npz", "history.csv", "run.json"))
    with pytest.raises(ValueError, match=r"decay\.csv: got other steps of 0 than in kernels\.npz"):
        run_script("import_kernels", spec, recorded, *outputs)


@pytest.mark.parametrize(
    ("changed", "line"),
    [
        ({"folder": "nothing"}, "datasets.found.folder: got 'nothing', which is not a folder here"),
        ({"files": "{run}.pt"}, "datasets.found.files: "),
        ({"layers": []}, "datasets.found.layers: "),
    ],
)
def test_settings_that_do_not_fit_are_refused(recorded, changed, line):
    with pytest.raises(ConfigError) as refused:
        Experiment(settings(recorded, **changed))
    assert str(refused.value).startswith(line)


@THOROUGH
def test_recorded_runs_go_through_the_workflow_with_their_exact_change(tmp_path):
    project = copied(ROOT, tmp_path / "project")
    for seed in (0, 1):
        record(project.folder / "runs", seed)
    (project.folder / "own.yaml").write_text(yaml.safe_dump(settings("runs")))
    done = project.snakemake_alone("--configfile", "own.yaml")
    assert done.returncode == 0, done.stdout + done.stderr
    results = project.folder / "results/elsewhere"
    assert (results / "runs/found/unknown/seed0/history.png").stat().st_size > 1000
    summary = cells.read(results / "summary.csv")
    factors = csv_files.read_csv(project.folder / "runs/seed0/decay.csv")
    assert summary[0]["decay_factor"] == float(factors[-2]["factor"])
    assert "initial_ratio" not in (summary[0]["reason"] or "")
    claims = {row["claim"] for row in cells.read(results / "statements.csv")}
    assert "initial_ratio" in claims and "initial_estimate" not in claims
    texts = [row["text"] for row in csv_files.read_csv(results / "notes.csv")]
    assert any("not square planes" in text for text in texts)
    assert project.findings(("--configfile", "own.yaml")) == set()
