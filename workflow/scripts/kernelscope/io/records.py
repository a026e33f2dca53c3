"""Read and write JSON and text files."""

import json
import math
from pathlib import Path

from kernelscope.io import files
from kernelscope.io.files import atomic, opened


def write_json(path: str | Path, content: dict) -> None:
    """Sorted keys, two spaces; a number that is not finite becomes null, as JSON has none."""
    with atomic(path) as temporary:
        temporary.write_text(json.dumps(_finite(content), indent=2, sort_keys=True, allow_nan=False) + "\n")


def _finite(value):
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def read_json(path: str | Path) -> dict:
    """ValueError where the file is damaged."""
    with opened(path) as handle:
        try:
            return json.loads(handle.read())
        except (ValueError, RecursionError) as error:
            raise files.damaged(path, error) from None


def write_text(path: str | Path, text: str) -> None:
    with atomic(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")
