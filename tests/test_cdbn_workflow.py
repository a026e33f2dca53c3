"""A network that learns without labels through the whole workflow, as small as can be."""

import pytest
import yaml
from PIL import Image
from projects import ROOT, copied

from kernelscope import artifacts

CDBN = {
    **{"kernels": [3, 2], "kernel_sizes": [5, 3], "targets": [0.01, 0.02], "updates": [6, 4], "crops": [12, 20]},
    **{"whiten": False, "snapshots": 3},
}
CONFIG = {
    "pathvars": {"results": "results/unlabelled"},
    "experiment": {
        **{"datasets": ["square", "triangle"], "architectures": ["mine"], "seeds": [0]},
        "stages": ["findings"],
    },
    "datasets": {
        name: {"classes": [name], "train_images": 10, "test_images": 10, "image_size": [32, 32]}
        for name in ("square", "triangle")
    },
    "architectures": {"mine": {"network": "cdbn", "cdbn": CDBN}},
    "comparison": {"draws": 20},
    "analysis": {"draws": 20},
}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    project = copied(ROOT, tmp_path_factory.mktemp("unlabelled") / "project")
    (project.folder / "own.yaml").write_text(yaml.safe_dump(CONFIG))
    done = project.snakemake_alone("--configfile", "own.yaml")
    assert done.returncode == 0, done.stdout + done.stderr
    return project


def test_all_that_needs_no_labels_is_made(made):
    results = made.folder / "results/unlabelled"
    run = results / "runs/square/mine/seed0"
    for name in ("snapshots.npz", "kernels.npz", "bases.npz"):
        assert (run / name).stat().st_size > 1000
    assert [row["layer"] for row in artifacts.read_csv(results / "bases.csv")] == ["conv1", "conv2"] * 2
    told = artifacts.read_csv(results / "class_selectivity.csv")
    assert {row["measure"] for row in told} == {"precision", "entropy"}
    with Image.open(results / "bases.png") as picture:
        assert min(picture.size) > 300
    text = (results / "findings.md").read_text()
    assert "[bases.csv]" in text
    assert "knock" not in text


def test_every_file_is_as_its_manifest_says(made):
    assert made.findings(("--configfile", "own.yaml")) == set()
