"""Read an image from a NumPy array in a file of its own."""

import io
import math
import zipfile

import numpy as np
from PIL import Image

from kernelscope.data import planes
from kernelscope.data.planes import NotAnImageError, Planes
from kernelscope.io import array_files

BEGIN = (b"\x93NUMPY", b"PK\x03\x04")
LEAST_SIDE, MOST_BYTES = 8, 2**30


def read(data: bytes) -> tuple[Image.Image | Planes, tuple[int, int]]:
    """Return the image in an NPY file, or in an NPZ file with one array, and its rows and cols.

    An array is (h, w) or (h, w, channels). Three channels of bytes are red, green and blue.
    """
    array = of_npy(data) if data.startswith(BEGIN[0]) else of_npz(data)
    check(array)
    rows, cols = array.shape[:2]
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[..., 0]
    if array.dtype == np.uint8 and (array.ndim == 2 or array.shape[2] == 3):
        return Image.fromarray(np.ascontiguousarray(array)), (rows, cols)
    levels = planes.of_bits(array if array.ndim == 3 else array[..., None], 8 * array.dtype.itemsize)
    return planes.simplest(Planes(levels.transpose(2, 0, 1), planes.named(levels.shape[2]))), (rows, cols)


def of_npy(data: bytes) -> np.ndarray:
    """Return the array in an NPY file; an error of DAMAGE if it is not complete."""
    handle = io.BytesIO(data)
    shape, _, dtype = array_files.header(handle)
    if dtype.hasobject or handle.tell() + dtype.itemsize * math.prod(shape) != len(data):
        raise ValueError("its size differs from the size in its header")
    handle.seek(0)
    return np.load(handle, allow_pickle=False)


def of_npz(data: bytes) -> np.ndarray:
    """Return the only array in an NPZ file; NotAnImageError if there are others."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        if len(names) != 1 or not names[0].endswith(".npy"):
            raise NotAnImageError(f"an archive of {len(names)} files instead of a single array")
        if archive.getinfo(names[0]).file_size > MOST_BYTES:
            raise NotAnImageError(f"an array of more than {MOST_BYTES:,} bytes")
        return of_npy(archive.read(names[0]))


def check(array: np.ndarray) -> None:
    """Raise NotAnImageError unless an array is an image."""
    got = f"an array of {array.dtype} of shape {array.shape}"
    if array.ndim not in (2, 3) or 0 in array.shape or array.dtype.kind not in "uifb":
        raise NotAnImageError(f"{got} instead of numbers (h, w) or (h, w, channels)")
    if array.ndim == 3 and array.shape[0] < LEAST_SIDE <= array.shape[2]:
        raise NotAnImageError(f"{got}; channels have to come last, as in np.moveaxis(array, 0, -1)")
