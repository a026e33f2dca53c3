"""Snakemake with its logger plugin, in a terminal and in a pipe, on a workflow of a few shell commands."""

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import time
from contextlib import suppress

import pytest
from projects import ROOT, outside
from tiers import THOROUGH

SNAKEFILE = f"""
import sys
from pathlib import Path
sys.path.insert(0, {str(ROOT / "workflow")!r})
from experiment.launch import announcement, internals

rule all:
    input: "figures.png"

rule make_dataset:
    output: "images.npz"
    log: "images.log"
    shell: "touch started; while [ -e wait ]; do sleep 0.1; done; touch {{output}}"

rule draw_samples:
    input: "images.npz"
    output: "figures.png"
    log: "figures.log"
    shell: "[ ! -e fail ] || {{{{ echo 'draw_samples.py: it failed' > {{log}}; exit 1; }}}}; touch {{output}}"

onstart:
    jobs = announcement.announced(internals.planned(workflow), Path("."))
    content = {{"jobs": jobs, "cores": internals.cores(workflow), "results": "here"}}
    internals.inform(workflow, content | {{"read": ["Open figures.png"]}})
"""
HEADING = r"kernelscope: \d jobs? on 1 core into here, about \S+( s)? left"
GOOD = [HEADING, r" +\d:\d\d  images +1 figure", r"Done in \d:\d\d\.", "Open figures.png"]
BAD = [
    r"draw_samples failed: draw_samples\.py: it failed",
    r"    log: figures\.log",
    r"Failed after \d:\d\d: 1 job failed, 1 of 3 are done\. The same command continues with the rest\.",
]


@pytest.fixture
def command(tmp_path):
    """Return the command, in a folder with the workflow."""
    (tmp_path / "Snakefile").write_text(SNAKEFILE)
    return [sys.executable, "-m", "snakemake", "--cores", "1", "--logger", "kernelscope"]


def environment(**more: str) -> dict[str, str]:
    return outside() | {"PYTHONPATH": str(ROOT / "workflow/terminal"), "TERM": "xterm"} | more


def piped(command, folder, **more: str) -> tuple[int, list[str]]:
    done = subprocess.run(command, cwd=folder, env=environment(**more), capture_output=True, text=True)
    return done.returncode, (done.stdout + done.stderr).splitlines()


def in_terminal(command, folder, columns: int = 60, interrupt: bool = False) -> tuple[int, str, bool]:
    """Return exit status, all that is written to a terminal, and whether its settings are as before."""
    screen, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    before = termios.tcgetattr(terminal)
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment(),
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    written = b""
    os.set_blocking(screen, False)
    while process.poll() is None:
        time.sleep(0.05)
        try:
            written += os.read(screen, 2**16)
        except BlockingIOError:
            continue
        if interrupt and (folder / "started").exists() and b"left" in written:
            os.write(screen, b"\x03")  # Ctrl-C
            interrupt = False
    with suppress(OSError):
        written += os.read(screen, 2**16)
    same = termios.tcgetattr(terminal) == before
    os.close(screen)
    os.close(terminal)
    return process.returncode, written.decode(), same


def assert_lines(lines: list[str], patterns: list[str]):
    assert len(lines) == len(patterns), lines
    assert [line for line, pattern in zip(lines, patterns, strict=True) if not re.fullmatch(pattern, line)] == []


def test_a_pipe_gets_plain_lines_and_the_exit_status_stays(command, tmp_path):
    (tmp_path / "fail").touch()
    status, lines = piped(command, tmp_path)
    assert status == 1
    assert_lines(lines, [HEADING, *BAD])
    (tmp_path / "fail").unlink()
    status, lines = piped(command, tmp_path, PYTHONIOENCODING="ascii", LC_ALL="C")
    assert status == 0
    assert_lines(lines, GOOD)
    assert piped(command, tmp_path)[1] == ["Nothing to be done (all requested files are present and up to date)."]


def test_ctrl_c_leaves_the_terminal_as_it_was(command, tmp_path):
    (tmp_path / "wait").touch()
    status, written, same = in_terminal(command, tmp_path, interrupt=True)
    assert status not in (0, -signal.SIGKILL)
    assert same
    last = written.rstrip().splitlines()[-1]
    assert re.search(r"\r?\x1b\[K(\x1b\[31m)?Interrupted after \d:\d\d: 0 of 3 are done\.|^Interrupted", last), written
    assert set(re.findall(r"\x1b\[[0-9?]*[A-Za-z]", written)) <= {"\x1b[K", "\x1b[31m", "\x1b[0m"}


@THOROUGH
@pytest.mark.parametrize("option", ["--dry-run", "--printshellcmds"])
def test_dry_runs_and_runs_that_show_commands_are_as_without_the_plugin(command, tmp_path, option):
    varying = re.compile(r"\d{4}-\d\d-\d\d|:\d\d:\d\d|tmpdir|Elapsed|Workflow ID|Command:")
    found = []
    for words in (command[:-2], command):
        for name in ("images.npz", "figures.png"):
            (tmp_path / name).unlink(missing_ok=True)
        status, lines = piped([*words, option], tmp_path)
        found.append((status, [line for line in lines if not varying.search(line)]))
    assert found[0] == found[1]
    assert found[0][0] == 0
    assert len(found[0][1]) > 20
