"""Settings of the measurements (settings.toml): the tiers of the tests, and the modules with mutants to kill."""

import argparse
import os
import platform
import subprocess
import time
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
LIBRARY = Path("workflow/scripts/kernelscope")
READ = tomllib.loads(Path(__file__).with_name("settings.toml").read_text())
TIERS: dict[str, list[str]] = READ["tiers"]
CORE = {module: subject for subject, modules in READ["core"].items() for module in modules}


def commit() -> str:
    """Return the commit that is measured, with a mark if files have changed since."""
    line = ["git", "describe", "--always", "--dirty", "--exclude=*"]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def header(command: str, cores: int, minutes: float) -> str:
    """Return in words what was measured, when, where, and how long it took."""
    where = f"{cores} of {os.cpu_count()} cores, load {os.getloadavg()[2]:.1f}, Python {platform.python_version()}"
    return f"`{command}` at {commit()}, {time.strftime('%Y-%m-%d')}, {where}, {minutes:.0f} minutes."


def positive(text: str) -> int:
    """Return the positive number of an option; with 0, mutmut would try every mutant."""
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"got {text!r}, expected a whole number of at least 1")
    return int(text)


def absolute(text: str) -> Path:
    return Path(text).absolute()
