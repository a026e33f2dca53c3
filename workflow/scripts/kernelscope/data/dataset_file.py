"""Write images.npz and parameters.csv of a dataset block by block, whatever its source."""

import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from kernelscope.data import image_file
from kernelscope.io import csv_files

CHUNK = 1000  # images that are made before they are written
EVERY = 5.0  # seconds from one line of progress to the next


class Chunk(NamedTuple):
    """Consecutive images of a split, (n, h, w) or (n, h, w, channels) uint8, and a dict of true parameters for each."""

    images: np.ndarray
    truth: list[dict]


class Split(NamedTuple):
    """A split of a dataset.

    shape : of the images, (n, h, w) or (n, h, w, channels)
    labels : (n,) int64
    chunks : the images, made while iterating, which is possible only once
    """

    shape: tuple[int, ...]
    labels: np.ndarray
    chunks: Iterator[Chunk]


class Extra(NamedTuple):
    """A further array of images.npz: its name, shape and type, and its blocks of rows, iterated once."""

    name: str
    shape: tuple[int, ...]
    dtype: type
    blocks: Iterator[np.ndarray]


def write(
    images: str,
    parameters: str,
    class_names: list[str],
    splits: dict[str, Split],
    tell: Callable[[str], None],
    channel_names: Sequence[int | str] = (),
    extra: Sequence[Extra] = (),
) -> None:
    """Write both files of a dataset.

    Parameters
    ----------
    images, parameters : paths of images.npz and parameters.csv
    class_names : name of each label
    splits : by name
    tell : receives a line of progress every few seconds
    channel_names : names or numbers of the channels, if they are not gray, or red, green and blue
    extra : further arrays of images.npz
    """
    with image_file.written(images) as archive:
        archive.add("class_names", class_names)
        if channel_names:
            archive.add("channel_names", [str(name) for name in channel_names])
        rows = written(archive, splits, class_names, Progress(splits, tell))
        first = next(rows)
        csv_files.write_csv(parameters, first, itertools.chain([first], rows))
        for array in extra:
            with archive.growing(array.name, array.shape, array.dtype) as write_block:
                for block in array.blocks:
                    write_block(block)


def written(
    archive: image_file.Archive, splits: dict[str, Split], class_names: list[str], progress: "Progress"
) -> Iterator[dict]:
    """Write the images and labels of every split block by block, and yield the rows of parameters.csv."""
    for name, split in splits.items():
        start = 0
        with archive.growing(f"{name}_images", split.shape, "uint8") as write:
            for block in split.chunks:
                write(block.images)
                for index, truth in enumerate(block.truth, start):
                    label = split.labels[index]
                    yield {"split": name, "index": index, "label": label, "class": class_names[label], **truth}
                start += len(block.images)
                progress.made(len(block.images))
        archive.add(f"{name}_labels", split.labels)


class Progress:
    """Prints how many images are done every few seconds."""

    def __init__(self, splits: dict[str, Split], tell: Callable[[str], None]):
        self.tell, self.all, self.done = tell, sum(split.shape[0] for split in splits.values()), 0
        self.started = self.reported = time.monotonic()

    def made(self, count: int) -> None:
        """Count further images."""
        self.done += count
        now = time.monotonic()
        if now - self.reported >= EVERY:
            self.reported, left = now, (now - self.started) / self.done * (self.all - self.done)
            self.tell(f"{self.done} of {self.all} images  {left:.0f} s left")
