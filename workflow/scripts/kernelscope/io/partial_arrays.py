"""Read only some arrays of an NPZ file, or only the shapes of its arrays."""

import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from kernelscope.io import array_files
from kernelscope.io.files import DAMAGE, damaged, opened


def shapes(path: str | Path) -> dict[str, tuple[int, ...]]:
    """Return the shapes of all arrays by name; ValueError if the file is damaged."""
    with members(path) as (archive, names):
        return {name: header(archive, member)[0] for name, member in names.items()}


def read(path: str | Path, wanted: Callable[[str], bool]) -> dict[str, np.ndarray]:
    """Return the arrays for whose name `wanted` is true; ValueError if the file is damaged."""
    with members(path) as (archive, names):
        return {name: array(archive, member) for name, member in names.items() if wanted(name)}


@contextmanager
def members(path: str | Path) -> Iterator[tuple[zipfile.ZipFile, dict[str, str]]]:
    """Open an archive; yield it with a mapping from the name of each array to its member."""
    with opened(path) as handle:
        try:
            with zipfile.ZipFile(handle) as archive:
                yield archive, {name.removesuffix(".npy"): name for name in archive.namelist()}
        except DAMAGE as error:
            raise damaged(path, error) from None


def header(archive: zipfile.ZipFile, member: str) -> tuple[tuple[int, ...], int]:
    """Return the shape of an array, and the number of bytes that the array and its header should take."""
    with archive.open(member) as file:
        shape, _, dtype = array_files.header(file)
        return shape, file.tell() + dtype.itemsize * int(np.prod(shape, dtype=object))


def array(archive: zipfile.ZipFile, member: str) -> np.ndarray:
    """Return the array of a member; ValueError if its size is wrong."""
    _, size = header(archive, member)
    if archive.getinfo(member).file_size != size:  # first, as a wrong shape could request any amount of memory
        raise ValueError(f"the size of {member} differs from the size in its header")
    with archive.open(member) as file:
        values = np.lib.format.read_array(file, allow_pickle=False)
        file.read(1)  # reach the end, where zipfile compares the checksum
    return values
