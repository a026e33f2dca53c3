"""The output of a start of Snakemake, and the files that it writes."""

import os
import subprocess
from pathlib import Path

from configs import LONGEST_LINE

OWN = (".snakemake", "__pycache__")  # folders of Snakemake and of Python
USUAL = ("Using workflow specific profile", "Config file /")


def files(folder: Path, besides: tuple[str, ...] = OWN) -> dict[Path, tuple]:
    """Return the size and timestamp of every file and folder."""
    states = {}
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in besides]
        for path in (Path(place, name) for name in (*names, *folders)):
            status = path.lstat()
            states[path] = () if path.is_dir() else (status.st_size, status.st_mtime_ns)
    return states


def refusal(done: subprocess.CompletedProcess) -> list[str]:
    """Return the lines with which this workflow, or else Snakemake itself, refuses a config."""
    assert done.returncode == 1
    text = done.stdout + done.stderr
    assert "Traceback" not in text, text
    assert ".smk" not in text, text  # nor Snakemake's own kind of traceback
    lines = [line for line in text.splitlines() if not line.startswith(USUAL)]
    ours = [line for line in lines if line.startswith("kernelscope: ")]
    words = ours or [line for line in lines if line not in ("", "WorkflowError:")]
    assert all(line.isprintable() and len(line) < LONGEST_LINE for line in words), words
    return words
