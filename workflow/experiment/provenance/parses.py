"""What files of code say, kept from call to call, as every plan needs all of it."""

import atexit
import hashlib
import json
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from kernelscope.io import files

KEPT = Path(".snakemake", "parses.json")  # beside what Snakemake keeps, and as easily made anew
FORM = b"2"  # another one whenever fingerprint.normal_form gives another text


class Parsed(NamedTuple):
    """A hash of the code without docstrings, comments and layout; and (module, names) of every import statement."""

    form: str
    imports: list[tuple[str, list[str]]]


class Parses:
    """By the hash of a text and of the Python that parsed it; read when first asked, written when all is over."""

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
        """What was used this time, if some of it is new; without it the next call takes longer, nothing else."""
        if self.used.keys() <= self.kept.keys() or not self.path.parent.is_dir():
            return
        with suppress(OSError), files.atomic(self.path) as temporary:
            temporary.write_text(json.dumps(self.used))


def read(path: Path) -> dict[str, Parsed]:
    """What was kept; nothing if the file is not there or not as we write it."""
    try:
        return {key: checked(*value) for key, value in json.loads(path.read_text()).items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def checked(form: str, imports: list) -> Parsed:
    named = [(str(module), [str(name) for name in names]) for module, names in imports]
    return Parsed(form, named)


parses = Parses(KEPT)
