"""Specs as arguments of a command: the longest go by way of a file, as the operating system bounds a command."""

import hashlib
from pathlib import Path

from kernelscope.io import files

LONGEST = 96 * 2**10  # bytes; Linux takes 128 KiB as one argument, and to the shell the whole command is one
FOLDER = Path(".snakemake", "specs")  # beside what Snakemake keeps, and as easily made anew


def argument(spec: str, folder: Path = FOLDER) -> str:
    """The spec itself, or @ and the file that holds it, whose name says what it holds: two specs are never alike."""
    if len(spec.encode()) <= LONGEST:
        return spec
    path = folder / f"{hashlib.sha256(spec.encode()).hexdigest()}.json"
    if not path.exists():
        with files.atomic(path) as temporary:
            temporary.write_text(spec)
    return f"@{path}"
