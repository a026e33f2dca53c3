"""Read and write JSON and text files."""

import json
import math
from pathlib import Path

from kernelscope.io import files
from kernelscope.io.files import atomic, opened


def write_json(path: str | Path, content: dict) -> None:
    """Write JSON with sorted keys and an indent of two; numbers that are not finite become null."""
    with atomic(path) as temporary:
        temporary.write_text(json.dumps(_finite(content), indent=2, sort_keys=True, allow_nan=False) + "\n")


def _finite(value):
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def read_json(path: str | Path) -> dict:
    """Return the content of a JSON file; ValueError if the file is damaged."""
    with opened(path) as handle:
        try:
            return json.loads(handle.read())
        except (ValueError, RecursionError) as error:
            raise files.damaged(path, error) from None


def write_text(path: str | Path, text: str) -> None:
    """Write a text as UTF-8, with its line endings unchanged."""
    with atomic(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")
