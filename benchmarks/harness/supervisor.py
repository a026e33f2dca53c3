"""Run a command, and watch all processes that it starts: their memory, their processor seconds, and their end.

Orphans of the command become children of this process, so that a job server's jobs, which are no children of the
command, are found too. Whatever is left is ended with this process: when the command has ended, when this process
receives SIGTERM, and when its standard input closes, as it does when the one who started it dies.

Argument: JSON with "command", "folder", "said" (file for its output; null: as here), "result" (file for what was
measured), and seconds: "every" (between two looks), "patience" (that others may run longer than the command), "grace"
(that a command has after SIGTERM to end what it started). Memory in MB: `largest` is the most that any one process
had (VmHWM), `together` the most that all had at a time (sum of Pss, asked for every second).
"""

import ctypes
import json
import os
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from harness import proc

MEMORY_EVERY = 1.0  # seconds between two questions for the memory of all
SHORT = 0.02  # seconds between two looks at what is ending
LATER = 2.0  # seconds in which others end after a command that received SIGTERM
SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER of prctl(2)


class Tree:
    """The processes below this one, and what they have taken."""

    def __init__(self):
        self.seconds: dict[int, float] = {}
        self.largest, self.together, self.looked = 0.0, 0.0, -MEMORY_EVERY
        self.statuses: dict[int, int] = {}

    def look(self) -> list[int]:
        """Return the processes that are there, after a note of what they take."""
        running = proc.processes()
        found = proc.descendants(os.getpid(), running)
        self.seconds |= {number: running[number].seconds for number in found}
        self.largest = max([self.largest, *map(proc.most_memory, found)])
        if time.monotonic() >= self.looked + MEMORY_EVERY:
            self.looked = time.monotonic()
            self.together = max(self.together, sum(map(proc.memory, found)))
        return found

    def reap(self) -> None:
        """Note how children and orphans ended."""
        with suppress(ChildProcessError):
            while (ended := os.wait4(-1, os.WNOHANG))[0]:
                number, status, usage = ended
                self.statuses[number] = os.waitstatus_to_exitcode(status)
                self.largest = max(self.largest, usage.ru_maxrss * 1024 / proc.MB)

    def end(self, patience: float) -> int:
        """Wait for what is left; return how many processes had to be killed."""
        if self.wait(patience):
            return 0
        killed = set()
        while found := proc.descendants(os.getpid(), proc.processes()):
            killed.update(found)
            send(found, signal.SIGKILL)
            self.wait(10 * SHORT)
        return len(killed)

    def end_gently(self, command: int, grace: float) -> None:
        """Let the command end what it started; then send SIGTERM to all; then kill."""
        if command not in self.statuses:
            send([command], signal.SIGTERM)
        if not self.wait(grace, command):
            send(self.look(), signal.SIGTERM)
            self.end(LATER)

    def wait(self, seconds: float, command: int | None = None) -> bool:
        """Whether all processes end within this time; not much longer than the command, if one is named."""
        limit = time.monotonic() + seconds
        while self.look():
            self.reap()
            if command in self.statuses:
                command, limit = None, min(limit, time.monotonic() + LATER)
            if time.monotonic() > limit:
                return False
            time.sleep(SHORT)
        return True


def send(found: list[int], number: signal.Signals) -> None:
    for process in found:
        with suppress(ProcessLookupError):
            os.kill(process, number)


def supervise(call: dict) -> None:
    """Run the command of a call and write what was measured."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    said = Path(call["said"]).open("w") if call["said"] else None  # noqa: SIM115  # until the end
    started, tree = time.perf_counter(), Tree()
    process = subprocess.Popen(
        call["command"], cwd=call["folder"], stdin=subprocess.DEVNULL, stdout=said, stderr=said and subprocess.STDOUT
    )
    try:
        events = [sys.stdin, *([os.pidfd_open(process.pid)] if hasattr(os, "pidfd_open") else [])]
        while process.pid not in tree.statuses:
            tree.look()
            if sys.stdin in select.select(events, [], [], call["every"])[0]:
                sys.exit(128 + signal.SIGTERM)  # nobody waits for the result
            tree.reap()
        seconds = time.perf_counter() - started
        killed = tree.end(call["patience"])
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        tree.end_gently(process.pid, call["grace"])
        process.returncode = tree.statuses.get(process.pid, -signal.SIGKILL)
    result = {"status": process.returncode, "seconds": seconds, "killed": killed, "cpu": sum(tree.seconds.values())}
    Path(call["result"]).write_text(json.dumps(result | {"largest": tree.largest, "together": tree.together}))


if __name__ == "__main__":
    supervise(json.loads(sys.argv[1]))
