"""Read weights that are in several files beside an index (`model.safetensors.index.json`)."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

from kernelscope.io import files
from kernelscope.pretrained.file_names import INDEX
from kernelscope.refusal import quoted, refuse

MAP = "weight_map"  # in an index: name of weights -> name of a file


def read(path: Path, read_file: Callable[[Path], dict]) -> dict:
    """Return name -> weights from all files of an index; ValueError if one is damaged or lacks weights."""
    places = index(path)
    contents = {name: read_file(path.parent / name) for name in dict.fromkeys(places.values())}
    for weight, name in places.items():
        if not isinstance(contents[name], dict) or weight not in contents[name]:
            refuse(str(path.parent / name), f"no weights {quoted(weight)}", f"the weights that {path.name} names")
    return {weight: contents[name][weight] for weight, name in places.items()}


def index(path: Path) -> dict[str, str]:
    """Return name of weights -> name of a file; ValueError unless each is a file beside the index."""
    with files.opened(path) as handle:
        try:
            places = json.loads(handle.read())[MAP]
            names = set(places.values())
        except files.DAMAGE as error:
            refuse(str(path), f"no index ({str(error)[:160]})", f"JSON with a `{MAP}`")
    for name in sorted(map(str, names)):
        file = path.parent / name
        if Path(name).name != name or name.endswith(INDEX) or file.is_symlink():
            refuse(str(path), f"the file {quoted(name)}", "files beside it")
        if not file.is_file():
            refuse(str(file), "a file that does not exist", "all files of the index")
    return places


def digest(path: Path, of_file: Callable[[Path], str]) -> str:
    """Return the SHA-256 of a file; of an index, with the files that it names.

    of_file : returns the SHA-256 of one file
    """
    parts = [of_file(file) for file in whole(path)]
    return parts[0] if len(parts) == 1 else hashlib.sha256("".join(parts).encode()).hexdigest()


def check_unchanged(path: Path, sha256: str, of_file: Callable[[Path], str]) -> Path:
    """Return a path; ValueError if its `digest` is another, as the file has changed since the workflow was planned."""
    if digest(path, of_file) != sha256:
        got = "a file that has changed since this job was planned"
        refuse(str(path), got, "the same file", "start Snakemake again")
    return path


def whole(path: Path) -> list[Path]:
    """Return a file; of an index, also the files that it names."""
    is_index = path.name.endswith(INDEX)
    return [path, *(path.parent / name for name in sorted(set(index(path).values())))] if is_index else [path]
