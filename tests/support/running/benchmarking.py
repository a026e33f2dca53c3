"""Access to the benchmarks for their tests: their modules on the path, and a Python with their imports to run them."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from projects import ROOT, forked, outside

sys.path.append(str(ROOT / "benchmarks"))

from harness import listing

FOLDER = ROOT / "benchmarks"
NAMES = listing.names()
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def small(name: str, to: Path, *more: str) -> subprocess.CompletedProcess:
    """Run a benchmark with --small; its tables go into the folder `to`."""
    arguments = [str(FOLDER / f"{name}.py"), *more, "--small", "--to", str(to)]
    call = {"folder": str(ROOT), "environment": outside() | ONE_THREAD, "arguments": arguments}
    return subprocess.CompletedProcess(arguments, **forked(call, "forked_benchmarks.py", *ONE_THREAD.items()))


def until(happens: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until `happens` returns true."""
    limit = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < limit
        time.sleep(0.02)
