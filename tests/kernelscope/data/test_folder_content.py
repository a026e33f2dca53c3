"""The sizes of images from the headers of their files, which planning reads without any library for images."""

import numpy as np
import pytest
from hostile_images import SUFFIX, damaged, encoded, seeds
from PIL import Image

from kernelscope.data import folder_content
from kernelscope.data.builder import Job
from kernelscope.data.decoding import decoded
from kernelscope.data.folder_listing import listing
from kernelscope.data.folder_source import of_folder

SETTINGS = dict.fromkeys(("table", "image_size", "resize", "colors", "background", "normalize"))
SETTINGS |= {"test_share": 0.25, "seed": 0, "on_error": "stop", "invert": False}
KNOWN = ("png", "gif", "bmp", "jpg")


def size_of(tmp_path, content: bytes):
    (tmp_path / "image").write_bytes(content)
    return folder_content.size_of(tmp_path / "image")


def test_the_size_is_that_of_the_decoded_image(tmp_path):
    sizes = [(suffix, size_of(tmp_path, content), decoded(content).size) for suffix, content in seeds()]
    assert all(size in (None, true) for _, size, true in sizes)
    assert {suffix for suffix, size, _ in sizes if size} == set(KNOWN)
    assert sum(size is None for suffix, size, _ in sizes if suffix in KNOWN) == 2  # a PNG and a JPEG with EXIF


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_the_size_of_an_image_that_may_be_turned_is_unclear(tmp_path, kind):
    exif = Image.Exif()
    exif[0x0112] = 6
    image = Image.new("L", (20, 30))
    assert size_of(tmp_path, encoded(image, kind)) == (30, 20)
    assert size_of(tmp_path, encoded(image, kind, exif=exif)) is None


def test_of_a_damaged_file_there_is_a_size_or_none(tmp_path):
    for _, content in damaged(300, seed=2):
        size = size_of(tmp_path, content)
        assert size is None or min(size) > 0
    assert folder_content.size_of(tmp_path / "missing") is None


@pytest.mark.parametrize("shape", [(9, 11), (40, 500), (300, 200)])
def test_the_inferred_size_is_that_of_the_job(tmp_path, shape):
    rng = np.random.default_rng(0)
    for number in range(12):
        suffix = KNOWN[number % 4]
        kind = next(kind for kind, of_kind in SUFFIX.items() if of_kind == suffix)
        path = tmp_path / ("bar", "ring")[number % 2] / f"{number}.{suffix}"
        path.parent.mkdir(exist_ok=True)
        rows, cols = shape[0] + number % 3, shape[1]
        path.write_bytes(encoded(Image.fromarray(rng.integers(0, 255, (rows, cols), np.uint8)), kind))
    size = folder_content.inferred_size(tmp_path, listing(str(tmp_path)), SETTINGS["seed"])
    job = Job(tmp_path / ".scratch", 1, str)
    assert size == of_folder(SETTINGS | {"folder": str(tmp_path)}, "", job).splits["train"].shape[1:3]
