"""Images collected one by one: counts, order, and images that occur more than once."""

import json
import random

import numpy as np
import pytest

from kernelscope.data.builder import DatasetBuilder, Framed, Job
from kernelscope.data.preprocessing import View

VIEW = View((4, 5), "stretch", "gray", "white", False, "none")
RNG = np.random.default_rng(0)
FRAMES = [RNG.integers(0, 65536, (4, 5)).astype(np.uint16) for _ in range(40)]


@pytest.fixture
def gather(tmp_path):
    """Return a function that collects images, and returns the dataset and the printed lines."""

    def call(pictures, classes=("a", "b"), share=0.25):
        lines = []
        builder = DatasetBuilder(VIEW, list(classes), len(pictures), Job(tmp_path, 1, lines.append))
        for picture in pictures:
            builder.add(picture)
        return builder.dataset("here", share, 0), lines

    return call


def pictures(count=40, split=None) -> list[Framed]:
    return [Framed(f"{i}.png", "ab"[i % 2], split, (8, 10 + i), FRAMES[i]) for i in range(count)]


def rows(dataset) -> dict[str, list]:
    return {
        name: [
            (truth["file"], label, truth["rows"], truth["cols"], image.tobytes())
            for block in split.chunks
            for image, truth, label in zip(block.images, block.truth, split.labels, strict=True)
        ]
        for name, split in dataset.splits.items()
    }


def test_each_picture_is_in_one_split_with_its_label_and_size_in_the_order_in_which_they_came(gather):
    dataset, lines = gather(pictures())
    result = rows(dataset)
    assert [len(result[name]) for name in ("train", "test")] == [30, 10]
    for split in result.values():
        numbers = [int(file.removesuffix(".png")) for file, *_ in split]
        assert numbers == sorted(numbers)
        for number, row in zip(numbers, split, strict=True):
            expected = np.rint(FRAMES[number] / 257).astype(np.uint8)
            assert row[1:] == (number % 2, 8, 10 + number, expected.tobytes())
    assert lines == []
    about = json.loads(json.dumps(dataset.about))
    assert about["images"] == {"train": {"a": 15, "b": 15}, "test": {"a": 5, "b": 5}}
    assert (about["constant"], about["in_both_splits"], about["in_two_classes"]) == (0, [], [])
    assert about["view"]["image_size"] == [4, 5]


def test_the_order_in_which_they_come_changes_no_split(gather):
    some = pictures()
    first = {name: {row[0] for row in split} for name, split in rows(gather(some)[0]).items()}
    random.Random(0).shuffle(some)
    assert {name: {row[0] for row in split} for name, split in rows(gather(some)[0]).items()} == first


def test_splits_that_are_given_are_kept(gather):
    some = [
        picture._replace(split="test" if i % 4 == 1 or i == 0 else "train") for i, picture in enumerate(pictures(12))
    ]
    result = rows(gather(some)[0])
    assert [row[0] for row in result["test"]] == ["0.png", "1.png", "5.png", "9.png"]


def test_the_same_frame_in_both_splits_or_in_two_classes_is_told(gather):
    some = [picture._replace(split="test" if i > 29 else "train") for i, picture in enumerate(pictures())]
    some[31] = some[31]._replace(frame=FRAMES[1])  # both of b
    some[2] = some[2]._replace(frame=FRAMES[3])  # a and b, in training
    dataset, _ = gather(some)
    assert dataset.about["in_both_splits"] == [["1.png", "31.png"]]
    assert dataset.about["in_two_classes"] == [["2.png", "3.png"]]


def test_the_same_frame_with_two_labels_makes_no_accuracy_too_high(gather):
    some = [picture._replace(split="test" if i > 29 else "train") for i, picture in enumerate(pictures())]
    some[30] = some[30]._replace(frame=FRAMES[1])  # a in test, b in training
    dataset, _ = gather(some)
    assert dataset.about["in_both_splits"] == []
    assert dataset.about["in_two_classes"] == [["1.png", "30.png"]]


def test_files_with_several_pages_are_counted(gather):
    some = [picture._replace(pages=3 if i in (4, 9) else 1) for i, picture in enumerate(pictures())]
    (note,) = [note for note in gather(some)[0].notes if note.item == "pages or frames"]
    assert (note.kind, note.count, note.of) == ("left_out", 4, 44)


def test_pictures_of_one_color_are_counted_and_no_repetition(gather):
    some = pictures()
    for number in (3, 7, 30):
        some[number] = some[number]._replace(frame=np.full((4, 5), 300 * number, np.uint16))
    some[8] = some[8]._replace(
        frame=np.full((4, 5), 600, np.uint16) + (np.arange(20).reshape(4, 5) == 3) * np.uint16(256)
    )
    dataset, _ = gather(some)
    assert dataset.about["constant"] == 4
    assert dataset.about["in_both_splits"] == dataset.about["in_two_classes"] == []


def test_a_class_with_too_few_is_told(gather):
    with pytest.raises(ValueError, match="here: got 0 train images of the class 'c', expected at least 2"):
        gather(pictures(), classes="abc")


def test_progress_is_told_now_and_then(gather, monkeypatch):
    monkeypatch.setattr("kernelscope.data.builder.EVERY", 15)
    assert gather(pictures())[1] == ["15 of 40 images", "30 of 40 images"]


def test_groups_are_on_one_side_in_the_notes_and_in_the_rows(gather):
    some = [picture._replace(group=f"p{i // 8}") for i, picture in enumerate(pictures())]
    dataset, _ = gather(some)
    found = dataset.about["groups"]
    assert sorted(found["train"] + found["test"]) == ["p0", "p1", "p2", "p3", "p4"]
    assert found["both"] == []
    (note,) = [note for note in dataset.notes if "groups" in note.text]
    sides = f"{len(found['train'])} of which are in train and {len(found['test'])} in test"
    assert str(note) == f"assumed: 40 of 40 images: belong to groups, {sides}"
    for name, split in dataset.splits.items():
        assert {truth["group"] for block in split.chunks for truth in block.truth} == set(found[name])


def test_groups_that_names_suggest_are_noted_if_they_are_torn_apart(gather):
    some = [picture._replace(name=f"p{i // 8}_{i:03}.png") for i, picture in enumerate(pictures())]
    (note,) = [note for note in gather(some)[0].notes if "groups" in note.text]
    assert "although their names suggest 5 groups, such as p0; 5 of them are in both train and test (group_pat" in str(
        note
    )
    assert not [note for note in gather(pictures())[0].notes if "groups" in note.text]
