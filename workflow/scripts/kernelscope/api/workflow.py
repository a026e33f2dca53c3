"""The commands that need the workflow, which a clone has beside the package: they run there, with its environment."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

from kernelscope.refusal import refuse

ROOT = Path(__file__).resolve().parents[4]  # of a clone
SCRIPTS = {  # command -> what runs, below workflow/
    "verify": ("results.py", "verify"),
    "clean": ("results.py", "clean"),
    "trace": ("results.py", "trace"),
    "plan": ("check.py",),
    "watch": ("watch.py",),
    "images": (),
    "page": (),
}
PIN = re.compile(r"^ +- (\S+)==(\S+)$", re.MULTILINE)  # in envs/environment.yaml; without those of some systems
REMEDY = "clone the project, run `make` there once, and use .venv/bin/kernelscope"


def is_here() -> bool:
    """Return whether the workflow is beside the package."""
    return (ROOT / "Snakefile").is_file() and (ROOT / "Makefile").is_file()


def pins() -> dict[str, str]:
    """Return the packages that every user of a clone gets on every system, with their versions."""
    path = ROOT / "envs/environment.yaml"
    text = path.read_text(encoding="utf-8") if is_here() and path.is_file() else ""
    return dict(PIN.findall(text))


def check_is_here(command: str) -> None:
    """Raise an error in one line if there is no workflow."""
    if not is_here():
        refuse(command, "the package without the workflow", "a clone of the project", REMEDY)


def run(command: str, *words: str) -> NoReturn:
    """Become the script of a command, in the folder of the clone; names of files must be absolute."""
    check_is_here(command)
    name, *first = SCRIPTS[command]
    become([sys.executable, str(ROOT / "workflow" / name), *first, *words])


def make(config: Path) -> NoReturn:
    """Become `make`, which checks a config file and runs its experiment."""
    become(making(config))


def made(config: Path) -> int:
    """Run `make` on a config file, and return its exit status."""
    sys.stdout.flush()
    return subprocess.run(making(config), cwd=ROOT, check=False).returncode


def making(config: Path) -> list[str]:
    """Return the words of `make` on a config file."""
    return ["make", "--no-print-directory", f"CONFIG={config}", "main"]


def become(words: list[str]) -> NoReturn:
    """Replace this process by another, so that signals and the exit status are its own."""
    sys.stdout.flush()
    os.chdir(ROOT)
    os.execvp(words[0], words)
