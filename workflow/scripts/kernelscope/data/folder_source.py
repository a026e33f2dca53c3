"""The source `folder`: a dataset of the images in a folder."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np

from kernelscope.data import folder_listing, notes, planes, preprocessing
from kernelscope.data.builder import Dataset, DatasetBuilder, Framed, Job
from kernelscope.data.decoding import decoded
from kernelscope.data.decoding_pool import Reading, readings
from kernelscope.data.folder_content import SAMPLE, Skipped, content_of, sha_of
from kernelscope.data.planes import WHOLE, Choice
from kernelscope.data.preprocessing import Glance, View, conversions, framed
from kernelscope.data.splits import rank
from kernelscope.io import files
from kernelscope.refusal import Refusal, refuse


def of_folder(settings: dict, content: str, job: Job) -> Dataset:
    """Return a dataset of the images in a folder.

    Parameters
    ----------
    settings : a definition of `source: folder`
    content : `content_of` the folder when the workflow was planned; "" if it was not planned
    job : processes, scratch folder and progress

    Raises
    ------
    ValueError
        If a file is no readable image, unless `on_error` is `skip`; or if the folder changed since planning.
    """
    root = Path(settings["folder"])
    listed = folder_listing.described(settings)
    skipped = Skipped(settings, listed.problems)
    entries = sorted(listed.entries, key=lambda entry: rank(entry.file, settings["seed"]))
    paths = [root / entry.file for entry in entries]
    choice = planes.choice(settings)
    glances = sample(paths, job.processes, settings["folder"], choice)
    view = preprocessing.inferred(settings, glances)
    job.tell(f"{len(entries)} images in {len(listed.classes)} classes; settings: {view.described(View._fields)}")
    read = readings(
        paths, partial(size_and_frame, view=view, choice=choice), job.processes, 2 * int(np.prod(view.shape))
    )
    builder, shas = DatasetBuilder(view, listed.classes, len(entries), job, choice), {}
    for frame in frames(entries, read, skipped, shas, root):
        builder.add(frame)
    check_content(content, listed, shas, settings)
    dataset = builder.dataset(settings["folder"], settings["test_share"], settings["seed"])
    for path, entry in zip(paths, entries, strict=True):
        files.READ[path.absolute()] = shas[entry.file]
    about = [*notes.of_listing(listed, skipped.found), *notes.of_settings(settings, view, len(glances), len(entries))]
    return dataset._replace(skipped=sorted(skipped.found + listed.ignored), notes=about + dataset.notes)


def size_and_frame(
    data: bytes, view: View, choice: Choice = WHOLE
) -> tuple[tuple[int, int], np.ndarray, int, list[str]]:
    """Return the size (rows, cols), frame, pages and conversions (of preprocessing) of the image in a file."""
    image = decoded(data, 2 * max(view.image_size), choice)
    changed = conversions(image.image) + [notes.FEWER] * (image.left_out > 0)
    return image.size, framed(image.image, view), image.pages, changed


def glanced(data: bytes, choice: Choice = WHOLE) -> Glance:
    """Return the size of the image in a file, and a small copy."""
    return preprocessing.glance(decoded(data, 2 * preprocessing.SMALL, choice))


def sample(paths: list[Path], processes: int, folder: str, choice: Choice = WHOLE) -> list[Glance]:
    """Return glances at the first readable images, from which settings are inferred."""
    first, glances, problems = paths[: 4 * SAMPLE], [], []
    for start in range(0, len(first), SAMPLE):
        part = first[start : start + SAMPLE]
        for path, reading in zip(part, readings(part, partial(glanced, choice=choice), processes), strict=True):
            if reading.made is None:
                problems.append((path.as_posix().removeprefix(f"{folder}/"), reading.why))
            else:
                glances.append(reading.made)
        if len(glances) >= SAMPLE:
            break
    if not glances:
        refuse(folder, folder_listing.commonest(problems), "images")
    return glances[:SAMPLE]


def frames(
    entries: list[folder_listing.Entry], read: Iterator[Reading], skipped: Skipped, shas: dict[str, str], root: Path
) -> Iterator[Framed]:
    """Yield the images of a folder, and fill `shas` with the SHA-256 of each file."""
    for entry, reading in zip(entries, read, strict=True):
        shas[entry.file] = reading.sha256 or sha_of(root / entry.file)
        if reading.made is None:
            skipped.add(entry.file, reading.why)
        else:
            yield Framed(entry.file, entry.label, entry.split, *reading.made, group=entry.group)


def check_content(content: str, listed: folder_listing.Listing, shas: dict[str, str], settings: dict) -> None:
    """Raise ValueError if the folder changed since planning, as the dataset would contain other images."""
    table = sha_of(Path(settings["table"])) if settings["table"] else ""
    if content and content_of(listed, shas.__getitem__, table) != content:
        raise Refusal(f"{settings['folder']} has changed since the workflow was planned; run the same command again")
