"""What a dataset is written to: images.npz and parameters.csv, block by block, whatever its source."""

import itertools
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from kernelscope.data import image_file
from kernelscope.io import csv_files

BLOCK = 1000  # images made before they are written
EVERY = 5.0  # seconds


class Block(NamedTuple):
    """Some images of a split, (n, h, w) uint8, and one dict of true parameters each."""

    images: np.ndarray
    truth: list[dict]


class Split(NamedTuple):
    """Images (n, h, w) of this shape, drawn as the blocks are taken, once; labels (n,) int64."""

    shape: tuple[int, int, int]
    labels: np.ndarray
    blocks: Iterator[Block]


def write(
    images: str, parameters: str, class_names: list[str], splits: dict[str, Split], tell: Callable[[str], None]
) -> None:
    """Both files, as the blocks come; `tell` is told now and then how far it is, where there are many images."""
    with image_file.written(images) as archive:
        archive.add("class_names", class_names)
        rows = written(archive, splits, class_names, Progress(splits, tell))
        first = next(rows)
        csv_files.write_csv(parameters, first, itertools.chain([first], rows))


def written(
    archive: image_file.Archive, splits: dict[str, Split], class_names: list[str], progress: "Progress"
) -> Iterator[dict]:
    """Write the images and labels of every split as they come, and yield the rows of parameters.csv."""
    for name, split in splits.items():
        start = 0
        with archive.growing(f"{name}_images", split.shape, "uint8") as write:
            for block in split.blocks:
                write(block.images)
                for index, truth in enumerate(block.truth, start):
                    label = split.labels[index]
                    yield {"split": name, "index": index, "label": label, "class": class_names[label], **truth}
                start += len(block.images)
                progress.made(len(block.images))
        archive.add(f"{name}_labels", split.labels)


class Progress:
    """A line now and then, where there are many images."""

    def __init__(self, splits: dict[str, Split], tell: Callable[[str], None]):
        self.tell, self.all, self.done = tell, sum(split.shape[0] for split in splits.values()), 0
        self.started = self.told = time.monotonic()

    def made(self, count: int) -> None:
        self.done += count
        now = time.monotonic()
        if now - self.told >= EVERY:
            self.told, left = now, (now - self.started) / self.done * (self.all - self.done)
            self.tell(f"{self.done} of {self.all} images  {left:.0f} s left")
