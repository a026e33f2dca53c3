"""Time and memory that a job uses, measured by the job itself.

Snakemake's `benchmark:` looks at the processes that Snakemake started, but a job runs in a process of the fork server
(experiment/launch/preload.py).
"""

import os
import resource
import sys
import time
from pathlib import Path
from typing import NamedTuple

from kernelscope.io import files

KILOBYTES = 2**20 if sys.platform == "darwin" else 2**10  # units of the system's count in a MB
STATUS = Path("/proc/self/status")
COLUMNS = ("s", "cpu_time", "max_rss")  # named as in a benchmark file


class Clocks(NamedTuple):
    """Wall time and processor time in seconds, including child processes that have ended, such as video encoders."""

    wall: float
    processor: float


def now() -> Clocks:
    """Read both clocks."""
    return Clocks(time.perf_counter(), time.process_time() + sum(os.times()[2:4]))


def peak_memory() -> float:
    """Return the peak memory of this process plus the peak of its largest child process, in MB.

    The second is too large if the child began as a copy of this process and stayed smaller. VmHWM is used because
    ru_maxrss of Linux includes a program that ran before in the same process.
    """
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    itself = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if STATUS.exists():
        itself = next(int(line.split()[1]) for line in STATUS.read_text().splitlines() if line.startswith("VmHWM:"))
    return (itself + children) / KILOBYTES


def write(path: str, since: Clocks) -> None:
    """Write a table with one row, separated by tabs: seconds, seconds of the processor, MB."""
    elapsed = (b - a for a, b in zip(since, now(), strict=True))
    numbers = "\t".join(f"{number:.4f}" for number in (*elapsed, peak_memory()))
    with files.atomic(path) as temporary:
        temporary.write_text("\t".join(COLUMNS) + f"\n{numbers}\n")
