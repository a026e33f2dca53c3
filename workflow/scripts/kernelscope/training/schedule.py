"""The schedule of a training: how many steps, how many snapshots, and how many images are evaluated at once."""

import math
from typing import NamedTuple

from kernelscope.models import layer_lists

EVALUATION_BATCH = 200
EVALUATED = 64_000_000  # numbers in the largest layer output of an evaluation batch at most, 256 MB


class Schedule(NamedTuple):
    """Steps, epochs, and the number of snapshots that remain at the end."""

    steps_per_epoch: int
    epochs: int
    snapshots: int

    @property
    def steps(self) -> int:
        """Return the number of steps of the whole training."""
        return self.steps_per_epoch * self.epochs


def planned(settings: dict, images: int) -> Schedule:
    """Return the schedule of a training with these settings (`training:` of the config) and number of images."""
    steps_per_epoch = math.ceil(images / settings["batch_size"])  # the last batch of an epoch may be smaller
    epochs = settings["epochs"] or math.ceil(settings["steps"] / steps_per_epoch)
    return Schedule(steps_per_epoch, epochs, settings["snapshots"])


def evaluation_batch(layers: list[dict], image: tuple[int, int, int]) -> int:
    """Return how many images (channels, rows, cols) are evaluated at once: fewer where layers have large outputs."""
    return max(1, min(EVALUATION_BATCH, EVALUATED // layer_lists.largest(layers, image)))
