"""The state of a training, kept in a file beside its artifacts until they are complete and known to be.

Written often enough that a kill loses little, and seldom enough that it costs little.
"""

import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from kernelscope.io import array_files, files

SHARE = 0.01  # of the time of a training that goes into its checkpoints
LEAST = 1.0  # seconds between two of them
RATE, DELAY = 100e6, 0.01  # bytes per second and seconds per file, until the first one was timed


class Checkpoints:
    """The checkpoints of one training in `path`. `key` says what it trains; a checkpoint with another key is ignored.

    With an empty `key` there are none.
    """

    def __init__(self, path: Path, key: str, clock: Callable[[], float] = time.monotonic):
        self.path, self.key, self.clock = path, key, clock
        self.last, self.cost = clock(), None

    def due(self, size: int) -> bool:
        """Whether enough time has passed since the last one; `size` is about how many bytes it would take."""
        passed = self.clock() - self.last
        if not self.key or passed < LEAST:
            return False
        return passed * SHARE >= (size / RATE + DELAY if self.cost is None else self.cost)

    def write(self, arrays: dict[str, np.ndarray], progress: dict) -> None:
        """`progress` is whatever JSON can hold, NaN included."""
        started = self.clock()
        text = np.array(json.dumps({"key": self.key, "progress": progress}))
        with files.atomic(self.path) as temporary:
            np.savez(temporary, allow_pickle=False, progress=text, **arrays)
        self.last = self.clock()
        self.cost = self.last - started

    def read(self) -> tuple[dict[str, np.ndarray], dict] | None:
        """Arrays and progress of the last checkpoint; None where there is none that is whole and of this training."""
        if not self.key:
            return None
        try:
            with self.path.open("rb") as handle:
                arrays = array_files.arrays_of(handle, self.path)
            content = json.loads(str(arrays.pop("progress")))
            return (arrays, content["progress"]) if content["key"] == self.key else None
        except (OSError, ValueError, KeyError, TypeError):
            return None
