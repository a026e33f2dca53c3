"""Specs as arguments of a command: the longest go into a file, as the operating system limits a command's length."""

import hashlib
from pathlib import Path

from kernelscope.io import files

LONGEST = 96 * 2**10  # bytes; Linux takes 128 KiB as one argument, and to the shell the whole command is one
FOLDER = Path(".snakemake", "specs")  # beside Snakemake's own files, and as easily made again


def argument(spec: str, folder: Path = FOLDER) -> str:
    """Return the spec itself, or @ and a file with it that is named after its content, so no two specs share a file."""
    if len(spec.encode()) <= LONGEST:
        return spec
    path = folder / f"{hashlib.sha256(spec.encode()).hexdigest()}.json"
    if not path.exists():
        with files.atomic(path) as temporary:
            temporary.write_text(spec)
    return f"@{path}"
