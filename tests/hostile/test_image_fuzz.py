"""Damaged image files: each gives an image, or one line that says why not, in bounded time and memory."""

import numpy as np
import pytest
from hostile_images import damaged, seeds

from kernelscope.data import decoding_pool
from kernelscope.data.decoding_pool import readings
from kernelscope.data.folder_source import glanced, size_and_frame
from kernelscope.data.preprocessing import View

COUNT = 300  # tests/long/image_fuzz.py has 5,000
VIEW = View((20, 24), "fit", "rgb", "white", False, "none")


def both(data: bytes):
    return size_and_frame(data, VIEW), glanced(data)


@pytest.fixture
def written(tmp_path):
    def write(files) -> list:
        paths = [tmp_path / name for name, _ in files]
        for path, (_, content) in zip(paths, files, strict=True):
            path.write_bytes(content)
        return paths

    return write


def test_all_that_is_damaged_here_is_a_picture_before(written):
    paths = written([(f"{number}.{suffix}", content) for number, (suffix, content) in enumerate(seeds())])
    assert {reading.why for reading in readings(paths, both, 2)} == {""}


def test_a_damaged_file_is_a_picture_or_one_line(written, monkeypatch):
    monkeypatch.setattr(decoding_pool, "PATIENCE", 10)
    files = damaged(COUNT, seed=1)
    found = list(readings(written(files), both, 2))
    for (name, _), reading in zip(files, found, strict=True):
        assert len(reading.sha256) == 64
        if reading.made is None:
            assert reading.why.isprintable(), name
            assert 0 < len(reading.why) <= 300, name
            assert not reading.why.startswith(("crashes", "takes more")), (name, reading.why)
        else:
            (size, frame, pages, _), glance = reading.made
            assert min(*size, pages) > 0
            assert (frame.shape, frame.dtype) == ((20, 24, 3), np.uint16)
            assert glance.copy.ndim == 3
    assert sum(reading.made is not None for reading in found) > COUNT / 5
    assert sum(reading.made is None for reading in found) > COUNT / 5
