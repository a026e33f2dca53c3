"""Kill a running workflow, repeat the same command, and report the outcome."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import projects
import psutil

CONFIG = """
pathvars: {results: results/killed}
experiment: {architectures: [templates], seeds: [0, 1]}
datasets: {waveforms: {train_images: 400, test_images: 100, image_size: [48, 48]}}
architectures: {templates: {kernels: 6, kernel_size: 9}}
training: {epochs: 60, snapshots: 12, batch_size: 40}
comparison: {n_resamples: 20}
"""
OWN_CONFIG = ("--configfile", "killed.yaml")
RESULTS = Path("results/killed")
RUN = RESULTS / "runs/waveforms/templates/seed0"
LOG = RESULTS / "logs/train_network/waveforms/templates/seed0.log"


class Outcome(NamedTuple):
    """The outcome of one kill. `target` is job, snakemake or both; `resumed` is how the training continued."""

    target: str
    signal: str
    running: str  # stages that were running at the kill
    checkpoint: bool  # whether a running training had a checkpoint
    resumed: str  # "from step n", "finished by itself" or "anew"; "" if no training was interrupted
    again: int  # exit status of the repeated command
    identical: bool
    lost: int  # artifacts that are missing at the end


def project(folder: Path) -> Path:
    projects.copied(projects.ROOT, folder)
    (folder / "killed.yaml").write_text(CONFIG)
    return folder


def start(folder: Path, *targets: str) -> subprocess.Popen:
    """Start Snakemake in a new process group that does not ignore Ctrl-C."""
    with (folder / "screen.txt").open("w") as screen:
        return subprocess.Popen(
            [sys.executable, *projects.SNAKEMAKE, *targets, *OWN_CONFIG],
            cwd=folder,
            stdout=screen,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # it may be ignored here
        )


def again(folder: Path, *targets: str) -> int:
    """Run the same command to its end."""
    done = projects.Project(folder).snakemake(*targets, *OWN_CONFIG)
    (folder / "again.txt").write_text(done.stdout + done.stderr)
    return done.returncode


def jobs_of(process: subprocess.Popen) -> list[psutil.Process]:
    """Return the processes that a Snakemake waits for; each runs a script, or hands it to a preloader (preload.py)."""
    jobs = []
    for child in psutil.Process(process.pid).children(recursive=True):
        try:
            if Path(child.exe()).name.startswith("python") and any("scripts/" in word for word in child.cmdline()[:6]):
                jobs.append(child)
        except psutil.Error:
            continue
    return jobs


def stage(job: psutil.Process) -> str:
    try:
        return next(Path(word).stem for word in job.cmdline() if word.endswith(".py") and "scripts/" in word)
    except (psutil.Error, StopIteration):
        return "gone"


def contents(folder: Path) -> dict[str, str]:
    """Return hashes of all artifacts and manifests without times."""
    hashes = projects.contents(folder / RESULTS)
    return {path: sha256 for path, sha256 in hashes.items() if Path(path).name != "checkpoint.npz"}


def kill(process: subprocess.Popen, target: str, number: int) -> list[str]:
    """Kill one job, only Snakemake, or both with all their children; return the stages that were running."""
    running = jobs_of(process)
    stages = [stage(job) for job in running]
    if target == "job" and running:
        running[0].send_signal(number)
    elif target == "snakemake":
        os.kill(process.pid, number)
    elif target == "both":
        os.killpg(process.pid, number)
    return stages


def wait_for_checkpoint(folder: Path, process: subprocess.Popen) -> bool:
    while process.poll() is None:
        if (folder / RUN / "checkpoint.npz").exists():
            return True
        time.sleep(0.02)
    return False


def how_it_went_on(folder: Path) -> str:
    """Return how the training of seed 0 continued, by the log of its second run."""
    text = (folder / LOG).read_text()
    if "resumed after step" in text:
        return "from step " + text.split("resumed after step ")[1].split()[0]
    alone = "another process finished this job" in text or "Nothing to be done" in (folder / "again.txt").read_text()
    return "finished by itself" if alone else "anew"


def expected(source: Path, reference: dict[str, str], target: str | None) -> dict[str, str]:
    """Return the expected files: all of the reference, or the files of `source` and the training of seed 0."""
    if target is None:
        return reference
    training = ("run.json", "history.csv", "snapshots.npz", ".manifest/train_network.json")
    names = contents(source).keys() | {str(RUN.relative_to(RESULTS) / name) for name in training}
    return {name: reference[name] for name in names}


def one_kill(source: Path, folder: Path, reference: dict, target: str, number: int, wait) -> Outcome | None:
    """Copy `source`, run it, kill it once and run it again; return None if it finished before the kill.

    If `wait` is a number, the whole workflow is killed after `wait` seconds. Otherwise only a training runs, and the
    function `wait` is called when it has a checkpoint.
    """
    shutil.copytree(source, folder, symlinks=True)
    goal = None if isinstance(wait, float) else str(RUN / "run.json")
    targets = [goal] if goal else []
    process = start(folder, *targets)
    if goal is None:
        time.sleep(wait)
    elif wait_for_checkpoint(folder, process):
        wait()
    checkpoint = (folder / RUN / "checkpoint.npz").exists()
    running = kill(process, target, number) if process.poll() is None else []
    process.wait(600)
    if not running:
        return None
    status = again(folder, *targets)
    actual, right = contents(folder), expected(source, reference, goal)
    name, stages = signal.Signals(number).name, " ".join(sorted(running))
    went_on = how_it_went_on(folder) if goal else ""
    lost = len(right.keys() - actual.keys())
    return Outcome(target, name, stages, checkpoint, went_on, status, actual == right, lost)
