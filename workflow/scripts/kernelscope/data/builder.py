"""Collect images of any source into a dataset: spool them to disk first, then select, split and write them."""

import hashlib
import tempfile
import weakref
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from kernelscope.data import notes, preprocessing
from kernelscope.data.dataset_file import CHUNK, Chunk, Extra, Split
from kernelscope.data.planes import WHOLE, Choice
from kernelscope.data.preprocessing import View
from kernelscope.data.splits import SPLITS, check_counts, check_groups, likely_groups, sides, splits
from kernelscope.io.notes import Note


class Spool:
    """uint16 images of one shape in an unnamed temporary file, and a count of their levels.

    folder : of the temporary file
    view : settings of the images
    """

    def __init__(self, folder: Path, view: View):
        folder.mkdir(parents=True, exist_ok=True)
        self.file, self.view = tempfile.TemporaryFile(dir=folder), view  # noqa: SIM115
        weakref.finalize(self, self.file.close)
        self.levels = np.zeros((view.scales, preprocessing.LEVELS), np.int64)
        self.row_bytes = 2 * int(np.prod(view.shape))

    def add(self, image: np.ndarray) -> None:
        """Append an image."""
        self.file.write(np.ascontiguousarray(image, np.uint16).tobytes())
        if self.view.normalize == "dataset":
            self.levels += preprocessing.counted(image, self.view.scales)

    def chunks(self, numbers: np.ndarray, size: int) -> Iterator[np.ndarray]:
        """Yield finished images, (n, h, w) or (n, h, w, channels) uint8.

        numbers : indices of the images, in the order in which they were added
        size : images in a block at most
        """
        self.file.flush()
        ends = preprocessing.limits(self.levels)
        for start in range(0, len(numbers), size):
            block = numbers[start : start + size]
            images = np.empty((len(block), *self.view.shape), np.uint16)
            for image, number in zip(images, block, strict=True):
                self.file.seek(int(number) * self.row_bytes)
                image[...] = np.frombuffer(self.file.read(self.row_bytes), np.uint16).reshape(self.view.shape)
            yield preprocessing.finished(images, self.view, ends)


MOST_TOLD = 1000  # groups of equal images in inferred.json at most
FLAT = 257  # levels of 65536; an image whose pixels differ by less has a single color
EVERY = 1000  # images from one line of progress to the next


class Framed(NamedTuple):
    """An image of a source.

    name : of the image in the source
    label : name of the class
    split : `train`, `test`, or None if it is not given
    size : rows and cols in the source
    frame : as from preprocessing.framed, uint16
    pages : how many its file has
    conversions : as from preprocessing.conversions
    group : what it belongs to; None if it is not given
    """

    name: str
    label: str
    split: str | None
    size: tuple[int, int]
    frame: np.ndarray
    pages: int = 1
    conversions: Sequence[str] = ()
    group: str | None = None


class Dataset(NamedTuple):
    """A dataset to be written.

    class_names : name of each label
    splits : images and labels of each split
    about : content of inferred.json
    skipped : (file, what it is instead of an image) of each file that was left out
    notes : what was left out, assumed, and done to the images
    channel_names : of the channels, if they are not gray, or red, green and blue
    extra : further arrays of images.npz
    """

    class_names: list[str]
    splits: dict[str, Split]
    about: dict
    skipped: list[tuple[str, str]]
    notes: list[Note]
    channel_names: Sequence[int | str] = ()
    extra: Sequence[Extra] = ()


class Job(NamedTuple):
    """What a source needs from its job.

    scratch : folder for large temporary files
    processes : number of processes
    tell : prints a line of progress
    """

    scratch: Path
    processes: int
    tell: Callable[[str], None]


