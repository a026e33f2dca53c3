"""Find the files of pretrained kernels by their names below a folder or in a table, and the code of their networks.

ValueError for what is wrong.
"""

import csv
import os
import re
from collections.abc import Iterator
from pathlib import Path

from experiment.plan.hash_cache import digest
from kernelscope.hooks import image_files
from kernelscope.pretrained import file_names
from kernelscope.pretrained.file_names import File
from kernelscope.refusal import listed, quoted, reason, refusal, refuse

MOST = 100_000  # files below a folder
BANKS = "kernels.npz"  # of an experiment and of a recorder
MODEL = re.compile(r"(?P<file>.+\.py):(?P<function>[A-Za-z_]\w*)")
OF_IMAGES = ("image_size", "mean", "std")


def files(settings: dict) -> list[File]:
    """Return all files of all runs."""
    folder = Path(settings["folder"])
    if not folder.is_dir():
        refuse(".folder", f"{quoted(str(folder))}, which is not a folder here", "a folder with pretrained kernels")
    if settings["table"] is not None:
        if settings["files"] is not None:
            refuse(".table", "a table beside `files`", "only one of them")
        return tabled(settings["table"], folder)
    names = listing(folder)
    tried = file_names.DEFAULTS if settings["files"] is None else (settings["files"],)
    for pattern in tried:
        if found := file_names.named(names, pattern, folder.resolve().name):
            return found
    got = f"no file like {' or '.join(tried[:3])} among the {len(names)} files in {folder}"
    raise ValueError(refusal(".files", got, "a pattern that fits the names of the files, or a `table` of them"))


def unread(settings: dict) -> dict:
    """Return the `count` of the files whose names fit no pattern, `of` how many in the folder, and the first `names`.

    A table names what is read, so nothing else in the folder counts. Hidden files never count.
    """
    if settings["table"] is not None:
        return {"count": 0, "of": 0, "names": ""}
    names = [name for name in listing(Path(settings["folder"])) if not Path(name).name.startswith(".")]
    fitting = {file.name for file in files(settings)}
    fitting |= {str(Path(name).with_name("decay.csv")) for name in fitting if Path(name).name == "kernels.npz"}
    if settings["history"] is not None:
        fitting |= {file.name for file in file_names.named(names, settings["history"], "")}
    others = [name for name in names if name not in fitting]
    return {"count": len(others), "of": len(names), "names": listed(others)}


def losses(settings: dict, names: list[str]) -> dict[str, str]:
    """Return run -> the file with its losses; nothing if the definition asks for none."""
    pattern = settings["history"]
    if pattern is None:
        return {}
    if file_names.places(pattern) != ["run"]:
        refuse(".history", quoted(pattern), "a name with {run} as its only place")
    folder = Path(settings["folder"])
    by_run = {file.run: file.name for file in file_names.named(listing(folder), pattern, "")}
    for name in names:
        if name not in by_run:
            refuse(".history", f"no file like {pattern} for the run {name!r}", "a file with the losses of every run")
        check_plain_file(folder, by_run[name])
    return {name: by_run[name] for name in names}


def listing(folder: Path) -> list[str]:
    """Return the names of all files below a folder, sorted; links to folders are listed and not followed."""
    files: list[str] = []
    for place, folders, names in os.walk(folder):
        links = [name for name in folders if Path(place, name).is_symlink()]
        files += [Path(place, name).relative_to(folder).as_posix() for name in (*names, *links)]
        if len(files) > MOST:
            refuse(".folder", f"more than {MOST} files in {folder}", "fewer")
    return sorted(files)


def tabled(path: str, folder: Path) -> list[File]:
    """Return the files that a table names, each of which must be below the folder."""
    entries = [file_of(row, path, folder) for row in rows(path)]
    if not entries:
        refuse(".table", f"no row in {path}", "a row for each file")
    return entries


def rows(path: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a table."""
    try:
        with Path(path).open(newline="", encoding="utf-8-sig") as file:
            table = csv.DictReader(file, strict=True)
            possible = ("file", *file_names.PLACES)
            columns = table.fieldnames or []
            if "file" not in columns or not set(columns) <= set(possible) or len(set(columns)) < len(columns):
                words = listed(columns, 100) or "none"
                refuse(".table", f"the columns {words} in {path}", f"`file`, and any of {', '.join(possible[1:])}")
            for row in table:
                if None in row or None in row.values():
                    refuse(".table", f"a row with more or fewer cells than the header in {path}", "as many cells")
                yield row
    except (OSError, csv.Error, UnicodeDecodeError) as error:
        refuse(".table", f"{path}, which cannot be read ({reason(error)})", "a CSV file in UTF-8")


def file_of(row: dict[str, str], path: str, folder: Path) -> File:
    """Return the file that a row of a table names."""
    name = row["file"]
    if not name or Path(name).is_absolute() or ".." in Path(name).parts or not name.isprintable():
        refuse(".table", f"the file {name[:100]!r} in {path}", f"names of files below {folder}")
    cells = {place: row[place] for place in file_names.PLACES if row.get(place)}
    return file_names.file({"run": folder.resolve().name} | cells, Path(name).as_posix())


def check_plain_file(folder: str | Path, name: str) -> None:
    """Raise ValueError unless a name leads to a file below the folder without any link on the way."""
    path = Path(folder)
    for part in Path(name).parts:
        path = path / part
        if path.is_symlink():
            refuse(str(path), "a link", "a file in the folder itself")
    if not path.is_file() or not name.isprintable():
        refuse(str(path)[:200], "a path that is not a regular file with a printable name", "a file of a run")


def model(settings: dict, last: list[File]) -> dict:
    """Return the hashes of the code and images of networks, and how images become inputs; {} without a model.

    last : the last file of each run
    """
    if settings["model"] is None:
        for key in ("images", *OF_IMAGES):
            if settings[key] is not None:
                refuse(f".{key}", f"{key} without a model", "`model: mymodule.py:make` beside it")
        return {}
    if settings["images"] is None:
        refuse(".model", "a model without images", "`images`, a folder of images for it")
    if not os.path.isfile(code_of(settings)):  # noqa: PTH113  # Path refuses long names
        refuse(".model", f"{quoted(str(code_of(settings)))}, which is not a file here", "the Python file of the model")
    for file in last:
        check_whole(file)
    about = {"function": MODEL.fullmatch(settings["model"])["function"], "code": digest(code_of(settings))}
    about["images"] = image_files.content(Path(settings["images"]), digest, ".images")
    return about | {key: settings[key] for key in OF_IMAGES}


def code_of(settings: dict) -> Path:
    """Return the Python file of a model."""
    match = MODEL.fullmatch(settings["model"])
    if match is None:
        refuse(".model", quoted(settings["model"]), "a file and a function, such as `mymodule.py:make`")
    return Path(match["file"])


def check_whole(file: File) -> None:
    """Raise ValueError unless a file may hold the weights of a whole network."""
    if file.layer is not None or file.kernel is not None:
        refuse(".model", f"a model for files of single layers or kernels ({file.name})", "files with all weights")
    if Path(file.name).name == BANKS:
        refuse(".model", f"a model for {file.name}, which has kernels alone", "files with all weights")
