"""The content of a folder of images as planning needs it at every start, without decoding an image."""

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path

from kernelscope.data import folder_listing
from kernelscope.io import files
from kernelscope.refusal import refuse


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
