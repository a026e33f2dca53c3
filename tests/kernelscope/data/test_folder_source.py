"""A folder read as a dataset: from files on disk to labeled images, and the messages on the way."""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image
from tiers import THOROUGH

from kernelscope.data import decoding_pool, folder_listing, folder_source
from kernelscope.data.builder import Job
from kernelscope.data.folder_source import content_of, of_folder
from kernelscope.data.notes import defects
from kernelscope.io import files

KEYS = ("table", "image_size", "resize", "colors", "background", "invert", "normalize")
PLAIN = dict.fromkeys(KEYS) | {"test_share": 0.25, "seed": 0, "on_error": "stop", "invert": False}
RNG = np.random.default_rng(0)


@pytest.fixture
def root(tmp_path, monkeypatch):
    """Make 24 different images in two classes; images of `ring` have a bright first row."""
    monkeypatch.chdir(tmp_path)
    for number in range(24):
        pixels = RNG.integers(0, 200, (12, 10), np.uint8)
        pixels[0] = 255 * (number % 2)
        path = tmp_path / "p" / ("bar", "ring")[number % 2] / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(path)
    return tmp_path / "p"


def read(content="", processes=2, **settings):
    """Return the dataset, its images by name with split and class, and the printed lines."""
    lines = []
    dataset = of_folder(PLAIN | {"folder": "p"} | settings, content, Job(Path("scratch"), processes, lines.append))
    result = {}
    for name, split in dataset.splits.items():
        labels = iter(split.labels.tolist())
        for block in split.chunks:
            for image, truth in zip(block.images, block.truth, strict=True):
                result[truth["file"]] = (name, dataset.class_names[next(labels)], image)
                assert (truth["rows"], truth["cols"]) == (12, 10)
    return dataset, result, lines


def same(a: dict, b: dict) -> bool:
    return list(a) == list(b) and all(
        a[name][:2] == b[name][:2] and np.array_equal(a[name][2], b[name][2]) for name in a
    )


def test_every_picture_is_there_with_its_class(root):
    dataset, result, lines = read()
    assert len(result) == 24
    for file, (_, label, image) in result.items():
        assert label == file.split("/")[0]
        assert np.array_equal(image, np.asarray(Image.open(root / file)))
    assert dataset.about["images"] == {"train": {"bar": 9, "ring": 9}, "test": {"bar": 3, "ring": 3}}
    assert lines[0].startswith("24 images in 2 classes; settings: image_size: [12, 10], resize: stretch, colors: gray")


def test_images_with_transparent_pixels_are_counted(root):
    levels = RNG.integers(0, 200, (12, 10, 4), np.uint8)
    Image.fromarray(levels).save(root / "bar/0.png")
    tifffile.imwrite(root / "bar/four.tif", levels, photometric="rgb")  # whose fourth sample is transparency by its tag
    Image.fromarray(levels | np.uint8([0, 0, 0, 255])).save(root / "ring/opaque.png")
    (note,) = [note for note in read(background="white")[0].notes if note.count and "transparent" in note.text]
    assert str(note) == "converted: 2 of 26 images: transparent pixels show the background: white"


def test_the_same_images_come_in_the_same_order_from_any_number_of_processes(root):
    _, first, _ = read(processes=1)
    assert same(read(processes=3)[1], first)
    assert list(first) != sorted(first)
    assert list(read(seed=1)[1]) != list(first)


def test_one_picture_more_changes_no_other_image_and_moves_at_most_one(root):
    settings = {"image_size": [12, 10], "resize": "stretch", "colors": "gray"}
    settings |= {"background": "white", "normalize": "none"}
    _, before, _ = read(**settings)
    Image.fromarray(RNG.integers(0, 200, (12, 10), np.uint8)).save(root / "bar/new.png")
    _, after, _ = read(**settings)
    assert set(after) - set(before) == {"bar/new.png"}
    assert all(np.array_equal(after[name][2], before[name][2]) for name in before)
    assert sum(after[name][0] != before[name][0] for name in before) <= 1


