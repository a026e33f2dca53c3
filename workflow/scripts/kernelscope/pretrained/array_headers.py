"""How many weights of kernels a file of arrays has, and whether it is mapped, from its headers alone."""

import ast
import json
import pickletools
import struct
import zipfile
from collections.abc import Iterator
from functools import cache
from math import prod
from pathlib import Path

from kernelscope.io import files
from kernelscope.pretrained import shards
from kernelscope.pretrained.file_names import CODE, TORCH

LONGEST = 100_000_000  # bytes of a header, as safetensors itself has it
Shape = tuple[int, ...]
INTEGERS = {"BININT", "BININT1", "BININT2", "LONG1"}
DAMAGE = (*files.DAMAGE, MemoryError)  # a damaged header may promise any size


@cache
def weights(path: Path, with_single: bool = False) -> int:
    """Return the number of weights of all kernels in a file, `with_single` weights or of several.

    Of a file without such arrays, or whose headers are not understood, all bytes are numbers of two.
    """
    parts = [path]
    try:
        parts = shards.whole(path)[1:] or parts
        every = [shape for part in parts for shape in shapes(part)]
        found = sum(prod(shape) for shape in every if len(shape) > 2 and (with_single or prod(shape[2:]) > 1))
    except DAMAGE:  # which the job that reads the file reports
        found = 0
    return found or sum(part.stat().st_size for part in parts if part.is_file()) // 2


def read_whole(path: Path) -> int:
    """Return the bytes of a file that are read at once; of files that are mapped, only the kernels are."""
    return sum(part.stat().st_size for part in shards.whole(path) if not is_mapped(part))


def is_mapped(path: Path) -> bool:
    """Whether a file is of safetensors, or is an archive that torch.save wrote."""
    if path.suffix.lower() not in TORCH:
        return path.suffix == ".safetensors"
    try:
        with zipfile.ZipFile(path) as archive:
            names = {name.rpartition("/")[2] for name in archive.namelist()}
    except DAMAGE:  # an old file, or none that the job can read
        return False
    return CODE not in names


def shapes(path: Path) -> Iterator[Shape]:
    """Yield the shape of each array in a file."""
    if path.suffix == ".npy":
        with path.open("rb") as file:
            yield of_npy(file)
        return
    if path.suffix == ".safetensors":
        with path.open("rb") as file:
            yield from of_safetensors(file)
        return
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            with archive.open(name) as member:
                if name.endswith(".npy"):
                    yield of_npy(member)
                elif name.endswith("data.pkl"):
                    yield from of_tensors(member.read())


def of_npy(file) -> Shape:
    """Return the shape in the header of an NPY file."""
    major = file.read(8)[6]
    (length,) = struct.unpack(*(("<H", file.read(2)) if major == 1 else ("<I", file.read(4))))
    return ast.literal_eval(file.read(length).decode("latin1"))["shape"]


def of_safetensors(file) -> Iterator[Shape]:
    """Yield the shape of each tensor in the header of a safetensors file."""
    (length,) = struct.unpack("<Q", file.read(8))
    for name, about in json.loads(file.read(min(length, LONGEST))).items():
        if name != "__metadata__":
            yield tuple(about["shape"])


def of_tensors(content: bytes) -> Iterator[Shape]:
    """Yield the shape of each tensor in the list of objects of a PyTorch file: behind each array, offset and sizes."""
    sizes: list[int] | None = None
    for operation, value, _ in pickletools.genops(content):
        if operation.name == "BINPERSID":
            sizes = []
        elif sizes is not None and operation.name in INTEGERS:
            sizes.append(value)
        elif sizes is not None and "TUPLE" in operation.name:
            yield tuple(sizes[1:])
            sizes = None
