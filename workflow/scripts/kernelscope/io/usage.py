"""What a job takes of time and memory, measured by itself: Snakemake's `benchmark:` looks at the processes that it
started, and those have the work done by others (experiment/launch/preload.py)."""

import os
import resource
import sys
import time
from pathlib import Path
from typing import NamedTuple

from kernelscope.io import files

KILOBYTES = 2**20 if sys.platform == "darwin" else 2**10  # in a MB, in what the system counts in
STATUS = Path("/proc/self/status")
COLUMNS = ("s", "cpu_time", "max_rss")  # named as those of a benchmark file


class Clocks(NamedTuple):
    """Seconds on the wall and of the processor, with those of encoders that were started and have ended."""

    wall: float
    processor: float


def now() -> Clocks:
    return Clocks(time.perf_counter(), time.process_time() + sum(os.times()[2:4]))


def peak_memory() -> float:
    """MB of this process and of the largest that it started, each at its largest; the second is too much where it
    began as a copy of this one and stayed smaller.

    Linux keeps what the program before this one took, in the same process, in the one number and not in the other.
    """
    started = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if STATUS.exists():
        own = next(int(line.split()[1]) for line in STATUS.read_text().splitlines() if line.startswith("VmHWM:"))
    return (own + started) / KILOBYTES


def write(path: str, since: Clocks) -> None:
    """A table with one row, separated by tabs: seconds, seconds of the processor, MB."""
    took = (b - a for a, b in zip(since, now(), strict=True))
    numbers = "\t".join(f"{number:.4f}" for number in (*took, peak_memory()))
    with files.atomic(path) as temporary:
        temporary.write_text("\t".join(COLUMNS) + f"\n{numbers}\n")
