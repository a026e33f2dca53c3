"""A cache of parsed source files between calls, because every plan needs all of them."""

import atexit
import hashlib
import json
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from kernelscope.io import files

KEPT = Path(".snakemake", "parses.json")  # with Snakemake's own caches, and as safe to delete
FORM = b"2"  # to change whenever fingerprint.normal_form returns another text


class Parsed(NamedTuple):
    """A hash of code without docstrings, comments and layout, and (module, names) of every import statement."""

    form: str
    imports: list[tuple[str, list[str]]]


class Parses:
    """Parsed files by a hash of their text and of the Python version; read on first use, written at exit."""

    def __init__(self, path: Path):
        self.path, self.kept, self.used = path, None, {}

    def found(self, text: bytes, parse: Callable[[], Parsed]) -> Parsed:
        if self.kept is None:
            self.kept = read(self.path)
            atexit.register(self.write)
        key = hashlib.sha256(FORM + sys.version.encode() + text).hexdigest()
        self.used[key] = self.kept.get(key) or parse()
        return self.used[key]

    def write(self) -> None:
        """Write what was used this time, if any of it is new; without the file, the next call only takes longer."""
        if self.used.keys() <= self.kept.keys() or not self.path.parent.is_dir():
            return
        with suppress(OSError), files.atomic(self.path) as temporary:
            temporary.write_text(json.dumps(self.used))


def read(path: Path) -> dict[str, Parsed]:
    """Read the cache; return an empty dict if the file is missing or not as we write it."""
    try:
        return {key: checked(*value) for key, value in json.loads(path.read_text()).items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def checked(form: str, imports: list) -> Parsed:
    named = [(str(module), [str(name) for name in names]) for module, names in imports]
    return Parsed(form, named)


parses = Parses(KEPT)
