"""Reading and writing of data: whole or not at all, and the same bytes for the same content."""

import csv
import io
import itertools
import json
import math
import os
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from kernelscope.files import atomic, opened

AT_ONCE = 20_000  # rows of text in memory


def write_npz(path: str | Path, arrays: dict[str, np.ndarray]) -> None:
    """Arrays by name; compressed, no pickles, no clock."""
    with atomic(path) as temporary:
        np.savez_compressed(temporary, allow_pickle=False, **arrays)


def read_npz(path: str | Path) -> dict[str, np.ndarray]:
    """All arrays by name; ValueError where the file is damaged."""
    with opened(path) as handle:
        return arrays_of(handle, path)


def read_npy(path: str | Path) -> np.ndarray:
    """The array of an NPY file; ValueError where the file is damaged."""
    with opened(path) as handle:
        try:
            version = np.lib.format.read_magic(handle)
            header = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
            shape, _, dtype = header[version](handle)
            if Path(path).stat().st_size != handle.tell() + dtype.itemsize * math.prod(shape):  # may ask for any memory
                raise ValueError("it has another size than its header says")
            handle.seek(0)
            return np.load(handle, allow_pickle=False)
        except MemoryError:
            raise
        except Exception as error:  # numpy raises a dozen kinds for what is no array
            raise ValueError(f"{path} is no whole array ({' '.join(str(error).split())[:160]})") from None


def arrays_of(handle, path: str | Path) -> dict[str, np.ndarray]:
    """All arrays of an open NPZ file; ValueError where it is damaged."""
    try:
        check_archive(handle)  # first: a wrong shape may ask for any memory
        with np.load(handle, allow_pickle=False) as file:
            return dict(file)
    except MemoryError:
        raise
    except Exception as error:  # zipfile, zlib and numpy raise a dozen kinds for what is no archive of arrays
        raise damaged(path, error) from None


def check_archive(handle) -> None:
    """Raise an error where a checksum of a ZIP archive is wrong, or the number of its members; back to its start."""
    with zipfile.ZipFile(handle) as archive:
        if wrong := archive.testzip():
            raise ValueError(f"{wrong} has another checksum")
        handle.seek(-12, os.SEEK_END)  # how many members it says it has; 0xFFFF: so many that it says so elsewhere
        if int.from_bytes(handle.read(2), "little") not in (len(archive.infolist()), 0xFFFF):
            raise ValueError("its directory is not whole")
    handle.seek(0)


def damaged(path: str | Path, error: Exception) -> ValueError:
    words = " ".join(str(error).split())
    return ValueError(f"{path} is damaged ({words[:200]}); delete it to have it made again")


def read_kernels(path: str | Path) -> dict[str, np.ndarray]:
    """The layers of a kernels.npz, (t, out, in, k, k) each, without its steps and epochs."""
    return {name: array for name, array in read_npz(path).items() if name not in ("steps", "epochs")}


def read_run(folder: str | Path) -> tuple[dict, dict[str, np.ndarray]]:
    """The run.json of a run, and the layers of its kernels.npz, (t, out, in, k, k) each."""
    return read_json(f"{folder}/run.json"), read_kernels(f"{folder}/kernels.npz")


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
            raise damaged(path, error) from None


def write_csv(path: str | Path, columns: Iterable[str], rows: Iterable[dict]) -> None:
    """A header and one dict per row; None and NaN become empty cells, infinity `inf`, floats keep all their digits."""
    with atomic(path) as temporary, temporary.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(columns), lineterminator="\n")
        writer.writeheader()
        writer.writerows({key: _cell(value) for key, value in row.items()} for row in rows)


def write_rows(path: str | Path, columns: Iterable[str], rows: Iterable[tuple[str, ...]]) -> None:
    """The same from tuples of cells that are text already: for hundreds of thousands of rows."""
    rows = itertools.chain([tuple(columns)], rows)
    with atomic(path) as temporary, temporary.open("w", newline="", encoding="utf-8") as file:
        while some := list(itertools.islice(rows, AT_ONCE)):
            file.write(_lines(some))


def _lines(rows: list[tuple[str, ...]]) -> str:
    """Rows as CSV: joined, which is faster, unless a cell needs quotes."""
    text = "\n".join(map(",".join, rows)) + "\n"
    plain = text.count(",") == sum(len(row) - 1 for row in rows) and text.count("\n") == len(rows)
    if plain and '"' not in text and "\r" not in text and all(map(any, rows)):
        return text
    quoted = io.StringIO(newline="")
    csv.writer(quoted, lineterminator="\n").writerows(rows)
    return quoted.getvalue()


def write_text(path: str | Path, text: str) -> None:
    with atomic(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def _cell(value):
    if isinstance(value, np.generic):
        value = value.item() if not isinstance(value, np.float32) else float(str(value))
    return "" if value is None or value != value else value


def read_csv(path: str | Path, delimiter: str = ",") -> list[dict[str, str]]:
    """Every row as a dict of strings; ValueError where the file is damaged."""
    return list(rows_of_csv(path, delimiter))


def rows_of_csv(path: str | Path, delimiter: str = ",") -> Iterator[dict[str, str]]:
    """The same one after the other, for millions of rows."""
    with opened(path) as handle, io.TextIOWrapper(handle, "utf-8", newline="") as text:
        try:
            reader = csv.DictReader(text, delimiter=delimiter, strict=True)
            for row in reader:
                if None in row or None in row.values():
                    raise damaged(path, ValueError("a row has more or fewer cells than the header"))
                yield row
        except (UnicodeDecodeError, csv.Error) as error:
            raise damaged(path, error) from None
        if not reader.fieldnames:
            raise damaged(path, ValueError("it has no header"))
