"""The images in a folder for anybody's model: in subfolders of classes, or without classes. Planning imports this."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from kernelscope.data import folder_listing
from kernelscope.refusal import quoted, refuse

LEAST = 4  # images


class ImageFiles(NamedTuple):
    """The images of a folder: paths below it, labels (empty without classes), class names, and other files."""

    files: list[str]
    labels: list[int]
    classes: list[str]
    others: list[str]


def listed(folder: Path, where: str = "images") -> ImageFiles:
    """Return the images of a folder, by name; ValueError in one line if it has too few.

    where : names the folder in messages
    """
    if not folder.is_dir():
        refuse(where, f"{quoted(str(folder))}, which is not a folder here", "a folder of images")
    if folder_listing.folders_in(folder):
        listing = folder_listing.listing(str(folder))
        number = {name: label for label, name in enumerate(listing.classes)}
        others = [file for file, _ in (*listing.problems, *listing.ignored)]
        files, labels = [entry.file for entry in listing.entries], [number[each.label] for each in listing.entries]
        found = ImageFiles(files, labels, listing.classes, others)
    else:
        names = sorted(path.name for path in folder.iterdir() if path.is_file())
        images = [name for name in names if not folder_listing.why_ignored(Path(name))]
        found = ImageFiles(images, [], [], [name for name in names if name not in images])
    if len(found.files) < LEAST:
        refuse(str(folder), f"{len(found.files)} images", f"at least {LEAST}")
    return found


def content(folder: Path, digest: Callable[[Path], str], where: str = "images") -> str:
    """Return a hash of the images of a folder and their classes; `digest` returns the sha256 of a file."""
    found = listed(folder, where)
    lines = [f"{file}\0{digest(folder / file)}" for file in found.files]
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogateescape")).hexdigest()
