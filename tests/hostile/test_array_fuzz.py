"""Damaged files of arrays and weights: each gives arrays, or one line that names the file, and never a traceback."""

import io
import random
from functools import partial

import numpy as np
import pytest
import torch
from hostile_images import DAMAGES
from tiers import rows

from kernelscope.data.image_file import ImageFile
from kernelscope.data.splits import SPLITS
from kernelscope.io import array_files, partial_arrays
from kernelscope.pretrained import torch_files

COUNT = 60  # damaged files of each kind and seed
ARRAYS = {"steps": np.arange(3), "conv1": np.linspace(-1, 1, 150).reshape(3, 2, 1, 5, 5), "names": np.array(["猫"])}
SET = {"class_names": np.array(["a", "b"])} | {
    f"{split}_{kind}": array
    for split in SPLITS
    for kind, array in (("labels", np.array([0, 1])), ("images", np.arange(144, dtype=np.uint8).reshape(2, 9, 8)))
}


def written(save, *arguments, **options) -> bytes:
    file = io.BytesIO()
    save(file, *arguments, **options)
    return file.getvalue()


def archives(arrays: dict) -> list[bytes]:
    return [written(save, **arrays) for save in (np.savez, np.savez_compressed)]


STATE = {"conv1.weight": torch.ones(4, 1, 3, 3), "bias": torch.ones(4, dtype=torch.float16)}
KINDS = {  # kind -> whole files, and how they are read
    "npz": (archives(ARRAYS), array_files.read_npz),
    "shapes": (archives(ARRAYS), partial_arrays.shapes),
    "npz, in part": (archives(ARRAYS), lambda path: partial_arrays.read(path, "conv1".__eq__)),
    "images": (archives(SET), lambda path: [ImageFile(path).images[split][:] for split in SPLITS]),
    "npy": (
        [written(np.lib.format.write_array, ARRAYS["conv1"], version=(version, 0)) for version in (1, 2)],
        array_files.read_npy,
    ),
    "pt": (
        [written(partial(torch.save, STATE), _use_new_zipfile_serialization=zipped) for zipped in (True, False)],
        torch_files.read,
    ),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", rows(range(40), 0))
def test_a_damaged_file_of_arrays_is_read_or_refused_in_one_line(kind, seed, tmp_path):
    whole, read = KINDS[kind]
    draw, path, refused = random.Random(seed), tmp_path / "damaged", 0
    for content in whole:
        path.write_bytes(content)
        read(path)
    for _ in range(COUNT):
        data = bytearray(draw.choice(whole))
        for _ in range(draw.choice((1, 1, 2, 3))):
            data = draw.choice(DAMAGES)(draw, data, [("", content) for content in whole]) or bytearray(b"\0")
        path.write_bytes(data)
        try:
            read(path)
        except ValueError as error:
            refused += 1
            assert str(error).isprintable(), str(error)
            assert str(error).startswith(str(path)), str(error)
    assert refused > COUNT / 3
