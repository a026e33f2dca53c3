"""The benchmarks for their tests: their modules on the path, and a Python with their imports that runs them."""

import atexit
import json
import subprocess
import sys
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
