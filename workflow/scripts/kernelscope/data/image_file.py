"""images.npz, written and read a block at a time, so that a million images take no more memory than a few.

Its arrays are not compressed, so that any image can be read without those before it.
"""

import os
import weakref
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from kernelscope.data.split_names import SPLITS
from kernelscope.io import array_files, files

SOME = 10_000  # images are enough for what is estimated from their patches
LARGEST_READ = 2**30  # bytes; the operating system reads less than 2 GiB at a time


class Archive:
    """A file of arrays in the making; its bytes do not depend on the size of the blocks."""

    def __init__(self, file: zipfile.ZipFile):
        self.file = file

    def add(self, name: str, array) -> None:
        array = np.ascontiguousarray(array)
        with self.growing(name, array.shape, array.dtype) as write:
            write(array)

    @contextmanager
    def growing(self, name: str, shape: tuple[int, ...], dtype) -> Iterator[Callable[[np.ndarray], object]]:
        """A function that writes the next block of an array of this shape."""
        with self.file.open(zipfile.ZipInfo(f"{name}.npy"), "w", force_zip64=True) as member:
            header = {"descr": np.lib.format.dtype_to_descr(np.dtype(dtype)), "fortran_order": False, "shape": shape}
            np.lib.format.write_array_header_1_0(member, header)
            yield lambda block: member.write(np.asarray(block, dtype).tobytes())


@contextmanager
def written(path: str | Path) -> Iterator[Archive]:
    """An archive that takes its place when the block ends without an error."""
    with files.atomic(path) as temporary, zipfile.ZipFile(temporary, "w") as file:
        yield Archive(file)


class Rows:
    """An array in an open file. Rows are read as they are asked for, by a slice or by an array of their numbers.

    `file` is a descriptor, which is closed with it.
    """

    def __init__(self, path: Path, file: int, offset: int, shape: tuple[int, ...], dtype: np.dtype):
        self.path, self.file, self.offset, self.shape, self.dtype = path, file, offset, shape, dtype
        self.ndim = len(shape)
        weakref.finalize(self, os.close, file)
        self.row_bytes = int(np.prod(shape[1:], dtype=np.int64)) * dtype.itemsize

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, which: slice | np.ndarray) -> np.ndarray:
        if isinstance(which, slice):
            start, stop, _ = which.indices(len(self))
            found = np.empty((max(0, stop - start), *self.shape[1:]), self.dtype)
            self.read_into(found, start)
            return found
        found = np.empty((len(which), *self.shape[1:]), self.dtype)
        for place, row in enumerate(which):
            self.read_into(found[place : place + 1], int(row))
        return found

    def read_into(self, rows: np.ndarray, start: int) -> None:
        """Fill `rows` with those from `start` on."""
        if not 0 <= start <= start + len(rows) <= len(self):
            raise IndexError(f"found rows {start} to {start + len(rows)} of {len(self)}")
        left, place = memoryview(rows.reshape(-1).view(np.uint8)), self.offset + start * self.row_bytes
        while left:
            got = os.preadv(self.file, [left[:LARGEST_READ]], place)
            if not got:
                raise files.damaged(self.path, ValueError("it has become shorter"))
            left, place = left[got:], place + got


class ImageFile:
    """An images.npz: class_names, labels by split, and images by split, (n, h, w) or (n, h, w, 3) uint8, still to read.

    Raises
    ------
    ValueError
        If the file is damaged.
    """

    def __init__(self, path: str | Path):
        path = Path(path)
        with files.opened(path) as handle:
            try:
                array_files.check_archive(handle)
                with zipfile.ZipFile(handle) as archive:
                    self.class_names: list[str] = array(archive, "class_names").tolist()
                    self.labels = {split: array(archive, f"{split}_labels") for split in SPLITS}
                    self.images = {split: rows(path, handle, archive, f"{split}_images") for split in SPLITS}
            except MemoryError:
                raise
            except Exception as error:  # zipfile, zlib and numpy raise a dozen kinds for what is no archive of arrays
                raise files.damaged(path, error) from None


def array(archive: zipfile.ZipFile, name: str) -> np.ndarray:
    """A whole array of an open archive."""
    with archive.open(f"{name}.npy") as member:
        return np.lib.format.read_array(member, allow_pickle=False)


def rows(path: Path, handle, archive: zipfile.ZipFile, name: str) -> Rows | np.ndarray:
    """An array of an open archive, to be read row by row; at once where somebody has compressed it."""
    info = archive.getinfo(f"{name}.npy")
    if info.compress_type != zipfile.ZIP_STORED:
        return array(archive, name)
    with archive.open(info) as member:
        version = np.lib.format.read_magic(member)
        shape, fortran, dtype = array_files.HEADERS[version](member)
        skipped = member.tell()
    if fortran or dtype.hasobject or info.file_size != skipped + dtype.itemsize * np.prod(shape, dtype=np.int64):
        return array(archive, name)  # which says what is wrong
    start = info.header_offset + 26  # of the lengths of name and extra field in the header before the member
    name_bytes, extra_bytes = np.frombuffer(os.pread(handle.fileno(), 4, start), "<u2").tolist()
    file = os.dup(handle.fileno())
    return Rows(path, file, start + 4 + name_bytes + extra_bytes + skipped, shape, dtype)
