"""List the images of a folder with the class of each, which is given by subfolders or by a table."""

import os
import re
import stat
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from kernelscope.data import label_table
from kernelscope.data.label_table import Columns
from kernelscope.data.splits import SPLITS, groups_of, split_of
from kernelscope.io.names import first_names, natural, readable
from kernelscope.refusal import quoted, reason, refuse

OF_SYSTEMS = ("__MACOSX", "@eaDir", "lost+found", "System Volume Information", "$RECYCLE.BIN", "#recycle")
SUFFIXES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".gif", ".webp", ".npy", ".npz")
LONGEST_NAME = 64  # letters in the name of a class
JOINERS = "\u200c\u200d"  # needed in words of some languages, and in emoji
UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u2064\u2800\ufe00-\ufe0f]")
IN_NO_CLASS = "in no class folder"
NO_FILE = "no file"
TABLES = (".csv", ".tsv")
COLUMNS = Columns()


class Entry(NamedTuple):
    """An image of a folder.

    file : path below the folder, with /
    label : name of the class
    split : `train`, `test`, or None if it is not given
    group : what it belongs to, such as a patient or a slide; None if it is not given
    """

    file: str
    label: str
    split: str | None
    group: str | None = None


class Listing(NamedTuple):
    """The content of a folder.

    entries : images in the order of their names
    problems : (file, what it is instead of an image, as a noun phrase) of each file that a job may skip
    ignored : (file or folder, why) of whatever else is there: hidden, no image by its ending, or without a class
    splits : folder -> split, if the subfolders are splits
    nested : the subfolders, if every class folder has the same two or more: the classes may be these instead
    """

    entries: list[Entry]
    problems: list[tuple[str, str]]
    ignored: list[tuple[str, str]]
    splits: dict[str, str] = {}  # noqa: RUF012, never changed
    nested: tuple[str, ...] = ()

    @property
    def classes(self) -> list[str]:
        """Return the names of all classes in their order, class2 before class10."""
        return sorted({entry.label for entry in self.entries}, key=natural)


def described(settings: dict) -> Listing:
    """Return the content of the folder in a definition of `source: folder`, as `listing` does."""
    listed = listing(settings["folder"], settings["table"], label_table.columns(settings))
    pattern = settings.get("group_pattern")
    if pattern is None:
        return listed
    if any(entry.group for entry in listed.entries):
        refuse("group_pattern", quoted(pattern), "null beside a table with groups")
    groups = groups_of([entry.file for entry in listed.entries], pattern)
    named = zip(listed.entries, groups, strict=True)
    return listed._replace(entries=[entry._replace(group=group) for entry, group in named])


def listing(folder: str, table: str | None = None, columns: Columns = COLUMNS) -> Listing:
    """Return the content of a folder. Hidden files, and folders of systems (`__MACOSX`), are ignored.

    Parameters
    ----------
    folder : path. Without a table each subfolder is a class with all images below it; if the only subfolders are
        `train` and `test`, in any case or as `training` and `testing`, they contain the class folders
    table : path of a CSV file with the columns `file` (a path below the folder), `label`, and perhaps others
    columns : the names of these columns

    Raises
    ------
    ValueError
        If the folder or table cannot be read, or there are fewer than two classes, or two classes that look alike.
    """
    root = Path(folder)
    try:
        if not root.is_dir():
            refuse(folder, "a path that is not a folder", "a folder with a subfolder of images for each class")
        listed = from_table(root, Path(table), columns) if table else from_folders(root)
    except OSError as error:
        where = readable(str(error.filename or folder))
        refuse(where, f"a path that cannot be read ({reason(error)})", "a readable file or folder")
    if listed.problems and not listed.entries:
        refuse(folder, commonest(listed.problems), "images of at least two classes")
    if not listed.entries and not table:
        check_loose(root, listed.ignored)
    check_classes(listed.classes, folder, one_level_down(listed.entries, folder))
    return listed


def check_loose(root: Path, ignored: list[tuple[str, str]]) -> None:
    """Raise ValueError if the images of a folder without class folders are in the folder itself."""
    loose = sum(why == IN_NO_CLASS for _, why in ignored)
    if loose:
        tables = sorted(path.name for path in root.iterdir() if path.suffix.lower() in TABLES and is_for_us(path))
        hint = f"table: {readable(str(root / tables[0]))}" if tables else "table: labels.csv"
        got = f"{loose} image{'s' * (loose > 1)}, but no subfolders with images"
        refuse(str(root), got, "a subfolder for each class, or a table with the columns file and label", hint)


