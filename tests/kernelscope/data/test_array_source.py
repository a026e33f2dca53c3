"""Images from an NPZ file, and the digits, against the arrays that they come from; and arrays that are refused."""

import io
import json
import zipfile

import numpy as np
import pytest

from kernelscope.data import array_source
from kernelscope.data.array_source import of_arrays, of_digits
from kernelscope.data.builder import Job

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (40, 9, 8), np.uint8)
LABELS = np.arange(40) % 2
SETTINGS = {"test_share": 0.2, "seed": 0, "image_size": [9, 8], "resize": "stretch", "colors": None}
SETTINGS |= {"background": "white", "invert": False, "normalize": "none"}


@pytest.fixture
def read(tmp_path):
    """Return a function that makes a dataset of arrays, and returns {(split, name): image} and the dataset."""

    def call(settings=(), **arrays):
        path = tmp_path / "arrays.npz"
        np.savez(path, **arrays)
        dataset = of_arrays(SETTINGS | {"file": str(path)} | dict(settings), "", Job(tmp_path, 1, lambda _: None))
        return taken(dataset), dataset

    return call


def taken(dataset) -> dict:
    """Return every image by its split and number."""
    images = {}
    for name, split in dataset.splits.items():
        for block in split.chunks:
            images |= {
                (name, int(truth["file"])): image for image, truth in zip(block.images, block.truth, strict=True)
            }
        assert split.shape[0] == len(split.labels)
    return images


def of(images: dict, number: int) -> np.ndarray:
    """Return the image with this number."""
    return next(image for (_, name), image in images.items() if name == number)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "<f4", ">f8", "float16", "int64", ">u2", "bool"])
def test_numbers_of_every_kind_are_the_same_images(read, dtype):
    images = IMAGES > 127 if dtype == "bool" else IMAGES.astype(dtype)
    by_number, dataset = read(images=images, labels=LABELS)
    assert len(by_number) == 40
    for number in range(40):
        expected = images[number] * 255 if dtype == "bool" else IMAGES[number]
        assert np.array_equal(of(by_number, number), expected)
    assert dataset.class_names == ["0", "1"]


@pytest.mark.parametrize(("white", "dtype"), [(1, "f4"), (255, "f8"), (65535, "u2"), (65535, "f4")])
def test_white_is_found(read, white, dtype):
    by_number, _ = read(images=(IMAGES / 255 * white).astype(dtype), labels=LABELS)
    assert max(np.abs(of(by_number, number).astype(int) - IMAGES[number]).max() for number in range(40)) <= 1


@pytest.mark.parametrize("channels", [1, 2, 3, 4, 5, 12])
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "f4"])
def test_channels_are_channels(read, channels, dtype):
    images = RNG.integers(0, 256, (40, 9, 8, channels), np.uint8)
    images[0, 0, 0] = 255
    by_number, dataset = read(images=images.astype(dtype), labels=LABELS)
    expected = images[..., 0] if channels < 2 else images
    assert dataset.about["view"]["colors"] == {1: "gray", 3: "rgb"}.get(channels, "channels")
    assert dataset.splits["train"].shape[1:] == expected.shape[1:]
    assert all(np.array_equal(of(by_number, number), expected[number]) for number in range(40))


def test_splits_that_are_given_are_kept_with_one_white_for_both(read):
    deep = IMAGES.astype(np.uint16)
    deep[0] = 65535  # of a training image alone
    arrays = {"train_images": deep[:30], "train_labels": LABELS[:30]}
    by_number, dataset = read(**arrays, test_images=deep[30:], test_labels=LABELS[30:])
    assert {split for split, number in by_number if number >= 30} == {"test"}
    assert {split for split, number in by_number if number < 30} == {"train"}
    assert max(image.max() for (split, _), image in by_number.items() if split == "test") == 1  # 255 of 65535
    assert dataset.about["images"] == {"train": {"0": 15, "1": 15}, "test": {"0": 5, "1": 5}}


