"""Which pictures a folder holds, and of what class each is: by its folder, or by a table."""

import csv
import os
import re
import stat
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from kernelscope.data.split_names import SPLITS

SUFFIXES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".gif", ".webp")
LONGEST_NAME = 64  # letters of a class
JOINERS = "\u200c\u200d"  # in words of some languages, and in emoji
UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u2064\u2800\ufe00-\ufe0f]")
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
    try:
        if not root.is_dir():
            raise ValueError(f"{folder} is no folder; allowed: a folder with a folder of pictures for each class")
        found = from_table(root, Path(table)) if table else from_folders(root)
    except OSError as error:
        raise ValueError(f"{readable(str(error.filename or folder))} cannot be read ({error.strerror})") from None
    check_classes(found.classes, folder)
    return found


def from_folders(root: Path) -> Listing:
    tops = [path.name for path in folders_in(root)]
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
            elif why := trouble(path, root, "/".join(parts[1:])):
                problems.append((readable(file), why))
            else:
                entries.append(Entry(file, parts[0], split or None))
    full = {(entry.split or "", entry.label) for entry in entries}
    for split in splits:
        empty = (path for path in folders_in(root / split) if (split, path.name) not in full)
        problems += [(readable(path.relative_to(root).as_posix()), "holds no picture") for path in empty]
    return Listing(entries, problems, ignored)


def folders_in(folder: Path) -> list[Path]:
    """By their names; nothing hidden. Links to folders are for `files_below` to tell."""
    return sorted(path for path in folder.iterdir() if path.name[0] != "." and path.is_dir() and not path.is_symlink())


def files_below(folder: Path) -> Iterator[Path]:
    """All files, in the order of their names, and links to folders, which are not entered; nothing hidden."""
    left = [folder]
    while left:
        path = left.pop()
        if path == folder or (path.is_dir() and not path.is_symlink()):
            left += sorted((below for below in path.iterdir() if below.name[0] != "."), reverse=True)
        else:
            yield path


def trouble(path: Path, root: Path, name: str) -> str:
    """Why a path is no file to be read; "" if it is one. `name` is the part of it that is to be text."""
    if not is_text(name):
        return "has a name that is no text"
    try:
        if not path.resolve(strict=True).is_relative_to(root.resolve()):
            return "is a link that leaves the folder"
        return "" if stat.S_ISREG(path.stat().st_mode) else "is no file"
    except PermissionError:
        return "cannot be read (no permission)"
    except (OSError, RuntimeError):  # the latter: a link in a circle
        return "is a link that leads nowhere" if os.path.islink(path) else "is not there"  # noqa: PTH114  # any length


def from_table(root: Path, table: Path) -> Listing:
    entries, problems, names = [], [], set()
    for number, row in rows(table):
        file, label, split = (row.get(key) or "" for key in ("file", "label", "split"))
        label = label.strip()
        where = f"{table}, line {number}"
        if split not in ("", *SPLITS):
            raise ValueError(f"{where}: found the split {split[:40]!r}; allowed: train or test")
        if not file or not label:
            raise ValueError(f"{where}: found no {'label' if file else 'file'}; allowed: one in each row")
        path = Path(os.path.relpath(file, root) if Path(file).is_absolute() else os.path.normpath(file))
        if path in names:
            raise ValueError(f"{where}: found {file[:80]!r} once more; allowed: each file once")
        names.add(path)
        why = "leaves the folder" if path.parts[:1] == ("..",) else trouble(root / path, root, str(path))
        if why:
            problems.append((readable(file), why))
        else:
            entries.append(Entry(path.as_posix(), label, split or None))
    if len({entry.split is None for entry in entries}) > 1:
        raise ValueError(f"{table}: found a split in some rows; allowed: in all, or in none")
    return Listing(sorted(entries), problems, [])


def rows(table: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The number of the line where it ends, and the cells, of each row."""
    if table.exists() and not table.is_file():
        raise ValueError(f"{table} is no file; allowed: a table")
    try:
        with table.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file, strict=True)
            if not {"file", "label"} <= set(reader.fieldnames or ()):
                raise ValueError(f"{table}: found the columns {told(reader.fieldnames or [])}; needed: file and label")
            for row in reader:
                yield reader.line_num, row
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
        if other := alike.get(likeness(name)):
            raise ValueError(
                f"{folder}: found the classes {other!r} and {name!r}; allowed: names that differ in letters"
            )
        alike[likeness(name)] = name


def likeness(name: str) -> str:
    """What two names have in common that a person takes for each other, but for letters of other scripts."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return " ".join(UNSEEN.sub("", folded).split())


def is_text(name: str) -> bool:
    """Whether a name can be seen: its bytes are UTF-8 and none of its letters is for control."""
    shown = (c.isprintable() or c in JOINERS or unicodedata.category(c) == "Zs" for c in name)
    return all(shown) and bool(likeness(name))


def readable(name: str) -> str:
    """A name as text, whatever its bytes are."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in name)


def told(names) -> str:
    """Some names for a line that people read."""
    some = [readable(str(name))[:60] for name in list(names)[:FOR_PEOPLE]]
    return ", ".join(some) + (f" and {len(names) - len(some)} more" if len(names) > len(some) else "") or "nothing"
