"""Checks and settings before the first job: which Python the jobs use, and what would make them fail."""

import atexit
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import ExitStack
from functools import cache
from pathlib import Path

from experiment.config.schema import ConfigError
from experiment.plan.devices import GPUS
from experiment.plan.plan import Plan
from kernelscope.io import locks
from kernelscope.refusal import quoted, refuse

LOCK = ".lock"
LITTLE = 2**20  # bytes


def prepend_python_to_path() -> None:
    """Put this interpreter first on PATH, so that jobs use it without activation; conda environments go before it."""
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])


def mark_shared_cache(shared: bool) -> None:
    """Let trainings refuse images that were edited by hand: the hash of Snakemake's cache does not notice an edit."""
    os.environ["KERNELSCOPE_SHARED"] = "yes" if shared else ""


def check_writable(folder: Path) -> None:
    """Raise ConfigError unless the folder, or its nearest existing parent, is a folder that can be written to."""
    nearest = next(path for path in (folder.absolute(), *folder.absolute().parents) if os.path.lexists(path))
    if not nearest.is_dir():
        refuse(str(folder), f"{quoted(nearest.name)}, which is not a folder", "a folder for results", error=ConfigError)
    if not os.access(nearest, os.W_OK | os.X_OK):
        refuse(str(folder), "no permission to write there", "a folder that can be written to", error=ConfigError)


@cache
def lock_results(results: Path) -> None:
    """Keep every other Snakemake out of these results until this process ends, however it ends.

    Snakemake's own lock outlives a kill and has to be removed by hand; the default profile turns it off.
    """

    def refuse_busy(holder: str) -> None:
        raise ConfigError(f"{results}: {holder} is making these results; wait for it, or end it")

    until_the_end = ExitStack()
    until_the_end.enter_context(locks.held(results / LOCK, refuse_busy))
    atexit.register(until_the_end.close)


def full_disk(results: Path) -> str:
    """Return a line about a disk that is almost full, or "": the logs of failed jobs may have had no room to say so."""
    return f"{results}: no space left on the disk" if shutil.disk_usage(results).free < LITTLE else ""


def clamp_future_mtimes(paths: Iterable[Path]) -> None:
    """Set timestamps in the future, from a wrong clock, to now: Snakemake fails jobs that read such files."""
    now = time.time()
    for path in paths:
        if path.stat().st_mtime > now:
            os.utime(path, (now, now))


def check_gpu(plan: Plan) -> None:
    """Raise ConfigError if a training wants a GPU and torch can use none on this machine."""
    for device, module in GPUS.items():
        if device not in plan.devices:
            continue
        question = f"import sys, torch; sys.exit(0 if torch.{module}.is_available() else 3)"
        if subprocess.run([sys.executable, "-c", question], stderr=subprocess.DEVNULL, check=False).returncode == 3:
            got = f"{quoted(device)}, and torch finds no such GPU here"
            refuse("training.device", got, "auto or cpu", error=ConfigError)
