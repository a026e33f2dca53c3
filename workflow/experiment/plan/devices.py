"""GPUs that trainings take, as far as a plan can say without torch, whose import takes seconds."""

import platform
import sys
from pathlib import Path

GPUS = {"cuda": "cuda", "mps": "backends.mps"}  # device -> the module of torch that knows it


def gpus(device: str) -> int:
    """Return how many GPUs a training takes, so that no two share one."""
    if device == "auto":
        return int(Path("/dev/nvidia0").exists() or (sys.platform, platform.machine()) == ("darwin", "arm64"))
    return int(device in GPUS)
