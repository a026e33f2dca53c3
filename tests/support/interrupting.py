"""Trainings that are interrupted at a chosen step, and their results."""

from kernelscope.training import trainer
from kernelscope.training.checkpoints import Checkpoints


class Killed(Exception):
    pass


class Interrupting(Checkpoints):
    """Checkpoints that are written after every step, and end the training after the checkpoint of step `at`."""

    def __init__(self, path, key="key", at=None):
        super().__init__(path, key)
        self.at, self.sizes = at, []

    def due(self, size):
        self.sizes.append(size)
        return True

    def write(self, arrays, progress):
        super().write(arrays, progress)
        if progress["step"] == self.at:
            raise Killed


def bits(trained: trainer.Trained):
    """Return all results of a training in a comparable form, in which NaN equals NaN."""
    arrays = [(name, array.dtype, array.shape, array.tobytes()) for name, array in trained.snapshots.items()]
    return arrays, repr(trained.history), repr(trained.summary)
