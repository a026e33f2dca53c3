"""Comparison of every file of an experiment with its manifest, and of the manifest with the current config and code."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from experiment.plan.experiment import Experiment
from experiment.plan.jobs import Job, possible_jobs
from experiment.provenance import fingerprint
from experiment.provenance.inventory import Finding, strangers
from kernelscope.io import files, manifest

NOTHING = object()  # where a key is missing
OTHER_FILES = "made from other files than are there now"
SCRIPTS = Path(__file__).parents[2] / "scripts"


class Made(NamedTuple):
    """An artifact as recorded in its manifest, or a manifest."""

    sha256: str
    stale: bool


def made_by(experiment: Experiment, job: Job) -> dict:
    """Return what the manifest of a job must say, from the same functions that the rules use."""
    script = SCRIPTS / f"{job.rule}.py"
    return {
        "spec": json.loads(experiment.spec(job.rule, job.wildcards)),
        "code": fingerprint.code(script),
        "software": json.loads(fingerprint.software(script)),
    }


def findings(experiment: Experiment, results: Path, noted: dict[str, list[str]] | None = None) -> Iterator[Finding]:
    """Yield all files with a problem in the order of the jobs, then all files that should not be there.

    noted: kind of note -> a list, to which the rule of each note of this kind is added, as the manifests have them
    """
    made: dict[Path, Made] = {}
    for job in possible_jobs(experiment):
        path = results / job.manifest
        if not job.is_wanted and not path.exists():
            continue
        content = manifest.read(path)
        for note in content["notes"] if content and noted else ():
            noted[note["kind"]].append(job.rule)
        yield from of_job(job, path, content, made_by(experiment, job), made)
    yield from strangers(experiment, results, set(made))


def of_job(job: Job, path: Path, content: dict | None, expected: dict, made: dict[Path, Made]) -> Iterator[Finding]:
    """Yield the findings of one job from the content of its manifest; add its outputs and its manifest to `made`."""
    folder = manifest.folder_of(path)
    if content is None:
        yield Finding("missing", path, f"{job.rule} did not finish here, or its manifest was lost")
        return
    reason = difference(content, expected)
    if reason in ("", OTHER_FILES):
        reason = changed_input(content["inputs"], folder, made) or reason
    for name, entry in content["outputs"].items():
        if kind := manifest.change(folder / name, entry):
            yield Finding(kind, folder / name, f"not as {job.rule} left it")
        elif reason:
            yield Finding("stale", folder / name, reason)
        made[folder / name] = Made(entry["sha256"], bool(reason))
    made[path] = Made(files.digest_of(path), bool(reason))  # whose notes other jobs read


def difference(content: dict, expected: dict) -> str:
    """Return in words the first difference between a manifest and what it must say, or ""."""
    if where := first_difference(content["spec"], expected["spec"]):
        if where[0] == "content":
            return OTHER_FILES
        return "made with another config: {} was {}, is now {}".format(*where)
    if content["code"] != expected["code"]:
        return "made by other code"
    if where := first_difference(content["software"], expected["software"]):
        return "made with another library: {} was {}, is now {}".format(*where)
    return ""


def first_difference(was, now, where: str = "") -> tuple[str, str, str] | None:
    """Return (place, value before, value now) of the first value that differs, or None."""
    if isinstance(was, dict) and isinstance(now, dict):
        for key in sorted(was.keys() | now.keys()):
            if inner := first_difference(was.get(key, NOTHING), now.get(key, NOTHING), f"{where}.{key}".lstrip(".")):
                return inner
        return None
    return None if was == now else (where, as_text(was), as_text(now))


def as_text(value) -> str:
    return "nothing" if value is NOTHING else json.dumps(value)


def changed_input(inputs: dict[str, str], folder: Path, made: dict[Path, Made]) -> str:
    """Return in words why a job's inputs differ from what the job read, or ""."""
    for name, sha256 in inputs.items():
        path = Path(os.path.normpath(folder / name))
        if path in made and made[path].stale:
            return f"made from {path}, which is stale"
        if not path.is_file():
            return f"made from {path}, which is missing"
        if (made[path].sha256 if path in made else files.digest_of(path)) != sha256:
            return f"made from another {path}"
    return ""
