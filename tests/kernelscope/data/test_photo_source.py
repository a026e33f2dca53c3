"""Patches of photographs come from the reported positions, and training and test patches do not overlap."""

import numpy as np
import pytest
import yaml
from projects import ROOT

from kernelscope.data.builder import Job
from kernelscope.data.photo_source import of_photos, photo

SCHEMA = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_text())
ALL = SCHEMA["$defs"]["photos"]["properties"]["photos"]["default"]
SETTINGS = {"photos": ["coins", "cat"], "train_images": 60, "test_images": 31, "seed": 0, "image_size": [20, 30]}
SETTINGS |= {"colors": "gray"}


def read(tmp_path, **settings):
    dataset = of_photos(SETTINGS | settings, "", Job(tmp_path, 1, lambda _: None))
    return dataset, {name: list(split.chunks) for name, split in dataset.splits.items()}


@pytest.mark.parametrize("name", ALL)
def test_every_photo_of_the_schema_is_there(name):
    result = photo(name)
    assert result.dtype == np.uint8
    assert result.ndim in (2, 3)
    assert min(result.shape[:2]) >= 200


@pytest.mark.parametrize("colors", ["gray", "rgb"])
def test_patches_are_cut_from_where_they_say(tmp_path, colors):
    dataset, chunks = read(tmp_path, colors=colors)
    assert dataset.class_names == ["cat", "coins"]
    for name, split in dataset.splits.items():
        images = np.concatenate([block.images for block in chunks[name]])
        truth = [origin for block in chunks[name] for origin in block.truth]
        assert images.shape == split.shape
        for image, origin, label in zip(images, truth, split.labels, strict=True):
            assert origin["file"] == dataset.class_names[label]
            whole = photo(origin["file"])
            patch = whole[origin["row"] : origin["row"] + 20, origin["col"] : origin["col"] + 30]
            if whole.ndim == 3 and colors == "gray":
                patch = np.rint(patch @ [0.299, 0.587, 0.114])
            elif whole.ndim == 2 and colors == "rgb":
                patch = np.repeat(patch[..., None], 3, -1)
            assert np.array_equal(image, patch)


def test_no_patch_of_the_test_shares_a_col_with_the_training(tmp_path):
    _, chunks = read(tmp_path, train_images=2000, test_images=2000)
    for name in SETTINGS["photos"]:
        cols = {
            split: [origin["col"] for block in chunks[split] for origin in block.truth if origin["file"] == name]
            for split in chunks
        }
        assert max(cols["train"]) + 30 <= min(cols["test"])
        assert max(cols["test"]) + 30 <= photo(name).shape[1]


def test_classes_are_balanced_and_shuffled_and_the_seed_counts(tmp_path):
    dataset, chunks = read(tmp_path)
    assert dataset.about["images"] == {"train": {"cat": 30, "coins": 30}, "test": {"cat": 16, "coins": 15}}
    labels = dataset.splits["train"].labels
    assert (np.diff(labels) < 0).any()
    _, again = read(tmp_path)
    assert np.array_equal(chunks["test"][0].images, again["test"][0].images)
    _, other = read(tmp_path, seed=1)
    assert not np.array_equal(chunks["test"][0].images, other["test"][0].images)


def test_patches_that_do_not_fit_are_told(tmp_path):
    with pytest.raises(
        ValueError, match=r"image_size: got \[20, 200\] for test patches of .*, expected at most .* pixels$"
    ):
        read(tmp_path, image_size=[20, 200])
