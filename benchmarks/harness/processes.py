"""Commands with all processes that they start: their cost, and the guarantee that none outlives the benchmark."""

import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from harness import BENCHMARKS, load
from harness.judging import Cell, Unreported


class Run(NamedTuple):
    """The cost and output of a command; memory as in supervisor.py."""

    status: int
    seconds: float  # of wall time
    largest: Cell  # MB of the largest process
    together: Cell  # MB of all processes at the same time
    text: str  # its output


EVERY = 0.2  # seconds between two samples
PATIENCE = 10.0  # seconds that other processes may outlive the command
GRACE = 5.0  # seconds that a command has to end after SIGTERM; a benchmark passes it on to its own commands


def run(command: list[str], folder: Path, quiet: bool = True, grace: float = GRACE, every: float = EVERY) -> Run:
    """Run a command in a folder; wait for it and for all its descendants, which are sampled every `every` seconds.

    Processes left behind are killed, and raise SystemExit. All descendants end with this process.
    """
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryDirectory() as name:
        output, result = Path(name, "said"), Path(name, "result")
        call = {"command": [*map(str, command)], "folder": str(folder.resolve()), "result": str(result)}
        call |= {"said": str(output) if quiet else None, "grace": grace, "every": every, "patience": PATIENCE}
        waited = children_seconds()
        line = [sys.executable, "-m", "harness.supervisor", json.dumps(call)]
        with subprocess.Popen(line, cwd=BENCHMARKS, env=environment, stdin=subprocess.PIPE) as supervisor:
            try:
                supervisor.wait()
            finally:
                supervisor.stdin.close()  # ends the supervisor and all that it watches
                supervisor.wait()
        text = output.read_text(errors="replace") if quiet else ""
        if supervisor.returncode:
            sys.exit(f"{text}{' '.join(call['command'])}: its supervisor ended with {supervisor.returncode}")
        measured = json.loads(result.read_text())
    load.unseen += max(0.0, measured["cpu"] - (children_seconds() - waited))
    if measured["killed"]:
        sys.exit(f"{text}{' '.join(call['command'])}: left {measured['killed']} processes running")
    memory = (measured[name] or Unreported("this system has no /proc") for name in ("largest", "together"))
    return Run(measured["status"], measured["seconds"], *memory, text)


def finished(command: list[str], folder: Path) -> Run:
    """Run a command that must succeed; SystemExit with its output if it does not."""
    done = run(command, folder)
    if done.status:
        sys.exit(f"{done.text}{' '.join(map(str, command))}: exit status {done.status}")
    return done


def snakemake(folder: Path, cores: int, *arguments: str) -> Run:
    """Run Snakemake, which must succeed."""
    return finished([sys.executable, "-m", "snakemake", "--cores", str(cores), *arguments], folder)


def children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
