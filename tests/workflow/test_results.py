"""The command line for the upkeep of results."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from projects import Project

from kernelscope.io.csv_files import read_csv
from kernelscope.io.notes import KINDS

RESULTS = "results/smoke"
RUN = f"{RESULTS}/runs/waveforms/templates/seed0"


def call(folder: Path, *words: str) -> tuple[int, list[str], str]:
    done = Project(folder).run("workflow/results.py", *words)
    return done.returncode, done.stdout.splitlines(), done.stderr


def smoke_of(folder: Path, *words: str, config: str = "") -> tuple[int, list[str], str]:
    """Run the command on the smoke experiment, with `config` merged into its config."""
    (folder / "more.yaml").write_text(config or "{}")
    return call(folder, words[0], "--configfile", "config/smoke.yaml", "more.yaml", *words[1:])


def state(folder: Path) -> dict:
    """Return the time of the last change of each file and folder, and the content of each file."""
    paths = [path for path in (folder, *folder.rglob("*")) if path.name != "more.yaml"]
    return {path: (path.lstat().st_mtime_ns, path.is_file() and path.read_bytes()) for path in paths}


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def spoil(folder: Path) -> None:
    """Make one finding of every kind."""
    (folder / RUN / "montage.png").unlink()
    (folder / RUN / "kernels.csv").write_bytes((folder / RUN / "kernels.csv").read_bytes()[:-1])
    (folder / RUN / "history.png").write_bytes(b"0" * 100_000)
    (folder / RUN / ".movie.part.gif").write_text("half")
    (folder / RUN / "notes.txt").write_text("mine")


ORPHANING = "experiment: {seeds: [0]}\nmovie: {hold_first: 2}\n"


def test_verify_confirms_a_finished_experiment_in_one_line_after_the_numbers_of_notes(project):
    files = len([path for path in (project.folder / RESULTS).rglob("*") if path.is_file()])
    expected = f"{RESULTS}: {files} files, all as they should be"
    done = project.run_alone("workflow/results.py", "verify", "--configfile", "config/smoke.yaml")
    *kinds, last = done.stdout.splitlines()
    assert (done.returncode, last, done.stderr) == (0, expected, "")
    rows = read_csv(project.folder / RESULTS / "notes.csv")
    counts = Counter(row["kind"] for row in rows)
    assert [int(line[10:].split()[0]) for line in kinds] == [counts[kind] for kind in KINDS if kind in counts]


def test_verify_has_a_line_for_every_finding_and_status_1_and_writes_nothing(project):
    spoil(project.folder)
    smoke_of(project.folder, "verify", config=ORPHANING)  # Python writes its caches
    before = state(project.folder)
    status, lines, error = smoke_of(project.folder, "verify", config=ORPHANING)
    assert (status, error) == (1, "")
    lines = [line for line in lines if " note" not in line.partition(",")[0]]
    kinds = {line.partition("  ")[0].strip() for line in lines[:-1]}
    assert kinds == {"missing", "truncated", "edited", "stale", "orphaned", "left over", "unknown"}
    assert lines[-1].endswith(f" files, {len(lines) - 1} findings")
    assert state(project.folder) == before


def test_where_prints_the_folder_of_an_experiment(fresh):
    assert call(fresh.folder, "where") == (0, ["results"], "")
    assert call(fresh.folder, "where", "--configfile", "config/smoke.yaml") == (0, [RESULTS], "")


def test_verify_makes_no_folder_where_there_is_none(fresh):
    status, lines, _ = call(fresh.folder, "verify", "--configfile", "config/smoke.yaml")
    assert status == 1
    assert lines[-1] == f"{RESULTS}: 0 files, {2 + 4 * 15 + 2 * 10 + 4 + 6} findings"
    assert not (fresh.folder / "results").exists()


def test_clean_lists_what_it_would_delete_and_deletes_nothing(project):
    spoil(project.folder)
    smoke_of(project.folder, "clean", config=ORPHANING)
    before = state(project.folder / "results")
    status, lines, error = smoke_of(project.folder, "clean", config=ORPHANING)
    assert (status, error) == (0, "")
    assert {line.partition("  ")[0].strip() for line in lines[:-1]} == {"orphaned", "left over"}
    assert lines[-1] == f"{RESULTS}: {len(lines) - 1} files to delete; nothing is deleted yet"
    assert state(project.folder / "results") == before


def test_clean_deletes_exactly_what_it_lists_and_the_folders_that_are_empty_then(project):
    spoil(project.folder)
    before = contents(project.folder / "results").keys()
    _, listed, _ = smoke_of(project.folder, "clean", config=ORPHANING)
    status, lines, error = smoke_of(project.folder, "clean", "--delete", config=ORPHANING)
    assert (status, error) == (0, "")
    assert lines[:-1] == listed[:-1]
    assert lines[-1] == f"{RESULTS}: {len(lines) - 1} files deleted"
    after = contents(project.folder / "results").keys()
    assert before - after == {project.folder / line[11:].partition(": ")[0] for line in lines[:-1]}
    assert not [path for path in (project.folder / RESULTS).rglob("*") if path.is_dir() and not any(path.iterdir())]
    assert smoke_of(project.folder, "clean", "--delete", config=ORPHANING)[1] == [f"{RESULTS}: nothing to clean up"]
    remaining = smoke_of(project.folder, "verify", config=ORPHANING)[1]
    assert not [line for line in remaining if line.startswith(("orphaned", "left over"))]


def test_clean_deletes_nothing_in_a_clean_experiment(project):
    before = contents(project.folder / "results")
    assert smoke_of(project.folder, "clean") == (0, [f"{RESULTS}: nothing to clean up"], "")
    assert smoke_of(project.folder, "clean", "--delete") == (0, [f"{RESULTS}: nothing to clean up"], "")
    assert contents(project.folder / "results") == before


def test_nothing_is_deleted_while_snakemake_makes_these_results(project):
    line = [sys.executable, "-m", "snakemake", "--cores", "1", "--forceall", "--configfile", "config/smoke.yaml"]
    hidden = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "start_new_session": True}
    running = subprocess.Popen(line, cwd=project.folder, **hidden)
    try:
        until = time.monotonic() + 120
        lock = project.folder / RESULTS / ".lock"
        while not (lock.exists() and lock.read_text()) and time.monotonic() < until:
            time.sleep(0.05)
        os.killpg(running.pid, signal.SIGSTOP)
        status, lines, error = smoke_of(project.folder, "clean", "--delete", config=ORPHANING)
    finally:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
    assert (status, lines) == (1, [])
    assert error.startswith(f"kernelscope: {RESULTS}: process {running.pid} on ")
    assert error.endswith(" is making these results; wait for it, or end it\n")
    assert (project.folder / RESULTS / "runs/waveforms/templates/seed1").exists()


def test_trace_prints_where_a_file_comes_from(smoke):
    status, lines, error = call(smoke.folder, "trace", f"{RUN}/kernels.csv")
    assert (status, error) == (0, "")
    assert lines[0].startswith(f"{RUN}/kernels.csv  sha256 ")
    made = [line.split()[2].rstrip(",") for line in lines if line.strip().startswith("made by ")]
    # From the kernels and the settings of a training, which is told where it is named first.
    assert made == ["extract_kernels", "train_network", "make_dataset", "train_network:"]


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("trace", "results/nothing"), "kernelscope: results/nothing: got no manifest beside it that names it"),
        (("verify", "--configfile", "missing.yaml"), "kernelscope: missing.yaml: "),
        (("clean", "--configfile", "wrong.yaml"), "kernelscope: wrong.yaml: experiment.seeds: got 'none', expected "),
    ],
)
def test_a_mistake_is_one_line_and_status_1(fresh, words, error):
    (fresh.folder / "wrong.yaml").write_text("experiment: {seeds: none}\n")
    status, lines, message = call(fresh.folder, *words)
    assert (status, lines) == (1, [])
    assert message.startswith(error)
    assert message.count("\n") == 1


@pytest.mark.parametrize("words", [(), ("delete",), ("trace",), ("verify", "--delete")])
def test_words_that_are_no_command_are_refused(smoke, words):
    status, lines, error = call(smoke.folder, *words)
    assert (status, lines) == (2, [])
    assert error.startswith("usage: results.py")
