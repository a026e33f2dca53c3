"""What Linux says about processes in /proc: who started whom, processor seconds, memory."""

import os
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

PROC = Path("/proc")
TICK = os.sysconf("SC_CLK_TCK")
MB = 1e6


class Process(NamedTuple):
    """The parent's number; processor seconds of the process, and of its children that have ended."""

    parent: int
    seconds: float
    children: float


def processes() -> dict[int, Process]:
    """Return all processes that are running, or have ended and nobody asked; empty where there is no /proc."""
    found = {}
    for path in PROC.glob("[0-9]*/stat"):
        with suppress(OSError):
            words = path.read_text(errors="replace").rpartition(")")[2].split()
            used, system, children, children_system = (int(word) / TICK for word in words[11:15])
            found[int(path.parent.name)] = Process(int(words[1]), used + system, children + children_system)
    return found


def descendants(root: int, running: dict[int, Process]) -> list[int]:
    """Return the processes that `root` started, and those that they started."""
    found, latest = [], [root]
    while latest:
        latest = [number for number, process in running.items() if process.parent in latest and number != root]
        found += latest
    return found


def most_memory(process: int) -> float:
    """Return the most memory that a process has had, in MB (VmHWM); 0 if it has ended."""
    return of_file(PROC / str(process) / "status", "VmHWM:")


def memory(process: int) -> float:
    """Return the memory of a process now, in MB; of what several share, its part (Pss). 0 if it has ended."""
    return of_file(PROC / str(process) / "smaps_rollup", "Pss:")


def of_file(path: Path, name: str) -> float:
    with suppress(OSError, ValueError):
        for line in path.read_text().splitlines():
            if line.startswith(name):
                return int(line.split()[1]) * 1024 / MB
    return 0.0


def machine_seconds() -> float | None:
    """Return the processor seconds of all processes since the machine was started, with those stolen from it."""
    with suppress(OSError):
        user, nice, system, _, _, irq, softirq, steal = (PROC / "stat").read_text().split()[1:9]
        return sum(map(int, (user, nice, system, irq, softirq, steal))) / TICK
    return None
