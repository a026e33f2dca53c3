"""What the terminal says, as text."""

import json
import re
from collections import Counter
from pathlib import Path

from snakemake_logger_plugin_kernelscope import job_logs
from snakemake_logger_plugin_kernelscope.progress import REPORTING, Estimate, Job, Progress

STAGES = {"dataset": "images", "train": "trained"}  # what a line begins with, if it is not the name of the stage
FILES = {".png": "figure", ".svg": "figure", ".pdf": "figure", ".mp4": "movie", ".csv": "table"}
ROWS = {
    "parameters.csv": "image",
    "atlas.csv": "kernel",
    "statements.csv": "statement",
}  # of these tables, rows count
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


def count(number: int, noun: str, plural: str = "") -> str:
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def heading(progress: Progress, results: str) -> str:
    """Return the first line: how many jobs there are, and about how long they take."""
    jobs = f"{count(progress.total, 'job')} on {count(progress.cores, 'core')}"
    return f"kernelscope: {jobs} into {results}, {about(progress.estimate(progress.began).left)}"


def live(progress: Progress, estimate: Estimate, width: int = 200, signs: str = "") -> str:
    """Return the line of progress: what matters most comes first, because a narrow terminal cuts the rest.

    signs: for a bar and between parts, as in `screen.SIGNS`; without them there is no bar.
    """
    full = int(estimate.share * BAR)
    bar = f"{signs[0] * full}{signs[1] * (BAR - full)} " if signs and width >= 79 else ""
    dot = f" {signs[2]} " if signs and signs[2] != "," else ", "
    jobs = f"{progress.done:,} of {progress.total:,} jobs"
    parts = [f"{bar}{int(estimate.share * 100)} %", about(estimate.left), *[jobs] * (width >= 60)]
    if progress.failures:
        parts.insert(1, f"{progress.failures:,} failed")
    return dot.join([*parts, *filter(None, [running(progress)])])


def running(progress: Progress) -> str:
    """Return what the longest of the running jobs does, and how many others there are."""
    jobs = sorted(progress.running.values(), key=lambda job: -job.seconds)
    if not jobs:
        return ""
    state = job_logs.state(jobs[0].log) if jobs[0].stage in REPORTING else ""
    others = f" and {len(jobs) - 1} more" if len(jobs) > 1 else ""
    return jobs[0].name + (f", {state}" if state else "") + others


def done(seconds: float, stage: str, kind: str, jobs: list[Job]) -> str:
    """Return the line for jobs that are all done, with the numbers that a person cares for."""
    runs = len({(job.about, job.seed) for job in jobs if job.seed})
    what = (
        networks(jobs) if stage == "train" else ": ".join(filter(None, [runs and count(runs, "network"), files(jobs)]))
    )
    return line(seconds, STAGES.get(stage, stage), "  ".join(filter(None, (kind, what))))


def line(seconds: float, name: str, text: str) -> str:
    """Return a line with the time since the start, in columns."""
    return f"{clock(seconds):>7}  {name:10} {text}"


def rows(table: Path) -> int:
    """Return the number of lines after the header; 0 if the file cannot be read."""
    try:
        with table.open("rb") as file:
            return max(0, sum(1 for _ in file) - 1)
    except OSError:
        return 0


def networks(jobs: list[Job]) -> str:
    """Return how many networks were trained, the range of their test accuracy, and how many of them failed to learn."""
    found = [outcome(path) for job in jobs for path in job.outputs if Path(path).name == "run.json"]
    accuracies = sorted(accuracy for accuracy, _ in found if accuracy is not None)
    kinds = len({job.about for job in jobs})
    words = [count(len(found), "network") + (f" of {kinds} kinds" if kinds > 1 else "")]
    if accuracies:
        low, high = (f"{100 * accuracy:.1f}" for accuracy in (accuracies[0], accuracies[-1]))
        words.append(f"test accuracy {low} %" if low == high else f"test accuracy {low} to {high} %")
    failures = Counter(failure for _, failure in found if failure)
    words += [f"{number} of {len(found)}: {failure}" for failure, number in failures.items()]
    return ", ".join(words)


def outcome(path: str) -> tuple[float | None, str]:
    """Return the test accuracy of a run, None without one, and the label of its failure, "" without one."""
    try:
        run = json.loads(Path(path).read_text(encoding="utf-8"))
        accuracy = run.get("test", {}).get("accuracy")
        return (float(accuracy) if accuracy is not None else None), str(run.get("failure", ""))
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return None, ""


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
    time, rest = clock(progress.elapsed(now)), progress.total - progress.done - progress.failures
    if not rest and not progress.failures:
        return [f"Done in {time}.", *read]
    jobs = [f"{count(progress.failures, 'job')} failed"] * (progress.failures > 0 and not interrupted)
    jobs += [f"{progress.done:,} of {progress.total:,} are done"]
    why = "Failed" if progress.failures and not interrupted else "Interrupted"
    return [f"{why} after {time}: {', '.join(jobs)}. The same command continues with the rest."]
