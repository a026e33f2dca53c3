"""Single arrays of an NPZ file, without reading the others: their shapes, or those that are wanted."""

import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from kernelscope.io.array_files import HEADERS
from kernelscope.io.files import damaged, opened


def shapes(path: str | Path) -> dict[str, tuple[int, ...]]:
    """Of all arrays by name; ValueError where the file is damaged."""
    with members(path) as (archive, names):
        return {name: header(archive, member)[0] for name, member in names.items()}


def read(path: str | Path, wanted: Callable[[str], bool]) -> dict[str, np.ndarray]:
    """The arrays whose name is wanted; ValueError where the file is damaged."""
    with members(path) as (archive, names):
        return {name: array(archive, member) for name, member in names.items() if wanted(name)}


@contextmanager
def members(path: str | Path) -> Iterator[tuple[zipfile.ZipFile, dict[str, str]]]:
    """An open archive and its members by the name of their array."""
    with opened(path) as handle:
        try:
            with zipfile.ZipFile(handle) as archive:
                yield archive, {name.removesuffix(".npy"): name for name in archive.namelist()}
        except MemoryError:
            raise
        except Exception as error:  # zipfile, zlib and numpy raise a dozen kinds for what is no archive of arrays
            raise damaged(path, error) from None


def header(archive: zipfile.ZipFile, member: str) -> tuple[tuple[int, ...], int]:
    """The shape of an array, and how many bytes it must have with its header."""
    with archive.open(member) as file:
        shape, _, dtype = HEADERS[np.lib.format.read_magic(file)](file)
        return shape, file.tell() + dtype.itemsize * int(np.prod(shape, dtype=object))


def array(archive: zipfile.ZipFile, member: str) -> np.ndarray:
    _, size = header(archive, member)
    if archive.getinfo(member).file_size != size:  # first: a wrong shape may ask for any memory
        raise ValueError(f"{member} has another size than its header says")
    with archive.open(member) as file:
        found = np.lib.format.read_array(file, allow_pickle=False)
        file.read(1)  # to the end, where the checksum is compared
    return found
