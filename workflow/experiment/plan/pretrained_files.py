"""The files of published kernels, found by their names below a folder or in a table; ValueError for what is wrong."""

import csv
import os
from collections.abc import Iterator
from pathlib import Path

from kernelscope.pretrained import file_names
from kernelscope.pretrained.file_names import File

MOST = 100_000  # files below a folder


def files(settings: dict) -> list[File]:
    """All files of all runs."""
    folder = Path(settings["folder"])
    if not folder.is_dir():
        raise ValueError(f"folder: found {str(folder)!r}, which is no folder here; allowed: one with published kernels")
    if settings["table"] is not None:
        if settings["files"] is not None:
            raise ValueError("table: found beside files; allowed: one of them")
        return tabled(settings["table"], folder)
    names = listing(folder)
    tried = file_names.DEFAULTS if settings["files"] is None else (settings["files"],)
    for pattern in tried:
        if found := file_names.named(names, pattern, folder.resolve().name):
            return found
    raise ValueError(f"files: found no file like {' or '.join(tried[:3])} in {folder} ({len(names)} files)")


def losses(settings: dict, names: list[str]) -> dict[str, str]:
    """run -> the file with its losses; nothing if the definition asks for none."""
    pattern = settings["history"]
    if pattern is None:
        return {}
    if file_names.places(pattern) != ["run"]:
        raise ValueError(f"history: found {pattern!r}; allowed: a name with the one place {{run}}")
    folder = Path(settings["folder"])
    found = {file.run: file.name for file in file_names.named(listing(folder), pattern, "")}
    for name in names:
        if name not in found:
            raise ValueError(f"history: found no file like {pattern} for the run {name!r}")
        check_plain_file(folder, found[name])
    return {name: found[name] for name in names}


def listing(folder: Path) -> list[str]:
    """The names of all files below a folder, sorted; links to folders stand for themselves and are not followed."""
    found: list[str] = []
    for place, folders, names in os.walk(folder):
        links = [name for name in folders if Path(place, name).is_symlink()]
        found += [Path(place, name).relative_to(folder).as_posix() for name in (*names, *links)]
        if len(found) > MOST:
            raise ValueError(f"folder: found more than {MOST} files in {folder}; allowed: fewer")
    return sorted(found)


def tabled(path: str, folder: Path) -> list[File]:
    """The files that a table names, each of which must be below the folder."""
    found = [file_of(row, path, folder) for row in rows(path)]
    if not found:
        raise ValueError(f"table: found no row in {path}; allowed: one for each file")
    return found


def rows(path: str) -> Iterator[dict[str, str]]:
    try:
        with Path(path).open(newline="", encoding="utf-8-sig") as file:
            table = csv.DictReader(file, strict=True)
            known = ("file", *file_names.PLACES)
            columns = table.fieldnames or []
            if "file" not in columns or not set(columns) <= set(known) or len(set(columns)) < len(columns):
                words = ", ".join(map(str, columns))[:100] or "none"
                raise ValueError(f"table: found the columns {words} in {path}; allowed: {', '.join(known)}")
            for row in table:
                if None in row or None in row.values():
                    raise ValueError(f"table: found a row with more or fewer cells than the header in {path}")
                yield row
    except (OSError, csv.Error, UnicodeDecodeError) as error:
        raise ValueError(f"table: {path} cannot be read ({error})") from None


def file_of(row: dict[str, str], path: str, folder: Path) -> File:
    name = row["file"]
    if not name or Path(name).is_absolute() or ".." in Path(name).parts or not name.isprintable():
        raise ValueError(f"table: found the file {name[:100]!r} in {path}; allowed: names of files below {folder}")
    cells = {place: row[place] for place in file_names.PLACES if row.get(place)}
    return file_names.file({"run": folder.resolve().name} | cells, Path(name).as_posix())


def check_plain_file(folder: str | Path, name: str) -> None:
    """Raise ValueError unless a name leads to a file below the folder, and over no link."""
    path = Path(folder)
    for part in Path(name).parts:
        path = path / part
        if path.is_symlink():
            raise ValueError(f"{path} is a link; allowed: files in the folder itself")
    if not path.is_file() or not name.isprintable():
        raise ValueError(f"{str(path)[:200]!r} is no file")
