"""The way from a file back to the config, code, seed and data that made it, through the manifests of the jobs."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

from kernelscope.io import files, manifest
from kernelscope.refusal import refuse

MOST_BROUGHT = 5  # inputs of a job that no job made, such as a folder of images; further inputs are only counted
STATES = {"": "as it was made", "edited": "EDITED since", "truncated": "TRUNCATED since", "missing": "MISSING"}


def chain(path: Path) -> Iterator[str]:
    """Yield the lines of a tree: the file, the job that made it, the files that this job read, and so on.

    Raises
    ------
    ValueError
        If no manifest beside the file names it.
    """
    maker = manifest.maker(path)
    if maker is None:
        refuse(str(path), "no manifest beside it that names it", "a file that a job made")
    yield from lines(path, maker, None, "", set())


def lines(path: Path, maker: tuple[Path, dict] | None, read: str | None, indent: str, seen: set) -> Iterator[str]:
    """Yield the lines of a file made by `maker`, read by a job with sha256 `read`; jobs in `seen` are not repeated."""
    if maker is None:
        yield f"{indent}{path}  {state(path, read)}not made by a job with a manifest"
        return
    place, made = maker
    entry = made["outputs"][path.name]
    changed = ", ANOTHER one was read" * (read not in (None, entry["sha256"]))
    yield f"{indent}{path}  sha256 {entry['sha256'][:16]}, {STATES[manifest.change(path, entry)]}{changed}"
    indent = " " * (len(indent) - len(indent.lstrip()) + 2)
    if place in seen:
        yield f"{indent}made by {made['rule']}: see above"
        return
    seen.add(place)
    versions = ", ".join(f"{name} {version}" for name, version in sorted(made["software"].items()))
    yield f"{indent}made by {made['rule']}, code {made['code']}, {versions}"
    yield f"{indent}as {json.dumps(made['spec'], sort_keys=True)}"
    folder = manifest.folder_of(place)
    sources = {Path(os.path.normpath(folder / name)): sha256 for name, sha256 in made["inputs"].items()}
    noted = {source: sources.pop(source) for source in list(sources) if source.parent.name == manifest.FOLDER}
    makers = {source: manifest.maker(source) for source in sources}
    brought = [source for source in sources if makers[source] is None]
    brought.sort(key=lambda source: not state(source, sources[source]))  # changed files first
    for source in sources:
        if makers[source] or source in brought[:MOST_BROUGHT]:
            yield from lines(source, makers[source], sources[source], f"{indent}from ", seen)
    if len(brought) > MOST_BROUGHT:
        yield f"{indent}from {len(brought) - MOST_BROUGHT} more files that no job made"
    if noted:
        changed = sum(bool(state(source, sha256)) for source, sha256 in noted.items())
        yield f"{indent}from the notes in {len(noted)} manifests" + f", {changed} of them CHANGED since" * bool(changed)


def state(path: Path, read: str | None) -> str:
    """Return in words how a file that no job made has changed since a job read it; "" if it has not."""
    if not path.is_file():
        return "MISSING, "
    return "EDITED since, " * (read not in (None, files.digest_of(path)))
