"""What a folder of pictures holds, as a plan needs to know it at every start: no picture is opened here."""

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path

from kernelscope.data import folder_listing
from kernelscope.io import files


class Skipped:
    """The files that are left out; where none may be, the first one ends it all."""

    def __init__(self, settings: dict, problems: Iterable[tuple[str, str]]):
        self.settings, self.found = settings, []
        for file, why in problems:
            self.add(file, why)

    def add(self, file: str, why: str) -> None:
        if self.settings["on_error"] == "stop":
            raise ValueError(f"{self.settings['folder']}/{file} {why} (on_error: skip leaves such files out)")
        self.found.append((file, why))


def sha_of(path: Path, digest: Callable[[Path], str] = files.digest_of) -> str:
    """The sha256 of a file; "" if it cannot be read, which is for the job to say."""
    try:
        return digest(path)
    except OSError:
        return ""


def content_of(listed: folder_listing.Listing, sha: Callable[[str], str], table_sha: str) -> str:
    """A hash of all that a folder holds; `sha` gives the sha256 of a file by its path below it."""
    lines = [f"{entry.file}\0{entry.label}\0{entry.split}\0{sha(entry.file)}" for entry in listed.entries]
    lines += [f"{file}\0{why}" for file, why in listed.problems] + [table_sha]
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogateescape")).hexdigest()
