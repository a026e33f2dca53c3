"""The manifest of a job, `.manifest/{rule}.json` beside its artifacts: its outputs, inputs, spec, code and notes.

Paths are relative to the folder of the artifacts, so that the manifest of a copied folder stays valid.
"""

import json
import os
import platform
from pathlib import Path

from kernelscope.io import files, notes

FOLDER = ".manifest"


def folder_of(path: Path) -> Path:
    """Return the folder of the artifacts that a manifest describes."""
    return path.parent.parent


def maker(path: Path) -> tuple[Path, dict] | None:
    """Return the path and content of the manifest that names an artifact, or None."""
    for candidate in sorted((path.parent / FOLDER).glob("*.json")):
        manifest = read(candidate)
        if manifest and path.name in manifest["outputs"]:
            return candidate, manifest
    return None


def is_intact(path: Path) -> bool:
    """Whether an artifact has the content that its manifest records."""
    named_by = maker(path)
    return named_by is not None and not change(path, named_by[1]["outputs"][path.name])


def change(path: Path, entry: dict) -> str:
    """Return how an artifact changed since its manifest was written: "missing", "truncated", "edited", or "" if not."""
    if not path.is_file():
        return "missing"
    if path.stat().st_size < entry["bytes"]:
        return "truncated"
    return "" if files.digest_of(path) == entry["sha256"] else "edited"


def content(folder: Path, made_by: dict, read: dict[Path, str], outputs: list[Path]) -> dict:
    """Return the content of a manifest.

    Parameters
    ----------
    folder : of the artifacts
    made_by : {"rule", "spec", "code", "software"}
    read : path -> SHA-256 of every input, as in `files.READ`
    outputs : paths of the artifacts
    """
    return made_by | {
        "python": platform.python_version(),
        "inputs": {os.path.relpath(path, folder): sha256 for path, sha256 in read.items()},
        "outputs": {os.path.relpath(path, folder): identity(path) for path in outputs},
        "notes": notes.kept(),
    }


def identity(path: Path) -> dict:
    """Return the SHA-256 and the size of a file."""
    return {"sha256": files.digest_of(path), "bytes": path.stat().st_size}


def write(path: Path, made_by: dict, outputs: list[Path]) -> None:
    """Write the manifest of a job that wrote `outputs`: its inputs are all files that this process has read."""
    text = json.dumps(content(folder_of(path), made_by, files.READ, outputs), indent=2, sort_keys=True)
    with files.atomic(path) as temporary:
        temporary.write_text(text + "\n")


def read(path: Path) -> dict | None:
    """Return the content of a manifest; None if the file is missing, damaged or no manifest."""
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return content if is_manifest(content, path.stem) else None


def is_manifest(content, rule: str) -> bool:
    """Whether a JSON value has the structure of a manifest of this rule."""
    parts = {"rule": str, "spec": dict, "code": str, "software": dict, "inputs": dict, "outputs": dict}
    if not isinstance(content, dict) or any(not isinstance(content.get(key), kind) for key, kind in parts.items()):
        return False
    outputs = all(Path(name).name == name and is_entry(entry) for name, entry in content["outputs"].items())
    inputs = all(isinstance(sha256, str) for sha256 in content["inputs"].values())
    paths = (*content["inputs"], *content["outputs"])
    named = content["rule"] == rule and all(map(is_path, paths))
    return named and inputs and outputs and notes.are_notes(content.get("notes"))


def is_entry(entry) -> bool:
    """Whether a JSON value has the structure of an output's entry."""
    return isinstance(entry, dict) and isinstance(entry.get("sha256"), str) and isinstance(entry.get("bytes"), int)


def is_path(text: str) -> bool:
    """Whether a text can be a path, so that the operating system accepts it."""
    return text.isprintable() and len(text) < 4000 and all(len(part.encode()) < 256 for part in Path(text).parts)


def still_holds(path: Path, made_by: dict, paths: list[Path] | None = None) -> bool:
    """Whether the job has nothing left to do: same spec, code, software and inputs, and intact outputs.

    Parameters
    ----------
    path : of the manifest
    made_by : {"rule", "spec", "code", "software"} of the job
    paths : all paths among the arguments of the job, if known; its outputs must be among them
    """
    content, folder = read(path), folder_of(path)
    if content is None or any(content[key] != value for key, value in made_by.items()):
        return False
    if paths is not None and not {(folder / name).absolute() for name in content["outputs"]} <= set(paths):
        return False
    expected = content["inputs"] | {name: entry["sha256"] for name, entry in content["outputs"].items()}
    try:
        return all(files.digest_of(folder / name) == sha256 for name, sha256 in expected.items())
    except OSError:
        return False
