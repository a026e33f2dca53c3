"""An array in an open file, read row by row, or completely if there is memory for it."""

import os
import weakref
from pathlib import Path

import numpy as np

from kernelscope.io import files

LARGEST_READ = 2**30  # bytes; the operating system reads less than 2 GiB at a time


class Rows:
    """An array in an open file, whose rows are read on access by a slice or by an array of indices.

    Parameters
    ----------
    path : of the file, for messages
    file : descriptor, which is closed with this object
    offset : of the first row in the file, in bytes
    shape, dtype : of the array
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
            rows = np.empty((max(0, stop - start), *self.shape[1:]), self.dtype)
            self.read_into(rows, start)
            return rows
        rows = np.empty((len(which), *self.shape[1:]), self.dtype)
        for i, row in enumerate(which):
            self.read_into(rows[i : i + 1], int(row))
        return rows

    def read_into(self, rows: np.ndarray, start: int) -> None:
        """Fill `rows` with the rows of the file from `start` on."""
        if not 0 <= start <= start + len(rows) <= len(self):
            raise IndexError(f"rows {start} to {start + len(rows)} are not among the {len(self)} rows")
        left, offset = memoryview(rows.reshape(-1).view(np.uint8)), self.offset + start * self.row_bytes
        while left:
            count = os.preadv(self.file, [left[:LARGEST_READ]], offset)
            if not count:
                raise files.damaged(self.path, ValueError("it has become shorter"))
            left, offset = left[count:], offset + count


def in_memory(arrays: list, limit: float) -> list:
    """Read all arrays if they take at most `limit` bytes together; otherwise return `arrays` unread.

    arrays : `Rows`, or what has `shape` and `dtype` and computes its rows from them
    """
    size = sum(np.prod(array.shape, dtype=np.int64) * array.dtype.itemsize for array in arrays)
    return [array[:] for array in arrays] if size <= limit else arrays
