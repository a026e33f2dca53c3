"""The manifest of a job, `.manifest/{rule}.json` beside its artifacts: what it made, from what, by which code.

Paths in it are relative to the folder of the artifacts, so that a copied folder stays true.
"""

import json
import os
import platform
from pathlib import Path

from kernelscope.io import files

FOLDER = ".manifest"


def folder_of(path: Path) -> Path:
    """The folder of the artifacts that a manifest names; the lock of the job lies beside the manifest."""
    return path.parent.parent


def maker(path: Path) -> tuple[Path, dict] | None:
    """The manifest beside an artifact that names it, with its path; None where there is none."""
    for candidate in sorted((path.parent / FOLDER).glob("*.json")):
        found = read(candidate)
        if found and path.name in found["outputs"]:
            return candidate, found
    return None


def is_intact(path: Path) -> bool:
    """Whether an artifact is as the manifest beside it says."""
    found = maker(path)
    return found is not None and not change(path, found[1]["outputs"][path.name])


def change(path: Path, entry: dict) -> str:
    """What happened to an artifact since its manifest was written: "missing", "truncated", "edited" or nothing ("")."""
    if not path.is_file():
        return "missing"
    if path.stat().st_size < entry["bytes"]:
        return "truncated"
    return "" if files.digest_of(path) == entry["sha256"] else "edited"


def content(folder: Path, made_by: dict, read: dict[Path, str], outputs: list[Path]) -> dict:
    """made_by: {"rule", "spec", "code", "software"}. read: path -> sha256, as in `files.READ`."""
    return made_by | {
        "python": platform.python_version(),
        "inputs": {os.path.relpath(path, folder): sha256 for path, sha256 in read.items()},
        "outputs": {os.path.relpath(path, folder): identity(path) for path in outputs},
    }


def identity(path: Path) -> dict:
    return {"sha256": files.digest_of(path), "bytes": path.stat().st_size}


def write(path: Path, made_by: dict, outputs: list[Path]) -> None:
    """`outputs` are those paths that the job was given to write."""
    text = json.dumps(content(folder_of(path), made_by, files.READ, outputs), indent=2, sort_keys=True)
    with files.atomic(path) as temporary:
        temporary.write_text(text + "\n")


def read(path: Path) -> dict | None:
    """The content of a manifest; None where it is missing, damaged or none of ours."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return found if is_manifest(found, path.stem) else None


def is_manifest(found, rule: str) -> bool:
    parts = {"rule": str, "spec": dict, "code": str, "software": dict, "inputs": dict, "outputs": dict}
    if not isinstance(found, dict) or any(not isinstance(found.get(key), kind) for key, kind in parts.items()):
        return False
    outputs = all(Path(name).name == name and is_entry(entry) for name, entry in found["outputs"].items())
    inputs = all(isinstance(sha256, str) for sha256 in found["inputs"].values())
    return found["rule"] == rule and inputs and outputs and all(map(is_path, (*found["inputs"], *found["outputs"])))


def is_entry(entry) -> bool:
    return isinstance(entry, dict) and isinstance(entry.get("sha256"), str) and isinstance(entry.get("bytes"), int)


def is_path(text: str) -> bool:
    """Whether the operating system can be asked about it."""
    return text.isprintable() and len(text) < 4000 and all(len(part.encode()) < 256 for part in Path(text).parts)


def still_holds(path: Path, made_by: dict, paths: list[Path] | None = None) -> bool:
    """Whether all that the job would make is there already: same spec, code, software, inputs, and intact outputs.

    `paths` are those that the job was given, if known; its outputs must be among them.
    """
    found, folder = read(path), folder_of(path)
    if found is None or any(found[key] != value for key, value in made_by.items()):
        return False
    if paths is not None and not {(folder / name).absolute() for name in found["outputs"]} <= set(paths):
        return False
    expected = found["inputs"] | {name: entry["sha256"] for name, entry in found["outputs"].items()}
    try:
        return all(files.digest_of(folder / name) == sha256 for name, sha256 in expected.items())
    except OSError:
        return False
