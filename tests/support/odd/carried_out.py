"""Run an odd experiment to its end, and check everything that it made."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import yaml
from odd import checks
from odd.experiments import experiment
from odd.strata import PRETRAINED, Stratum, stratum
from projects import ROOT, Project, copied

CONFIG, PARSES = "odd.yaml", Path(".snakemake", "parses.json")
ARCHITECTURES = "workflow/scripts/kernelscope/models/architectures.py"


class Outcome(NamedTuple):
    """What an experiment combined, how long it took, why it ended early ([]: it did not), and what is wrong."""

    kinds: Stratum
    seconds: float
    reasons: list[str]
    problems: list[str]


def outcome(number: int, seed: int, folder: Path) -> Outcome:
    """Run an experiment in a copy of the workflow in a new folder, which stays if something is wrong."""
    kinds, started = stratum(number, seed), time.monotonic()
    project = copied(ROOT, folder)
    parses = folder.parent / PARSES.name  # of the same code, which the experiment before has parsed
    if parses.is_file():
        (folder / PARSES.parent).mkdir()
        shutil.copy(parses, folder / PARSES)
    made = experiment(folder, kinds, f"{seed} {number}")
    (folder / CONFIG).write_text(yaml.safe_dump(made.config, allow_unicode=True), encoding="utf-8")
    if made.code:
        project.append(ARCHITECTURES, made.code)
    done = project.run("-m", "snakemake", "--cores", "1", "--keep-going", "--configfile", CONFIG)
    output, logs = done.stdout + done.stderr, logs_of(folder / "results")
    reasons = checks.reasons(output, logs) if done.returncode == 1 else []
    problems = list(wrong(project, made.config, kinds, done.returncode, output, logs))
    if (folder / PARSES).is_file():
        shutil.copy(folder / PARSES, parses)
    if not problems:
        shutil.rmtree(folder)
    return Outcome(kinds, time.monotonic() - started, reasons, problems)


def logs_of(results: Path) -> dict[str, str]:
    """Return the logs of all jobs by name."""
    paths = results.glob("logs/**/*.log")
    return {str(path.relative_to(results)): path.read_text(encoding="utf-8") for path in paths}


def wrong(
    project: Project, config: dict, kinds: Stratum, status: int, output: str, logs: dict[str, str]
) -> Iterator[str]:
    """Yield what is wrong with an experiment."""
    results = project.folder / "results"
    yield from checks.traces(output, logs)
    yield from checks.figures(results, kinds.use)
    yield from checks.tables(results)
    yield from checks.movies(results)
    yield from checks.findings(results)
    if status == 1:
        yield from checks.unclear(checks.reasons(output, logs))
    elif status:
        yield f"exit status {status}: {output[-1500:]}"
    else:
        yield from checks.page(results, len(list(results.glob("runs/*/*/*"))))
        kept = project.run("workflow/results.py", "verify", "--configfile", CONFIG)
        if kept.returncode:
            yield f"verify: {kept.stdout[-1500:]}{kept.stderr[-1500:]}"
        source = config["datasets"]["d"]
        if "folder" in source:
            account = checks.unread if kinds.source in PRETRAINED else checks.unaccounted
            yield from account(results, project.folder / source["folder"])
