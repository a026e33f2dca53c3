"""What a dataset is read from, as far as it can be known when the workflow is planned."""

import os
from pathlib import Path
from typing import NamedTuple

from experiment.config.schema import ConfigError
from experiment.plan.hash_cache import digest
from kernelscope.data import folder_content, folder_listing, splits, waveform_parameters

DRAWN = "waveforms"
RANGES = ("amplitude", "width", "position", "offset", "line_width", "noise", "clipping")


class Source(NamedTuple):
    """The hash of all files that a dataset is read from; how many classes it has and its rows and cols, where known."""

    content: str = ""
    classes: int | None = None
    image_size: list[int] | None = None


def source(name: str, settings: dict) -> Source:
    """That of a dataset; ConfigError if its definition asks for what cannot be."""
    try:
        return SOURCES[settings["source"]](settings)
    except ValueError as error:
        raise ConfigError(f"datasets.{name}{error}" if str(error)[0] == "." else f"datasets.{name}: {error}") from None


def of_waveforms(settings: dict) -> Source:
    for key in RANGES:
        low, high = settings[key]
        if low > high:
            raise ValueError(f".{key}: found {settings[key]}; allowed: the smaller number first")
    for key in ("amplitude", "width"):
        if settings[key][0] == 0:
            raise ValueError(f".{key}: found {settings[key]}; allowed: numbers above 0")
    if settings["graticule"] and not settings["trace_colours"]:
        raise ValueError(f".graticule: found {settings['graticule']}; allowed: 0 where there are no trace_colours")
    waveform_parameters.check_fits(settings)
    return Source("", len(settings["classes"]) * max(1, len(settings["trace_colours"])), settings["image_size"])


def of_folder(settings: dict) -> Source:
    root, table = Path(settings["folder"]), settings["table"]
    listed = folder_listing.listing(settings["folder"], table)
    folder_content.Skipped(settings, listed.problems)
    check_counts(listed, settings)
    content = folder_content.content_of(listed, lambda file: sha_of(root / file), sha_of(Path(table)) if table else "")
    return Source(content, len(listed.classes), settings["image_size"])


def check_counts(listed: folder_listing.Listing, settings: dict) -> None:
    """ValueError if a class has too few files; if some are no pictures, the job finds out."""
    names, words, given = zip(*listed.entries, strict=True)
    numbers = {name: number for number, name in enumerate(listed.classes)}
    labels = [numbers[word] for word in words]
    found = splits.splits(names, labels, given, settings["test_share"], settings["seed"])
    splits.check_counts(labels, found, listed.classes, settings["folder"])


def of_arrays(settings: dict) -> Source:
    path = Path(settings["file"])
    if not os.path.isfile(path):  # noqa: PTH113  # which answers for a name of any length
        raise ValueError(f".file: {path} is no file; allowed: an NPZ file")
    return Source(sha_of(path), None, settings["image_size"])


def of_digits(settings: dict) -> Source:
    return Source("", 10, settings["image_size"])


def of_photos(settings: dict) -> Source:
    return Source("", len(settings["photos"]), settings["image_size"])


def sha_of(path: Path) -> str:
    """As `folder_content.sha_of`, of what is remembered."""
    return folder_content.sha_of(path, digest)


SOURCES = {DRAWN: of_waveforms, "folder": of_folder, "arrays": of_arrays, "digits": of_digits, "photos": of_photos}
