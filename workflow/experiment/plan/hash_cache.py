"""The sha256 of the user's files, remembered so that a plan does not read gigabytes again.

A plan is made at every start. A remembered hash is valid as long as the file's size, dates and inode are the same.
"""

import atexit
import json
import re
import time
from functools import cache
from pathlib import Path

from kernelscope.io import files

REMEMBERED = Path(".snakemake", "kernelscope", "digests.json")  # as easily made again
SETTLED = 2 * 10**9  # ns; a file that changes twice within one tick of the file system's clock may keep its dates
SHA256 = re.compile(r"[0-9a-f]{64}")


def digest(path: str | Path) -> str:
    """Return the sha256 of a file, in hex; OSError if it cannot be read."""
    return book().digest(Path(path))


class Book:
    """Remembered hashes: absolute path -> [size, mtime_ns, ctime_ns, inode, sha256]. `save` writes them."""

    def __init__(self, path: Path):
        self.path = path.absolute()
        self.known, self.grown = read(self.path), False

    def digest(self, path: Path) -> str:
        """Return the sha256 of a file, remembered if possible."""
        name, before = str(path.absolute()), identity(path)
        entry = self.known.get(name)
        if entry and entry[:4] == before:
            return entry[4]
        sha256 = files.digest_of(path)
        after = identity(path)
        if before == after and max(after[1:3]) < time.time_ns() - SETTLED:
            self.known[name], self.grown = [*after, sha256], True
        return sha256

    def save(self) -> None:
        """Write new hashes, beside what other processes wrote meanwhile; do nothing where nothing can be written."""
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
    """Return the hashes of the working folder, which are saved as this process ends."""
    opened = Book(REMEMBERED)
    atexit.register(opened.save)
    return opened


def identity(path: Path) -> list[int]:
    """Return what changes with the content of a file."""
    stat = path.stat()
    return [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino]


def read(path: Path) -> dict[str, list]:
    """Return the remembered hashes; none if their file is missing or damaged."""
    try:
        entries = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return {name: entry for name, entry in entries.items() if is_entry(entry)} if isinstance(entries, dict) else {}


def is_entry(entry) -> bool:
    """Whether an entry has the form that `Book` writes."""
    kinds = [type(item) for item in entry] if isinstance(entry, list) else []
    return kinds == [int, int, int, int, str] and SHA256.fullmatch(entry[4]) is not None