def one_level_down(entries: list[Entry], folder: str) -> str:
    """Return a hint if the subfolders of the first class folder may be the classes; "" if it has less than two."""
    label = entries[0].label if entries else ""
    below = {
        entry.file.split("/")[1]
        for entry in entries
        if entry.file.startswith(f"{label}/") and entry.file.count("/") > 1
    }
    return f"are the classes in {folder}/{label}?" * (len(below) > 1)


def commonest(problems: list[tuple[str, str]]) -> str:
    """Return why files cannot be used, the commonest reason first, with an example."""
    reasons = Counter(why for _, why in problems)
    why, count = reasons.most_common(1)[0]
    example = next(file for file, other in problems if other == why)
    return f"no image, as {count} of {len(problems)} files or folders are {why}, such as {quoted(example)}"


def splits_of(root: Path) -> dict[str, str]:
    """Return subfolder -> split if the subfolders of a folder are splits; {"": ""} if they are classes.

    Whoever calls folders `Training` and `TEST` means splits. Classes may not have such names, as a network would learn
    to tell the splits apart.
    """
    tops = {path.name: split_of(path.name) for path in folders_in(root)}
    if all(split is None for split in tops.values()):
        return {"": ""}
    if sorted(split or "" for split in tops.values()) != sorted(SPLITS):
        hint = "a table with the columns file, label and split may say it" if "" in tops.values() else ""
        expected = "train and test only, or a subfolder for each class"
        refuse(str(root), f"the subfolders {first_names(tops)}", expected, hint)
    return tops


def from_folders(root: Path) -> Listing:
    """Return the content of a folder whose subfolders are classes, or splits with classes."""
    splits = splits_of(root)
    entries, problems, ignored = [], [], []
    if splits != {"": ""}:
        beside = sorted(path for path in root.iterdir() if path.name not in splits)
        ignored += [(readable(path.name), why_ignored(path) or IN_NO_CLASS) for path in beside]
    for split in splits:
        for path in files_below(root / split):
            file, parts = path.relative_to(root).as_posix(), path.relative_to(root / split).parts
            if is_for_us(path) and path.is_dir():
                problems.append((readable(file), "a link to a folder"))
            elif why := why_ignored(path) or IN_NO_CLASS * (len(parts) == 1):
                ignored.append((readable(file), why))
            elif why := trouble(path, root, "/".join(parts[1:])):
                problems.append((readable(file), why))
            else:
                entries.append(Entry(file, parts[0], splits[split] or None))
    with_images = {(entry.split or "", entry.label) for entry in entries}
    for split in splits:
        empty = (path for path in folders_in(root / split) if (splits[split], path.name) not in with_images)
        problems += [(readable(path.relative_to(root).as_posix()), without_images(path)) for path in empty]
    known = {} if splits == {"": ""} else splits
    return Listing(entries, problems, ignored, known, shared_subfolders(entries, splits))


def why_ignored(path: Path) -> str:
    """Return why a path is no image by its name alone, or ""."""
    if not is_for_us(path):
        return "hidden, or made by a system"
    return "" if path.suffix.lower() in SUFFIXES else "no image by the ending of its name"


def without_images(folder: Path) -> str:
    """Return what a folder is, as a noun phrase, with the endings of its files."""
    endings = sorted({path.suffix.lower() for path in files_below(folder) if is_for_us(path) and path.suffix})
    return "a folder without images" + f" (its files end in {first_names(endings)})" * bool(endings)


def shared_subfolders(entries: list[Entry], splits: dict[str, str]) -> tuple[str, ...]:
    """Return the names of the subfolders with images of a class folder, if all class folders have the same; or ()."""
    below: dict[str, set[str]] = {}
    for entry in entries:
        parts = entry.file.split("/")[2 if splits != {"": ""} else 1 :]
        below.setdefault(entry.label, set()).update(parts[:-1][:1])
    names = next(iter(below.values()), set())
    same = len(below) > 1 and len(names) > 1 and all(others == names for others in below.values())
    return tuple(sorted(names)) if same else ()


def folders_in(folder: Path) -> list[Path]:
    """Return the subfolders sorted by name, without hidden ones and without links, which `files_below` yields."""
    return sorted(path for path in folder.iterdir() if is_for_us(path) and path.is_dir() and not path.is_symlink())


def is_for_us(path: Path) -> bool:
    """Whether a path is neither hidden nor made by a system for itself."""
    return path.name[0] != "." and path.name not in OF_SYSTEMS


