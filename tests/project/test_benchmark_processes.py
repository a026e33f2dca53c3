"""Processes that a benchmark starts: their memory is measured, and none of them outlives the benchmark."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from benchmarking import FOLDER, until
from harness import processes
from tiers import THOROUGH

SIZE = 200  # MB of an orphan
ORPHAN = f"""
import os, sys, time
if not os.fork():
    os.setsid()
    if not os.fork():
        block = bytearray({SIZE} * 10**6)
        block[::4096] = bytes(len(block[::4096]))  # touches every page
        open(sys.argv[1], "w").write(str(os.getpid()))
        time.sleep(float(sys.argv[2]))
    os._exit(0)
os.wait()
while not os.path.exists(sys.argv[1]):
    time.sleep(0.01)
print("started")
time.sleep(float(sys.argv[3]))
"""
BENCHMARK = f"""
import sys
sys.path.insert(0, {str(FOLDER)!r})
from pathlib import Path
from harness import processes, tables
tables.Options("Starts an orphan.", "").parse_args([])
processes.run([sys.executable, "-c", {ORPHAN!r}, *sys.argv[1:]], Path.cwd())
"""


def orphaned(pid: Path, seconds: float, parent: float) -> list[str]:
    return [sys.executable, "-c", ORPHAN, str(pid), str(seconds), str(parent)]


def runs(process: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def test_the_memory_of_a_process_that_left_its_parents_counts(tmp_path):
    done = processes.run(orphaned(tmp_path / "pid", 2, 0), tmp_path)
    assert (done.status, done.text) == (0, "started\n")
    assert SIZE < done.largest < 1.3 * SIZE
    assert SIZE < done.together < 1.5 * SIZE


def test_memory_is_that_of_the_command_not_of_who_started_it(tmp_path):
    held = bytearray(300 * 10**6)
    held[::4096] = bytes(len(held[::4096]))
    done = processes.run([sys.executable, "-c", "import time; time.sleep(2)"], tmp_path)
    assert 5 < done.largest < 100
    assert 1 < done.together < 100


def test_a_run_says_how_it_ended_and_what_it_said(tmp_path):
    done = processes.run([sys.executable, "-c", "import sys; print('a'); sys.exit('b')"], tmp_path)
    assert (done.status, sorted(done.text.split())) == (1, ["a", "b"])
    with pytest.raises(SystemExit, match=r"^b\n.*: exit status 1$"):
        processes.finished([sys.executable, "-c", "import sys; sys.exit('b')"], tmp_path)


def test_a_command_that_leaves_processes_behind_is_an_error_and_they_are_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(processes, "PATIENCE", 0.5)
    with pytest.raises(SystemExit, match="left 1 processes running"):
        processes.run(orphaned(tmp_path / "pid", 1000, 0), tmp_path)
    assert not runs(int((tmp_path / "pid").read_text()))


@THOROUGH
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_a_killed_benchmark_ends_all_its_processes(tmp_path, how):
    pid = tmp_path / "pid"
    benchmark = subprocess.Popen(
        [sys.executable, "-c", BENCHMARK, pid, "1000", "1000"], cwd=tmp_path, stderr=subprocess.DEVNULL
    )
    until(lambda: pid.exists() and pid.read_text())
    orphan = int(pid.read_text())
    assert runs(orphan)
    os.kill(benchmark.pid, how)
    assert benchmark.wait(60) == {signal.SIGTERM: 143, signal.SIGINT: -signal.SIGINT}.get(how, -how)
    until(lambda: not runs(orphan))