def spoil(root) -> dict[str, str]:
    """Add files that are no images, and return the reason for each."""
    (root / "bar/text.png").write_text("hello")
    (root / "bar/cut.png").write_bytes((root / "bar/0.png").read_bytes()[:60])
    (root / "bar/empty.png").touch()
    (root / "ring/out.png").symlink_to("/etc/passwd")
    return {
        "bar/text.png": "no PNG, JPEG, TIFF, BMP, GIF or WebP image",
        "bar/cut.png": "a file that cannot be read (",
        "bar/empty.png": "an empty file",
        "ring/out.png": "a link that leaves the folder",
    }


def test_what_is_no_picture_is_left_out_and_listed_where_that_is_asked_for(root):
    _, before, _ = read()
    expected = spoil(root)
    dataset, result, _ = read(on_error="skip")
    assert {file: why[: len(expected[file])] for file, why in dataset.skipped} == expected
    assert same(result, before)


@pytest.mark.parametrize("file", ["bar/text.png", "bar/cut.png", "bar/empty.png", "ring/out.png"])
def test_else_the_first_one_ends_it_with_its_name(root, file):
    expected = spoil(root)
    for other in set(expected) - {file}:
        (root / other).unlink()
    with pytest.raises(
        ValueError, match=r"^p/.*, expected a readable image \(on_error: skip leaves .* out\)$"
    ) as error:
        read()
    assert str(error.value).startswith(f"p/{file}: got {expected[file]}")


@THOROUGH
def test_a_crash_of_a_process_loses_its_file_alone(root, monkeypatch):
    _, before, _ = read()
    whole = folder_source.decoded

    def crash(data, *rest):
        if data.startswith(b"crash"):
            os._exit(9)
        return whole(data, *rest)

    monkeypatch.setattr(folder_source, "decoded", crash)
    (root / "bar/x.png").write_bytes(b"crash")
    dataset, result, _ = read(on_error="skip")
    assert dataset.skipped == [("bar/x.png", "a file that crashes the program that reads it")]
    assert same(result, before)


def test_a_folder_without_any_picture_is_told(root):
    for path in root.glob("*/*.png"):
        path.write_text("x")
    with pytest.raises(
        ValueError,
        match="p: got no image, as 24 of 24 files or folders are no PNG, JPEG, TIFF, BMP, GIF or WebP image, such as '",
    ):
        read(on_error="skip")


def test_too_few_pictures_of_a_class_are_told(root):
    for number in range(5, 24, 2):
        (root / f"ring/{number}.png").unlink()
    with pytest.raises(ValueError, match="p: got 1 train images of the class 'ring', expected at least 2"):
        read()


def test_the_same_picture_in_both_splits_or_two_classes_is_told_with_names(root):
    for number in range(0, 24, 2):
        shutil.copy(root / f"bar/{number}.png", root / f"bar/again{number}.png")
    shutil.copy(root / "bar/0.png", root / "ring/wrong.png")
    dataset, result, _ = read(test_share=0.5)
    groups = dataset.about["in_both_splits"]
    assert ["bar/0.png", "bar/again0.png", "ring/wrong.png"] in [*groups, *dataset.about["in_two_classes"]]
    assert all(len({result[name][0] for name in group}) == 2 for group in groups)
    assert dataset.about["in_two_classes"] == [["bar/0.png", "bar/again0.png", "ring/wrong.png"]]
    both, two = defects(dataset.about)
    assert both.startswith(
        f"{len(groups)} images occur in both train and test, so the test accuracy is too high: `bar/"
    )
    assert two.startswith("1 image occurs in two classes: `bar/0.png` = `bar/again0.png` = `ring/wrong.png`")


def planned() -> str:
    return content_of(folder_listing.listing("p"), lambda file: files.digest_of(f"p/{file}"), "")


