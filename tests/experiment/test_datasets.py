"""Facts about a dataset that a plan knows, and definitions that a plan refuses in one line."""

import os
import subprocess
import sys

import numpy as np
import pytest
from default_config import changed, message
from hostile import one_line
from PIL import Image
from projects import ROOT

from experiment.config.schema import ConfigError
from experiment.plan.datasets import Source, source
from experiment.plan.experiment import Experiment

FOLDER = {"source": "folder", "folder": "p", "table": None, "image_size": None, "on_error": "stop"}
FOLDER |= {"test_share": 0.2, "seed": 0}
ARRAYS = {"source": "arrays", "file": "x.npz", "image_size": [9, 9]}


@pytest.fixture(autouse=True)
def root(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for number in range(8):
        path = tmp_path / "p" / ("bar", "ring")[number % 2] / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (9, 9), number).save(path)
    return tmp_path / "p"


def refused(settings) -> str:
    with pytest.raises(ConfigError) as error:
        source("mine", settings)
    assert one_line(error.value).startswith("datasets.mine")
    return str(error.value)


def test_of_a_folder_the_classes_and_the_content_are_known(root):
    found = source("mine", FOLDER)
    assert (found.classes, found.image_size, found.inferred_size) == (2, None, (9, 9))
    assert len(found.content) == 64
    assert source("mine", FOLDER | {"image_size": [8, 9]}) == Source(found.content, 2, [8, 9])
    (root / "bar/0.png").touch()
    assert source("mine", FOLDER) == found
    (root / "bar/0.png").write_bytes(b"x")  # the job reports it
    changed = source("mine", FOLDER)
    assert changed.content != found.content
    assert changed.inferred_size is None


def test_a_kernel_larger_than_the_images_of_a_folder_is_refused_once_and_not_by_each_training():
    config = changed("datasets", to={"mine": {"source": "folder", "folder": "p"}})
    config["experiment"] = {"datasets": ["mine"], "architectures": ["templates"], "seeds": [0, 1, 2]}
    line = message(config)
    assert line.startswith("architectures.templates on datasets.mine: kernel_size of conv1: got 15, expected 1 to 9")
    assert line.endswith("(image_size: [9, 9], as inferred)")
    config["datasets"]["mine"]["image_size"] = [20, 20]
    assert Experiment(config).sources["mine"].image_size == [20, 20]


def test_no_size_is_inferred_where_files_may_be_left_out(root):
    assert source("mine", FOLDER | {"on_error": "skip"}).inferred_size is None


def test_a_table_counts_as_content(root):
    table = root.parent / "t.csv"
    rows = [f"bar/{n}.png,a" for n in (0, 2, 4)] + [f"ring/{n}.png,b" for n in (1, 3, 5)]
    table.write_text("\n".join(["file,label", *rows]))
    first = source("mine", FOLDER | {"table": "t.csv"})
    table.write_text("\n".join(["file,label", *reversed(rows)]))
    assert source("mine", FOLDER | {"table": "t.csv"}).content != first.content
    assert first.classes == 2


@pytest.mark.parametrize("key", ["folder", "table"])
@pytest.mark.parametrize("name", ["none", "x" * 300, "a\0b", "a\nb", "\x1b[31m", "x" * 3999, "pipe"])
def test_what_cannot_be_read_is_refused_in_a_line(root, key, name):
    os.mkfifo("pipe")
    assert (
        "which is not a " in (line := refused(FOLDER | {key: name})) or "cannot be read" in line or "null byte" in line
    )


@pytest.mark.parametrize("name", ["none", "x" * 300, "a\0b", "a\nb", "p", "pipe"])
def test_arrays_that_are_no_file_are_refused_in_a_line(name):
    os.mkfifo("pipe")
    assert "expected an NPZ file" in refused(ARRAYS | {"file": name})