def test_arrays_that_are_left_out_are_named(tmp_path):
    told, path = [], tmp_path / "x.npz"
    splits = {f"{split}_images": IMAGES for split in ("train", "val", "test")}
    splits |= {f"{split}_labels": LABELS for split in ("train", "val", "test")}
    for more in ({}, {"class_names": np.array(["a", "b"]), "note": np.zeros(3)}):
        np.savez(path, **splits, **more)
        dataset = of_arrays(SETTINGS | {"file": str(path)}, "", Job(tmp_path, 1, print))
        told += [str(note) for note in dataset.notes if note.item == "arrays"]
    assert told == [
        "left out: 2 of 6 arrays: not read: val_images, val_labels",
        "left out: 3 of 8 arrays: not read: val_images, val_labels, note",
    ]


def test_labels_are_words_or_numbers_and_may_have_names(read):
    _, dataset = read(images=IMAGES, labels=np.array(["cat", "dog"])[LABELS])
    assert dataset.class_names == ["cat", "dog"]
    _, dataset = read(images=IMAGES, labels=LABELS[:, None] * 7 - 3)  # in a column, as in MedMNIST
    assert dataset.class_names == ["-3", "4"]
    _, dataset = read(images=IMAGES, labels=LABELS, class_names=np.array(["b", "a"]))
    assert dataset.class_names == ["b", "a"]


def test_each_image_keeps_its_label(tmp_path):
    path = tmp_path / "x.npz"
    images = IMAGES.copy()
    images[:, 0, 0] = LABELS * 255
    np.savez(path, images=images, labels=LABELS)
    dataset = of_arrays(SETTINGS | {"file": str(path)}, "", Job(tmp_path, 1, lambda _: None))
    for split in dataset.splits.values():
        written = np.concatenate([block.images for block in split.chunks])
        assert np.array_equal(written[:, 0, 0], split.labels * 255)


def test_members_that_are_no_arrays_are_not_there(tmp_path):
    path = tmp_path / "x.npz"
    path.write_bytes(archive(images=b"x" * 100, labels=b"y"))
    with pytest.raises(ValueError, match=r"x\.npz: got no arrays, expected images and labels"):
        array_source.read(str(path))