def test_a_folder_that_changes_after_it_was_planned_is_told(root):
    content = planned()
    read(content)
    Image.new("L", (10, 12), 9).save(root / "bar/0.png")
    with pytest.raises(ValueError, match="p has changed since the workflow was planned; run the same command again"):
        read(content)
    read(planned())


def test_the_content_is_that_of_files_names_classes_and_problems(root):
    before = planned()
    contents = {before}
    (root / "bar/0.png").touch()
    assert planned() == before
    for change in (
        lambda: (root / "bar/0.png").rename(root / "bar/zero.png"),
        lambda: (root / "bar/zero.png").rename(root / "ring/zero.png"),
        lambda: (root / "ring/zero.png").write_bytes(b"x"),
        lambda: (root / "ring/zero.png").unlink(),
        lambda: (root / "bar/out.png").symlink_to("/etc/passwd"),
        lambda: (root / "bar/2.png").unlink(),
    ):
        change()
        contents.add(planned())
    assert len(contents) == 7


def test_what_was_read_is_in_the_journal(root):
    read()
    for path in root.glob("*/*.png"):
        assert files.READ[path.absolute()] == files.digest_of(path)


def test_a_sample_of_the_pictures_is_enough_to_find_the_settings(root, monkeypatch):
    seen = []
    whole = decoding_pool.readings
    monkeypatch.setattr(folder_source, "readings", lambda paths, *rest: seen.append(len(paths)) or whole(paths, *rest))
    monkeypatch.setattr(folder_source, "SAMPLE", 5)
    paths = sorted(root.glob("*/*.png"))
    assert len(folder_source.sample(paths, 2, "p")) == 5
    assert seen == [5]
    for path in paths[:7]:
        path.write_text("x")
    assert len(folder_source.sample(paths, 2, "p")) == 5
    assert seen == [5, 5, 5, 5]


# Channels and pages.


def as_tiffs(root, levels, **options) -> None:
    """Replace every image by a TIFF."""
    for path in sorted(root.glob("*/*.png")):
        path.unlink()
        tifffile.imwrite(path.with_suffix(".tif"), levels(), photometric="minisblack", **options)


PLANES = {"planarconfig": "separate"}


def test_channels_of_a_folder_have_a_scale_each(root):
    scales = np.array([60, 600, 6000, 60_000], np.uint16)[:, None, None]
    as_tiffs(root, lambda: RNG.integers(0, scales, (4, 12, 10)).astype(np.uint16), **PLANES)
    dataset, result, lines = read()
    assert "colors: channels, background: black, invert: false, normalize: dataset, channels: [0, 1, 2, 3]" in lines[0]
    images = np.stack([image for *_, image in result.values()])
    assert images.shape[1:] == (12, 10, 4)
    assert all(images[..., channel].std() > 60 for channel in range(4))
    assert dataset.channel_names == (0, 1, 2, 3)


def test_a_stack_stops_the_job_until_pages_says_what_it_becomes(root):
    as_tiffs(root, lambda: RNG.integers(0, 65536, (5, 12, 10)).astype(np.uint16))
    with pytest.raises(
        ValueError, match=r"a stack of 5 pages of 12 x 10 pixels, for which `pages` has to be set \(first"
    ):
        read()
    dataset, result, _ = read(pages="max")
    assert len(result) == 24
    assert "their pages became the largest level of each pixel" in " ".join(map(str, dataset.notes))


def test_an_image_of_other_channels_is_named_or_left_out(root):
    as_tiffs(root, lambda: RNG.integers(0, 65536, (2, 12, 10)).astype(np.uint16), **PLANES)
    other = RNG.integers(0, 255, (3, 12, 10)).astype(np.uint16)
    tifffile.imwrite(root / "bar/x.tif", other, photometric="minisblack", **PLANES)
    why = "an image with 3 channels instead of 2 channels"
    with pytest.raises(ValueError, match=f"p/bar/x.tif: got {why}, expected a readable image"):
        read()
    assert read(on_error="skip")[0].skipped == [("bar/x.tif", why)]
