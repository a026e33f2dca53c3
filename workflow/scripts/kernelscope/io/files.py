"""Files read and written whole or not at all, and a journal of which they were; manifests are made from it."""

import hashlib
import os
from contextlib import contextmanager
from pathlib import Path


def damaged(path: str | Path, error: Exception) -> ValueError:
    words = " ".join(str(error).split())
    return ValueError(f"{path} is damaged ({words[:200]}); delete it to have it made again")


READ: dict[Path, str] = {}  # absolute path -> sha256 of what this process read there
WRITTEN: set[Path] = set()  # absolute paths


@contextmanager
def atomic(path: str | Path):
    """A temporary path beside `path`, with its suffix, that takes its place when the block ends without an error.

    Its content is on the disk before it does, so that not even a power cut leaves half a file under the name.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.stem}.part{path.suffix}")
    try:
        yield temporary
        with temporary.open("rb+") as handle:
            os.fsync(handle.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    WRITTEN.add(path.absolute())


@contextmanager
def opened(path: str | Path):
    """A file to read, as bytes, noted in the journal; OSError names what cannot be read."""
    with Path(path).open("rb") as handle:
        READ[Path(path).absolute()] = digest(handle)
        yield handle


def digest(handle) -> str:
    """The sha256 of an open binary file from its start, where it stands afterwards too."""
    handle.seek(0)
    found = hashlib.file_digest(handle, "sha256").hexdigest()
    handle.seek(0)
    return found


def digest_of(path: str | Path) -> str:
    with Path(path).open("rb") as handle:
        return digest(handle)
