"""Collect the levels of large images on disk, and make a dataset of crops from them."""

import tempfile
import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from kernelscope.crops import canvases
from kernelscope.crops.canvases import Canvases, Place
from kernelscope.crops.regions import Region
from kernelscope.data.dataset_file import CHUNK, Chunk, Extra, Split

PIXELS_AT_ONCE = 2**24  # pixels in a block that is written


class Store:
    """Levels of large images, one after the other in an unnamed temporary file.

    folder : of the temporary file
    shape : () or (channels,), of a pixel
    crop : rows and cols of a crop
    """

    def __init__(self, folder: Path, shape: tuple[int, ...], crop: tuple[int, int]):
        folder.mkdir(parents=True, exist_ok=True)
        self.file, self.shape, self.crop = tempfile.TemporaryFile(dir=folder), shape, crop  # noqa: SIM115
        weakref.finalize(self, self.file.close)
        self.levels: list[tuple[int, int, int, int]] = []  # as in canvases.COLUMNS
        self.origins: list[tuple[float, int, int]] = []  # scale, and first row and col in the whole level
        self.count = 0

    def add(self, image: int, scale: float, level: np.ndarray, region: Region) -> None:
        """Append the region of a level; image: the number of its image."""
        part = np.ascontiguousarray(level[region.top : region.bottom, region.left : region.right])
        self.file.write(part.tobytes())
        self.levels.append((image, self.count, *part.shape[:2]))
        self.origins.append((scale, region.top, region.left))
        self.count += part.shape[0] * part.shape[1]

    def canvases(self, sources: np.ndarray, turns: np.ndarray) -> Canvases:
        """Return all levels, mapped into memory; sources and turns are those of the crops."""
        self.file.flush()
        pixels = np.memmap(self.file, np.uint8, "r", 0, (self.count, *self.shape))
        return Canvases(pixels, np.array(self.levels, np.int64), self.crop, sources, turns)

    def split(self, source: Canvases, labels: np.ndarray, files: Sequence[str], seed: list[int]) -> Split:
        """Return crops from random places, with labels (n,); files: of the images."""
        rng = np.random.default_rng(seed)
        return Split((len(labels), *source.shape), labels, self.chunks(source, files, rng))

    def chunks(self, source: Canvases, files: Sequence[str], rng: np.random.Generator) -> Iterator[Chunk]:
        """Yield crops from random places; their truth is the file, the place there, the scale, and the rotation."""
        for start in range(0, len(source.sources), CHUNK):
            block = slice(start, start + CHUNK)
            places, turns = source.places(source.sources[block], rng), source.turns[block].tolist()
            crops = [np.rot90(crop, turn) for crop, turn in zip(source.crops(places), turns, strict=True)]
            truth = [self.origin(place, files) for place in places]
            rotated = ({"rotation": 90 * turn} for turn in turns)
            yield Chunk(np.stack(crops), [row | turn for row, turn in zip(truth, rotated, strict=True)])

    def origin(self, place: Place, files: Sequence[str]) -> dict:
        """Return where a crop comes from: its file, row and col in pixels of the prepared image, and its scale."""
        scale, top, left = self.origins[place.level]
        row, col = round((top + place.row) * scale), round((left + place.col) * scale)
        return {"file": files[self.levels[place.level][0]], "row": row, "col": col, "scale": f"{scale:.4g}"}


def extras(source: Canvases) -> list[Extra]:
    """Return the arrays of images.npz from which training draws fresh crops."""
    starts = range(0, len(source.pixels), PIXELS_AT_ONCE)
    blocks = (source.pixels[start : start + PIXELS_AT_ONCE] for start in starts)
    small = ((canvases.LEVELS, source.levels), (canvases.SOURCES, source.sources), (canvases.TURNS, source.turns))
    return [
        Extra(canvases.PIXELS, source.pixels.shape, np.uint8, blocks),
        *(Extra(name, array.shape, np.int64, iter([array])) for name, array in small),
    ]
