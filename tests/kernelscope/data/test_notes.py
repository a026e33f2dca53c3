"""The notes about the images of a dataset: every loss and every guess with its number."""

from collections import Counter

import numpy as np
import pytest

from kernelscope.data import array_source, notes, preprocessing
from kernelscope.data.folder_listing import Entry, Listing
from kernelscope.data.planes import Choice
from kernelscope.data.preprocessing import View
from kernelscope.io.notes import Note

VIEW = View((20, 30), "crop", "gray", "white", False, "dataset")
ENTRIES = [Entry(f"{label}/{i}.png", label, None) for label in ("cat", "dog") for i in range(3)]
IGNORED = [(".git", "hidden"), ("a.png", "in no class folder"), ("b.png", "in no class folder")]


def made(found) -> list[Note]:
    """Return the notes that concern anything."""
    return [note for note in found if note.count]


def test_of_a_folder_without_anything_else_there_is_nothing_to_say():
    assert made(notes.of_listing(Listing(ENTRIES, [], []), [])) == []


def test_files_that_are_left_out_are_counted_by_reason_among_all_files():
    problems = [("cat/9.png", "a broken link")]
    found = made(notes.of_listing(Listing(ENTRIES, problems, IGNORED), [*problems, ("cat/1.png", "damaged")]))
    assert [(note.kind, note.count, note.of) for note in found] == [("left_out", n, 10) for n in (1, 2, 2)]
    assert [note.text for note in found] == [
        "hidden; listed in skipped.csv: .git",
        "in no class folder; listed in skipped.csv: a.png, b.png",
        "cannot be used; listed in skipped.csv: cat/9.png, cat/1.png",
    ]
    read = len(ENTRIES) - 1  # one of them is damaged
    assert read + sum(note.count for note in found) == found[0].of


def test_what_the_names_of_folders_are_taken_for_is_an_assumption():
    splits = {"Training": "train", "test": "test"}
    split, nested = made(notes.of_listing(Listing(ENTRIES, [], [], splits, ("day1", "day2")), []))
    assert str(split) == "assumed: 1 of 2 splits: by the names of the folders, Training is train"
    assert str(nested).startswith("assumed: 2 of 2 classes: every class folder has the same subfolders, such as day1, ")


def test_settings_that_were_omitted_are_assumptions():
    settings = VIEW._asdict() | {"colors": None, "invert": None}
    (found,) = made(notes.of_settings(settings, VIEW, 64, 1200))
    words = "colors: gray, invert: false; inferred from 64 of 1,200 images"
    assert found == Note("assumed", "settings of the images", 2, 6, words)
    assert made(notes.of_settings(VIEW._asdict(), VIEW, 64, 1200)) == []


def test_images_of_other_sizes_are_converted_and_those_of_another_shape_cut():
    sizes = [(20, 30), (40, 60), (40, 61), (20, 31)]
    found = made(notes.of_frames(sizes, Counter(), VIEW))
    assert [(note.kind, note.count, note.of) for note in found] == [("converted", 3, 4), ("cut", 2, 4)]
    (found,) = made(notes.of_frames(sizes, Counter(), VIEW._replace(resize="fit")))
    assert str(found) == "converted: 3 of 4 images: resized to 20 x 30 pixels (resize: fit)"


def test_pages_depth_and_transparency_are_counted():
    changed = Counter({notes.DEEP: 2, notes.TRANSPARENT: 1})
    deep, transparent = made(notes.of_frames([(20, 30)] * 3, changed, VIEW))
    assert str(deep) == "converted: 2 of 3 images: from more than 8 bits to 8"
    assert str(transparent) == "converted: 1 of 3 images: transparent pixels show the background: white"


CHOICES = {
    "nothing": (Choice(), "left out: 5 of 8 pages or frames: only the first of each file is used; `pages` chooses"),
    "a number": (Choice(3), "left out: 5 of 8 pages or frames: only page 3, from 0, of each file is used; "),
    "max": (Choice("max"), "converted: 2 of 3 images: their pages became the largest level of each pixel (pages: max)"),
    "mean": (Choice("mean"), "converted: 2 of 3 images: their pages became the mean of them (pages: mean)"),
    "channels": (Choice("channels"), "converted: 2 of 3 images: their pages became channels (pages: channels)"),
}


@pytest.mark.parametrize("case", CHOICES)
def test_what_became_of_pages_is_said(case):
    choice, words = CHOICES[case]
    (found,) = made(notes.of_choice([1, 5, 2], Counter(), choice))
    assert str(found).startswith(words)


def test_channels_that_are_not_used_are_counted():
    (found,) = made(notes.of_choice([1, 1, 1], Counter({notes.FEWER: 2}), Choice(None, (2, "DAPI"))))
    assert str(found) == "cut: 2 of 3 images: have other channels; these are used: 2, DAPI"


def test_pixels_beyond_black_and_white_are_clipped_as_they_are():
    levels = np.random.default_rng(0).integers(0, 65536, 50_000).astype(np.uint16)
    counts = preprocessing.counted(levels, 1)
    ((low, high),) = preprocessing.limits(counts)
    (found,) = made(notes.of_levels(counts, [(low, high)]))
    assert (found.kind, found.count, found.of) == ("clipped", np.sum((levels < low) | (levels > high)), 50_000)
    assert 0 < found.count < 0.003 * found.of


def test_arrays_that_are_not_used_are_left_out():
    (found,) = made(notes.of_arrays(["images", "labels", "val_images"], {"images", "labels", "class_names"}))
    assert str(found) == "left out: 1 of 3 arrays: not read: val_images"


@pytest.mark.parametrize(
    ("images", "words"),
    [
        (np.zeros((2, 4, 4), np.uint8), None),
        (np.full((2, 4, 4), 0.5), "assumed: 2 of 2 images: white is 1; the largest level is 0.5"),
        (np.full((2, 4, 4), 200.0), "assumed: 2 of 2 images: white is 255; the largest level is 200"),
        (np.full((2, 4, 4), 300, np.int64), "assumed: 2 of 2 images: white is 65535; the largest level is 300"),
        (np.array([[[-1.0, 3]]]), "converted: 1 of 1 images: the levels -1 to 3 became black to white"),
    ],
)
def test_which_level_is_white_is_an_assumption_where_the_type_does_not_say_it(images, words):
    assert [str(note) for note in array_source.of_white(images)] == [words] * (words is not None)


def test_classes_of_very_different_sizes_are_noted():
    assert made(notes.of_imbalance({"a": 10, "b": 19})) == []
    (found,) = made(notes.of_imbalance({"sick": 12, "b": 30, "well": 1200}))
    words = "used with different numbers of training images, from 12 (sick) to 1,200 (well)"
    assert str(found) == f"assumed: 3 of 3 classes: {words}"
