"""Large images in images.npz, beside the crops that everybody sees: what training draws fresh crops from.

Only the parts for training crops are there, at every scale, as one long array of pixels that is mapped into memory
if it is large. The crops of images.npz itself are a fixed sample for everything but the training.
"""

import os
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from kernelscope.data import image_file
from kernelscope.io import files
from kernelscope.io.rows import Rows

PIXELS, LEVELS, SOURCES, TURNS = "canvas_pixels", "canvas_levels", "train_sources", "train_turns"
COLUMNS = ("image", "start", "rows", "cols")  # of LEVELS: a level's image, its first pixel in PIXELS, and its size


class Place(NamedTuple):
    """Where a crop comes from: the number of its level, its first row and first col there."""

    level: int
    row: int
    col: int


class Canvases:
    """Training parts of large images at several scales.

    Parameters
    ----------
    pixels : (pixels of all levels,) or (pixels of all levels, channels) uint8
    levels : (levels, 4) int64, with COLUMNS; the levels of an image are neighbors, from the smallest scale
    crop : rows and cols of a crop
    sources : (n,) int64, the number of the image of each training crop
    turns : (n,) int64, by how many quarter turns, counterclockwise, each training crop is rotated
    """

    def __init__(
        self, pixels: np.ndarray, levels: np.ndarray, crop: tuple[int, int], sources: np.ndarray, turns: np.ndarray
    ):
        self.pixels, self.levels, self.crop, self.sources, self.turns = pixels, levels, crop, sources, turns
        self.first = np.searchsorted(levels[:, 0], np.arange(levels[-1, 0] + 2))  # level of each image, and the end
        self.shape = (*crop, *pixels.shape[1:])

    def places(self, images: np.ndarray, rng: np.random.Generator) -> list[Place]:
        """Return random places of crops from these images (B,): a scale of each, and a position, at equal odds."""
        first, last = self.first[images], self.first[images + 1]
        level = first + rng.integers(0, last - first)
        row, col = (rng.integers(0, self.levels[level, 2 + axis] - side + 1) for axis, side in enumerate(self.crop))
        return list(map(Place, level.tolist(), row.tolist(), col.tolist()))

    def crops(self, places: Sequence[Place]) -> np.ndarray:
        """Return the crops at these places, (B, rows, cols) or (B, rows, cols, channels) uint8."""
        crops = np.empty((len(places), *self.shape), np.uint8)
        for crop, place in zip(crops, places, strict=True):
            crop[...] = window(self.level(place.level), place.row, place.col, self.crop)
        return crops

    def level(self, number: int) -> np.ndarray:
        """Return a level, (rows, cols) or (rows, cols, channels), as a view."""
        _, start, rows, cols = self.levels[number]
        return self.pixels[start : start + rows * cols].reshape(rows, cols, *self.pixels.shape[1:])

    def drawn(self, numbers: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Return a fresh crop from the image of each training crop with these numbers (B,), not rotated."""
        return self.crops(self.places(self.sources[numbers], rng))


def window(image: np.ndarray, row: int, col: int, crop: tuple[int, int]) -> np.ndarray:
    """Return a crop from an image, as a view."""
    return image[row : row + crop[0], col : col + crop[1]]


def read(path: str | Path, limit: float) -> Canvases | None:
    """Return the large images of images.npz; None if it has none.

    Parameters
    ----------
    path : of the file
    limit : bytes of pixels that are held in memory at most; more are mapped, and the system reads what is needed

    Raises
    ------
    ValueError
        If the file is damaged.
    """
    path = Path(path)
    with files.opened(path) as handle:
        try:
            with zipfile.ZipFile(handle) as archive:
                if f"{PIXELS}.npy" not in archive.namelist():
                    return None
                parts = [image_file.array(archive, name) for name in (LEVELS, SOURCES, TURNS)]
                pixels = image_file.rows(path, handle, archive, PIXELS)
                crop = image_file.rows(path, handle, archive, "train_images").shape[1:3]
            return Canvases(held(pixels, limit), parts[0], crop, *parts[1:])
        except files.DAMAGE as error:
            raise files.damaged(path, error) from None


def held(pixels: Rows | np.ndarray, limit: float) -> np.ndarray:
    """Return pixels in memory, or mapped into memory if they take more than `limit` bytes."""
    if isinstance(pixels, np.ndarray):
        return pixels
    if pixels.row_bytes * len(pixels) <= limit:
        return pixels[:]
    with os.fdopen(os.dup(pixels.file), "rb") as file:
        return np.memmap(file, pixels.dtype, "r", pixels.offset, pixels.shape)
