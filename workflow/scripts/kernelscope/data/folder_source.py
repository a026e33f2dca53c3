"""The source `folder`: the pictures of a folder as a dataset."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np

from kernelscope.data import folder_listing, preprocessing
from kernelscope.data.builder import Dataset, Framed, Gathering, Job
from kernelscope.data.decoding import decoded
from kernelscope.data.decoding_pool import Reading, readings
from kernelscope.data.folder_content import Skipped, content_of, sha_of
from kernelscope.data.preprocessing import Glance, View, framed
from kernelscope.data.splits import rank
from kernelscope.io import files


def of_folder(settings: dict, content: str, job: Job) -> Dataset:
    """The pictures of a folder.

    settings: a definition of `source: folder`. content: `content_of` the folder when the workflow was planned, or ""
    if nobody did. ValueError names the first file that is no picture, unless `on_error` is `skip`.
    """
    root = Path(settings["folder"])
    listed = folder_listing.listing(settings["folder"], settings["table"])
    skipped = Skipped(settings, listed.problems)
    entries = sorted(listed.entries, key=lambda entry: rank(entry.file, settings["seed"]))
    paths = [root / entry.file for entry in entries]
    view = preprocessing.found(settings, sample(paths, job.processes, settings["folder"]))
    job.tell(f"{len(entries)} pictures in {len(listed.classes)} classes; {view.described()}")
    read = readings(paths, partial(seen, view=view), job.processes, 2 * int(np.prod(view.shape)))
    gathering, shas = Gathering(view, listed.classes, len(entries), job), {}
    for picture in pictures(entries, read, skipped, shas, root):
        gathering.add(picture)
    check_content(content, listed, shas, settings)
    found = gathering.dataset(settings["folder"], settings["test_share"], settings["seed"])
    for path, entry in zip(paths, entries, strict=True):
        files.READ[path.absolute()] = shas[entry.file]
    found.about["ignored"] = len(listed.ignored)
    if listed.ignored:
        job.tell(f"left aside as no pictures of a class: {folder_listing.told(listed.ignored)}")
    return found._replace(skipped=skipped.found)


def seen(data: bytes, view: View) -> tuple[tuple[int, int], np.ndarray]:
    """The size of the picture in a file, and its frame."""
    picture = decoded(data, least=2 * max(view.image_size))
    return picture.size, framed(picture.image, view)


def glanced(data: bytes) -> Glance:
    return preprocessing.glance(decoded(data, least=2 * preprocessing.SMALL))


def sample(paths: list[Path], processes: int, folder: str) -> list[Glance]:
    """Some pictures at a glance: the first that can be read."""
    first, found = paths[: 4 * preprocessing.SAMPLE], []
    for start in range(0, len(first), preprocessing.SAMPLE):
        some = readings(first[start : start + preprocessing.SAMPLE], glanced, processes)
        found += [reading.made for reading in some if reading.made is not None]
        if len(found) >= preprocessing.SAMPLE:
            break
    if not found:
        raise ValueError(f"{folder}: none of its first {len(first)} files is a picture")
    return found[: preprocessing.SAMPLE]


def pictures(
    entries: list[folder_listing.Entry], read: Iterator[Reading], skipped: Skipped, shas: dict[str, str], root: Path
) -> Iterator[Framed]:
    """The pictures of a folder; fills `shas` with the sha256 of each file."""
    for entry, reading in zip(entries, read, strict=True):
        shas[entry.file] = reading.sha256 or sha_of(root / entry.file)
        if reading.made is None:
            skipped.add(entry.file, reading.why)
        else:
            yield Framed(*entry, *reading.made)


def check_content(content: str, listed: folder_listing.Listing, shas: dict[str, str], settings: dict) -> None:
    """ValueError if the folder is no longer what it was, so that no dataset is held for that of other pictures."""
    table = sha_of(Path(settings["table"])) if settings["table"] else ""
    if content and content_of(listed, shas.__getitem__, table) != content:
        raise ValueError(f"{settings['folder']} has changed since this began; give the same command again")
