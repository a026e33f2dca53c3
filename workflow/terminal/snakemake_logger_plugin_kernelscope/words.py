"""What the terminal says, as text."""

import json
import re
from collections import Counter
from pathlib import Path

from snakemake_logger_plugin_kernelscope import job_logs
from snakemake_logger_plugin_kernelscope.progress import REPORTING, Job, Progress
from snakemake_logger_plugin_kernelscope.screen import SIGNS

STAGES = {"dataset": "images", "train": "trained"}  # what a line begins with, if it is not the name of the stage
FILES = {".png": "figure", ".svg": "figure", ".pdf": "figure", ".mp4": "movie", ".csv": "table"}
ROWS = {"parameters.csv": "image", "atlas.csv": "kernel", "statements.csv": "statement"}  # of these tables, rows count
MANIFEST_OR_COST = re.compile(r"/\.manifest/|/logs/")
BAR = 10  # characters


def clock(seconds: float) -> str:
    """Return "1:05" or "1:00:05"."""
    minutes, seconds = divmod(int(max(seconds, 0)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def about(seconds: float) -> str:
    """Return the time left, rounded as far as it can be known."""
    step = next((step for most, step in ((20, 1), (60, 5), (600, 10), (3600, 60)) if seconds < most), 300)
    return f"about {clock(round(seconds / step) * step)} left" if seconds >= 1 else "about 1 s left"


def count(number: int, noun: str) -> str:
    return f"{number:,} {noun if number == 1 else noun + 's'}"


def heading(progress: Progress, results: str) -> str:
    """Return the first line: how many jobs there are, and about how long they take."""
    jobs = f"{count(len(progress.jobs), 'job')} on {count(progress.cores, 'core')}"
    return f"kernelscope: {jobs} into {results}, {about(progress.estimate(progress.began)[1])}"


def live(progress: Progress, share: float, left: float, width: int = 70, signs: tuple[str, ...] = SIGNS[1]) -> str:
    """Return the line of progress: what matters most comes first, because a narrow terminal cuts the rest."""
    full, failures, done = int(share * BAR), len(progress.having("failed")), len(progress.having("done"))
    bar = f"{signs[0] * full}{signs[1] * (BAR - full)} " if width >= 79 else ""
    parts = [f"{bar}{int(share * 100)} %", f"{failures:,} failed" if failures else "", about(left)]
    jobs = f"{done:,} of {len(progress.jobs):,} jobs" if width >= 60 else ""
    return signs[2].join(filter(None, [*parts, jobs, running(progress.having("running"))]))


def running(jobs: list[Job]) -> str:
    """Return what the longest of the running jobs does, and how many others there are."""
    if not jobs:
        return ""
    job = max(jobs, key=lambda job: job.seconds)
    state = job_logs.state(job.log) if job.stage in REPORTING else ""
    return job.name + (f", {state}" if state else "") + (f" and {len(jobs) - 1} more" if len(jobs) > 1 else "")


def done(progress: Progress, jobs: list[Job], now: float) -> str:
    """Return the line for all jobs of a kind, with the numbers that a person cares for."""
    stage, kind = progress.kind(jobs[0])
    runs = len({(job.about, job.seed) for job in jobs if job.seed})
    made = ": ".join(filter(None, [runs and count(runs, "network"), files(jobs)]))
    what = "  ".join(filter(None, [kind, networks(jobs) if stage == "train" else made]))
    return line(progress, now, STAGES.get(stage, stage), what)


def line(progress: Progress, now: float, name: str, text: str) -> str:
    """Return a line with the time since the start, in columns."""
    return f"{clock(now - progress.began):>7}  {name:10} {text}"


def networks(jobs: list[Job]) -> str:
    """Return how many networks were trained, the range of their test accuracy, and how many of them failed to learn."""
    found = [outcome(Path(path)) for job in jobs for path in job.outputs if Path(path).name == "run.json"]
    accuracies = sorted(accuracy for accuracy, _ in found if accuracy is not None)
    kinds = len({job.about for job in jobs})
    words = [count(len(found), "network") + (f" of {kinds} kinds" if kinds > 1 else "")]
    if accuracies:
        ends = dict.fromkeys(f"{100 * accuracy:.1f}" for accuracy in (accuracies[0], accuracies[-1]))
        words.append(f"test accuracy {' to '.join(ends)} %")
    failures = Counter(failure for _, failure in found if failure)
    return ", ".join([*words, *(f"{number} of {len(found)}: {failure}" for failure, number in failures.items())])


def outcome(path: Path) -> tuple[float | None, str]:
    """Return the test accuracy of a run, None without one, and the label of its failure, "" without one."""
    try:
        run = json.loads(path.read_text(encoding="utf-8"))
        accuracy = run.get("test", {}).get("accuracy")
        return (float(accuracy) if accuracy is not None else None), str(run.get("failure", ""))
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return None, ""


def rows(table: Path) -> int:
    """Return the number of lines after the header; 0 if the file cannot be read."""
    try:
        with table.open("rb") as file:
            return max(0, sum(1 for _ in file) - 1)
    except OSError:
        return 0


def files(jobs: list[Job]) -> str:
    """Return how many images, kernels, statements, figures, movies and tables were made, and the documents by name."""
    made = [Path(path) for job in jobs for path in job.outputs if not MANIFEST_OR_COST.search(path)]
    counts: Counter[str] = Counter()
    for path in made:
        if path.name in ROWS:
            counts[ROWS[path.name]] += rows(path)
    others = [path for path in made if path.suffix in FILES and path.name not in ROWS]
    kinds = dict.fromkeys((path.with_suffix(""), FILES[path.suffix]) for path in others)  # of any number of formats
    counts.update(kind for _, kind in kinds)
    names = Counter(path.name for path in made if path.suffix in (".html", ".md"))
    documents = [name for name, number in names.items() if number == 1]
    return ", ".join([*documents, *(count(number, kind) for kind, number in counts.items() if number)])


def ending(progress: Progress, interrupted: bool, now: float, read: list[str]) -> list[str]:
    """Return the last lines: how the run ended, how long it took, and what to open."""
    time, total = clock(now - progress.began), len(progress.jobs)
    done, failed = len(progress.having("done")), len(progress.having("failed")) * (not interrupted)
    if done == total:
        return [f"Done in {time}.", *read]
    why, jobs = ("Failed", f"{count(failed, 'job')} failed, ") if failed else ("Interrupted", "")
    return [f"{why} after {time}: {jobs}{done:,} of {total:,} are done. The same command continues with the rest."]
