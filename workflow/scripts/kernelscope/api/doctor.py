"""Check what a machine lacks for kernelscope: one line for each thing, with what to do."""

import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from kernelscope.api import devices, workflow
from kernelscope.api.devices import NOTE, OK, WRONG, Check

LEAST_PYTHON, TESTED = (3, 11), ("3.11", "3.12", "3.13")
LIBRARIES = ("numpy", "scipy", "pillow", "matplotlib", "safetensors")
OPTIONAL = {"torch": "PyTorch files, models and the recorder", "h5py": "Keras files", "onnx": "ONNX files"}
TARGETS = {"h5py": "`make keras` or ", "onnx": "`make onnx` or "}  # in a clone
LEAST_DISK, LEAST_MEMORY = 2e9, 2e9  # bytes
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "firefox")


def checks(folder: Path) -> Iterator[Check]:
    """Yield all checks; `folder` is where results would go."""
    yield devices.system(platform.system())
    yield python(sys.version_info[:2])
    yield from packages()
    yield from devices.pytorch()
    yield fonts()
    yield ffmpeg()
    yield browser()
    yield disk(shutil.disk_usage(folder).free)
    yield memory(available())
    yield cores(usable_cores())
    yield writing(folder)
    yield clone(workflow.is_here())


def report(found: list[Check]) -> str:
    """Return the checks as lines."""
    return "\n".join(f"{check.state:<5} {check.text}" for check in found)


def python(version: tuple[int, int]) -> Check:
    """Check the version of Python."""
    words = ".".join(map(str, version))
    if version < LEAST_PYTHON:
        return Check(WRONG, f"Python {words}: install Python {TESTED[-1]}, then `make clean-env` and `make`")
    if words not in TESTED:
        return Check(NOTE, f"Python {words}: tested are {', '.join(TESTED)}")
    return Check(OK, f"Python {words}")


def packages() -> Iterator[Check]:
    """Check that the packages are there, in a clone with the versions of its lock file."""
    pinned = workflow.pins()
    names = {**dict.fromkeys(pinned or LIBRARIES)}
    missing = [name for name in names if installed(name) is None]
    other = [
        f"{name} {found} instead of {pinned[name]}"
        for name in pinned
        if (found := installed(name)) and found.split("+")[0] != pinned[name]
    ]
    remedy = "`make` installs them" if pinned else "`pip install .` in a clone installs them"
    if missing:
        yield Check(WRONG, f"packages missing: {', '.join(missing)}; {remedy}")
    if other:
        yield Check(NOTE, f"packages of another version: {', '.join(other)}; {remedy}")
    if not missing and not other:
        yield Check(OK, f"{len(names)} packages")
    for name, use in OPTIONAL.items():
        if name not in names and installed(name) is None:
            yield Check(
                NOTE, f"no {name}, which {use} need; {TARGETS.get(name, '') * bool(pinned)}`pip install {name}`"
            )


def installed(name: str) -> str | None:
    """Return the version of an installed package; None if it is missing."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def fonts() -> Check:
    """Check that figures find their font."""
    try:
        from matplotlib import font_manager

        name = font_manager.FontProperties(family="DejaVu Sans")
        return Check(OK, f"font {Path(font_manager.findfont(name, fallback_to_default=False)).name}")
    except (ImportError, ValueError):
        return Check(WRONG, "no font DejaVu Sans, which figures need; install matplotlib again")


def ffmpeg() -> Check:
    """Check that movies can be written."""
    try:
        import imageio_ffmpeg

        path = imageio_ffmpeg.get_ffmpeg_exe()
        done = subprocess.run([path, "-version"], capture_output=True, check=False, timeout=60)
    except ImportError:
        return Check(NOTE, "no imageio-ffmpeg, which movies need; the workflow installs it")
    except (RuntimeError, OSError, subprocess.TimeoutExpired) as error:
        return Check(WRONG, f"ffmpeg does not run ({' '.join(str(error).split())[:100]}); install imageio-ffmpeg again")
    if done.returncode:
        return Check(WRONG, f"ffmpeg ends with status {done.returncode}; install imageio-ffmpeg again")
    return Check(OK, "ffmpeg")


def browser() -> Check:
    """Check that there is a browser for the page; there may be one on another machine."""
    found = next(filter(shutil.which, BROWSERS), None)
    if found is None:
        return Check(NOTE, "no browser found; open pages on another machine, each is one file")
    return Check(OK, f"browser {found}")


def disk(free: float) -> Check:
    """Check the free bytes where results go."""
    words = f"{free / 1e9:.1f} GB of disk free"
    return Check(OK, words) if free >= LEAST_DISK else Check(WRONG, f"{words}: make room for {LEAST_DISK / 1e9:.0f} GB")


def available() -> float | None:
    """Return the available bytes of memory; None if the system does not say."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) * 1024.0 for line in lines if line.startswith("MemAvailable"))
    except (OSError, StopIteration, ValueError):
        return None


def memory(free: float | None) -> Check:
    """Check the available bytes of memory."""
    if free is None:
        return Check(NOTE, "memory: the system does not say how much is available")
    words = f"{free / 1e9:.1f} GB of memory available"
    if free < LEAST_MEMORY:
        return Check(WRONG, f"{words}: close other programs, or run fewer jobs at once with `make CORES=1`")
    return Check(OK, words)


def usable_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def cores(count: int) -> Check:
    """Check the number of cores."""
    slow = "1 core: the default experiment takes about twice as long as on two"
    return Check(NOTE, slow) if count == 1 else Check(OK, f"{count} cores")


def writing(folder: Path) -> Check:
    """Check that files can be written where results go."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return Check(OK, f"files can be written in {folder}")
    except OSError as error:
        return Check(WRONG, f"no file can be written in {folder} ({error.strerror}): choose a folder of your own")


def clone(is_here: bool) -> Check:
    """Check whether the workflow is beside the package."""
    if is_here:
        return Check(OK, f"workflow in {workflow.ROOT}")
    return Check(NOTE, f"the package without the workflow: {', '.join(workflow.SCRIPTS)} need a clone")
