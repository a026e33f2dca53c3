"""Files in an experiment's folders that no selected job made: where they come from, and their clean-up."""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from experiment.plan.jobs import OWN, jobs, possible_jobs
from experiment.plan.plan import Plan
from experiment.plan.rule_table import RULES
from kernelscope.io import locks, manifest
from kernelscope.training import checkpoint_files

HALF_WRITTEN = re.compile(r"\..*\.part(\.\w+)?")
REPORTS = ("report.html", "report.zip", "watch.html")  # on request, beside the workflow: no job makes or reads them
CLEANED = ("orphaned", "left over")


class Finding(NamedTuple):
    """A file with a problem: missing, truncated, edited, stale, orphaned, left over or unknown."""

    kind: str
    path: Path
    why: str

    def __str__(self):
        return f"{self.kind:9}  {self.path}: {self.why}"


def strangers(plan: Plan, results: Path, made: set[Path]) -> Iterator[Finding]:
    """Yield the files in an experiment's folders that are neither `made` nor a manifest or log of a selected job."""
    expected = made | {results / path for job in possible_jobs(plan) for path in (job.manifest, *job.logs)}
    expected |= checkpoints_of(plan, results)
    unexpected = [path for path in own_files(results) if path not in expected]
    orphans = {path for file in unexpected if is_manifest(file) for path in (file, *outputs(file))}
    busy = {path.parent for path in unexpected if is_lock(path) and locks.taken(path)}  # jobs can outlive a killed run
    for path in unexpected:
        if is_left_over(path) and (path.parent in busy or path.parent / manifest.FOLDER in busy):
            continue
        if path in orphans or is_log(path.relative_to(results)):
            yield Finding("orphaned", path, "of a run or dataset that is not selected")
        elif is_left_over(path):
            yield Finding("left over", path, "from a job that was killed")
        else:
            yield Finding("unknown", path, "no manifest names it")


def own_files(results: Path) -> list[Path]:
    """Return all files of an experiment, sorted, without reports, other experiments and hidden files at the top."""
    top = [path for path in results.glob("*") if not path.is_dir() and path.name not in REPORTS]
    top = [path for path in top if path.name[0] != "." or is_left_over(path)]
    below = [path for name in (*OWN, manifest.FOLDER) for path in (results / name).rglob("*") if not path.is_dir()]
    return sorted(top + below)


def checkpoints_of(plan: Plan, results: Path) -> set[Path]:
    """Return where the selected trainings keep their checkpoints until their kernels are extracted."""
    manifests = (results / job.manifest for job in jobs(plan) if RULES[job.rule].stage == "train")
    return {manifest.folder_of(path) / checkpoint_files.NAME for path in manifests}


def is_manifest(path: Path) -> bool:
    return path.parent.name == manifest.FOLDER and path.suffix == ".json" and not path.name.startswith(".")


def outputs(path: Path) -> list[Path]:
    """Return the artifacts that a manifest names in its own folder."""
    content, folder = manifest.read(path), manifest.folder_of(path)
    return [folder / name for name in (content["outputs"] if content else ()) if Path(name).name == name]


def is_log(path: Path) -> bool:
    top, *below = path.parts
    return top == "logs" and bool(below) and below[0].split(".")[0] in RULES and path.suffix in (".log", ".tsv")


def is_left_over(path: Path) -> bool:
    return is_lock(path) or path.name == checkpoint_files.NAME or HALF_WRITTEN.fullmatch(path.name) is not None


def is_lock(path: Path) -> bool:
    return path.parent.name == manifest.FOLDER and path.suffix == ".lock"


def remove(findings: Iterable[Finding], results: Path) -> None:
    """Delete orphaned and left-over files, and the folders that this empties."""
    for finding in findings:
        if finding.kind in CLEANED:
            finding.path.unlink(missing_ok=True)
            for folder in finding.path.relative_to(results).parents:
                with suppress(OSError):  # not empty
                    (results / folder).rmdir()
