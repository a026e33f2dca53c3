"""The schedule of a training: how many steps, and how many snapshots."""

import math
from typing import NamedTuple


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
