"""Several processes read files that make them crash, hang, or take all memory: only the file at fault is lost."""

import ctypes
import faulthandler
import hashlib
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from projects import ROOT
from tiers import rows

from kernelscope.data import decoding_pool
from kernelscope.data.decoding_pool import Reading, readings
from kernelscope.data.planes import NotAnImageError

SCRIPTS = ROOT / "workflow" / "scripts"


def made(data: bytes):
    """Do what the content of the file says."""
    faulthandler.disable()  # it would print crashes that are intended
    word = data.decode()
    if word == "abort":
        os.abort()
    if word == "leave":
        os._exit(3)
    if word == "segfault":
        ctypes.string_at(0)
    if word == "sleep":
        time.sleep(60)
    if word == "deaf":  # like C code that rarely returns, in code that takes every error for one about the file
        while True:
            try:
                time.sleep(0.01)
            except Exception:
                continue
    if word == "lost":  # like C code that never returns
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
        while True:
            pass
    if word == "memory":
        return len(bytearray(2**30))
    if word == "no picture":
        raise NotAnImageError("is a word")
    if word == "error":
        raise OSError("of its own")
    return word


@pytest.fixture
def folder(tmp_path):
    def write(*words: str) -> list[Path]:
        paths = [tmp_path / f"{number:03}.png" for number in range(len(words))]
        for path, word in zip(paths, words, strict=True):
            path.write_text(word)
        return paths

    return write


@pytest.fixture
def hurried(monkeypatch):
    monkeypatch.setattr(decoding_pool, "PATIENCE", 0.3)


def quiet(count: int) -> list[str]:
    return [f"picture {number}" for number in range(count)]


def read(paths, processes=2) -> list[Reading]:
    return list(readings(paths, made, processes))


def expected(words) -> list[Reading]:
    return [Reading(hashlib.sha256(word.encode()).hexdigest(), word, "") for word in words]


@pytest.mark.parametrize("count", [0, 1, 15, 16, 17, 100])
def test_what_comes_and_its_order_do_not_depend_on_the_processes(folder, count):
    paths = folder(*quiet(count))
    for processes in (1, 3):
        assert read(paths, processes) == expected(quiet(count))


@pytest.mark.parametrize("word", rows(["abort", "leave", "segfault"], "segfault"))
def test_a_crash_loses_only_its_file(folder, word):
    words = quiet(50)
    for place in (0, 17, 18, 49):
        words[place] = word
    results = read(folder(*words))
    whole = expected(words)
    for place in (0, 17, 18, 49):
        whole[place] = Reading("", None, "a file that crashes the program that reads it")
    assert results == whole


@pytest.mark.parametrize("word", ["sleep", "deaf"])
def test_a_hang_is_ended(folder, hurried, word):
    paths, started = folder("a", word, "b", word), time.monotonic()
    results = read(paths)
    assert time.monotonic() - started < 10
    assert [reading.made for reading in results] == ["a", None, "b", None]
    assert {reading.why for reading in results} == {"", "a file that takes more than 0.3 seconds"}
    assert results[1].sha256 == hashlib.sha256(word.encode()).hexdigest()


def test_a_hang_that_hears_nothing_ends_its_process(folder, hurried):
    results = read(folder("a", "lost", "b"))
    assert [reading.made for reading in results] == ["a", None, "b"]
    assert results[1].why == "a file that crashes the program that reads it"


def test_no_file_takes_all_memory(folder, monkeypatch):
    monkeypatch.setattr(decoding_pool, "MEMORY", 2**29)
    results = read(folder("a", "memory", "b"))
    assert [reading.made for reading in results] == ["a", None, "b"]
    assert results[1].why == "a file that takes too much memory"
    monkeypatch.setattr(decoding_pool, "MEMORY", 2**31)
    assert read(folder("memory"))[0].made == 2**30


