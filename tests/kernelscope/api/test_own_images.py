"""The settings that are chosen for a folder of images."""

from collections import Counter

import numpy as np
import pytest
import tifffile
import yaml
from class_folders import folder_of
from projects import ROOT

from experiment.plan import loading
from kernelscope.api import own_images, settings_file


@pytest.mark.parametrize(("side", "size"), [(64, 15), (48, 11), (28, 7), (16, 5), (8, 5), (4, 3), (3, 3), (400, 15)])
def test_kernels_are_odd_and_a_quarter_of_the_image_but_fit_into_it(side, size):
    assert own_images.kernel_size(side) == size


@pytest.mark.parametrize("ending", ["png", "tif", "webp"])
def test_a_folder_becomes_a_config_that_plans_without_more(tmp_path, monkeypatch, ending):
    folder = folder_of(tmp_path / "My pictures (2)", ending=ending, cat=12, dog=12)
    choice = own_images.choose(folder, seeds=3)
    settings_file.write(tmp_path / "mine.yaml", choice.config, "images")
    monkeypatch.chdir(ROOT)
    plan = loading.load([tmp_path / "mine.yaml"])
    assert (plan.results, plan.datasets) == ("results/my_pictures_2", ["my_pictures_2"])
    assert plan.seeds == {"templates": [0, 1, 2]}
    assert plan.config["datasets"]["my_pictures_2"]["image_size"] == [48, 64]
    assert plan.config["architectures"]["templates"]["kernel_size"] == 11
    assert choice.reasons[0] == "classes     2 with 24 images: cat 12, dog 12"
    assert len(choice.reasons) == 6


@pytest.mark.parametrize("shape", [(40, 30), (40, 30, 5)])
def test_arrays_have_their_size_however_many_channels(tmp_path, shape):
    for name in ("cat", "dog"):
        (tmp_path / name).mkdir()
        np.save(tmp_path / name / "1.npy", np.arange(np.prod(shape), dtype=np.uint16).reshape(shape))
    choice = own_images.choose(tmp_path)
    (dataset,) = choice.config["datasets"].values()
    assert (dataset["image_size"], "pages" in dataset) == ([40, 30], False)


@pytest.mark.parametrize(("pages", "chosen"), [(1, None), (3, "max")])
def test_stacks_get_a_rule_for_their_pages_and_it_says_so(tmp_path, pages, chosen):
    for name in ("cat", "dog"):
        (tmp_path / name).mkdir()
        tifffile.imwrite(
            tmp_path / name / "1.tif", np.zeros((pages, 2, 40, 30), np.uint16), ome=True, metadata={"axes": "ZCYX"}
        )
    choice = own_images.choose(tmp_path)
    (dataset,) = choice.config["datasets"].values()
    assert (dataset["image_size"], dataset.get("pages")) == ([40, 30], chosen)
    said = "stacks      of up to 3 pages: the largest level of each pixel (pages: max)"
    assert (said in choice.reasons) == (chosen is not None)


def test_large_images_are_made_smaller_and_it_says_so(tmp_path):
    choice = own_images.choose(folder_of(tmp_path / "a", (300, 600), cat=3, dog=3))
    assert choice.config["datasets"]["a"]["image_size"] == [57, 113]
    assert "as many pixels as 80 x 80, with the proportions of a typical image (300 x 600)" in choice.reasons[1]


def test_few_images_and_uneven_classes_are_warned_of():
    assert list(own_images.warnings(Counter(cat=60, dog=50))) == []
    few, uneven = own_images.warnings(Counter(cat=93, dog=7))
    assert few.startswith("fewer than 50 images: dog (7);")
    assert uneven == "uneven classes: always answering cat is right in 93%"


def test_a_folder_without_readable_images_is_refused(tmp_path):
    for name in ("cat", "dog"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "1.png").write_bytes(b"no image")
    with pytest.raises(ValueError, match="got no readable image among the first, expected images"):
        own_images.choose(tmp_path)


@pytest.mark.parametrize(
    ("name", "short"), [("Ä!", "images"), ("data", "own_data"), ("a b/", "a_b"), ("x" * 99, "x" * 40)]
)
def test_a_folder_of_any_name_has_a_name_that_a_config_takes(tmp_path, name, short):
    assert settings_file.short_name(tmp_path / name) == short


def test_settings_that_a_user_changed_are_not_overwritten(tmp_path):
    path = tmp_path / "it's.yaml"
    settings_file.write(path, {"a": {"b": [1, "ä: #"]}}, "images")
    before = path.read_bytes()
    assert yaml.safe_load(before) == {"a": {"b": [1, "ä: #"]}}
    settings_file.write(path, {"a": {"b": [1, "ä: #"]}}, "images")
    with pytest.raises(ValueError, match=r"got a file with other settings, expected a new name with --config"):
        settings_file.write(path, {"a": 2}, "images")
    assert path.read_bytes() == before
