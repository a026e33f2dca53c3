"""Reading and writing of data: whole or not at all, and the same bytes for the same content."""

import csv
import json
import math
import os
import zipfile
import zlib
from collections.abc import Iterable
from contextlib import contextmanager
from pathlib import Path

import numpy as np


@contextmanager
def atomic(path: str | Path):
    """A temporary path beside `path`, with its suffix, that takes its place when the block ends without an error."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.stem}.{os.getpid()}{path.suffix}")
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_npz(path: str | Path, arrays: dict[str, np.ndarray]) -> None:
    """Arrays by name; compressed, no pickles, no clock."""
    with atomic(path) as temporary:
        np.savez_compressed(temporary, allow_pickle=False, **arrays)


def read_npz(path: str | Path) -> dict[str, np.ndarray]:
    """All arrays by name; ValueError where the file is damaged."""
    try:
        with Path(path).open("rb") as handle, np.load(handle, allow_pickle=False) as file:
            return dict(file)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError) as error:
        raise ValueError(f"{path} is damaged ({error}); delete it to have it made again") from None


def read_kernels(path: str | Path) -> dict[str, np.ndarray]:
    """The layers of a kernels.npz, (t, out, in, k, k) each, without its steps and epochs."""
    return {name: array for name, array in read_npz(path).items() if name not in ("steps", "epochs")}


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
    return json.loads(Path(path).read_text())


def write_csv(path: str | Path, columns: Iterable[str], rows: Iterable[dict]) -> None:
    """A header and one dict per row; None and NaN become empty cells, floats keep all their digits."""
    with atomic(path) as temporary, temporary.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(columns), lineterminator="\n")
        writer.writeheader()
        writer.writerows({key: _cell(value) for key, value in row.items()} for row in rows)


def _cell(value):
    if isinstance(value, np.generic):
        value = value.item() if not isinstance(value, np.float32) else float(str(value))
    return "" if value is None or value != value else value


def read_csv(path: str | Path) -> list[dict[str, str]]:
    """Every row as a dict of strings."""
    with Path(path).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
