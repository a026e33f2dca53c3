"""What a dataset is made from, as far as it is known when the workflow is planned."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from experiment.config.problems import ConfigError, Problems, completed, problem
from experiment.plan.hash_cache import digest
from kernelscope.crops import listing
from kernelscope.data import folder_content, folder_listing, splits, waveform_parameters
from kernelscope.refusal import quoted, refuse

DRAWN, CROPS = "waveforms", "crops"
RANGES = ("amplitude", "width", "position", "offset", "line_width", "noise", "clipping")
POSITIVE = ("amplitude", "width")
FRAME = (*RANGES[:5], "classes", "image_size", "inside_frame")  # what must fit together for a waveform in its frame


class Source(NamedTuple):
    """The hash of all files that a dataset is read from; how many classes it has and its rows and cols, where known.

    inferred_size: rows and cols that the job will infer, where the config gives none and the files tell them.
    has_rotations: whether the labels are rotations of the images.
    """

    content: str = ""
    classes: int | None = None
    image_size: list[int] | None = None
    inferred_size: tuple[int, int] | None = None
    has_rotations: bool = False


def source(name: str, settings: dict) -> Source:
    """Return what a dataset is read from; ConfigError if its definition asks for what cannot be."""
    path = ("datasets", name)
    if settings["source"] == DRAWN:
        check_ranges(path, settings)
    try:
        return SOURCES[settings["source"]](settings)
    except ValueError as error:
        raise ConfigError(completed(path, error, FRAME if settings["source"] == DRAWN else ())) from None


def check_ranges(path: tuple, settings: dict) -> None:
    """Raise ConfigError for ranges and colors of waveforms that contradict themselves."""
    problems = Problems()
    for key in RANGES:
        low, high = settings[key]
        if low > high:
            problems.append(problem((*path, key), quoted(settings[key]), "the smaller number first"))
        elif low == 0 and key in POSITIVE:
            problems.append(problem((*path, key), quoted(settings[key]), "numbers above 0"))
    if settings["graticule"] and not settings["trace_colors"]:
        expected = "0 where there are no `trace_colors`"
        beside = [(*path, "trace_colors")]
        problems.append(problem((*path, "graticule"), quoted(settings["graticule"]), expected, beside=beside))
    problems.report()


def of_waveforms(settings: dict) -> Source:
    waveform_parameters.check_fits(settings)
    return Source("", len(settings["classes"]) * max(1, len(settings["trace_colors"])), settings["image_size"])


def of_folder(settings: dict) -> Source:
    root, table = Path(settings["folder"]), settings["table"]
    check_is_there(".folder", settings["folder"], os.path.isdir, "a folder with a subfolder of images for each class")
    if table is not None:
        check_is_there(".table", table, os.path.isfile, "a CSV table")
    listed = folder_listing.described(settings)
    folder_content.Skipped(settings, listed.problems)
    check_counts(listed, settings)
    content = folder_content.content_of(listed, lambda file: sha_of(root / file), sha_of(Path(table)) if table else "")
    is_inferred = not settings["image_size"] and settings["on_error"] == "stop"  # else some files may not count
    inferred = folder_content.inferred_size(root, listed, settings["seed"]) if is_inferred else None
    return Source(content, len(listed.classes), settings["image_size"], inferred)


def check_counts(listed: folder_listing.Listing, settings: dict) -> None:
    """Raise ValueError if a class has too few files; whether they are images is found out by the job."""
    names, words, given, groups = zip(*listed.entries, strict=True)
    numbers = {name: number for number, name in enumerate(listed.classes)}
    labels = [numbers[word] for word in words]
    splits.check_groups(labels, groups, given, listed.classes, settings["folder"])
    chosen = splits.splits(names, labels, given, settings["test_share"], settings["seed"], groups)
    splits.check_counts(labels, chosen, listed.classes, settings["folder"])


def of_crops(settings: dict) -> Source:
    """Return what crops are drawn from; whether the images are large enough is found out by the job."""
    folder, table, size = settings["folder"], settings["table"], settings["image_size"]
    low, high = settings["scale"]
    if low > high:
        refuse(".scale", quoted(settings["scale"]), "the smaller number first")
    if settings["labels"] == listing.ROTATION and size[0] != size[1]:
        refuse(".image_size", f"{size} with `labels: rotation`", "as many rows as cols")
    if folder is not None:
        check_is_there(".folder", folder, os.path.isdir, "a folder of images")
    if table is not None:
        check_is_there(".table", table, os.path.isfile, "a CSV table")
    listed = listing.described(settings)
    folder_content.Skipped(settings, listed.problems)
    classes = listing.classes(listed, settings)
    has_rotations = settings["labels"] == listing.ROTATION
    if not folder:
        return Source("", len(classes), size, has_rotations=has_rotations)
    from_files, root = listing.without_photos(listed, settings), Path(folder)
    content = folder_content.content_of(
        from_files, lambda file: sha_of(root / file), sha_of(Path(table)) if table else ""
    )
    return Source(content, len(classes), size, has_rotations=has_rotations)


def of_arrays(settings: dict) -> Source:
    path = Path(settings["file"])
    check_is_there(".file", settings["file"], os.path.isfile, "an NPZ file")
    return Source(sha_of(path), None, settings["image_size"])


def check_is_there(key: str, path: str, test: Callable[[str], bool], expected: str) -> None:
    """Refuse a path that is not of its kind; `test` is from os.path, which has an answer for a name of any length."""
    if not test(path):
        refuse(key, f"{quoted(path)}, which is not a {'folder' if key == '.folder' else 'file'} here", expected)


def of_digits(settings: dict) -> Source:
    return Source("", 10, settings["image_size"])


def of_photos(settings: dict) -> Source:
    return Source("", len(settings["photos"]), settings["image_size"])


def sha_of(path: Path) -> str:
    """Return the sha256 of a file as `folder_content.sha_of` does, from memory if it is known."""
    return folder_content.sha_of(path, digest)


SOURCES = {DRAWN: of_waveforms, "folder": of_folder, "arrays": of_arrays, "digits": of_digits, "photos": of_photos}
SOURCES |= {CROPS: of_crops}
