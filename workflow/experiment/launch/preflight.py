"""What is settled before the first job starts: which Python the jobs use, and what is known to fail."""

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

LOCK = ".lock"
LITTLE = 2**20  # bytes


def prepend_python_to_path() -> None:
    """Let jobs find this Python as `python` even where its environment is not activated (conda goes before it)."""
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])


def mark_shared_cache(shared: bool) -> None:
    """Let trainings refuse images that were changed by hand: the hash of Snakemake's cache does not see them."""
    os.environ["KERNELSCOPE_SHARED"] = "yes" if shared else ""


def check_writable(folder: Path) -> None:
    """The folder, or the nearest one above it that is there, must be a folder that can be written to."""
    nearest = next(path for path in (folder.absolute(), *folder.absolute().parents) if os.path.lexists(path))
    if not nearest.is_dir():
        raise ConfigError(f"{folder}: {nearest.name} is not a folder, so no result can be written there")
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise ConfigError(f"{folder}: no permission to write there")


@cache
def lock_results(results: Path) -> None:
    """Keep every other Snakemake out of these results until this process ends, however it ends.

    Snakemake's own lock outlives a kill and then has to be taken away by hand; the default profile turns it off.
    """

    def refuse(holder: str) -> None:
        raise ConfigError(f"{results}: {holder} is making these results; wait for it, or end it")

    until_the_end = ExitStack()
    until_the_end.enter_context(locks.held(results / LOCK, refuse))
    atexit.register(until_the_end.close)


def report_full_disk(results: Path) -> None:
    """Say it where the disk is as good as full: the logs of the jobs that failed may have had no room for it."""
    if shutil.disk_usage(results).free < LITTLE:
        print(f"kernelscope: {results}: no space left on the disk", file=sys.stderr)


def clamp_future_mtimes(paths: Iterable[Path]) -> None:
    """Give files from the future, where a clock was wrong, the date of now: Snakemake fails jobs that read them."""
    now = time.time()
    for path in paths:
        if path.stat().st_mtime > now:
            os.utime(path, (now, now))


def check_gpu(plan: Plan) -> None:
    """Raise ConfigError where a training wants a GPU and this machine has none that torch can use."""
    for device, module in GPUS.items():
        if device not in plan.devices:
            continue
        question = f"import sys, torch; sys.exit(0 if torch.{module}.is_available() else 3)"
        if subprocess.run([sys.executable, "-c", question], stderr=subprocess.DEVNULL, check=False).returncode == 3:
            raise ConfigError(
                f"training.device: found {device!r}, and torch finds no such GPU here; allowed here: auto, cpu"
            )
