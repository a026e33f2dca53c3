"""What the callbacks for trainers share: a recorder that follows the step counter of a trainer."""

import math
from pathlib import Path

from kernelscope.recording.recorder import Recorder


class Following:
    """The recorder of a training, made when it begins, with the counter of the trainer.

    Parameters
    ----------
    folder : path
    settings : dict
        Further arguments of Recorder.
    """

    def __init__(self, folder: str | Path, settings: dict):
        self.folder, self.settings = Path(folder), settings
        self.recorder: Recorder | None = None
        self.before = 0  # the step of the trainer when it was last asked

    def begin(self, model, optimizer, step: int, why: str = "") -> None:
        """Make the recorder; `step` is the present step of the trainer, `why` the reason if there is no optimizer."""
        self.recorder = Recorder(model, self.folder, optimizer=optimizer, start=step, **self.settings)
        if optimizer is None and self.recorder.is_open:
            self.recorder.coefficients.reasons = dict.fromkeys(self.recorder.coefficients.reasons, why)
        self.before = step

    def follow(self, step: int) -> None:
        """Count the steps of the trainer since the last call."""
        if self.recorder is not None and step > self.before:
            self.recorder.step(step - self.before)
            self.before = step

    def log(self, values: dict) -> None:
        """Log what is a number among the values of a trainer, with names that a column can have."""
        numbers = {column(name): value for name, value in values.items() if is_number(value)}
        if self.recorder is not None and numbers:
            self.recorder.log(**numbers)

    def save(self) -> None:
        """Write everything, as when a checkpoint is saved."""
        if self.recorder is not None:
            self.recorder.save()

    def end(self, finished: bool = True) -> None:
        """Close the recorder."""
        if self.recorder is not None:
            self.recorder.close(finished)


def is_number(value: object) -> bool:
    """Return whether a value is a number, or an array or a tensor that holds one."""
    try:
        return not isinstance(value, str | bool) and not math.isnan(float(value) * 0 + 1)
    except (TypeError, ValueError, RuntimeError):
        return False


def column(name: str) -> str:
    """Return the name of a value as that of a column: `train/loss` as `train_loss`."""
    return "step_of_trainer" if name == "step" else name.replace("/", "_")
