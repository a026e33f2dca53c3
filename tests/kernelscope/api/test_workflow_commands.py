"""The commands that run the workflow of a clone, whose programs are replaced by one that writes its words down."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from class_folders import folder_of
from projects import ROOT, copied
from tiers import THOROUGH

from kernelscope.api import command, own_images, own_kernels, settings_file, workflow
from kernelscope.io import array_files, records

MAKE = """#!/bin/sh
pwd >> {log}; for word; do echo "$word"; done >> {log}
for run in {folder}/seed*/run.json; do [ ! -f "$run" ] || sed -i 's/"finished": false/"finished": true/' "$run"; done
exit {status}
"""


def typed(tmp_path, *words, status=0, folder="none"):
    """Return the exit status, outputs, and what `make` was called with, of a command in a new process."""
    (tmp_path / "bin").mkdir(exist_ok=True)
    log = tmp_path / "log"
    (tmp_path / "bin/make").write_text(MAKE.format(log=log, status=status, folder=folder))
    (tmp_path / "bin/make").chmod(0o700)
    log.write_text("")
    environment = os.environ | {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"}
    environment["PYTHONPATH"] = str(ROOT / "workflow/scripts")
    call = [sys.executable, "-m", "kernelscope", *map(str, words)]
    done = subprocess.run(call, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr, log.read_text().splitlines()


def recorded(folder, runs=2, finished=True):
    for seed in range(runs):
        place = folder / f"seed{seed}"
        array_files.write_npz(place / "kernels.npz", {"steps": np.arange(2), "0": np.zeros((2, 1, 1, 3, 3), "f4")})
        records.write_json(place / "run.json", {"format": 1, "finished": finished})
    return folder


@pytest.mark.parametrize("status", [0, 3])
def test_images_writes_settings_and_becomes_make_with_its_exit_status(tmp_path, status):
    folder_of(tmp_path / "it's mine", cat=3, dog=3)
    code, text, errors, words = typed(tmp_path, "images", "it's mine", "--seeds", 2, status=status)
    config = tmp_path / "it_s_mine.yaml"
    assert (code, errors) == (status, "")
    assert words == [str(ROOT), "--no-print-directory", f"CONFIG={config}", "main"]
    assert config.exists() and f"{ROOT}/results/it_s_mine/index.html" in text and "warning     fewer than 50" in text


def test_only_config_runs_nothing(tmp_path):
    recorded(tmp_path / "runs")
    code, text, _, words = typed(tmp_path, "page", "runs", "--only-config", "--config", "own.yaml")
    assert (code, words) == (0, [])
    assert (tmp_path / "own.yaml").exists() and text.startswith("runs        2, recorded: seed0, seed1")


def test_page_watches_recorded_runs_until_they_are_finished(tmp_path):
    folder = recorded(tmp_path / "runs", finished=False)
    code, text, errors, words = typed(tmp_path, "page", "runs", "--watch", folder=folder)
    assert (code, errors, words.count("main")) == (0, "", 2)
    assert text.endswith("all runs are finished\n")
    code, *_, words = typed(tmp_path, "page", "runs", "--watch", folder=folder, status=2)
    assert (code, words.count("main")) == (2, 1)


@pytest.mark.parametrize("network", ["recorded", "pretrained"])
def test_a_folder_of_kernels_becomes_a_config_that_plans(tmp_path, monkeypatch, network):
    from experiment.plan import loading

    folder = recorded(tmp_path / "runs", runs=3)
    for path in folder.rglob("run.json"):
        if network == "pretrained":
            path.unlink()
    found = own_kernels.find(folder)
    assert found == (network, ["seed0", "seed1", "seed2"])
    (tmp_path / "own.yaml").write_text(json.dumps(own_kernels.config(folder, found)))
    monkeypatch.chdir(ROOT)
    plan = loading.load([tmp_path / "own.yaml"])
    assert [run.name for run in plan.pretrained["own_runs"].values()] == ["seed0", "seed1", "seed2"]


def test_results_of_an_experiment_and_folders_of_folders_are_refused_with_what_to_do(tmp_path):
    recorded(tmp_path / "runs/small")
    with pytest.raises(ValueError, match=r"folders of folders.* \(choose one, such as .*runs/small\)"):
        own_kernels.find(tmp_path / "runs")
    (tmp_path / "statements.csv").write_text("")
    with pytest.raises(ValueError, match=r"got the results of an experiment, .*its page is .*index\.html"):
        own_kernels.find(tmp_path)


def test_plan_and_verify_run_in_the_clone_with_the_files_of_the_user(tmp_path):
    (tmp_path / "mine.yaml").write_text("experiment: {seeds: [0]}\npathvars: {results: results/none}\n")
    code, text, errors, _ = typed(tmp_path, "plan", "--configfile", "mine.yaml")
    assert (code, errors) == (0, "") and "ok, 4 runs" in text and "into results/none" in text
    code, text, errors, _ = typed(tmp_path, "verify", "--configfile", "mine.yaml")
    assert code == 1 and "did not finish here" in text and errors == ""
    code, _, errors, _ = typed(tmp_path, "trace", "nothing")
    assert code == 1 and len(errors.splitlines()) == 1


BAD = {
    "got a path that is not a folder": ["images", "nothing"],
    "--seeds: got 0, expected a number from 1 to 1000": ["images", ".", "--seeds", "0"],
    "got no folder, expected a folder with recorded runs": ["page", "nothing"],
    "expected folders of a recorder": ["page", "."],
}


@pytest.mark.parametrize("line", BAD)
def test_bad_input_is_one_line_and_status_1(tmp_path, monkeypatch, capsys, line):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        command.main(BAD[line])
    assert line in ended.value.code and "\n" not in ended.value.code
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "words", [["images", "."], ["page", "."], ["verify"], ["trace", "a"], ["clean"], ["plan"], ["watch"]]
)
def test_without_a_clone_one_line_says_that_there_must_be_one(tmp_path, monkeypatch, words):
    monkeypatch.setattr(workflow, "ROOT", tmp_path)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(
        SystemExit, match=f"kernelscope: {words[0]}: got the package without the workflow, expected a clone"
    ):
        command.main(words)


@THOROUGH
def test_a_folder_of_images_becomes_a_page(tmp_path):
    project = copied(ROOT, tmp_path / "project")
    choice = own_images.choose(folder_of(project.folder / "pictures", (20, 24), cat=30, dog=20), seeds=2)
    settings_file.write(project.folder / "own.yaml", choice.config, "images")
    done = project.snakemake_alone("--configfile", "own.yaml")
    assert done.returncode == 0, done.stdout + done.stderr
    assert (project.folder / "results/pictures/index.html").stat().st_size > 100_000
    assert project.findings(("--configfile", "own.yaml")) == set()
