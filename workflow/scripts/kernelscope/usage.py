"""What a job takes of time and memory, measured by itself: Snakemake's `benchmark:` looks at the processes that it
started, and those have the work done by others (experiment/preload.py)."""

import os
import resource
import sys
import time
from typing import NamedTuple

from kernelscope import files

KILOBYTES = 2**20 if sys.platform == "darwin" else 2**10  # in a MB, in what the system counts in
COLUMNS = ("s", "cpu_time", "max_rss")  # named as those of a benchmark file


class Clocks(NamedTuple):
    """Seconds on the wall and of the processor, with those of encoders that were started and have ended."""

    wall: float
    processor: float


def now() -> Clocks:
    return Clocks(time.perf_counter(), time.process_time() + sum(os.times()[2:4]))


def peak_memory() -> float:
    """MB of this process at its largest, and of the largest that it started."""
    kinds = resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN
    return sum(resource.getrusage(kind).ru_maxrss for kind in kinds) / KILOBYTES


def write(path: str, since: Clocks) -> None:
    """A table with one row, separated by tabs: seconds, seconds of the processor, MB."""
    took = (b - a for a, b in zip(since, now(), strict=True))
    numbers = "\t".join(f"{number:.4f}" for number in (*took, peak_memory()))
    with files.atomic(path) as temporary:
        temporary.write_text("\t".join(COLUMNS) + f"\n{numbers}\n")
