"""The zip of an experiment: what it has, what it leaves out, and the numbers of its methods paragraph."""

import json
import re
import zipfile

import pytest

from kernelscope.api import command, experiment_zip, methods_text, workflow
from kernelscope.version import VERSION

TRAINING = {
    **{"optimizer": "adamw", "schedule": "one_cycle", "learning_rate": 0.01, "weight_decay": {"conv": 1.5}},
    **{"batch_size": 100, "steps": 300, "epochs": None, "loss": "cross_entropy"},
}
LAYERS = [{"kind": "conv", "name": "conv1", "kernels": 12, "kernel_size": 15}, {"kind": "relu"}]
SUMMARY = """dataset,arch,seed,test_accuracy,failure,parameters
waves,small,0,0.9,,2751
waves,small,1,0.8,,2751
waves,small,2,0.3,plateau,2751
waves,foreign,0,,,
"""
STATEMENTS = """statement,verdict,family,correction,p,text
a,shown,f,holm,0.01,A.
a,shown,f,holm,0.01,A.
b,no evidence,f,holm,0.5,B.
c,,,none,,C.
"""


def manifest_of(rule, spec, outputs):
    entries = {name: {"bytes": 1, "sha256": "0"} for name in outputs}
    software = {"numpy": "2.0", "torch": "2.9"}
    made_by = {"rule": rule, "spec": spec, "code": "1", "software": software, "python": "3.12.1", "notes": []}
    return made_by | {"inputs": {}, "outputs": entries}


@pytest.fixture
def results(tmp_path):
    """Return the results of an experiment with two networks, one of which was trained elsewhere."""
    folder = tmp_path / "results"
    run = folder / "runs/waves/small/seed0"
    for path in (folder / ".manifest", run / ".manifest", folder / "logs", folder / "compare"):
        path.mkdir(parents=True)
    (folder / "index.html").write_text("<p>page</p>")
    (folder / "findings.md").write_text("found\n")
    (folder / "statements.csv").write_text(STATEMENTS)
    (folder / "summary.csv").write_text(SUMMARY)
    (folder / "compare/pairs.csv").write_text("a\n1\n")
    (folder / "logs/cost.csv").write_text("not of the results\n")
    spec = {"layers": LAYERS, "training": TRAINING, "seed": 0}
    (run / "run.json").write_text(json.dumps({"spec": spec, "versions": {"torch": "2.9", "python": "3.12.1"}}))
    (run / ".manifest/train_network.json").write_text(json.dumps(manifest_of("train_network", spec, ["run.json"])))
    (folder / ".manifest/write_page.json").write_text("damaged")
    return folder


def content(path):
    with zipfile.ZipFile(path) as whole:
        assert whole.testzip() is None
        return {name: whole.read(name).decode() for name in whole.namelist()}


def test_the_zip_has_page_tables_settings_software_methods_and_how_to_cite(results, tmp_path):
    config = tmp_path / "mine.yaml"
    config.write_text("experiment: {}\n")
    said = experiment_zip.save_experiment(results, tmp_path / "x.zip", (config,))
    found = content(tmp_path / "x.zip")
    tables = {f"tables/{name}" for name in ("statements.csv", "summary.csv", "compare/pairs.csv")}
    files = {"README.md", "methods.md", "settings.json", "environment.txt", "CITE.md", "index.html", "findings.md"}
    assert found.keys() == tables | files | {"config/1_mine.yaml"}
    assert said == f"{tmp_path / 'x.zip'}: page, findings, methods, settings, environment, 3 tables"
    assert found["index.html"] == "<p>page</p>"
    assert json.loads(found["settings.json"])["train_network"]["runs/waves/small/seed0"]["training"] == TRAINING
    versions = [f"kernelscope=={VERSION}", "python==3.12.1", "numpy==2.0", "torch==2.9"]
    assert found["environment.txt"].split() == versions
    assert f"version {VERSION}" in found["CITE.md"] and "cff-version" in found["CITE.md"]
    named = re.findall(r"^\* `([^`]+)`", found["README.md"], re.MULTILINE)
    assert len(named) == 7
    assert [name for name in named if not any(kept.startswith(name) for kept in found)] == []


def test_the_paragraph_has_the_numbers_of_the_experiment(results):
    text = methods_text.paragraph(results)
    assert "small (conv1: 12 kernels of 15 x 15, 2,751 parameters) was trained on waves from 3 seeds" in text
    assert "adamw (one-cycle schedule, learning rate 0.01, weight decay 1.5 of kernels, batches of 100, 300 up" in text
    assert "test accuracy 85.0 % (mean of 2 runs, standard deviation 7.1); 1 of 3 runs failed." in text
    assert "The kernels of foreign on waves were not trained here; they are from 1 run." in text
    assert "Of 2 tested claims, the verdicts are: 1 shown, 1 no evidence, 0 cannot be decided." in text
    assert "the p values of 1 family by Holm are corrected" in text
    assert text.endswith(f"kernelscope {VERSION}, python 3.12.1, torch 2.9.\n")


def test_equal_results_give_equal_bytes(results, tmp_path):
    for name in ("a.zip", "b.zip"):
        experiment_zip.save_experiment(results, tmp_path / name)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_a_large_table_is_left_out_and_named(results, tmp_path, monkeypatch):
    monkeypatch.setattr(experiment_zip, "LARGEST", 10)
    said = experiment_zip.save_experiment(results, tmp_path / "x.zip")
    found = content(tmp_path / "x.zip")
    assert "2 tables of more than" in said
    assert {name for name in found if name.startswith("tables/")} == {"tables/compare/pairs.csv"}
    assert "* `statements.csv`\n* `summary.csv`\n" in found["README.md"]


@pytest.mark.parametrize("missing", ["index.html", "summary.csv", "statements.csv"])
def test_an_unfinished_experiment_is_refused_and_nothing_is_written(results, tmp_path, missing):
    (results / missing).unlink()
    with pytest.raises(ValueError, match=f"no {missing}, expected the results of a finished experiment"):
        experiment_zip.save_experiment(results, tmp_path / "x.zip")
    assert not (tmp_path / "x.zip").exists()


def test_another_ending_is_refused(results, tmp_path):
    with pytest.raises(ValueError, match=r"got .tar, expected .zip"):
        experiment_zip.save_experiment(results, tmp_path / "x.tar")


def test_without_a_clone_the_version_is_cited(monkeypatch):
    monkeypatch.setattr(workflow, "is_here", lambda: False)
    assert experiment_zip.citation() == f"To cite kernelscope: version {VERSION}, see its documentation.\n"


def test_the_command_writes_a_zip_of_results(results, tmp_path, capsys):
    command.main(["export", str(results), "--out", str(tmp_path / "x.zip")])
    assert "3 tables" in capsys.readouterr().out
    assert (tmp_path / "x.zip").is_file()
