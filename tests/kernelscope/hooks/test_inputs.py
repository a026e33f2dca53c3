"""Images as inputs of anybody's model, from folders and arrays."""

import re

import numpy as np
import pytest
import torch
from PIL import Image

from kernelscope.hooks import inputs


def folder(root, count=4, size=(10, 8), classes=("class10", "class2")):
    for name in classes:
        (root / name).mkdir(parents=True)
        for i in range(count):
            pixels = np.full((*size, 3), (255 * (name == "class2"), 51, 0), np.uint8)
            Image.fromarray(pixels).save(root / name / f"{i}.png")
    return root


def test_subfolders_are_classes_in_natural_order_and_pixels_are_scaled(tmp_path):
    found = inputs.of_folder(folder(tmp_path / "a"), 3, inputs.Scaling(None, (0.5, 0.2, 0), (0.5, 0.1, 1)))
    assert found.images.shape == (8, 3, 10, 8) and found.images.dtype == torch.float32
    assert found.class_names == ("class2", "class10")
    assert sorted(found.labels.tolist()) == [0] * 4 + [1] * 4
    for image, label, name in zip(found.images, found.labels, found.names, strict=True):
        assert name.startswith(found.class_names[label])
        assert torch.allclose(image[:, 3, 3], torch.tensor([1.0 if label == 0 else -1.0, 0, 0]), atol=1e-4)
    assert found.remarks == ("assumed: images of 10 x 8 pixels",)


def test_a_flat_folder_has_no_labels_and_what_is_left_out_and_cut_is_told(tmp_path):
    folder(tmp_path, count=6, classes=("x",))
    flat = tmp_path / "x"
    (flat / "notes.txt").write_text("no image")
    found = inputs.of_folder(flat, 1, inputs.Scaling((5, 6)), most=5)
    assert found.labels is None and found.images.shape == (5, 1, 5, 6)
    assert found.remarks[0] == "cut: 5 of 6 images, chosen at random"
    assert "left out: 1 files" in found.remarks[1] and "notes.txt" in found.remarks[1]


def test_large_images_are_reduced():
    assert inputs.size(np.array([[1000, 500], [1000, 500], [3, 3]])) == (317, 158)


def damaged(tmp_path):
    (folder(tmp_path / "damaged") / "class2/0.png").write_bytes(b"\x89PNG nothing")
    return tmp_path / "damaged"


@pytest.mark.parametrize(
    ("make", "channels", "scaling", "line"),
    [
        (lambda path: path / "nowhere", 3, (), "images: got '"),
        (lambda path: folder(path / "few", 1), 3, (), "few: got 2 images, expected at least 4"),
        (lambda path: folder(path / "ok"), 5, (), "images: got a folder for a model of 5 channels"),
        (lambda path: folder(path / "ok"), 3, (None, (1, 2)), "mean, std: got (1, 2) and 1.0"),
        (lambda path: folder(path / "ok"), 3, (None, 0, 0), "mean, std: got 0 and 0"),
        (damaged, 3, (), "class2/0.png: got "),
    ],
)
def test_folders_that_cannot_be_read_are_refused_in_one_line(tmp_path, make, channels, scaling, line):
    with pytest.raises(ValueError, match=re.escape(line)) as refused:
        inputs.of_folder(make(tmp_path), channels, inputs.Scaling(*scaling))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("images", "labels", "line"),
    [
        (np.zeros((3, 1, 5, 5)), None, "images: got an array (3, 1, 5, 5), expected at least 4 images"),
        (np.zeros((5, 5, 5)), None, "images: got an array (5, 5, 5)"),
        (np.full((4, 1, 5, 5), np.nan), None, "images: got numbers that are not finite"),
        (np.array(["a"] * 4), None, "images: got "),
        (np.zeros((4, 1, 5, 5)), [0, 1], "labels: got an array (2,)"),
        (np.zeros((4, 1, 5, 5)), [0, 1, -1, 0], "labels: got "),
        (np.zeros((4, 1, 5, 5)), [0.5, 1, 1, 0], "labels: got "),
    ],
)
def test_arrays_that_are_no_images_are_refused_in_one_line(images, labels, line):
    with pytest.raises(ValueError, match="^" + re.escape(line)):
        inputs.of_array(images, labels)


def test_arrays_are_taken_as_they_are():
    images = np.random.default_rng(0).random((5, 2, 4, 4))
    found = inputs.of_array(images, np.array([0, 2, 1, 1, 0]))
    assert np.allclose(found.images, images) and found.class_names == ("0", "1", "2")
