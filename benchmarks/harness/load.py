"""Detection of other work on the machine that disturbs a measurement."""

import os
import time

from harness import proc

MOST = 0.25  # cores that other work may use
WHOLE, SHORTEST = 0.5, 0.1  # seconds of a full span; in less than the shortest, clock ticks are too coarse

unseen = 0.0  # processor seconds of our own processes that nobody waited for, added by processes.py


def average() -> float:
    """Return the load average of the last minute."""
    return os.getloadavg()[0]


def own_seconds() -> float:
    """Return the processor seconds of this process and of all processes that it has started."""
    running = proc.processes()
    tree = [os.getpid(), *proc.descendants(os.getpid(), running)]
    return sum(running[number].seconds + running[number].children for number in tree if number in running) + unseen


class Watch:
    """Compares the processor seconds of the machine with our own, span by span."""

    def __init__(self):
        self.verdict = ""
        self.restart()

    def restart(self) -> None:
        self.started, self.machine, self.own = time.monotonic(), proc.machine_seconds(), own_seconds()

    def busy(self) -> str:
        """Return in words how much other work used in this span, or ""; short spans continue until the next call."""
        passed = time.monotonic() - self.started
        if self.machine is None:  # no /proc, only the load average, which includes our own work
            return f"busy machine, load average {average():.1f}" if average() > os.cpu_count() else ""
        if passed >= SHORTEST:
            others = (proc.machine_seconds() - self.machine - own_seconds() + self.own) / passed
            words = f"busy machine, other work used {others:.1f} of {os.cpu_count()} cores"
            self.verdict = words if others > MOST else ""
        if passed >= WHOLE:
            self.restart()
        return self.verdict
