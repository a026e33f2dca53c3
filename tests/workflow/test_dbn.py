"""The smallest network that learns without labels, through the whole workflow."""

import pytest
import yaml
from browser import View
from PIL import Image
from projects import ROOT, copied
from tiers import THOROUGH

from kernelscope.io import csv_files

CDBN = {
    **{"kernels": [3, 2], "kernel_sizes": [5, 3], "sparsity_targets": [0.01, 0.02], "steps": [6, 4], "crops": [12, 20]},
    **{"whiten": False, "snapshots": 3},
}
CONFIG = {
    "pathvars": {"results": "results/unlabeled"},
    "experiment": {
        **{"datasets": ["square", "triangle"], "architectures": ["mine"], "seeds": [0]},
        "stages": ["findings", "movies", "page"],
    },
    "datasets": {
        name: {"classes": [name], "train_images": 10, "test_images": 10, "image_size": [32, 32]}
        for name in ("square", "triangle")
    },
    "architectures": {"mine": {"network": "cdbn", "cdbn": CDBN}},
    "comparison": {"n_resamples": 20},
    "analysis": {"n_resamples": 20},
}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    project = copied(ROOT, tmp_path_factory.mktemp("unlabeled") / "project")
    (project.folder / "own.yaml").write_text(yaml.safe_dump(CONFIG))
    done = project.snakemake_alone("--configfile", "own.yaml")
    assert done.returncode == 0, done.stdout + done.stderr
    return project


def test_all_that_needs_no_labels_is_made(made):
    results = made.folder / "results/unlabeled"
    run = results / "runs/square/mine/seed0"
    for name in ("snapshots.npz", "kernels.npz", "bases.npz"):
        assert (run / name).stat().st_size > 1000
    assert [row["layer"] for row in csv_files.read_csv(results / "bases.csv")] == ["conv1", "conv2"] * 2
    selectivity = csv_files.read_csv(results / "class_selectivity.csv")
    assert {row["measure"] for row in selectivity} == {"precision", "entropy"}
    with Image.open(results / "bases.png") as picture:
        assert min(picture.size) > 300
    text = (results / "findings.md").read_text()
    assert "ases are oriented" in text
    assert "knock" not in text


@THOROUGH
def test_the_page_shows_bases_and_no_results_about_unknown_classes(made, browser):
    view = View(browser, made.folder / "results/unlabeled/index.html")
    words = {}
    for route in (
        "",
        "evolution/square/mine/conv2",
        "square/mine/0/conv1/1",
        "square/mine/0/conv2/1",
        "compare",
        "data",
    ):
        words[route] = view.open(route).locator("main").inner_text()
        if route.startswith("evolution"):
            lines = [line.get_attribute("d") for line in view.tab.locator("svg path.curve").all()]
    assert (view.complaints, view.foreign) == ([], [])
    view.context.close()
    assert [line.count("M") for line in lines] == [2, 2], "error and free energy are broken where layer 2 begins"
    assert not [route for route, text in words.items() if "accuracy" in text.lower() or "undefined" in text]
    assert "Error of the reconstruction" in words["evolution/square/mine/conv2"]
    assert "linear" in words["square/mine/0/conv2/1"]
    assert "patches" in words["square/mine/0/conv2/1"]
    assert "Watch it work" not in words["square/mine/0/conv1/1"]


def test_every_file_matches_its_manifest(made):
    assert made.findings(("--configfile", "own.yaml")) == set()
