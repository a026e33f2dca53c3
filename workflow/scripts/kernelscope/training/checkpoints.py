"""Checkpoints: the state of a training in a file beside its artifacts, until these are complete and recorded.

They are written often enough that a kill loses little, and rarely enough that they cost little.
"""

import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from kernelscope.io import array_files, files

SHARE = 0.01  # of the training time may be spent on checkpoints
LEAST = 1.0  # seconds between two checkpoints
RATE, DELAY = 100e6, 0.01  # assumed bytes per second and seconds per file, until a write has been timed


class Checkpoints:
    """Write and read the checkpoints of one training at `path`.

    `key` identifies what is trained; a checkpoint with another key is ignored. With an empty `key`, nothing is written
    or read.
    """

    def __init__(self, path: Path, key: str, clock: Callable[[], float] = time.monotonic):
        self.path, self.key, self.clock = path, key, clock
        self.last, self.cost = clock(), None

    def due(self, size: int) -> bool:
        """Return whether it is time for the next checkpoint, which would take about `size` bytes."""
        passed = self.clock() - self.last
        if not self.key or passed < LEAST:
            return False
        return passed * SHARE >= (size / RATE + DELAY if self.cost is None else self.cost)

    def write(self, arrays: dict[str, np.ndarray], progress: dict) -> None:
        """Write arrays and `progress`, which may be anything that JSON can hold, including NaN."""
        started = self.clock()
        text = np.array(json.dumps({"key": self.key, "progress": progress}))
        with files.atomic(self.path) as temporary:
            np.savez(temporary, allow_pickle=False, progress=text, **arrays)
        self.last = self.clock()
        self.cost = self.last - started

    def read(self) -> tuple[dict[str, np.ndarray], dict] | None:
        """Return arrays and progress of the last checkpoint.

        None if there is no checkpoint, or if it is damaged or belongs to another training.
        """
        if not self.key:
            return None
        try:
            with self.path.open("rb") as handle:
                arrays = array_files.arrays_of(handle, self.path)
            content = json.loads(str(arrays.pop("progress")))
            return (arrays, content["progress"]) if content["key"] == self.key else None
        except (OSError, ValueError, KeyError, TypeError):
            return None
