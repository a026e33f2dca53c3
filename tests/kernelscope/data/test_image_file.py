import os
import zipfile

import numpy as np
import pytest

from kernelscope.data import image_file
from kernelscope.data.image_file import ImageFile
from kernelscope.io import array_files, files, rows

RNG = np.random.default_rng(0)


def arrays(channels=()):
    images = {f"{split}_images": RNG.integers(0, 256, (n, 5, 4, *channels), np.uint8) for split, n in SIZES.items()}
    labels = {f"{split}_labels": np.arange(n, dtype=np.int64) % 2 for split, n in SIZES.items()}
    return images | labels | {"class_names": np.array(["a", "größer"])}


SIZES = {"train": 23, "test": 7}
GRAY, COLOR = arrays(), arrays((3,))


def write(path, content, block=6):
    with image_file.written(path) as archive:
        for name, array in content.items():
            with archive.growing(name, array.shape, array.dtype) as put:
                for start in range(0, len(array), block):
                    put(array[start : start + block])
    return path


@pytest.mark.parametrize("content", [GRAY, COLOR], ids=["gray", "color"])
def test_what_is_written_in_blocks_is_read_by_numpy_and_row_by_row(tmp_path, content):
    path = write(tmp_path / "images.npz", content)
    with np.load(path, allow_pickle=False) as result:
        assert set(result) == set(content)
        for name, array in content.items():
            np.testing.assert_array_equal(result[name], array)
    file = ImageFile(path)
    assert file.class_names == ["a", "größer"]
    for split, count in SIZES.items():
        images, expected = file.images[split], content[f"{split}_images"]
        assert (len(images), images.shape, images.ndim, images.dtype) == (
            count,
            expected.shape,
            expected.ndim,
            np.uint8,
        )
        np.testing.assert_array_equal(file.labels[split], content[f"{split}_labels"])
        np.testing.assert_array_equal(images[:], expected)
        for which in (slice(2, 5), slice(5, 2), slice(4, 999), slice(-3, None), np.array([6, 0, 6]), np.array([], int)):
            np.testing.assert_array_equal(images[which], expected[which])


def test_the_bytes_do_not_depend_on_the_blocks_or_the_clock(tmp_path, monkeypatch):
    first = write(tmp_path / "a.npz", GRAY, block=1).read_bytes()
    monkeypatch.setattr("time.time", lambda: 2e9)
    assert write(tmp_path / "b.npz", GRAY, block=100).read_bytes() == first


def test_numbers_outside_are_refused(tmp_path):
    images = ImageFile(write(tmp_path / "images.npz", GRAY)).images["test"]
    for which in (np.array([7]), np.array([-1])):
        with pytest.raises(IndexError):
            images[which]


def test_a_compressed_file_is_read_all_the_same(tmp_path):
    array_files.write_npz(tmp_path / "images.npz", GRAY)
    file = ImageFile(tmp_path / "images.npz")
    np.testing.assert_array_equal(file.images["train"][np.array([3, 1])], GRAY["train_images"][[3, 1]])


def test_large_rows_are_read_in_pieces(tmp_path, monkeypatch):
    monkeypatch.setattr(rows, "LARGEST_READ", 7)
    images = ImageFile(write(tmp_path / "images.npz", COLOR)).images["train"]
    np.testing.assert_array_equal(images[:], COLOR["train_images"])


def test_a_failure_leaves_the_file_of_before(tmp_path):
    path = write(tmp_path / "images.npz", GRAY)
    before = path.read_bytes()
    with pytest.raises(RuntimeError), image_file.written(path) as archive:
        archive.add("class_names", ["a"])
        raise RuntimeError
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["images.npz"]


def test_what_was_read_is_in_the_journal(tmp_path):
    path = write(tmp_path / "images.npz", GRAY)
    ImageFile(path)
    assert files.READ[path] == files.digest_of(path)


def damaged(path, kind):
    """Damage a file of images."""
    whole = path.read_bytes()
    if kind == "cut":
        path.write_bytes(whole[: len(whole) // 2])
    elif kind == "a flipped bit":
        at = whole.index(GRAY["train_images"].tobytes()) + 30
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    elif kind == "no archive":
        path.write_text("hello")
    elif kind == "an array is missing":
        write(path, {name: array for name, array in GRAY.items() if name != "test_images"})
    elif kind == "pickled":
        with zipfile.ZipFile(path, "w") as file:
            for name, array in GRAY.items():
                with file.open(f"{name}.npy", "w") as member:
                    np.lib.format.write_array(member, array.astype(object), allow_pickle=True)
    else:  # fewer images than the header says
        with image_file.written(path) as archive:
            for name, array in GRAY.items():
                with archive.growing(name, (len(array) + 1, *array.shape[1:]), array.dtype) as put:
                    put(array)


@pytest.mark.parametrize(
    "kind", ["cut", "a flipped bit", "no archive", "an array is missing", "pickled", "too few images"]
)
def test_a_damaged_file_is_one_line(tmp_path, kind):
    path = write(tmp_path / "images.npz", GRAY)
    damaged(path, kind)
    with pytest.raises(ValueError, match=r"images\.npz is damaged \(.+\); delete it"):
        ImageFile(path)


def test_a_file_that_becomes_shorter_while_it_is_read_is_one_line(tmp_path):
    path = write(tmp_path / "images.npz", GRAY)
    images = ImageFile(path).images["train"]
    os.truncate(path, 100)
    with pytest.raises(ValueError, match="has become shorter"):
        images[:]
