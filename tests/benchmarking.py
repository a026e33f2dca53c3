"""The benchmarks for their tests: their modules on the path, and a Python with their imports that runs them."""

import atexit
import json
import subprocess
import sys
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

from projects import ROOT, outside

sys.path.append(str(ROOT / "benchmarks"))

from harness import listing

FOLDER = ROOT / "benchmarks"
NAMES = listing.names()


@cache
def server() -> subprocess.Popen:
    pipe = subprocess.PIPE
    environment = outside() | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    command = [sys.executable, ROOT / "tests" / "forked_benchmarks.py"]
    started = subprocess.Popen(command, stdin=pipe, stdout=pipe, env=environment, text=True)
    atexit.register(started.communicate)  # ends it
    return started


def small(name: str, to: Path, *more: str) -> subprocess.CompletedProcess:
    """Run a benchmark with --small; its tables go into the folder `to`."""
    arguments = [str(FOLDER / f"{name}.py"), *more, "--small", "--to", str(to)]
    environment = outside() | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    call = {"folder": str(ROOT), "environment": environment, "arguments": arguments}
    server().stdin.write(json.dumps(call) + "\n")
    server().stdin.flush()
    return subprocess.CompletedProcess(arguments, **json.loads(server().stdout.readline()))


def until(happens: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for something to happen."""
    limit = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < limit
        time.sleep(0.02)