class DatasetBuilder:
    """Collects images one by one, in the order of the dataset.

    view : settings of the images
    class_names : name of each label
    count : number of images to come, for progress
    job : scratch folder and progress
    choice : of pages and channels
    """

    def __init__(self, view: View, class_names: list[str], count: int, job: Job, choice: Choice = WHOLE):
        self.view, self.class_names, self.count, self.tell = view, class_names, count, job.tell
        self.choice = choice
        self.frames, self.constant = Spool(job.scratch, view), 0
        self.conversions: Counter[str] = Counter()
        self.names: list[str] = []
        self.labels: list[int] = []
        self.given: list[str | None] = []
        self.groups: list[str | None] = []
        self.sizes: list[tuple[int, int]] = []
        self.pages: list[int] = []
        self.same: dict[bytes, list[int]] = {}
        self.number = {name: label for label, name in enumerate(class_names)}

    def add(self, framed: Framed) -> None:
        """Append an image."""
        if np.ptp(framed.frame, axis=(0, 1)).max() < FLAT:
            self.constant += 1
        else:
            digest = hashlib.sha256(framed.frame.tobytes()).digest()
            self.same.setdefault(digest, []).append(len(self.names))
        self.conversions.update(framed.conversions)
        self.pages.append(framed.pages)
        self.frames.add(framed.frame)
        self.names.append(framed.name)
        self.labels.append(self.number[framed.label])
        self.given.append(framed.split)
        self.groups.append(framed.group)
        self.sizes.append(framed.size)
        if len(self.names) % EVERY == 0:
            self.tell(f"{len(self.names)} of {self.count} images")

    def dataset(self, where: str, test_share: float, seed: int) -> Dataset:
        """Return a dataset of all images.

        Parameters
        ----------
        where : name of the source in messages
        test_share : share of each class in the test set, where no split is given
        seed : of the split

        Raises
        ------
        ValueError
            If a class has too few images.
        """
        check_groups(self.labels, self.groups, self.given, self.class_names, where)
        chosen = splits(self.names, self.labels, self.given, test_share, seed, self.groups)
        check_counts(self.labels, chosen, self.class_names, where)
        assigned = np.array(chosen, dtype=object)
        about = {"view": self.view._asdict(), "constant": self.constant}
        groups = self.repeated(assigned)
        about |= {name: of_kind[:MOST_TOLD] for name, of_kind in groups.items()}
        about["equal"] = {name: len(of_kind) for name, of_kind in groups.items()}
        if any(self.groups):
            about["groups"] = sides(self.groups, chosen)._asdict()
        counts = Counter(zip(assigned.tolist(), self.labels, strict=True))
        about["images"] = {
            split: {name: counts[split, label] for name, label in self.number.items()} for split in SPLITS
        }
        parts = {split: self.split(np.flatnonzero(assigned == split)) for split in SPLITS}
        told = [*self.notes(groups), *self.notes_of_groups(chosen), *notes.of_imbalance(about["images"]["train"])]
        return Dataset(self.class_names, parts, about, [], told, self.view.channels or ())

    def notes(self, groups: dict[str, list]) -> Iterator[Note]:
        """Yield the notes about all images; groups: from `repeated`."""
        yield from notes.of_frames(self.sizes, self.conversions, self.view)
        yield from notes.of_choice(self.pages, self.conversions, self.choice)
        if self.view.normalize == "dataset":
            yield from notes.of_levels(self.frames.levels, preprocessing.limits(self.frames.levels))
        for name, of_kind in groups.items():
            words = f"inferred.json lists the first {MOST_TOLD:,} in {name}"
            yield Note("cut", "groups of equal images", max(0, len(of_kind) - MOST_TOLD), len(of_kind), words)

    def notes_of_groups(self, chosen: list[str]) -> Iterator[Note]:
        """Yield a note about the groups on each side, or about groups that names suggest and the split tears apart."""
        if any(self.groups):
            yield from notes.of_groups(sides(self.groups, chosen), len(self.names))
        elif found := likely_groups(self.names, [self.class_names[label] for label in self.labels]):
            yield from notes.of_likely_groups(found.pattern, sides(found.groups, chosen), len(self.names))

    def repeated(self, assigned: np.ndarray) -> dict[str, list[list[str]]]:
        """Return the names of equal images in two classes, or of one class in both splits."""
        equal = [group for group in self.same.values() if len(group) > 1]
        in_two = [self.called(group) for group in equal if len({self.labels[i] for i in group}) > 1]
        of_one = [[i for i in group if self.labels[i] == label] for group in equal for label in self.labels_in(group)]
        in_both = [self.called(group) for group in of_one if len(set(assigned[group])) > 1]
        return {"in_both_splits": sorted(in_both), "in_two_classes": sorted(in_two)}

    def labels_in(self, group: list[int]) -> list[int]:
        """Return the different labels of images, in ascending order."""
        return sorted({self.labels[i] for i in group})

    def called(self, group: list[int]) -> list[str]:
        """Return the sorted names of images."""
        return sorted(self.names[i] for i in group)

    def split(self, numbers: np.ndarray) -> Split:
        """Return the split of the images with these indices."""
        labels = np.array(self.labels, np.int64)[numbers]
        return Split((len(numbers), *self.view.shape), labels, self.chunks(numbers))

    def chunks(self, numbers: np.ndarray) -> Iterator[Chunk]:
        """Yield blocks of the images with these indices."""
        start = 0
        for images in self.frames.chunks(numbers, CHUNK):
            block = numbers[start : start + len(images)].tolist()
            yield Chunk(images, [self.truth(i) for i in block])
            start += len(images)

    def truth(self, i: int) -> dict:
        """Return the row of an image in parameters.csv: its file, its size there, and its group, if there are any."""
        rows, cols = self.sizes[i]
        group = {} if self.groups[i] is None else {"group": self.groups[i]}
        return {"file": self.names[i], "rows": rows, "cols": cols} | group
