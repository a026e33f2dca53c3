"""Processes as Linux reports them in /proc: their parents, processor seconds and memory."""

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
    """Return all running processes and zombies by number; empty without /proc."""
    running = {}
    for path in PROC.glob("[0-9]*/stat"):
        with suppress(OSError):
            words = path.read_text(errors="replace").rpartition(")")[2].split()
            used, system, children, children_system = (int(word) / TICK for word in words[11:15])
            running[int(path.parent.name)] = Process(int(words[1]), used + system, children + children_system)
    return running


def descendants(root: int, running: dict[int, Process]) -> list[int]:
    """Return the descendants of the process `root`."""
    below, latest = [], [root]
    while latest:
        latest = [number for number, process in running.items() if process.parent in latest and number != root]
        below += latest
    return below


def most_memory(process: int) -> float:
    """Return the peak memory of a process in MB (VmHWM); 0 if it has ended."""
    return of_file(PROC / str(process) / "status", "VmHWM:")


def memory(process: int) -> float:
    """Return the current memory of a process in MB, with its share of shared pages (Pss); 0 if it has ended."""
    return of_file(PROC / str(process) / "smaps_rollup", "Pss:")


def of_file(path: Path, name: str) -> float:
    with suppress(OSError, ValueError):
        for line in path.read_text().splitlines():
            if line.startswith(name):
                return int(line.split()[1]) * 1024 / MB
    return 0.0


def machine_seconds() -> float | None:
    """Return the processor seconds of all processes since boot, including stolen time; None without /proc."""
    with suppress(OSError):
        user, nice, system, _, _, irq, softirq, steal = (PROC / "stat").read_text().split()[1:9]
        return sum(map(int, (user, nice, system, irq, softirq, steal))) / TICK
    return None
