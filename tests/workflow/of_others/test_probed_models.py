"""Networks of others with images: from a config with their code, weights and a folder, to tables and a figure."""

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
import small_resnet
import torch
import yaml
from collections_of_kernels import config
from PIL import Image
from projects import ROOT, copied
from tiers import THOROUGH

from experiment.config.problems import ConfigError
from experiment.plan.experiment import Experiment
from experiment.plan.rule_table import selected
from kernelscope.io import cells, csv_files

OWN = {"files": "{run}.pt", "min_max_normalized": False, "model": "net.py:SmallResNet", "images": "images"}
OWN |= {"image_size": [24, 24], "mean": [0.5], "std": [0.2]}

UNSET = dict.fromkeys(("image_size", "mean", "std"), ...)  # keys that are left out


def write(folder: Path) -> None:
    """Write the code, the weights of two runs, and images with classes."""
    shutil.copy(small_resnet.__file__, folder / "net.py")
    (folder / "runs").mkdir()
    for seed, network in enumerate((small_resnet.trained(30), small_resnet.resnet(seed=5))):
        torch.save(network.state_dict(), folder / "runs" / f"run{seed}.pt")
    images, labels = small_resnet.colored(36)
    for i, (image, label) in enumerate(zip(images, labels.tolist(), strict=True)):
        place = folder / "images" / f"class{label}"
        place.mkdir(parents=True, exist_ok=True)
        pixels = (image * 0.2 + 0.5).clamp(0, 1).numpy().transpose(1, 2, 0)
        Image.fromarray(np.rint(255 * pixels).astype(np.uint8)).save(place / f"{i}.png")


def settings(folder, **changed):
    made = config(str(folder), **(OWN | changed))
    made["datasets"]["found"] = {key: value for key, value in made["datasets"]["found"].items() if value is not ...}
    return made


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path)
    return tmp_path


def spec(folder, rule="probe_model", seed="0", **changed):
    return Experiment(settings(folder, **changed)).spec(rule, {"dataset": "found", "arch": "unknown", "seed": seed})


def test_a_network_is_probed_with_its_own_code_weights_and_images(place, monkeypatch):
    import extract_kernels
    import import_kernels
    import probe_model

    monkeypatch.syspath_prepend(str(place))
    out = place / "out"
    out.mkdir()
    files = [str(out / name) for name in ("snapshots.npz", "history.csv", "run.json")]
    import_kernels.import_kernels(json.loads(spec("runs", "import_kernels")), "runs", *files)
    kernels = [str(out / name) for name in ("kernels.npz", "kernels.csv", "decay.csv")]
    extract_kernels.extract_kernels({}, files[0], files[2], *kernels)
    made = [str(out / "responses.csv"), str(out / "layers.csv"), [str(out / "responses.png")]]
    probe_model.probe_model(json.loads(spec("runs")), kernels[0], "runs", "net.py", "images", *made)
    rows, layers = cells.read(made[0]), cells.read(made[1])
    assert [row["layer"] for row in layers] == ["conv1", "layer1.conv1", "layer1.conv2", "layer2.conv1", "layer2.conv2"]
    assert layers[-1]["selectivity"] > layers[-1]["untrained"]
    assert {row["class"] for row in rows} <= {"class0", "class1", "class2", None}
    assert max(row["drop"] for row in rows) > 0
    with Image.open(made[2][0]) as picture:
        assert min(picture.size) > 300
    (place / "net.py").write_text((place / "net.py").read_text() + "# changed\n")
    with pytest.raises(ValueError, match=r"net\.py: got a file that has changed since this job was planned"):
        probe_model.probe_model(json.loads(spec_of_old(place)), kernels[0], "runs", "net.py", "images", *made)


def spec_of_old(place):
    """Return the spec with the hash of the code before its change."""
    own = json.loads(spec("runs"))
    return json.dumps(own | {"code": "0" * 64})


def test_statements_know_that_the_networks_are_probed(place):
    assert json.loads(spec_of_all("runs"))["pretrained"]["found"]["probed"]
    assert "probed" not in json.loads(spec_of_all("runs", model=None, images=None, **UNSET))["pretrained"]["found"]


def spec_of_all(folder, **changed):
    return Experiment(settings(folder, **changed)).spec("write_statements", {})


def test_the_spec_changes_with_the_code_and_the_images_and_not_with_their_places(place):
    first = spec("runs")
    (place / "elsewhere").mkdir()
    shutil.move("net.py", "elsewhere/net.py")
    shutil.move("images", "elsewhere/pictures")
    moved = {"model": "elsewhere/net.py:SmallResNet", "images": "elsewhere/pictures"}
    assert spec("runs", **moved) == first
    picture = next((place / "elsewhere/pictures").rglob("*.png"))
    Image.new("RGB", (24, 24)).save(picture)
    second = spec("runs", **moved)
    assert second != first
    (place / "elsewhere/net.py").write_text("def SmallResNet(): ...\n")
    assert spec("runs", **moved) not in (first, second)
    assert spec("runs", "import_kernels", **moved) == spec("runs", "import_kernels", model=..., images=..., **NONE)


NONE = dict.fromkeys(("image_size", "mean", "std"), ...)


def test_without_a_model_nothing_is_probed(place):
    assert "probe_model" in selected(Experiment(settings("runs")))
    assert "probe_model" not in selected(Experiment(settings("runs", model=..., images=..., **NONE)))


@pytest.mark.parametrize(
    ("changed", "line"),
    [
        ({"model": "net.py"}, "datasets.found.model: got 'net.py', expected a file and a function, such as"),
        ({"model": "nothing.py:make"}, "datasets.found.model: got 'nothing.py', which is not a file here"),
        ({"images": ...}, "datasets.found.model: got a model without images, expected `images`"),
        ({"model": ...}, "datasets.found.images: got images without a model"),
        ({"images": "nowhere"}, "datasets.found.images: got 'nowhere', which is not a folder here"),
        ({"std": [0]}, "datasets.found.std"),
        ({"files": "{layer}n{run}.pt"}, "datasets.found.model: got a model for files of single layers or kernels"),
    ],
)
def test_settings_that_do_not_fit_are_refused_in_one_line(place, changed, line):
    with pytest.raises(ConfigError, match="^" + re.escape(line)) as refused:
        Experiment(settings("runs", **changed))
    assert len(refused.value.lines) == 1


@THOROUGH
def test_probed_networks_go_through_the_workflow(tmp_path):
    project = copied(ROOT, tmp_path / "project")
    write(project.folder)
    (project.folder / "own.yaml").write_text(yaml.safe_dump(settings("runs")))
    done = project.snakemake_alone("--configfile", "own.yaml")
    assert done.returncode == 0, done.stdout + done.stderr
    results = project.folder / "results/elsewhere"
    for seed in (0, 1):
        run = results / f"runs/found/unknown/seed{seed}"
        assert cells.read(run / "layer_responses.csv") and (run / "responses.png").is_file()
    notes = csv_files.read_csv(results / "notes.csv")
    assert any(note["text"] == "trusted, and run: net.py" for note in notes)
    claims = {row["claim"]: row for row in cells.read(results / "statements.csv")}
    assert claims["selective_layer"]["verdict"] in ("shown", "no evidence", "cannot be decided")
    assert project.findings(("--configfile", "own.yaml")) == set()
    with (project.folder / "net.py").open("a") as code:
        code.write("# changed\n")
    planned = {job.split()[0] for job in project.jobs(config=("--configfile", "own.yaml"))}
    assert planned >= {"probe_model", "write_statements"}
    assert "import_kernels" not in planned
