"""The sha256 of files that the user brings, remembered, so that a plan does not read gigabytes again.

A plan is made at every start. What is remembered of a file counts as long as its size, dates and inode are the same.
"""

import atexit
import json
import re
import time
from functools import cache
from pathlib import Path

from kernelscope.io import files

REMEMBERED = Path(".snakemake", "kernelscope", "digests.json")  # as easily made anew
SETTLED = 2 * 10**9  # ns; a file changed twice within the grain of its clock may keep its dates
SHA256 = re.compile(r"[0-9a-f]{64}")


def digest(path: str | Path) -> str:
    """The sha256 of a file, in hex; OSError says what cannot be read."""
    return book().digest(Path(path))


class Book:
    """What is known of files: absolute path -> [size, mtime_ns, ctime_ns, inode, sha256]. `save` keeps it."""

    def __init__(self, path: Path):
        self.path = path.absolute()
        self.known, self.grown = read(self.path), False

    def digest(self, path: Path) -> str:
        name, before = str(path.absolute()), identity(path)
        known = self.known.get(name)
        if known and known[:4] == before:
            return known[4]
        found = files.digest_of(path)
        after = identity(path)
        if before == after and max(after[1:3]) < time.time_ns() - SETTLED:
            self.known[name], self.grown = [*after, found], True
        return found

    def save(self) -> None:
        """Write what is new, beside what others have written meanwhile; without a place for it, go without."""
        if not self.grown:
            return
        try:
            with files.atomic(self.path) as temporary:
                temporary.write_text(json.dumps(read(self.path) | self.known, sort_keys=True))
        except OSError:
            return
        self.grown = False


@cache
def book() -> Book:
    """That of the working folder, saved as this process ends."""
    found = Book(REMEMBERED)
    atexit.register(found.save)
    return found


def identity(path: Path) -> list[int]:
    """What changes with the content of a file."""
    stat = path.stat()
    return [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino]


def read(path: Path) -> dict[str, list]:
    """What was remembered; nothing of a file that is missing or damaged."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return {name: entry for name, entry in found.items() if is_entry(entry)} if isinstance(found, dict) else {}


def is_entry(entry) -> bool:
    return (
        isinstance(entry, list)
        and [type(item) for item in entry] == [int, int, int, int, str]
        and SHA256.fullmatch(entry[4]) is not None
    )
