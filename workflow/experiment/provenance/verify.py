"""Every file of an experiment held against its manifest, and that against what the config and the code say now."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from experiment.plan.experiment import Experiment
from experiment.plan.jobs import Job, jobs
from experiment.provenance import fingerprint
from experiment.provenance.inventory import Finding, strangers
from kernelscope.io import files, manifest

NOTHING = object()  # where a key is missing
OTHER_FILES = "made from other files than are there now"
SCRIPTS = Path(__file__).parents[2] / "scripts"


class Made(NamedTuple):
    """An artifact as its manifest has it."""

    sha256: str
    stale: bool


def made_by(experiment: Experiment, job: Job) -> dict:
    """What the manifest of a job must say, from the functions that the rules get it from."""
    script = SCRIPTS / f"{job.rule}.py"
    return {
        "spec": json.loads(experiment.spec(job.rule, job.wildcards)),
        "code": fingerprint.code(script),
        "software": json.loads(fingerprint.software(script)),
    }


def findings(experiment: Experiment, results: Path) -> Iterator[Finding]:
    """All files that are not as they should be, in the order of the data's way, then those that should not be there."""
    made: dict[Path, Made] = {}
    for job in jobs(experiment):
        yield from of_job(job, results / job.manifest, made_by(experiment, job), made)
    yield from strangers(experiment, results, set(made))


def of_job(job: Job, path: Path, expected: dict, made: dict[Path, Made]) -> Iterator[Finding]:
    """The findings of one job; its outputs are added to `made`."""
    found, folder = manifest.read(path), manifest.folder_of(path)
    if found is None:
        yield Finding("missing", path, f"{job.rule} did not finish here, or its manifest was lost")
        return
    reason = difference(found, expected)
    if reason in ("", OTHER_FILES):
        reason = changed_input(found["inputs"], folder, made) or reason
    for name, entry in found["outputs"].items():
        if kind := manifest.change(folder / name, entry):
            yield Finding(kind, folder / name, f"not as {job.rule} left it")
        elif reason:
            yield Finding("stale", folder / name, reason)
        made[folder / name] = Made(entry["sha256"], bool(reason))


def difference(found: dict, expected: dict) -> str:
    """The first thing in which a manifest differs from what it must say, in words, or ""."""
    if where := first_difference(found["spec"], expected["spec"]):
        if where[0] == "content":
            return OTHER_FILES
        return "made with another config: {} was {}, is now {}".format(*where)
    if found["code"] != expected["code"]:
        return "made by other code"
    if where := first_difference(found["software"], expected["software"]):
        return "made with another library: {} was {}, is now {}".format(*where)
    return ""


def first_difference(was, now, where: str = "") -> tuple[str, str, str] | None:
    """(place, value before, value now) of the first value that differs."""
    if isinstance(was, dict) and isinstance(now, dict):
        for key in sorted(was.keys() | now.keys()):
            if found := first_difference(was.get(key, NOTHING), now.get(key, NOTHING), f"{where}.{key}".lstrip(".")):
                return found
        return None
    return None if was == now else (where, told(was), told(now))


def told(value) -> str:
    return "nothing" if value is NOTHING else json.dumps(value)


def changed_input(inputs: dict[str, str], folder: Path, made: dict[Path, Made]) -> str:
    """Why the inputs of a job are no longer those that it read, or ""."""
    for name, sha256 in inputs.items():
        path = Path(os.path.normpath(folder / name))
        if path in made and made[path].stale:
            return f"made from {path}, which is stale"
        if not path.is_file():
            return f"made from {path}, which is missing"
        if (made[path].sha256 if path in made else files.digest_of(path)) != sha256:
            return f"made from another {path}"
    return ""
