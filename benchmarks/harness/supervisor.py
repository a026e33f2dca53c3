"""Run a command, and watch all processes that it starts: their memory, their processor seconds, and their end.

Orphans of the command become children of this process, so that it also sees the jobs of a job server, which are not
children of the command. Remaining processes are ended when the command has ended, when this process receives SIGTERM,
and when its standard input closes, which happens when its parent dies.

Argument: JSON with "command", "folder", "said" (file for the output; null for the output of this process), "result"
(file for the measurements), and seconds: "every" (between two samples), "patience" (that other processes may outlive
the command), "grace" (that a command has after SIGTERM to end its processes). Memory in MB: `largest` is the peak of
the largest process (VmHWM), `together` the peak of all processes at the same time (sum of Pss, sampled every second).
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

MEMORY_EVERY = 1.0  # seconds between two samples of the memory of all processes
SHORT = 0.02  # seconds between two samples while processes end
LATER = 2.0  # seconds that other processes have to end after a command that received SIGTERM
SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER of prctl(2)


class Tree:
    """The descendants of this process, and their cost so far."""

    def __init__(self):
        self.seconds: dict[int, float] = {}
        self.largest, self.together, self.looked = 0.0, 0.0, -MEMORY_EVERY
        self.statuses: dict[int, int] = {}

    def look(self) -> list[int]:
        """Record the cost of the running processes, and return them."""
        running = proc.processes()
        below = proc.descendants(os.getpid(), running)
        self.seconds |= {number: running[number].seconds for number in below}
        self.largest = max([self.largest, *map(proc.most_memory, below)])
        if time.monotonic() >= self.looked + MEMORY_EVERY:
            self.looked = time.monotonic()
            self.together = max(self.together, sum(map(proc.memory, below)))
        return below

    def reap(self) -> None:
        """Record how children and orphans ended."""
        with suppress(ChildProcessError):
            while (ended := os.wait4(-1, os.WNOHANG))[0]:
                number, status, usage = ended
                self.statuses[number] = os.waitstatus_to_exitcode(status)
                self.largest = max(self.largest, usage.ru_maxrss * 1024 / proc.MB)

    def end(self, patience: float) -> int:
        """Wait for the remaining processes; return how many had to be killed."""
        if self.wait(patience):
            return 0
        killed = set()
        while remaining := proc.descendants(os.getpid(), proc.processes()):
            killed.update(remaining)
            send(remaining, signal.SIGKILL)
            self.wait(10 * SHORT)
        return len(killed)

    def end_gently(self, command: int, grace: float) -> None:
        """Let the command end its own processes; then send SIGTERM to all; then kill them."""
        if command not in self.statuses:
            send([command], signal.SIGTERM)
        if not self.wait(grace, command):
            send(self.look(), signal.SIGTERM)
            self.end(LATER)

    def wait(self, seconds: float, command: int | None = None) -> bool:
        """Whether all processes end within `seconds`, and soon after `command` if it is given."""
        limit = time.monotonic() + seconds
        while self.look():
            self.reap()
            if command in self.statuses:
                command, limit = None, min(limit, time.monotonic() + LATER)
            if time.monotonic() > limit:
                return False
            time.sleep(SHORT)
        return True


def send(processes: list[int], number: signal.Signals) -> None:
    for process in processes:
        with suppress(ProcessLookupError):
            os.kill(process, number)


def supervise(call: dict) -> None:
    """Run the command of a call, and write the measurements."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    output = Path(call["said"]).open("w") if call["said"] else None  # noqa: SIM115  # until the end
    started, tree = time.perf_counter(), Tree()
    streams = {"stdin": subprocess.DEVNULL, "stdout": output, "stderr": output and subprocess.STDOUT}
    process = subprocess.Popen(call["command"], cwd=call["folder"], **streams)
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
