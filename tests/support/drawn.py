"""What the library draws: whole datasets, which it draws in chunks, and what is in a drawn figure."""

from typing import NamedTuple

import numpy as np

from kernelscope.data import dataset_file, generator
from kernelscope.figures import styling
from kernelscope.figures.drawing import Words, font


class Drawn(NamedTuple):
    """images (n, h, w) uint8, labels (n,) int64, and one dict of true parameters per image."""

    images: np.ndarray
    labels: np.ndarray
    truth: list[dict]


def drawn(split: dataset_file.Split) -> Drawn:
    chunks = list(split.chunks)
    images = np.concatenate([block.images for block in chunks])
    assert images.shape == split.shape
    return Drawn(images, split.labels, [truth for block in chunks for truth in block.truth])


def waveform_split(settings: dict, split: str) -> Drawn:
    return drawn(generator.waveform_split(settings, split))


def build(settings: dict) -> dict[str, Drawn]:
    return {name: drawn(split) for name, split in generator.waveform_splits(settings).items()}


def look(use: str, colormap: str = "RdBu_r") -> styling.Look:
    """Return the look of a figure for a use."""
    return styling.Look("title", "note", colormap, styling.USES[use])


def strings(page) -> list[str]:
    """Return all words of a drawing."""
    return [words.string for words in page.words]


def said(page) -> str:
    """Return all words of a drawing in one line."""
    return " ".join(strings(page)).replace("\u00a0", " ")


def pixels(page) -> list[np.ndarray]:
    """Return the parts of a drawing that are pixels."""
    return [part for _, _, part in page.parts if not isinstance(part, Words)]


def count(page, tile: np.ndarray) -> int:
    """Return how often a drawing has these pixels."""
    return sum(part.shape == tile.shape and np.array_equal(part, tile) for part in pixels(page))


def boxes(page) -> list[tuple[int, int, int, int]]:
    """Return top, left, bottom and right of all words of a drawing, as matplotlib's font measures them."""
    found = []
    for top, left, part in page.parts:
        if isinstance(part, Words):
            letters = font(part.size, part.bold)
            ink = letters.getbbox(part.string)
            found.append((top + ink[1], left + ink[0], top + ink[3], left + ink[2]))
    return found


def overlapping(page) -> list[tuple[str, str]]:
    """Return the pairs of words of a drawing whose letters overlap."""
    placed = list(zip(boxes(page), strings(page), strict=True))
    return [
        (one, other)
        for i, ((top, left, bottom, right), one) in enumerate(placed)
        for box, other in placed[i + 1 :]
        if min(bottom, box[2]) - max(top, box[0]) > 1 and min(right, box[3]) - max(left, box[1]) > 1
    ]
