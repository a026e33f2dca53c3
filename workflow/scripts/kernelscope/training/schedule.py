"""When a training does what; made once, and the same for all that take part in it."""

import math
from typing import NamedTuple

from kernelscope.training.snapshot_steps import snapshot_steps


class Schedule(NamedTuple):
    """`snapshots`: the steps after which the kernels are kept, 0 among them."""

    steps_per_epoch: int
    epochs: int
    snapshots: frozenset[int]

    @property
    def steps(self) -> int:
        return self.steps_per_epoch * self.epochs


def planned(settings: dict, images: int) -> Schedule:
    """The schedule of a training by `settings` (the whole of `training:` in the config) on so many images."""
    steps_per_epoch = math.ceil(images / settings["batch_size"])  # the last batch of an epoch may be smaller
    epochs = settings["epochs"] or math.ceil(settings["steps"] / steps_per_epoch)
    snapshots = snapshot_steps(steps_per_epoch * epochs, settings["snapshots"])
    return Schedule(steps_per_epoch, epochs, frozenset(snapshots.tolist()))
