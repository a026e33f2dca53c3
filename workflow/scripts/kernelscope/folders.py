"""Which pictures a folder holds, and of what class each is: by its folder, or by a table."""

import csv
import os
import stat
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from kernelscope.image_files import SPLITS

SUFFIXES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".gif", ".webp")
LONGEST_NAME = 64  # letters of a class
FOR_PEOPLE = 3  # names that a line tells at most


class Entry(NamedTuple):
    """A picture: its path below the folder, with /; the name of its class; its split, or None if that is free."""

    file: str
    label: str
    split: str | None


class Listing(NamedTuple):
    """entries in the order of their names; problems: (file, why) that a job may skip; ignored: files of other kinds."""

    entries: list[Entry]
    problems: list[tuple[str, str]]
    ignored: list[str]

    @property
    def classes(self) -> list[str]:
        return sorted({entry.label for entry in self.entries})


def listing(folder: str, table: str | None = None) -> Listing:
    """What a folder holds.

    Without a table, each folder in it is a class, with all pictures below it; if there are just `train` and `test`,
    these hold the classes. A table is a CSV file `file,label` and, if that is given too, `split`, its files below the
    folder. Hidden files are not there. ValueError if there are no two classes, or some that nobody can tell apart.
    """
    root = Path(folder)
    if not root.is_dir():
        raise ValueError(f"{folder} is no folder; allowed: a folder with a folder of pictures for each class")
    try:
        found = from_table(root, Path(table)) if table else from_folders(root)
    except PermissionError as error:
        raise ValueError(f"{readable(str(error.filename))} cannot be read (no permission)") from None
    check_classes(found.classes, folder)
    return found


def from_folders(root: Path) -> Listing:
    tops = sorted(path.name for path in root.iterdir() if path.is_dir() and path.name[0] != ".")
    splits = tops if set(tops) & set(SPLITS) else [""]
    if splits != [""] and set(tops) != set(SPLITS):
        raise ValueError(f"{root} holds {told(tops)}; allowed: train and test, or a folder for each class")
    entries, problems, ignored = [], [], []
    for split in splits:
        for path in files_below(root / split):
            file, parts = path.relative_to(root).as_posix(), path.relative_to(root / split).parts
            if path.is_dir():
                problems.append((readable(file), "is a link to a folder"))
            elif path.suffix.lower() not in SUFFIXES or len(parts) == 1:
                ignored.append(readable(file))
            elif why := trouble(path, root):
                problems.append((readable(file), why))
            else:
                entries.append(Entry(file, parts[0], split or None))
    return Listing(entries, problems, ignored)


def files_below(folder: Path) -> Iterator[Path]:
    """All files, in the order of their names, and links to folders, which are not entered; nothing hidden."""
    for path in sorted(folder.iterdir()):
        if path.name[0] == ".":
            continue
        if path.is_dir() and not path.is_symlink():
            yield from files_below(path)
        else:
            yield path


def trouble(path: Path, root: Path) -> str:
    """Why a path is no file to be read; "" if it is one."""
    if not is_text(path.name):
        return "has a name that is no text"
    try:
        if not path.resolve(strict=True).is_relative_to(root.resolve()):
            return "is a link that leaves the folder"
        return "" if stat.S_ISREG(path.stat().st_mode) else "is no file"
    except PermissionError:
        return "cannot be read (no permission)"
    except (OSError, RuntimeError):  # the latter: a link in a circle
        return "is a link that leads nowhere" if path.is_symlink() else "is not there"


def from_table(root: Path, table: Path) -> Listing:
    entries, problems, names = [], [], Counter()
    for number, row in enumerate(rows(table), 2):
        file, label, split = (row.get(key) or "" for key in ("file", "label", "split"))
        where = f"{table}, line {number}"
        if split not in ("", *SPLITS):
            raise ValueError(f"{where}: found the split {split[:40]!r}; allowed: train or test")
        if not file or not label:
            raise ValueError(f"{where}: found no {'label' if file else 'file'}; allowed: one in each row")
        path = Path(os.path.normpath(root / file))
        names[path] += 1
        if names[path] > 1:
            raise ValueError(f"{where}: found {file[:80]!r} once more; allowed: each file once")
        if not path.is_relative_to(root):
            problems.append((readable(file), "leaves the folder"))
        elif why := trouble(path, root):
            problems.append((readable(file), why))
        else:
            entries.append(Entry(path.relative_to(root).as_posix(), label.strip(), split or None))
    if len({entry.split is None for entry in entries}) > 1:
        raise ValueError(f"{table}: found a split in some rows; allowed: in all, or in none")
    return Listing(sorted(entries), problems, [])


def rows(table: Path) -> Iterator[dict[str, str]]:
    try:
        with table.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file, strict=True)
            if not {"file", "label"} <= set(reader.fieldnames or ()):
                raise ValueError(f"{table}: found the columns {told(reader.fieldnames or [])}; needed: file and label")
            yield from reader
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"{table} is no table of text ({error})") from None
    except OSError as error:
        raise ValueError(f"{table} cannot be read ({error.strerror})") from None


def check_classes(names: list[str], folder: str) -> None:
    """ValueError unless there are two classes at least, whose names are words that nobody takes for each other."""
    if len(names) < 2:
        raise ValueError(f"{folder} holds {'pictures of one class' if names else 'no pictures'}; allowed: two at least")
    for name in names:
        if not is_text(name) or len(name) > LONGEST_NAME:
            raise ValueError(
                f"{folder}: found the class {name[:80]!r}; allowed: a name of at most {LONGEST_NAME} letters"
            )
    alike = {}
    for name in names:
        other = alike.setdefault(" ".join(unicodedata.normalize("NFKC", name).casefold().split()), name)
        if other != name:
            raise ValueError(
                f"{folder}: found the classes {other!r} and {name!r}; allowed: names that differ in letters"
            )


def is_text(name: str) -> bool:
    """Whether a name can be printed: its bytes are UTF-8 and none of its letters is for control."""
    return name.isprintable() and bool(name.strip())


def readable(name: str) -> str:
    """A name as text, whatever its bytes are."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in name)


def told(names) -> str:
    """Some names for a line that people read."""
    some = [readable(str(name))[:60] for name in list(names)[:FOR_PEOPLE]]
    return ", ".join(some) + (f" and {len(names) - len(some)} more" if len(names) > len(some) else "") or "nothing"