NONE = {
    "no images": ({"x": IMAGES, "labels": LABELS}, "got the arrays labels, x, expected images and labels, or"),
    "no labels": ({"images": IMAGES}, "got the arrays images, expected"),
    "flat": (
        {"images": IMAGES.reshape(40, -1)},
        "images: got uint8 of shape (40, 72), expected numbers of shape (n, h",
    ),
    "channels first": ({"images": np.zeros((40, 3, 9, 8))}, "got float64 of shape (40, 3, 9, 8)"),
    "none": ({"images": IMAGES[:0], "labels": LABELS[:0]}, "got uint8 of shape (0, 9, 8)"),
    "complex": ({"images": IMAGES.astype(complex)}, "got complex128"),
    "words": ({"images": IMAGES.astype("U3")}, "got <U3"),
    "one image": ({"images": np.array(3)}, "got int64 of shape ()"),
    "too few labels": (
        {"labels": LABELS[:39]},
        "labels: got int64 of shape (39,), expected 40 whole numbers or strings",
    ),
    "labels in two columns": ({"labels": np.stack([LABELS] * 2, 1)}, "labels: got int64 of shape (40, 2)"),
    "labels with a point": ({"labels": LABELS / 2}, "labels: got float64"),
    "labels of bytes": ({"labels": LABELS.astype("S1")}, "labels: got |S1"),
    "one class": ({"labels": LABELS * 0}, "got images of one class only, expected images of at least two classes"),
    "a class of one": ({"labels": np.arange(40) // 39}, "got 0 train images of the class '1'"),
    "no number": (
        {"images": np.where(IMAGES, np.nan, 0.5)},
        "images: got pixels that are not finite numbers, expected",
    ),
    "endless": ({"images": IMAGES + np.float32("inf")}, "images: got pixels that are not finite numbers, expected"),
    "labels beyond the names": (
        {"class_names": np.array(["a"])},
        "labels: got numbers that are not indices of class_names, expected 0 to 0",
    ),
    "labels below the names": (
        {"labels": LABELS - 1, "class_names": np.array(["a", "b"])},
        "labels: got numbers that are not indices of class_names, expected 0 to 1",
    ),
    "names twice": ({"class_names": np.array(["a", "a"])}, "got the classes 'a' and 'a'"),
    "names alike": ({"class_names": np.array(["a", "A"])}, "got the classes 'a' and 'A'"),
    "a name that is no text": ({"class_names": np.array(["a", "b\x1b"])}, "got the class 'b\\x1b'"),
    "one name": ({"class_names": np.array("ab")}, "class_names: got <U2 of shape (), expected a list of strings"),
    "names of bytes": ({"class_names": np.array([b"a", b"b"])}, "class_names: got |S1 of shape (2,)"),
    "a class without images": ({"class_names": np.array(["a", "b", "c"])}, "0 train images of the class 'c'"),
}


@pytest.mark.parametrize("case", NONE)
def test_arrays_that_are_no_images_with_labels_are_told(read, case):
    arrays, words = NONE[case]
    whole = {"images": IMAGES, "labels": LABELS} if case not in ("no images", "no labels") else {}
    with pytest.raises(ValueError, match=r"arrays\.npz") as error:
        read(**(whole | arrays))
    assert words in str(error.value)
    assert len(str(error.value).splitlines()) == 1


@pytest.mark.parametrize("other", [IMAGES[:, :8], IMAGES.astype(float)])
def test_splits_of_two_kinds_are_told(read, other):
    with pytest.raises(
        ValueError, match=r"got images of uint8 \(9, 8\) and .*, expected images of one dtype and shape"
    ):
        read(train_images=IMAGES, train_labels=LABELS, test_images=other, test_labels=LABELS)


def test_a_split_alone_has_no_test(read):
    with pytest.raises(ValueError, match="got 0 test images of the class '0'"):
        read(train_images=IMAGES, train_labels=LABELS)


class Evil:
    def __reduce__(self):
        return print, ("unpickled",)


def archive(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as zipped:
        for name, content in members.items():
            zipped.writestr(f"{name}.npy", content)
    return file.getvalue()


def saved(array) -> bytes:
    file = io.BytesIO()
    np.save(file, array, allow_pickle=True)
    return file.getvalue()


FILES = {
    "nothing": b"",
    "text": b"hello",
    "an array alone": saved(IMAGES),
    "objects": archive(images=saved(np.array([Evil()], object)), labels=saved(LABELS)),
    "half": archive(images=saved(IMAGES), labels=saved(LABELS))[:1000],
    "a shape beyond its bytes": archive(images=saved(IMAGES)[:500], labels=saved(LABELS)),
}


@pytest.mark.parametrize("case", FILES)
def test_a_file_that_is_no_archive_of_arrays_is_told_and_never_unpickled(tmp_path, case, capsys):
    path = tmp_path / "x.npz"
    path.write_bytes(FILES[case])
    words = r"x\.npz: got a file that is not an NPZ archive, expected an NPZ file of arrays \(.+\)$"
    with pytest.raises(ValueError, match=words):
        array_source.read(str(path))
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("name", ["none.npz", "x" * 300, "."])
def test_a_file_that_cannot_be_read_is_told(tmp_path, name):
    with pytest.raises(ValueError, match=r"got a path that cannot be read \(.+\), expected an NPZ file$"):
        array_source.read(str(tmp_path / name))


def test_the_digits_are_those_of_scikit_learn(tmp_path):
    from sklearn.datasets import load_digits

    settings = {"test_share": 0.2, "seed": 0, "image_size": [8, 8]}
    lines = []
    dataset = of_digits(settings, "", Job(tmp_path, 1, lines.append))
    assert dataset.class_names == [str(digit) for digit in range(10)]
    assert lines[0].startswith("1797 images in 10 classes; settings: image_size: [8, 8], resize: stretch, colors: gray")
    json.dumps(dataset.about)
    bunch, seen = load_digits(), 0
    for split in dataset.splits.values():
        start = 0
        for block in split.chunks:
            for image, truth in zip(block.images, block.truth, strict=True):
                number = int(truth["file"])
                assert np.array_equal(image, np.rint(bunch.images[number] / 16 * 255))
                assert split.labels[start] == bunch.target[number]
                start += 1
        seen += start
    assert seen == 1797


# Channels and groups.


def stains() -> np.ndarray:
    """Return float images of two stains: a square in one of them, above for the first class and below for the other."""
    images = np.zeros((40, 32, 32, 2), np.float32)
    images[:20, :20, 8:24, 0] = 1
    images[20:, 20:, 8:24, 1] = 1
    return images


def test_a_second_stain_is_no_transparency(read):
    by_number, dataset = read({"image_size": None, "normalize": None}, images=stains(), labels=np.repeat([0, 1], 20))
    for number in range(40):
        np.testing.assert_array_equal(of(by_number, number), stains()[number] * 255)
    words = "assumed: 40 of 40 images: none of their 2 channels is transparency (channels: [0] leaves out the last)"
    assert words in [str(note) for note in dataset.notes]
    assert dataset.channel_names == (0, 1)


def test_channels_are_chosen_by_number_or_name(read):
    images = RNG.integers(0, 256, (40, 9, 8, 4), np.uint8)
    names = np.array(["DAPI", "GFP", "RFP", "Cy5"])
    by_number, dataset = read({"channels": ["RFP", 0]}, images=images, labels=LABELS, channel_names=names)
    assert np.array_equal(of(by_number, 3), images[3][..., [2, 0]])
    assert dataset.channel_names == ("RFP", 0)
    (note,) = [note for note in dataset.notes if note.kind == "cut" and note.count]
    assert str(note) == "cut: 40 of 40 images: have other channels; these are used: RFP, 0"
    by_number, dataset = read({"channels": [0, 1, 2], "colors": "rgb"}, images=images, labels=LABELS)
    assert np.array_equal(of(by_number, 3), images[3][..., :3])
    assert (dataset.about["view"]["colors"], dataset.channel_names) == ("rgb", ())
    by_number, _ = read({"channels": [3]}, images=images, labels=LABELS)
    assert np.array_equal(of(by_number, 3), images[3][..., 3])


def test_three_channels_are_colors_unless_they_have_names_or_are_to_be_channels(read):
    images = RNG.integers(0, 256, (40, 9, 8, 3), np.uint8)
    _, dataset = read(images=images, labels=LABELS)
    assert "are red, green and blue (colors: channels keeps them apart)" in " ".join(map(str, dataset.notes))
    _, dataset = read({"colors": "channels"}, images=images, labels=LABELS)
    assert dataset.channel_names == (0, 1, 2)
    _, dataset = read(images=images, labels=LABELS, channel_names=np.array(["a", "b", "c"]))
    assert dataset.channel_names == ("a", "b", "c")


WRONG_CHANNELS = {
    "a missing number": (
        {"channels": [4]},
        {},
        "channels: got an image with 4 channels, without 4, expected channels of",
    ),
    "a missing name": ({"channels": ["GFP"]}, {}, "channels: got an image with 4 channels, without 'GFP'"),
    "colors": (
        {"colors": "rgb"},
        {},
        "colors: got rgb for images of 4 channels, expected channels, or gray for the mean",
    ),
    "too few names": (
        {},
        {"channel_names": np.array(["a"])},
        "channel_names: got <U1 of shape (1,), expected 4 different",
    ),
    "equal names": ({}, {"channel_names": np.array(list("aabc"))}, "expected 4 different strings"),
    "groups of some": (
        {},
        {"groups": np.arange(3)},
        "groups: got int64 of shape (3,), expected 40 whole numbers or strings",
    ),
}


@pytest.mark.parametrize("case", WRONG_CHANNELS)
def test_channels_and_groups_that_are_not_there_are_refused(read, case):
    settings, more, words = WRONG_CHANNELS[case]
    images = RNG.integers(0, 256, (40, 9, 8, 4), np.uint8)
    with pytest.raises(ValueError, match=r".") as error:
        read(settings, images=images, labels=LABELS, **more)
    assert words in str(error.value)


def test_groups_of_arrays_are_on_one_side(read):
    groups = np.arange(40) // 5
    by_number, dataset = read(images=IMAGES, labels=LABELS, groups=groups)
    for group in range(8):
        assert len({split for split, name in by_number if groups[int(name)] == group}) == 1
    assert len(dataset.about["groups"]["test"]) > 0


def test_groups_of_one_split_only_are_refused(read):
    arrays = {
        f"{split}_{name}": array
        for split in ("train", "test")
        for name, array in (("images", IMAGES), ("labels", LABELS))
    }
    with pytest.raises(ValueError, match="got no test_groups, expected groups of all splits or of none"):
        read(**arrays, train_groups=LABELS)