def test_a_file_larger_than_any_picture_is_not_read(folder):
    paths = folder("a", "b")
    with paths[0].open("r+b") as file:
        file.truncate(5 * 2**30)
    started = time.monotonic()
    results = read(paths)
    assert time.monotonic() - started < 5
    assert results[0] == Reading("", None, "a file of 5,368,709,120 bytes, more than 1,073,741,824")
    assert results[1].made == "b"


def test_files_that_cannot_be_read_and_what_is_no_picture_are_told(folder, tmp_path):
    paths = [tmp_path / "none.png", tmp_path, *folder("no picture", "error")]
    assert [reading.why for reading in read(paths)] == [
        "a file that cannot be read (No such file or directory)",
        "a file that cannot be read (Is a directory)",
        "is a word",
        "a file that cannot be read (of its own)",
    ]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read_is_told(folder):
    paths = folder("a")
    paths[0].chmod(0)
    assert read(paths)[0].why == "a file that cannot be read (Permission denied)"


def counted(data: bytes) -> int:
    """Leave a trace of each file that is read."""
    Path(data.decode()).touch()
    return 1


def test_processes_are_not_far_ahead_and_end_where_nobody_takes_more(folder, tmp_path):
    traces = tmp_path / "traces"
    traces.mkdir()
    paths = folder(*(str(traces / str(number)) for number in range(1000)))
    results = readings(paths, counted, 2)
    next(results)
    time.sleep(0.5)
    assert len(list(traces.iterdir())) <= 5 * decoding_pool.AT_ONCE
    results.close()
    assert len(list(traces.iterdir())) <= 5 * decoding_pool.AT_ONCE


PROGRAM = f"""
import sys, time
sys.path.insert(0, {str(SCRIPTS)!r})
from pathlib import Path
from kernelscope.data.decoding_pool import readings
def make(data):
    if data == b"sleep":
        print("begun", flush=True)
        time.sleep(30)
    return len(data)
print([reading.made for reading in readings([Path(name) for name in sys.argv[1:]], make, 2)], flush=True)
"""


def test_a_bound_on_memory_that_is_there_already_is_kept(folder):
    def bound():
        resource.setrlimit(resource.RLIMIT_AS, (2**31, 2**31))

    words = [sys.executable, "-c", PROGRAM, *folder("a", "bc")]
    done = subprocess.run(words, capture_output=True, text=True, preexec_fn=bound, check=False)
    assert done.stdout == "[1, 2]\n", done.stderr


def test_processes_end_with_the_job_that_is_killed(folder):
    """Otherwise they would hold its lock, and the next process with the same job would wait forever."""
    words = [sys.executable, "-c", PROGRAM, *folder("sleep")]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as job:
        assert job.stdout.readline() == "begun\n"
        job.kill()
        started = time.monotonic()
        assert job.stdout.read() == ""  # ends when no process holds the other end of the pipe
    assert time.monotonic() - started < 10


def muttering(data: bytes) -> int:
    """Print to stderr as libtiff does."""
    os.write(2, b"ZIPDecode: Decoding error at scanline 0\n")
    return len(data)


def test_what_libraries_mutter_is_not_printed(folder, capfd):
    assert [reading.made for reading in readings(folder("a", "bc"), muttering, 1)] == [1, 2]
    assert capfd.readouterr() == ("", "")


def resized_wrongly(data):
    raise ValueError("image has\nwrong mode")


def test_whatever_is_wrong_with_a_picture_is_a_line_of_that_file_alone(folder):
    (reading,) = readings(folder("a"), resized_wrongly, 1)
    assert (reading.made, reading.why) == (None, "a file that cannot be read (image has wrong mode)")


def large(data):
    return bytes(2**23)


def test_pictures_that_become_large_are_taken_few_at_a_time(folder, monkeypatch):
    taken = []
    monkeypatch.setattr(decoding_pool, "of_pool", lambda parts, *_: taken.extend(map(len, parts)) or iter(()))
    list(readings(folder(*"abcdefghijklmnopqrst"), large, 1, 2**23))
    assert taken == [4] * 5
    list(readings(folder(*"abcdefghijklmnopqrst"), large, 1, 2**40))
    assert taken[5:] == [1] * 20
