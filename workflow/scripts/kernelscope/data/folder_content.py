"""The content of a folder of images as planning needs it at every start, without decoding an image."""

import hashlib
import math
import statistics
import struct
from collections.abc import Callable, Iterable
from pathlib import Path

from kernelscope.data import folder_listing
from kernelscope.data.splits import rank
from kernelscope.io import files
from kernelscope.refusal import refuse

AREA = 80 * 80  # approximate pixels of an image, if no size is given
LEAST_SIDE, LARGEST_SIDE = 8, 4096
SAMPLE = 64  # images from which omitted settings are inferred
HEADER = 2**16  # bytes at the beginning of a file, which contain the size of its image
MAY_BE_TURNED = (b"eXIf", b"Exif\0")  # metadata that may say so
SIZES_OF_JPEG = {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}  # markers before a size


class Skipped:
    """The files that are left out, if `on_error` is `skip`; otherwise the first such file is refused.

    settings : a definition of `source: folder`
    problems : (file, what it is instead of an image) of each file
    """

    def __init__(self, settings: dict, problems: Iterable[tuple[str, str]]):
        self.settings, self.found = settings, []
        for file, why in problems:
            self.add(file, why)

    def add(self, file: str, why: str) -> None:
        """Leave a file out, or refuse it."""
        if self.settings["on_error"] == "stop":
            where = f"{self.settings['folder']}/{file}"
            refuse(where, why, "a readable image", "on_error: skip leaves such files out")
        self.found.append((file, why))


def sha_of(path: Path, digest: Callable[[Path], str] = files.digest_of) -> str:
    """Return the SHA-256 of a file; "" if it cannot be read, which the job will report."""
    try:
        return digest(path)
    except OSError:
        return ""


def content_of(listed: folder_listing.Listing, sha: Callable[[str], str], table_sha: str) -> str:
    """Return a hash of everything in a folder.

    Parameters
    ----------
    listed : the files of the folder
    sha : returns the SHA-256 of a file from its path below the folder
    table_sha : SHA-256 of the table; "" if there is no table
    """
    lines = [f"{entry.file}\0{entry.label}\0{entry.split}\0{sha(entry.file)}" for entry in listed.entries]
    lines += [f"{file}\0{why}" for file, why in listed.problems] + [table_sha]
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogateescape")).hexdigest()


def sample(listed: folder_listing.Listing, seed: int) -> list[str]:
    """Return the files from which omitted settings are inferred, as far as they are readable."""
    return sorted((entry.file for entry in listed.entries), key=lambda file: rank(file, seed))[:SAMPLE]


def inferred_size(root: Path, listed: folder_listing.Listing, seed: int) -> tuple[int, int] | None:
    """Return the rows and cols that the job will infer, from the headers of the same files; None if one is unclear."""
    sizes = [size_of(root / file) for file in sample(listed, seed)]
    return None if None in sizes else usual_size(sizes)


def usual_size(sizes: Iterable[tuple[float, float]]) -> tuple[int, int]:
    """Return rows and cols with the proportion of the median image and AREA pixels, but never larger than it."""
    medians = [statistics.median(side) for side in zip(*sizes, strict=True)]
    share = min(1.0, math.sqrt(AREA / math.prod(medians)))
    rows, cols = (min(max(round(side * share), LEAST_SIDE), LARGEST_SIDE) for side in medians)
    return rows, cols


def size_of(path: Path) -> tuple[int, int] | None:
    """Return the rows and cols in the header of a PNG, GIF, BMP or JPEG file; None if they are unclear."""
    try:
        with path.open("rb") as file:
            head = file.read(HEADER)
        if any(words in head for words in MAY_BE_TURNED):
            return None
        cols, rows = sides(head)
    except (OSError, struct.error):
        return None
    return (abs(rows), cols) if rows and cols > 0 else None  # the rows of a BMP from top to bottom are negative


def sides(head: bytes) -> tuple[int, int]:
    """Return the cols and rows in the first bytes of a file; struct.error if it is too short, (0, 0) if it has none."""
    if head.startswith(b"\x89PNG"):
        return struct.unpack_from(">II", head, 16)
    if head.startswith(b"GIF8"):
        return struct.unpack_from("<HH", head, 6)
    if head.startswith(b"BM"):
        return struct.unpack_from("<ii", head, 18) if struct.unpack_from("<I", head, 14)[0] >= 40 else (0, 0)
    at = 2 if head.startswith(b"\xff\xd8\xff") else len(head)
    while at < len(head):
        begin, marker, length, _, rows, cols = struct.unpack_from(">BBHBHH", head, at)
        if marker in SIZES_OF_JPEG:
            return cols, rows
        at = at + 2 + length if begin == 0xFF != marker else len(head)
    return 0, 0
