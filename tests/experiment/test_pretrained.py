"""Experiments of pretrained kernels: the runs they select, what their jobs depend on, and refusals."""

import json
import os
import shutil

import numpy as np
import pytest
from collections_of_kernels import config, publish
from default_config import CONFIG

from experiment.config.schema import ConfigError
from experiment.plan import jobs, pretrained, rule_table
from experiment.plan.experiment import Experiment

ONLY = {"import_kernels", "draw_pretrained", "measure_layers"}
NO_IMAGES = {  # rules that need the images or the network
    *("make_dataset", "draw_samples", "train_network", "draw_featuremaps"),
    *("probe_kernels", "predict_images", "project_kernels", "draw_pixels", "write_atlas", "draw_atlas"),
    *("compare_seeds", "draw_agreement", "compare_runs", "draw_similarity"),
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Return the folder `pretrained` with a collection, in a working folder of its own."""
    monkeypatch.chdir(tmp_path)
    publish(tmp_path / "pretrained")
    return tmp_path / "pretrained"


def experiment(**settings):
    return Experiment(config("pretrained", **settings))


def spec(seed=0, **settings):
    return json.loads(
        experiment(**settings).spec("import_kernels", {"dataset": "found", "arch": "unknown", "seed": str(seed)})
    )


def refusal(found: dict) -> str:
    with pytest.raises(ConfigError) as error:
        Experiment(found)
    return str(error.value)


def test_a_seed_is_the_number_of_a_run_in_the_order_of_the_names(folder):
    assert [run.name for run in experiment().pretrained["found"].values()] == ["a", "b"]
    (folder / "b").rename(folder / "_b")
    assert [run.name for run in experiment().pretrained["found"].values()] == ["_b", "a"]


def test_the_jobs_are_those_that_need_no_images(folder):
    made = {job.rule for job in jobs.jobs(experiment())}
    assert made == set(rule_table.selected(Experiment(CONFIG))) - NO_IMAGES - {"draw_history"} | ONLY
    assert {job.rule for job in jobs.jobs(experiment(history="{run}/loss.csv"))} == made | {"draw_history"}


def test_an_experiment_that_trains_has_none_of_these_jobs():
    trained = config("nowhere") | {"experiment": {"datasets": ["w"], "architectures": ["m"], "seeds": [0]}}
    trained |= {"datasets": {"w": {}}, "architectures": {"m": {"network": "templates"}}}
    made = Experiment(trained)
    assert made.pretrained == {}
    assert not {job.rule for job in jobs.jobs(made)} & ONLY


def test_a_run_depends_on_the_content_of_its_own_files_and_on_nothing_else_of_them(folder):
    before = spec(0), spec(1)
    os.utime(folder / "a" / "kernel_000_0.npy", (1, 1))
    (folder / "a" / "notes.txt").write_text("not of the pattern")
    assert (spec(0), spec(1)) == before
    np.save(folder / "a" / "kernel_040_1.npy", np.zeros((1, 8, 8), np.float32))
    assert spec(0) != before[0]
    assert spec(1) == before[1]


def test_the_place_of_the_folder_is_in_no_spec(folder):
    before = spec(0)
    folder.rename(folder.with_name("elsewhere"))
    found = Experiment(config(str(folder.with_name("elsewhere"))))
    assert json.loads(found.spec("import_kernels", {"dataset": "found", "arch": "unknown", "seed": "0"})) == before
    assert "elsewhere" not in json.dumps(before)


def test_every_spec_of_a_run_has_its_name(folder):
    for job in jobs.jobs(experiment()):
        if "seed" in job.wildcards:
            assert (
                json.loads(experiment().spec(job.rule, job.wildcards))["pretrained"] == "ab"[int(job.wildcards["seed"])]
            )


def test_files_that_fit_no_pattern_are_counted_and_hidden_ones_are_not(folder):
    (folder / "a" / "notes.txt").write_text("not of the pattern")
    (folder / ".DS_Store").write_text("hidden")
    losses = {"count": 2, "of": 11, "names": "a/loss.csv, b/loss.csv"}
    spec = json.loads(experiment(history="{run}/loss.csv").spec("write_notes", {}))
    assert spec["unread"] == {"found": losses | {"count": 1, "names": "a/notes.txt"}}
    spec = json.loads(experiment().spec("write_notes", {}))
    assert spec["unread"] == {"found": losses | {"count": 3, "names": "a/loss.csv, a/notes.txt, b/loss.csv"}}


def test_beside_a_table_no_file_is_left_over(folder):
    (folder.parent / "table.csv").write_text("file\na/kernel_040_0.npy\n")
    found = config("pretrained", files=None, table="table.csv")
    found["experiment"]["seeds"] = [0]
    assert json.loads(Experiment(found).spec("write_notes", {}))["unread"]["found"]["count"] == 0


def test_runs_with_the_same_files_are_told_and_no_others(folder):
    assert "equal" not in spec(0)
    shutil.rmtree(folder / "b")
    shutil.copytree(folder / "a", folder / "b")
    assert spec(0)["equal"] == spec(1)["equal"] == ["a", "b"]
    np.save(folder / "b" / "kernel_040_1.npy", np.zeros((1, 8, 8), np.float32))
    assert "equal" not in spec(1)


def test_a_table_names_files_runs_and_times(folder):
    table = folder.parent / "table.csv"
    table.write_text("file,run,epoch,kernel\n" + "".join(f"a/kernel_040_{i}.npy,mine,7,{i}\n" for i in (0, 1)))
    found = config("pretrained", files=None, table="table.csv")
    found["experiment"]["seeds"] = [0]
    (run,) = Experiment(found).pretrained["found"].values()
    assert (run.name, [(file.name, file.epoch, file.kernel) for file, _ in run.files]) == (
        "mine",
        [("a/kernel_040_0.npy", 7, 0), ("a/kernel_040_1.npy", 7, 1)],
    )


def test_without_a_run_in_the_table_there_is_one_named_as_the_folder(folder):
    (folder.parent / "table.csv").write_text("file\na/kernel_040_0.npy\n")
    found = config("pretrained", files=None, table="table.csv")
    found["experiment"]["seeds"] = [0]
    assert Experiment(found).pretrained["found"][0].name == "pretrained"


def test_the_layers_and_the_part_are_in_the_spec_of_the_import(folder):
    wildcards = {"dataset": "found", "arch": "unknown", "seed": "0"}
    spec = json.loads(experiment(layers=["conv*"], part="ema").spec("import_kernels", wildcards))
    assert (spec["layers"], spec["part"]) == (["conv*"], "ema")


def of_layers(folder, names: dict[str, list[str]], stages: list[str]) -> dict:
    """Write a file for each layer of each run; return the config of these runs and stages."""
    shutil.rmtree(folder)
    for run, layers in names.items():
        (folder / run).mkdir(parents=True)
        for layer in layers:
            np.save(folder / run / f"{layer}.npy", np.zeros((1, 1, 3, 3), np.float32))
    found = config("pretrained", files="{run}/{layer}.npy")
    found["experiment"]["stages"] = stages
    return found


def test_runs_whose_files_name_no_common_layer_are_refused_where_they_are_compared(folder):
    line = refusal(of_layers(folder, {"a": ["conv1"], "b": ["stem", "top"]}, ["compare"]))
    got = "got no layer that all compared runs have (run a has conv1; run b has stem, top)"
    assert line == f"datasets.found: {got}, expected runs of one network, or other `seeds`"
    assert Experiment(of_layers(folder, {"a": ["conv1"], "b": ["stem"]}, ["figures"])).pretrained
    assert Experiment(of_layers(folder, {"a": ["conv1"], "b": ["conv1", "top"]}, ["compare"])).pretrained


def test_the_default_names_are_found(folder):
    for path in folder.glob("*/*.npy"):
        path.rename(path.with_suffix(".pt"))
    assert len(experiment(files=None).pretrained["found"][0].files) == 6


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("file\n../other.npy", "got the file '../other.npy' in table.csv, expected names of files below pretrained"),
        ("file\n/etc/passwd", "got the file '/etc/passwd'"),
        ("file\na/none.npy", "a/none.npy: got a path that is not a regular file"),
        ("file\n", "datasets.found.table: got no row in table.csv"),
        ("file,epoch\na/kernel_040_0.npy", "more or fewer cells"),
        ("run\na", "got the columns run"),
        ("file,file\na,b", "got the columns file, file"),
        ("", "got the columns none"),
        ("file,epoch\na/kernel_040_0.npy,x", "a/kernel_040_0.npy: got the epoch 'x'"),
        ("file,epoch\na/kernel_040_0.npy,1\na/kernel_040_1.npy,1", "got the same time, layer and kernel"),
    ],
)
def test_a_table_that_makes_no_sense_is_refused(folder, rows, words):
    (folder.parent / "table.csv").write_text(rows)
    found = config("pretrained", files=None, table="table.csv")
    found["experiment"]["seeds"] = [0]
    assert words in refusal(found)


def test_of_many_runs_a_line_has_twenty_and_counts_the_rest(monkeypatch):
    names = {f"run{number:02}": [] for number in range(25)}
    monkeypatch.setattr(pretrained, "files", lambda settings: [])
    monkeypatch.setattr(pretrained.file_names, "runs", lambda found: names)
    with pytest.raises(ConfigError) as caught:
        pretrained.chosen("found", {}, [25], ("experiment", "seeds"))
    assert str(caught.value).startswith("experiment.seeds: got 25, expected 0 to 24, for the runs run00, run01, ")
    assert str(caught.value).endswith(", run18, run19 and 5 more")


def changed(path: str, value) -> dict:
    found = config("pretrained")
    *keys, last = path.split(".")
    place = found
    for key in keys:
        place = place[key]
    place[last] = value
    return found


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("experiment.seeds", [0, 2], "experiment.seeds: got 2, expected 0 to 1, for the runs a, b"),
        ("datasets.found.folder", "nowhere", "datasets.found.folder: got 'nowhere', which is not a folder here"),
        (
            "datasets.found.files",
            "{run}.npy",
            "datasets.found.files: got no file like {run}.npy among the 10 files in pretrained, "
            "expected a pattern that fits the names of the files, or a `table` of them",
        ),
        ("datasets.found.files", "{run}/{x}.npy", "got the placeholder {x}"),
        ("datasets.found.files", "{run}/{epoch}", "got no file like"),
        (
            "datasets.found.table",
            "t.csv",
            "datasets.found.table: got a table beside `files`, expected only one of them",
        ),
        ("datasets.found.history", "{run}/no.csv", "history: got no file like {run}/no.csv for the run 'a'"),
        ("datasets.found.history", "{epoch}.csv", "history: got '{epoch}.csv', expected"),
        (
            "datasets.found.min_max_normalized",
            "yes",
            "datasets.found.min_max_normalized: got 'yes', expected true or false",
        ),
        ("datasets.found.layers", "conv1", "datasets.found.layers: got 'conv1', expected a list"),
        ("datasets.found.layers", [], "datasets.found.layers: got []"),
        ("datasets.found.part", 3, "datasets.found.part: got 3, expected"),
        ("datasets.found.classes", ["square"], "datasets.found.classes: got an unknown key"),
        ("datasets.found.source", "publish", "datasets.found.source: got 'publish', expected one of waveforms"),
        ("datasets.found", {"source": "pretrained"}, "datasets.found.folder: got nothing, expected a path"),
        (
            "architectures.unknown.kernels",
            3,
            "architectures.unknown.kernels: got a setting beside `network: pretrained`",
        ),
        ("architectures.unknown.control", "frozen", "architectures.unknown.control: got a setting beside"),
        (
            "architectures.unknown.network",
            "templates",
            "experiment.architectures: got 'unknown', which is not pretrained",
        ),
        ("datasets.found", {}, "experiment.datasets: got 'found', which is not pretrained, beside pretrained kernels"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(folder, path, value, words):
    assert words in refusal(changed(path, value))


def test_pretrained_and_trained_runs_do_not_mix(folder):
    found = config("pretrained")
    found["datasets"]["w"], found["experiment"]["datasets"] = {}, ["found", "w"]
    assert "experiment.datasets: got 'w', which is not pretrained" in refusal(found)
    found = config("pretrained")
    found["architectures"]["m"], found["experiment"]["architectures"] = {"network": "pretrained"}, ["m", "unknown"]
    assert "experiment.architectures: got several beside pretrained kernels, expected one" in refusal(found)


def test_a_lost_kernel_and_a_link_are_refused_by_name(folder):
    (folder / "a" / "kernel_040_1.npy").rename(folder / "kept.npy")
    assert "a/kernel_040_0.npy: got no kernel 1 in its snapshot" in refusal(config("pretrained"))
    (folder / "a" / "kernel_040_1.npy").symlink_to(folder / "kept.npy")
    assert "pretrained/a/kernel_040_1.npy: got a link" in refusal(config("pretrained"))


def test_an_ending_that_no_job_could_read_is_refused(folder):
    for path in folder.glob("*/kernel*.npy"):
        path.rename(path.with_suffix(".txt"))
    assert "got the ending .txt, expected .pt" in refusal(
        changed("datasets.found.files", "{run}/kernel_{epoch}_{kernel}.txt")
    )


def test_folders_that_are_links_are_not_followed(folder):
    shutil.move(folder / "b", folder.parent / "outside")
    (folder / "b").symlink_to(folder.parent / "outside")
    assert "experiment.seeds: got 1, expected 0 to 0, for the runs a" in refusal(config("pretrained"))


def test_a_name_that_cannot_be_shown_is_refused(folder):
    (folder / "a").rename(folder / "a\nb")
    assert "got the run 'a\\nb', expected a name of at most 64 printable characters" in refusal(config("pretrained"))
