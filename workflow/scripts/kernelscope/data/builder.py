"""Collect images of any source into a dataset: spool them to disk first, then select, split and write them."""

import hashlib
import tempfile
import weakref
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from kernelscope.data import preprocessing
from kernelscope.data.dataset_file import BLOCK, Block, Split
from kernelscope.data.notes import notes
from kernelscope.data.preprocessing import View
from kernelscope.data.split_names import SPLITS
from kernelscope.data.splits import check_counts, splits


class Frames:
    """uint16 images of one shape in a file that nobody sees, and how often each level occurs in them."""

    def __init__(self, folder: Path, view: View):
        folder.mkdir(parents=True, exist_ok=True)
        self.file, self.view = tempfile.TemporaryFile(dir=folder), view  # noqa: SIM115
        weakref.finalize(self, self.file.close)
        self.levels = np.zeros(preprocessing.LEVELS, np.int64)
        self.row_bytes = 2 * int(np.prod(view.shape))

    def add(self, image: np.ndarray) -> None:
        self.file.write(np.ascontiguousarray(image, np.uint16).tobytes())
        if self.view.normalise == "dataset":
            self.levels += np.bincount(image.ravel(), minlength=preprocessing.LEVELS)

    def blocks(self, numbers: np.ndarray, size: int) -> Iterator[np.ndarray]:
        """The images of these numbers as they are to be, (n, h, w) or (n, h, w, 3) uint8, so many at a time."""
        self.file.flush()
        low, high = preprocessing.limits(self.levels)
        for start in range(0, len(numbers), size):
            some = numbers[start : start + size]
            images = np.empty((len(some), *self.view.shape), np.uint16)
            for image, number in zip(images, some, strict=True):
                self.file.seek(int(number) * self.row_bytes)
                image[...] = np.frombuffer(self.file.read(self.row_bytes), np.uint16).reshape(self.view.shape)
            yield preprocessing.finished(images, self.view, low, high)


MOST_TOLD = 1000  # pictures that occur more than once
FLAT = 257  # levels of 65536 by which the pixels of a picture must differ, or it shows nothing
EVERY = 1000  # pictures, a line of progress


class Framed(NamedTuple):
    """A picture of a source: its name, its class, its split if that is given, its rows and cols there, its frame."""

    name: str
    label: str
    split: str | None
    size: tuple[int, int]
    frame: np.ndarray


class Dataset(NamedTuple):
    """What came of a source; about: what found.json says; skipped: (file, why) of each file that is left out."""

    class_names: list[str]
    splits: dict[str, Split]
    about: dict
    skipped: list[tuple[str, str]]


class Job(NamedTuple):
    """What a source needs to know of the job: a folder for what is large, how many processes, whom to tell."""

    scratch: Path
    processes: int
    tell: Callable[[str], None]


class Gathering:
    """Pictures as they come; their order is that of the dataset."""

    def __init__(self, view: View, class_names: list[str], count: int, job: Job):
        self.view, self.class_names, self.count, self.tell = view, class_names, count, job.tell
        self.frames, self.constant = Frames(job.scratch, view), 0
        self.names: list[str] = []
        self.labels: list[int] = []
        self.given: list[str | None] = []
        self.sizes: list[tuple[int, int]] = []
        self.same: dict[bytes, list[int]] = {}
        self.number = {name: label for label, name in enumerate(class_names)}

    def add(self, picture: Framed) -> None:
        if np.ptp(picture.frame) < FLAT:
            self.constant += 1
        else:
            digest = hashlib.sha256(picture.frame.tobytes()).digest()
            self.same.setdefault(digest, []).append(len(self.names))
        self.frames.add(picture.frame)
        self.names.append(picture.name)
        self.labels.append(self.number[picture.label])
        self.given.append(picture.split)
        self.sizes.append(picture.size)
        if len(self.names) % EVERY == 0:
            self.tell(f"{len(self.names)} of {self.count} pictures")

    def dataset(self, where: str, test_share: float, seed: int) -> Dataset:
        """All of them; ValueError if a class has too few. `where` is the source, for a line that says so."""
        found = np.array(splits(self.names, self.labels, self.given, test_share, seed), dtype=object)
        check_counts(self.labels, found, self.class_names, where)
        about = {"view": self.view._asdict(), "constant": self.constant, **self.repeated(found)}
        counts = Counter(zip(found.tolist(), self.labels, strict=True))
        about["images"] = {
            split: {name: counts[split, label] for name, label in self.number.items()} for split in SPLITS
        }
        for note in notes(about):
            self.tell(f"WARNING: {note}")
        return Dataset(
            self.class_names, {split: self.split(np.flatnonzero(found == split)) for split in SPLITS}, about, []
        )

    def repeated(self, found: np.ndarray) -> dict[str, list[list[str]]]:
        """Pictures that occur in both splits, or in two classes."""
        alike = [group for group in self.same.values() if len(group) > 1]
        both = [self.called(group) for group in alike if len(set(found[group])) > 1]
        torn = [self.called(group) for group in alike if len({self.labels[i] for i in group}) > 1]
        return {"in_both_splits": sorted(both)[:MOST_TOLD], "in_two_classes": sorted(torn)[:MOST_TOLD]}

    def called(self, group: list[int]) -> list[str]:
        return sorted(self.names[i] for i in group)

    def split(self, numbers: np.ndarray) -> Split:
        labels = np.array(self.labels, np.int64)[numbers]
        return Split((len(numbers), *self.view.shape), labels, self.blocks(numbers))

    def blocks(self, numbers: np.ndarray) -> Iterator[Block]:
        start = 0
        for images in self.frames.blocks(numbers, BLOCK):
            mine = numbers[start : start + len(images)].tolist()
            truth = [dict(zip(("file", "rows", "cols"), (self.names[i], *self.sizes[i]), strict=True)) for i in mine]
            yield Block(images, truth)
            start += len(images)