def test_a_problem_of_a_folder_stops_the_plan_or_is_left_to_the_job(root):
    (root / "bar/out.png").symlink_to("/etc/passwd")
    words = "p/bar/out.png: got a link that leaves the folder, expected a readable image "
    words += "(on_error: skip leaves such files out)"
    assert refused(FOLDER) == f"datasets.mine: {words}"
    assert source("mine", FOLDER | {"on_error": "skip"}).classes == 2


def test_a_class_with_too_few_files_is_refused_before_any_of_them_is_read(root):
    for number in (1, 3):
        (root / f"ring/{number}.png").unlink()
    assert refused(FOLDER) == "datasets.mine: p: got 1 train images of the class 'ring', expected at least 2"


CROPS = {"source": "crops", "folder": "p", "photos": [], "labels": "image", "table": None, "image_size": [8, 8]}
CROPS |= {"scale": [1, 2], "on_error": "stop"}


def test_of_crops_every_image_is_a_class_and_the_content_is_known(root):
    found = source("mine", CROPS)
    assert (found.classes, found.image_size, len(found.content)) == (8, [8, 8], 64)
    assert source("mine", CROPS | {"labels": "folder"}).classes == 2
    assert source("mine", CROPS | {"photos": ["cat"]}).classes == 9
    turned = source("mine", CROPS | {"labels": "rotation"})
    assert (turned.classes, turned.has_rotations) == (4, True)
    (root / "bar/0.png").write_bytes(b"x")
    assert source("mine", CROPS).content != found.content


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"folder": "none"}, "folder: got 'none', which is not a folder here"),
        ({"folder": None}, "folder: got no images, expected a folder of images"),
        ({"scale": [2, 1]}, "scale: got [2, 1], expected the smaller number first"),
        ({"labels": "rotation", "image_size": [8, 9]}, "image_size: got [8, 9] with `labels: rotation`"),
        ({"labels": "table"}, "table: got no `table`, expected a CSV table"),
        ({"labels": "table", "table": "none.csv"}, "table: got 'none.csv', which is not a file here"),
        ({"folder": "p/none"}, "which is not a folder here"),
    ],
)
def test_crops_that_cannot_be_are_refused_in_a_line(changes, message):
    assert message in refused(CROPS | changes)


def test_rotated_images_cannot_have_rotations_as_labels():
    config = changed("datasets", to={"mine": {"source": "crops", "folder": "p", "labels": "rotation"}})
    config["experiment"] = {"datasets": ["mine"], "architectures": ["templates"], "seeds": [0]}
    config["training"] = {"augmentation": {"rotation": 0.5}}
    assert "training.augmentation.rotation: got rotations of images whose labels are rotations" in message(config)
    config["training"]["augmentation"]["rotation"] = 0
    assert "augmentation" not in Experiment(config).training["templates"]


def test_of_arrays_the_content_is_known():
    np.savez("x.npz", images=np.zeros((3, 9, 9)))
    found = source("mine", ARRAYS)
    assert (len(found.content), found.classes, found.image_size) == (64, None, [9, 9])


def test_of_what_libraries_bring_all_is_known():
    assert source("mine", {"source": "digits", "image_size": [8, 8]}) == Source("", 10, [8, 8])
    photos = {"source": "photos", "photos": ["cat", "coins"], "image_size": [20, 30]}
    assert source("mine", photos) == Source("", 2, [20, 30])


def test_a_plan_opens_no_picture_and_imports_nothing_that_could():
    """Every start of Snakemake imports this, and so does every job on a cluster."""
    heavy = {"PIL", "numpy", "torch", "matplotlib"}
    code = f"import sys; import experiment.plan.experiment; print(sorted({heavy} & set(sys.modules)))"
    paths = {"PYTHONPATH": os.pathsep.join(str(ROOT / part) for part in ("workflow", "workflow/scripts"))}
    told = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | paths, capture_output=True, text=True, check=True
    )
    assert told.stdout == "[]\n"