def files_below(folder: Path) -> Iterator[Path]:
    """Yield all files sorted by name, and links and hidden folders, which are not entered."""
    left = [folder]
    while left:
        path = left.pop()
        if path == folder or (is_for_us(path) and path.is_dir() and not path.is_symlink()):
            left += sorted(path.iterdir(), reverse=True)
        else:
            yield path


def trouble(path: Path, root: Path, name: str) -> str:
    """Return what a path is instead of a readable file, as a noun phrase; "" if it is a readable file.

    Parameters
    ----------
    path : of the file
    root : the folder that it must be in
    name : the part of the path that must be printable
    """
    if not is_text(name):
        return "a name with non-printable characters"
    try:
        if not path.resolve(strict=True).is_relative_to(root.resolve()):
            return "a link that leaves the folder"
        return "" if stat.S_ISREG(path.stat().st_mode) else "no regular file"
    except PermissionError:
        return "a file without permission to read it"
    except (OSError, RuntimeError):  # RuntimeError: links that form a circle
        return "a broken link" if os.path.islink(path) else NO_FILE  # noqa: PTH114  # Path refuses long names


def absent(root: Path, file: str) -> str:
    """Return what a file of a table is that is not in the folder, with what its name lacks, if that is known."""
    name = os.path.join(root, file.replace("\\", "/"))  # noqa: PTH118  # Path refuses long names
    if "\\" in file and os.path.isfile(name):  # noqa: PTH113
        return f"{NO_FILE} (write / in place of \\)"
    if any(os.path.isfile(name + suffix) for suffix in SUFFIXES):  # noqa: PTH113
        return f"{NO_FILE} (names in the table lack the endings of the files)"
    return NO_FILE


def from_table(root: Path, table: Path, columns: Columns = COLUMNS) -> Listing:
    """Return the content of a folder whose images are listed in a table."""
    entries, problems, labels = [], [], {}
    for where, file, label, split, group in label_table.rows(table, columns):
        path = Path(os.path.relpath(file, root) if Path(file).is_absolute() else os.path.normpath(file))
        if labels.get(path, label) != label:
            got = f"{quoted(file)} with the labels {quoted(labels[path])} and {quoted(label)}"
            refuse(where, got, "one label for each image", label_table.ONE_LABEL)
        if path in labels:
            refuse(where, f"{quoted(file)} again", "each file once")
        labels[path] = label
        why = "a path that leaves the folder" if path.parts[:1] == ("..",) else trouble(root / path, root, str(path))
        if why:
            problems.append((readable(file), absent(root, file) if why == NO_FILE else why))
        else:
            entries.append(Entry(path.as_posix(), label, split, group))
    for name in ("split", "group"):
        if len({getattr(entry, name) is None for entry in entries}) > 1:
            refuse(str(table), f"a {name} in some rows only", f"a {name} in all rows or in none")
    return Listing(sorted(entries), problems, beside(root, table, set(labels), entries))


def beside(root: Path, table: Path, listed: set[Path], entries: list[Entry]) -> list[tuple[str, str]]:
    """Return (file, why it is ignored) of the other files in the folders of the images that a table lists."""
    folders = sorted({Path(entry.file).parent for entry in entries})
    files = [folder / path.name for folder in folders for path in sorted((root / folder).iterdir()) if path.is_file()]
    others = [file for file in files if file not in listed and (root / file).resolve() != table.resolve()]
    return [(readable(file.as_posix()), why_ignored(file) or "not in the table") for file in others]


def check_classes(names: list[str], folder: str, hint: str = "") -> None:
    """Raise ValueError unless there are at least two classes, with printable names that do not look alike."""
    if len(names) < 2:
        refuse(folder, "images of one class only" if names else "no images", "images of at least two classes", hint)
    for name in names:
        if not is_text(name) or len(name) > LONGEST_NAME:
            refuse(folder, f"the class {quoted(name)}", f"a printable name of at most {LONGEST_NAME} characters")
    alike = {}
    for name in names:
        if other := alike.get(likeness(name)):
            refuse(folder, f"the classes {quoted(other)} and {quoted(name)}", "names that do not look alike")
        alike[likeness(name)] = name


def likeness(name: str) -> str:
    """Return a form of a name that is equal for names that look alike, except for letters of different scripts."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return " ".join(UNSEEN.sub("", folded).split())


def is_text(name: str) -> bool:
    """Whether a name is printable: valid UTF-8 without control characters, and not invisible."""
    printable = (c.isprintable() or c in JOINERS or unicodedata.category(c) == "Zs" for c in name)
    return all(printable) and bool(likeness(name))
