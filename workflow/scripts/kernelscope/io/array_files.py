"""Reading and writing of data: whole or not at all, and the same bytes for the same content."""

import math
import os
import zipfile
from pathlib import Path

import numpy as np

from kernelscope.io import files
from kernelscope.io.files import atomic, opened


def write_npz(path: str | Path, arrays: dict[str, np.ndarray]) -> None:
    """Arrays by name; compressed, no pickles, no clock."""
    with atomic(path) as temporary:
        np.savez_compressed(temporary, allow_pickle=False, **arrays)


def read_npz(path: str | Path) -> dict[str, np.ndarray]:
    """All arrays by name; ValueError where the file is damaged."""
    with opened(path) as handle:
        return arrays_of(handle, path)


def read_npy(path: str | Path) -> np.ndarray:
    """The array of an NPY file; ValueError where the file is damaged."""
    with opened(path) as handle:
        try:
            version = np.lib.format.read_magic(handle)
            header = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
            shape, _, dtype = header[version](handle)
            if Path(path).stat().st_size != handle.tell() + dtype.itemsize * math.prod(shape):  # may ask for any memory
                raise ValueError("it has another size than its header says")
            handle.seek(0)
            return np.load(handle, allow_pickle=False)
        except MemoryError:
            raise
        except Exception as error:  # numpy raises a dozen kinds for what is no array
            raise ValueError(f"{path} is no whole array ({' '.join(str(error).split())[:160]})") from None


def arrays_of(handle, path: str | Path) -> dict[str, np.ndarray]:
    """All arrays of an open NPZ file; ValueError where it is damaged."""
    try:
        check_archive(handle)  # first: a wrong shape may ask for any memory
        with np.load(handle, allow_pickle=False) as file:
            return dict(file)
    except MemoryError:
        raise
    except Exception as error:  # zipfile, zlib and numpy raise a dozen kinds for what is no archive of arrays
        raise files.damaged(path, error) from None


def check_archive(handle) -> None:
    """Raise an error where a checksum of a ZIP archive is wrong, or the number of its members; back to its start."""
    with zipfile.ZipFile(handle) as archive:
        if wrong := archive.testzip():
            raise ValueError(f"{wrong} has another checksum")
        handle.seek(-12, os.SEEK_END)  # how many members it says it has; 0xFFFF: so many that it says so elsewhere
        if int.from_bytes(handle.read(2), "little") not in (len(archive.infolist()), 0xFFFF):
            raise ValueError("its directory is not whole")
    handle.seek(0)


HEADERS = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
