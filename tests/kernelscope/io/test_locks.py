"""Locks between real processes: who waits for whom, and what is left afterward."""

import errno
import fcntl
import os
import platform
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kernelscope.io import locks

HEAD = f"""
import subprocess, sys, time
sys.path.insert(0, {str(Path(locks.__file__).parents[2])!r})
from pathlib import Path
from kernelscope.io import locks
path = Path(sys.argv[1])
"""
HOLD = """
with locks.held(path, lambda holder: print("waiting for", holder, flush=True)):
    print("held", flush=True)
    sys.stdin.readline()
print("let go", flush=True)
"""
COUNT = """
counter = Path(sys.argv[2])
for _ in range(int(sys.argv[3])):
    with locks.held(path, lambda holder: None):
        number = int(counter.read_text())
        time.sleep(0.0002)
        counter.write_text(str(number + 1))
"""


def never(holder):
    pytest.fail(f"nobody should hold it, and {holder} does")


def refuse(holder):
    raise RuntimeError(holder)


@pytest.fixture
def start():
    """Return a function that starts a Python process with a lock; the processes are killed after the test."""
    started = []

    def run(code, *words):
        command = [sys.executable, "-S", "-E", "-c", HEAD + code, *map(str, words)]
        started.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
        return started[-1]

    yield run
    for process in started:
        process.kill()
        process.communicate()


def held_by(process) -> str:
    return f"process {process.pid} on {platform.node()}"


def test_the_lock_names_its_holder_in_a_file_that_is_gone_afterward(tmp_path):
    path = tmp_path / "new" / "folder" / ".lock"
    with locks.held(path, never):
        assert path.read_text() == f"process {os.getpid()} on {platform.node()}"
    assert list(path.parent.iterdir()) == []


def test_whether_a_lock_is_taken_can_be_asked_and_changes_nothing(tmp_path, start):
    path = tmp_path / "a.lock"
    assert not locks.taken(path)
    assert list(tmp_path.iterdir()) == []
    holder = start(HOLD, path)
    holder.stdout.readline()
    assert locks.taken(path)
    holder.kill()
    holder.wait()
    assert not locks.taken(path)
    assert path.read_text() == held_by(holder)


def test_an_error_in_the_block_passes_on_and_lets_go(tmp_path):
    with pytest.raises(ValueError, match="inside"), locks.held(tmp_path / "a.lock", never):
        raise ValueError("inside")
    assert list(tmp_path.iterdir()) == []


def test_a_second_process_waits_until_the_first_is_done(tmp_path, start):
    path = tmp_path / "a.lock"
    first = start(HOLD, path)
    assert first.stdout.readline() == "held\n"
    second = start(HOLD, path)
    assert second.stdout.readline() == f"waiting for {held_by(first)}\n"
    assert first.communicate("\n")[0] == "let go\n"
    assert second.stdout.readline() == "held\n"
    assert path.read_text() == held_by(second)
    assert second.communicate("\n")[0] == "let go\n"
    assert list(tmp_path.iterdir()) == []


def test_a_killed_holder_lets_go_and_the_next_one_leaves_no_file(tmp_path, start):
    path = tmp_path / "a.lock"
    first = start(HOLD, path)
    first.stdout.readline()
    second = start(HOLD, path)
    second.stdout.readline()
    first.kill()
    assert second.stdout.readline() == "held\n"
    assert path.read_text() == held_by(second)
    second.communicate("\n")
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_holder_left_is_taken_without_waiting(tmp_path, start):
    killed = start(HOLD, path := tmp_path / "a.lock")
    killed.stdout.readline()
    killed.kill()
    killed.wait()
    assert path.read_text() == held_by(killed)
    path.write_text("a longer text than the next holder writes" * 9)
    with locks.held(path, never):
        assert path.read_text() == f"process {os.getpid()} on {platform.node()}"
    assert list(tmp_path.iterdir()) == []


def test_a_child_that_outlives_a_killed_holder_does_not_hold_the_lock(tmp_path, start):
    code = """
with locks.held(path, None):
    print(subprocess.Popen(["sleep", "60"], close_fds=False).pid, flush=True)
    time.sleep(60)
"""
    holder = start(code, tmp_path / "a.lock")
    child = int(holder.stdout.readline())
    holder.kill()
    holder.wait()
    try:
        with locks.held(tmp_path / "a.lock", never):
            pass
    finally:
        os.kill(child, signal.SIGKILL)


def test_of_many_processes_that_lock_and_unlock_at_once_only_one_is_ever_inside(tmp_path, start):
    """Each release deletes the file: a process that waited for the deleted file must not take it for the lock."""
    counter, processes, times = tmp_path / "counter", 8, 60
    counter.write_text("0")
    running = [start(COUNT, tmp_path / "a.lock", counter, times) for _ in range(processes)]
    assert {process.wait(60) for process in running} == {0}
    assert counter.read_text() == str(processes * times)
    assert list(tmp_path.iterdir()) == [counter]


def test_a_caller_that_does_not_want_to_wait_is_told_the_holder_and_leaves_the_lock_as_it_is(tmp_path, start):
    path = tmp_path / "a.lock"
    holder = start(HOLD, path)
    holder.stdout.readline()
    for _ in range(2):
        with pytest.raises(RuntimeError, match=f"^{held_by(holder)}$"), locks.held(path, refuse):
            pytest.fail("it is held")
    assert path.read_text() == held_by(holder)
    holder.communicate("\n")
    with locks.held(path, never):
        pass


def test_a_holder_that_has_not_yet_written_its_name_is_another_process(tmp_path):
    with (path := tmp_path / "a.lock").open("w") as nameless:
        fcntl.flock(nameless, fcntl.LOCK_EX)
        with pytest.raises(RuntimeError, match=r"^another process$"):
            locks.acquire(path, refuse)


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS])
def test_where_the_file_system_has_no_locks_the_work_is_done_all_the_same(tmp_path, monkeypatch, number):
    def flock(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", flock)
    with locks.held(tmp_path / "a.lock", never):
        pass
    assert list(tmp_path.iterdir()) == []


def test_any_other_error_of_a_lock_passes_on_and_closes_the_file(tmp_path, monkeypatch):
    opened = []

    def flock(file, _):
        opened.append(file)
        raise OSError(errno.EIO, "disk")

    monkeypatch.setattr(fcntl, "flock", flock)
    with pytest.raises(OSError, match="disk"), locks.held(tmp_path / "a.lock", never):
        pytest.fail("it is not locked")
    assert [file.closed for file in opened] == [True]
