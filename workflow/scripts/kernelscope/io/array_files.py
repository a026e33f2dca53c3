"""Read and write NumPy arrays. Files are written completely or not at all; equal content gives equal bytes."""

import math
import os
import zipfile
from pathlib import Path

import numpy as np

from kernelscope.io import files
from kernelscope.io.files import atomic, opened
from kernelscope.refusal import refuse

HEADERS = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}


def write_npz(path: str | Path, arrays: dict[str, np.ndarray]) -> None:
    """Write named arrays to a compressed NPZ file, without pickles and without timestamps."""
    with atomic(path) as temporary:
        np.savez_compressed(temporary, allow_pickle=False, **arrays)


def read_npz(path: str | Path) -> dict[str, np.ndarray]:
    """Return all arrays of an NPZ file by name; ValueError if it is damaged."""
    with opened(path) as handle:
        return arrays_of(handle, path)


def read_npy(path: str | Path) -> np.ndarray:
    """Return the array of an NPY file; ValueError if it is damaged or holds no array."""
    with opened(path) as handle:
        try:
            shape, _, dtype = header(handle)
            size = handle.tell() + dtype.itemsize * math.prod(shape)
            if Path(path).stat().st_size != size:  # a wrong shape could request any amount of memory
                raise ValueError("its size differs from the size in its header")
            handle.seek(0)
            return np.load(handle, allow_pickle=False)
        except files.DAMAGE as error:
            refuse(str(path), "no complete array", "an NPY file", " ".join(str(error).split())[:160])


def header(handle) -> tuple[tuple[int, ...], bool, np.dtype]:
    """Read the header of an NPY file: the shape of the array, whether it is in Fortran order, and its dtype."""
    version = np.lib.format.read_magic(handle)
    if version not in HEADERS:
        raise ValueError(f"an NPY file of the unknown version {version[0]}.{version[1]}")
    return HEADERS[version](handle)


def arrays_of(handle, path: str | Path) -> dict[str, np.ndarray]:
    """Return all arrays of an open NPZ file by name; ValueError if it is damaged."""
    try:
        check_archive(handle)  # first, as a wrong shape could request any amount of memory
        with np.load(handle, allow_pickle=False) as file:
            return dict(file)
    except files.DAMAGE as error:
        raise files.damaged(path, error) from None


def check_archive(handle) -> None:
    """Raise an error if a checksum or the number of members of a ZIP archive is wrong; then rewind the file."""
    with zipfile.ZipFile(handle) as archive:
        if wrong := archive.testzip():
            raise ValueError(f"{wrong} has a wrong checksum")
        handle.seek(-12, os.SEEK_END)  # the number of members that it declares; 0xFFFF: ZIP64 declares it elsewhere
        if int.from_bytes(handle.read(2), "little") not in (len(archive.infolist()), 0xFFFF):
            raise ValueError("its directory is incomplete")
    handle.seek(0)
