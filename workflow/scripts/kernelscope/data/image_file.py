"""Write and read images.npz block by block, so that a million images take no more memory than a few.

Its arrays are not compressed, so that an image can be read without the images before it.
"""

import os
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from kernelscope.data.splits import SPLITS
from kernelscope.io import array_files, files
from kernelscope.io.rows import Rows

SOME = 10_000  # images from which patches are taken; enough for statistics of patches


class Archive:
    """An NPZ file that is being written; its bytes do not depend on the size of the blocks."""

    def __init__(self, file: zipfile.ZipFile):
        self.file = file

    def add(self, name: str, array) -> None:
        """Write an array at once."""
        array = np.ascontiguousarray(array)
        with self.growing(name, array.shape, array.dtype) as write:
            write(array)

    @contextmanager
    def growing(self, name: str, shape: tuple[int, ...], dtype) -> Iterator[Callable[[np.ndarray], object]]:
        """Yield a function that writes the next block of an array of this shape."""
        with self.file.open(zipfile.ZipInfo(f"{name}.npy"), "w", force_zip64=True) as member:
            header = {"descr": np.lib.format.dtype_to_descr(np.dtype(dtype)), "fortran_order": False, "shape": shape}
            np.lib.format.write_array_header_1_0(member, header)
            yield lambda block: member.write(np.asarray(block, dtype).tobytes())


@contextmanager
def written(path: str | Path) -> Iterator[Archive]:
    """Open an archive to write; it replaces the file at `path` if the block ends without an error."""
    with files.atomic(path) as temporary, zipfile.ZipFile(temporary, "w") as file:
        yield Archive(file)


class ImageFile:
    """The content of images.npz.

    Attributes
    ----------
    class_names : name of each label
    channel_names : name of each channel; empty if the images are gray, or red, green and blue
    labels : by split, (n,) int64
    images : by split, (n, h, w) or (n, h, w, channels) uint8, read on access

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
                    is_named = "channel_names.npy" in archive.namelist()
                    self.channel_names: list[str] = array(archive, "channel_names").tolist() if is_named else []
                    self.labels = {split: array(archive, f"{split}_labels") for split in SPLITS}
                    self.images = {split: rows(path, handle, archive, f"{split}_images") for split in SPLITS}
            except files.DAMAGE as error:
                raise files.damaged(path, error) from None


def array(archive: zipfile.ZipFile, name: str) -> np.ndarray:
    """Return a complete array of an open archive."""
    with archive.open(f"{name}.npy") as member:
        return np.lib.format.read_array(member, allow_pickle=False)


def rows(path: Path, handle, archive: zipfile.ZipFile, name: str) -> Rows | np.ndarray:
    """Return an array of an open archive whose rows are read on access; if it is compressed, read it completely."""
    info = archive.getinfo(f"{name}.npy")
    if info.compress_type != zipfile.ZIP_STORED:
        return array(archive, name)
    with archive.open(info) as member:
        shape, fortran, dtype = array_files.header(member)
        header_bytes = member.tell()
    if fortran or dtype.hasobject or info.file_size != header_bytes + dtype.itemsize * np.prod(shape, dtype=np.int64):
        return array(archive, name)  # raises an error that says what is wrong
    start = info.header_offset + 26  # of two lengths in the ZIP header: of the name, and of the extra field
    name_bytes, extra_bytes = np.frombuffer(os.pread(handle.fileno(), 4, start), "<u2").tolist()
    file = os.dup(handle.fileno())
    return Rows(path, file, start + 4 + name_bytes + extra_bytes + header_bytes, shape, dtype)
