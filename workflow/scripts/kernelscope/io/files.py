"""Read and write files, and keep a journal of them, from which manifests are made."""

import hashlib
import lzma
import os
import struct
import tokenize
import zipfile
import zlib
from contextlib import contextmanager
from pathlib import Path
from pickle import UnpicklingError

from kernelscope.refusal import Refusal, one_line

DAMAGE = (  # what zipfile, zlib, NumPy, torch and Pillow raise for a damaged file; MemoryError says nothing about it
    *(OSError, EOFError, ValueError, ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError),
    *(SyntaxError, TypeError, Warning, lzma.LZMAError, UnpicklingError, struct.error, tokenize.TokenError),
    *(zipfile.BadZipFile, zlib.error),
)


def damaged(path: str | Path, error: Exception) -> Refusal:
    """Return the error to raise for an artifact that cannot be read."""
    words = one_line(str(error)) or type(error).__name__
    return Refusal(f"{path} is damaged ({words[:200]}); delete it, and the next run recreates it")


READ: dict[Path, str] = {}  # absolute path -> SHA-256 of the content that this process read
WRITTEN: set[Path] = set()  # absolute paths that this process wrote


@contextmanager
def atomic(path: str | Path):
    """Yield a temporary path beside `path`, of the same suffix; it replaces `path` if the block ends without error.

    Its content is synced to disk first, so that not even a power cut leaves half a file at `path`.
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
    """Open a file to read bytes, and note it in the journal; OSError names a file that cannot be read."""
    with Path(path).open("rb") as handle:
        READ[Path(path).absolute()] = digest(handle)
        yield handle


def digest(handle) -> str:
    """Return the SHA-256 of an open binary file in hex; afterward the file is at its start."""
    handle.seek(0)
    sha256 = hashlib.file_digest(handle, "sha256").hexdigest()
    handle.seek(0)
    return sha256


def digest_of(path: str | Path) -> str:
    """Return the SHA-256 of a file in hex."""
    with Path(path).open("rb") as handle:
        return digest(handle)
