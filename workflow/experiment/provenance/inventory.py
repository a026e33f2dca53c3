"""Files in the folders of an experiment that no selected job made: whose they are, and their clean-up."""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from experiment.plan.jobs import OWN, jobs
from experiment.plan.plan import Plan
from experiment.plan.rule_table import RULES
from kernelscope.io import locks, manifest
from kernelscope.training import checkpoint_files

HALF_WRITTEN = re.compile(r"\..*\.part(\.\w+)?")
REPORTS = ("report.html", "report.zip")  # of Snakemake, made when asked for: no job made them, and none reads them
CLEANED = ("orphaned", "left over")


class Finding(NamedTuple):
    """One file that is not as it should be: missing, truncated, edited, stale, orphaned, left over or unknown."""

    kind: str
    path: Path
    why: str

    def __str__(self):
        return f"{self.kind:9}  {self.path}: {self.why}"


def strangers(plan: Plan, results: Path, made: set[Path]) -> Iterator[Finding]:
    """The files in the folders of an experiment that are neither `made` nor manifest nor log of a selected job."""
    known = made | {results / path for job in jobs(plan) for path in (job.manifest, *job.logs)}
    known |= checkpoints_of(plan, results)
    found = [path for path in own_files(results) if path not in known]
    orphans = {path for file in found if is_manifest(file) for path in (file, *outputs(file))}
    busy = {path.parent for path in found if is_lock(path) and locks.taken(path)}  # of a job that a killed run left
    for path in found:
        if is_left_over(path) and (path.parent in busy or path.parent / manifest.FOLDER in busy):
            continue
        if path in orphans or is_log(path.relative_to(results)):
            yield Finding("orphaned", path, "of a run or dataset that is not selected")
        elif is_left_over(path):
            yield Finding("left over", path, "from a job that was killed")
        else:
            yield Finding("unknown", path, "no manifest names it")


def own_files(results: Path) -> list[Path]:
    """All files of an experiment, sorted; not hidden ones beside its folders, reports, or other experiments."""
    top = [path for path in results.glob("*") if not path.is_dir() and path.name not in REPORTS]
    top = [path for path in top if path.name[0] != "." or is_left_over(path)]
    below = [path for name in (*OWN, manifest.FOLDER) for path in (results / name).rglob("*") if not path.is_dir()]
    return sorted(top + below)


def checkpoints_of(plan: Plan, results: Path) -> set[Path]:
    """Where the selected trainings keep their checkpoints until their kernels are extracted."""
    manifests = (results / job.manifest for job in jobs(plan) if RULES[job.rule].stage == "train")
    return {manifest.folder_of(path) / checkpoint_files.NAME for path in manifests}


def is_manifest(path: Path) -> bool:
    return path.parent.name == manifest.FOLDER and path.suffix == ".json" and not path.name.startswith(".")


def outputs(path: Path) -> list[Path]:
    """The artifacts that a manifest names, if they lie in its own folder."""
    found, folder = manifest.read(path), manifest.folder_of(path)
    return [folder / name for name in (found["outputs"] if found else ()) if Path(name).name == name]


def is_log(path: Path) -> bool:
    top, *below = path.parts
    return top == "logs" and bool(below) and below[0].split(".")[0] in RULES and path.suffix in (".log", ".tsv")


def is_left_over(path: Path) -> bool:
    return is_lock(path) or path.name == checkpoint_files.NAME or HALF_WRITTEN.fullmatch(path.name) is not None


def is_lock(path: Path) -> bool:
    return path.parent.name == manifest.FOLDER and path.suffix == ".lock"


def remove(findings: Iterable[Finding], results: Path) -> None:
    """Delete what is orphaned or left over, and the folders that are empty then."""
    for finding in findings:
        if finding.kind in CLEANED:
            finding.path.unlink(missing_ok=True)
            for folder in finding.path.relative_to(results).parents:
                with suppress(OSError):  # not empty
                    (results / folder).rmdir()
