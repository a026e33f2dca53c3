"""Signals to jobs."""

import signal
import time

import pytest
from job_folder import LOCK, WAITING, Folder


@pytest.fixture
def folder(tmp_path):
    folder = Folder(tmp_path)
    yield folder
    folder.end()


@pytest.mark.parametrize(("name", "status"), [("SIGTERM", 143), ("SIGINT", 130), ("SIGHUP", 129)])
def test_a_signal_ends_a_job_with_one_line_and_nothing_half_written(folder, name, status):
    (folder.path / "out").mkdir()
    (folder.path / "out/t.csv").write_text("old")
    process = folder.holding()
    assert folder.left() == {"out/t.csv", "out/.t.part.csv", LOCK}
    process.send_signal(signal.Signals[name])
    assert folder.ended(process) == (status, "", f"ended by {name}\n")
    assert folder.left() == {"out/t.csv"}
    assert (folder.path / "out/t.csv").read_text() == "old"


def test_a_signal_ends_a_job_that_waits_and_not_the_other(folder):
    first = folder.holding()
    second = folder.waiting(first)
    second.terminate()
    assert folder.ended(second) == (143, "", "ended by SIGTERM\n")
    assert LOCK in folder.left()
    folder.go()
    assert folder.ended(first) == (0, "", "")


@pytest.mark.parametrize("name", ["INT", "TERM", "HUP"])
def test_a_signal_that_the_parent_ignores_stays_ignored(folder, name):
    process = folder.start("sh", "-c", f"trap '' {name}; exec \"$@\"", "sh", spec=WAITING)
    assert process.stdout.readline() == "working\n"
    process.send_signal(signal.Signals[f"SIG{name}"])
    time.sleep(0.1)
    folder.go()
    assert folder.ended(process) == (0, "", "")
