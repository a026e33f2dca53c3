"""What is settled before the first job starts: which Python the jobs use, and what is known to fail."""

import os
import subprocess
import sys
from pathlib import Path

from experiment.schema import ConfigError


def own_python_first() -> None:
    """Let jobs find this Python as `python` even where its environment is not activated (conda goes before it)."""
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])


def check_writable(folder: Path) -> None:
    """The folder, or the nearest one above it that is there, must be a folder that can be written to."""
    nearest = next(path for path in (folder.absolute(), *folder.absolute().parents) if os.path.lexists(path))
    if not nearest.is_dir():
        raise ConfigError(f"{folder}: {nearest.name} is not a folder, so no result can be written there")
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise ConfigError(f"{folder}: no permission to write there")


def check_gpu(experiment) -> None:
    """Raise ConfigError where a training wants a GPU and this machine has none that torch can use."""
    if "cuda" not in experiment.devices:
        return
    question = "import sys, torch; sys.exit(0 if torch.cuda.is_available() else 3)"
    if subprocess.run([sys.executable, "-c", question], stderr=subprocess.DEVNULL, check=False).returncode == 3:
        raise ConfigError("training.device: found 'cuda', and torch finds no GPU on this machine; allowed here: cpu")
