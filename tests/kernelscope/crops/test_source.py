"""A dataset of crops: where its crops come from, its labels, what it says it did, and what it refuses."""

import csv

import numpy as np
import pytest
from made_up.large_images import SETTINGS, crops, photographs, written
from PIL import Image

from kernelscope.crops import listing
from kernelscope.data.image_file import ImageFile
from kernelscope.refusal import Refusal


def truth(path) -> list[dict]:
    with path.with_name("parameters.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def all_images(path) -> dict[str, np.ndarray]:
    return {split: rows[:] for split, rows in ImageFile(path).images.items()}


@pytest.mark.parametrize("labels", ["image", "rotation"])
def test_crops_at_full_scale_are_cut_from_the_file_and_place_that_parameters_name(tmp_path, labels):
    folder = photographs(tmp_path / "in", count=3)
    path, dataset = written(tmp_path, folder=str(folder), labels=labels, scale=[1, 1])
    images = all_images(path)
    for row in truth(path):
        crop = images[row["split"]][int(row["index"])]
        whole = np.asarray(Image.open(folder / row["file"]))
        place = whole[int(row["row"]) :][:20, int(row["col"]) :][:, :20]
        assert np.array_equal(np.rot90(place, int(row["rotation"]) // 90), crop)
        if labels == "rotation":
            assert row["class"] == f"{row['rotation']} degrees"
        else:
            assert row["class"] == row["file"].removesuffix(".png")
    assert dataset.about["labels"] == labels


def test_training_and_test_crops_have_no_col_in_common_at_any_scale(tmp_path):
    folder = photographs(tmp_path / "in", count=2)
    path, _ = written(tmp_path, folder=str(folder), scale=[1, 2], train_images=400, test_images=400)
    ends = {"train": [], "test": []}
    for row in truth(path):
        scale, col = float(row["scale"]), int(row["col"])
        ends[row["split"]].append((col, col + 20 * scale))
    assert max(end for _, end in ends["train"]) <= min(start for start, _ in ends["test"]) + 1
    assert {row["scale"] for row in truth(path)} == {"1", "1.189", "1.414", "1.682", "2"}


def test_labels_are_those_of_folders_or_of_a_table(tmp_path):
    folder = photographs(tmp_path / "in", count=2, names="cat/{}.png")
    photographs(tmp_path / "in", count=3, names="dog/{}.png")
    _, by_folder = written(tmp_path / "a", folder=str(folder), labels="folder")
    table = tmp_path / "labels.csv"
    table.write_text("file,label\ncat/0.png,x\ncat/1.png,y\ndog/0.png,x\n")
    path, by_table = written(tmp_path / "b", folder=str(folder), labels="table", table=str(table))
    assert by_folder.class_names == ["cat", "dog"]
    assert by_table.class_names == ["x", "y"]
    assert {(row["file"], row["class"]) for row in truth(path)} == {
        ("cat/0.png", "x"),
        ("cat/1.png", "y"),
        ("dog/0.png", "x"),
    }


def test_classes_and_the_images_of_a_class_are_balanced(tmp_path):
    folder = photographs(tmp_path / "in", count=3)
    path, dataset = written(tmp_path, folder=str(folder), labels="rotation", train_images=120)
    assert set(dataset.about["images"]["train"].values()) == {30}
    rows = [row for row in truth(path) if row["split"] == "train"]
    pairs = [(row["file"], row["rotation"]) for row in rows]
    assert {pairs.count(pair) for pair in set(pairs)} == {10}


def test_photographs_and_a_folder_go_together_and_one_image_is_enough_for_rotation(tmp_path):
    folder = photographs(tmp_path / "in", count=1)
    _, both = written(tmp_path / "a", folder=str(folder), photos=["coffee"])
    assert both.class_names == ["coffee", "photo0"]
    _, one = written(tmp_path / "b", folder=str(folder), labels="rotation")
    assert one.class_names == list(listing.TURNS)
    _, bundled = written(tmp_path / "c", photos=["coins", "cat"], colors="gray")
    assert bundled.splits["train"].shape == (60, 20, 20)


def test_large_images_are_reduced_first_and_a_note_says_so(tmp_path):
    folder = photographs(tmp_path / "in", count=2, size=(300, 400))
    path, dataset = written(tmp_path, folder=str(folder), largest_side=100, scale=[1, 1])
    assert max(int(row["col"]) for row in truth(path)) <= 80
    assert any(note.count == 2 and "100 pixels" in note.text for note in dataset.notes)


def test_gray_images_and_images_of_many_channels_are_cropped_too(tmp_path):
    folder = photographs(tmp_path / "in", count=2, colors=1)
    assert written(tmp_path / "a", folder=str(folder))[1].splits["train"].shape == (60, 20, 20)
    for number in range(2):
        array = np.random.default_rng(number).integers(0, 255, (80, 90, 5), dtype=np.uint8)
        (tmp_path / "many").mkdir(exist_ok=True)
        np.save(tmp_path / "many" / f"{number}.npy", array)
    assert written(tmp_path / "b", folder=str(tmp_path / "many"))[1].splits["train"].shape == (60, 20, 20, 5)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({}, r"folder: got no images, expected a folder of images, or names in `photos`"),
        ({"photos": ["cat"]}, r"photos: got images of one class only, expected images of at least two classes"),
        ({"folder": "FLAT", "labels": "folder"}, r"2 images, but no subfolders"),
        ({"folder": "FLAT", "labels": "folder", "photos": ["cat"]}, r"labels: got folder with `photos`"),
        ({"folder": "FLAT", "labels": "table"}, r"table: got no `table`, expected a CSV table"),
        ({"folder": "FLAT", "table": "x.csv"}, r"table: got 'x.csv' beside `labels: image`, expected null"),
        ({"folder": "EMPTY"}, r"got no images, expected images \(\.png"),
        (
            {"folder": "FLAT", "image_size": [200, 200]},
            r"photo0\.png: got an image of 120 x 160 pixels, expected at least 200",
        ),
    ],
)
def test_bad_input_is_refused_in_one_line(tmp_path, settings, message):
    places = {"FLAT": str(photographs(tmp_path / "flat", count=2)), "EMPTY": str(tmp_path / "empty")}
    (tmp_path / "empty").mkdir()
    settings = {key: places.get(value, value) if isinstance(value, str) else value for key, value in settings.items()}
    with pytest.raises(Refusal, match=message) as caught:
        crops(tmp_path, **settings)
    assert "\n" not in str(caught.value)


def test_images_that_are_too_small_or_damaged_are_left_out_if_asked_for(tmp_path):
    folder = photographs(tmp_path / "in", count=2)
    photographs(tmp_path / "in", count=1, size=(30, 30), names="small{}.png")
    (folder / "bad.png").write_bytes(b"no image")
    _, dataset = written(tmp_path, folder=str(folder), on_error="skip")
    assert dataset.class_names == ["photo0", "photo1"]
    assert [file for file, _ in dataset.skipped] == ["bad.png", "small0.png"]
    with pytest.raises(Refusal, match=r"bad\.png"):
        crops(tmp_path, folder=str(folder))


def test_long_and_equal_names_of_images_make_different_classes(tmp_path):
    folder = photographs(tmp_path / "in", count=1, names="a/x.png")
    photographs(tmp_path / "in", count=1, names="a/x.jpg")
    photographs(tmp_path / "in", count=1, names="b/" + 90 * "y" + ".png")
    found = listing.described(SETTINGS | {"folder": str(folder)})
    assert listing.classes(found, SETTINGS | {"folder": "f"}) == ["a/x.jpg", "a/x.png", "…" + 63 * "y"]
