"""What a training leaves behind: kernel snapshots, a row of history per epoch, and how the training ended."""

import math
import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch

from kernelscope.io import names
from kernelscope.training import losses
from kernelscope.training.failures import failure
from kernelscope.training.schedule import Schedule
from kernelscope.training.snapshot_buffer import SnapshotBuffer

MEASURES = ("loss", "accuracy", "within")
Answers = tuple[torch.Tensor, torch.Tensor]


class Trained(NamedTuple):
    """The results of a training; every array is float32, except the steps (int64)."""

    snapshots: dict[str, np.ndarray]  # arrays of snapshots.npz
    history: list[dict]  # rows of history.csv
    summary: dict  # outcome for run.json


class Recorder:
    """Record a training: its snapshots, its history, and its summary.

    The training scores are measured on the same sample of training images after every epoch, and on all training images
    at the end. `Answers` are the network's current outputs (n, outputs) for some images, with the labels (n,) of these
    images.

    Parameters
    ----------
    schedule : the schedule of the training
    loss : name of the loss
    first : the untrained weights, `<layer>.weight` and so on
    report : receives one line per epoch
    class_weights : from `losses.class_weights`
    """

    def __init__(
        self,
        schedule: Schedule,
        loss: str,
        first: dict[str, np.ndarray],
        report: Callable[[str], None],
        class_weights: torch.Tensor | None = None,
    ):
        self.schedule, self.loss, self.first, self.report = schedule, loss, first, report
        self.class_weights, self.largest_class_share = class_weights, math.nan
        self.snapshots = SnapshotBuffer(schedule.snapshots)
        self.history: list[dict] = []
        self.started, self.first_step = time.monotonic(), 0

    def resume(self, step: int, arrays: dict[str, np.ndarray], history: list[dict], resolution: float) -> None:
        """Continue after `step`, with the arrays, history and resolution of the checkpoint written then."""
        self.first = {name: arrays[f"first/{name}"] for name in self.first}
        self.history, self.first_step = history, step
        self.snapshots.resume(arrays["steps"].tolist(), names.below(names.KERNELS, arrays), resolution)
        self.report(
            f"resumed after step {step} of {self.schedule.steps}, epoch {step / self.schedule.steps_per_epoch:.2f}"
        )

    def epoch_ends(self, step: int, epoch: int, of_sample: Answers, of_test_set: Answers) -> bool:
        """Add a row of history and report progress; return whether to continue: not after the end or without a loss."""
        train, test = self.scores(*of_sample), self.scores(*of_test_set)
        self.largest_class_share = float(of_test_set[1].bincount().max() / len(of_test_set[1]))
        row = {"step": step, "epoch": epoch}
        for measure in MEASURES:
            row |= {f"train_{measure}": train[measure], f"test_{measure}": test[measure]}
        self.history.append(row)
        self.report(self.progress(row))
        return math.isfinite(train["loss"]) and step < self.schedule.steps

    def progress(self, row: dict) -> str:
        """Return the line of progress for a row of history."""
        line = (
            f"epoch {row['epoch']}/{self.schedule.epochs}  "
            f"loss {row['train_loss']:.4f} train, {row['test_loss']:.4f} test  "
            f"accuracy {100 * row['train_accuracy']:.1f} % train, {100 * row['test_accuracy']:.1f} % test"
        )
        return line + (self.left(row["step"]) if row["step"] else "  (untrained)")

    def left(self, step: int) -> str:
        """Return the estimated time left in words; "" at the step where this process started."""
        done = step - self.first_step
        if not done:
            return ""
        seconds = (time.monotonic() - self.started) / done * (self.schedule.steps - step)
        return f"  {seconds:.0f} s left"

    def scores(self, outputs: torch.Tensor, labels: torch.Tensor) -> dict:
        """Return the scores of outputs, moving the labels to their device."""
        weights = None if self.class_weights is None else self.class_weights.to(outputs.device)
        return losses.scores(self.loss, outputs, labels.to(outputs.device), weights)

    def trained(
        self, weights: dict[str, np.ndarray], outputs: torch.Tensor, labels: torch.Tensor, responses: dict
    ) -> Trained:
        """Return the results of the training; the last row of history is scored on all training images.

        Parameters
        ----------
        weights : the current weights
        outputs, responses : what `networks.evaluate` returns for all training images
        labels : (n,) of the training images
        """
        train, labels = self.scores(outputs, labels), labels.cpu().numpy()
        *rows, last = self.history
        last = last | {f"train_{measure}": train[measure] for measure in MEASURES}
        balance = None if self.class_weights is None else self.class_weights.cpu().numpy()
        constant = losses.constant_loss(self.loss, labels, int(labels.max()) + 1, balance)
        dead = [name for name, response in responses.items() if (response <= 0).all()]
        never = sorted(set(labels.tolist()) - set(outputs.argmax(1).tolist()))
        label = failure([*rows, last], constant, dead, never)
        summary = {
            "train": train,
            "test": {measure: last[f"test_{measure}"] for measure in MEASURES},
            "failure": label,
            "never_predicted": never,
            "constant_predictor_loss": constant,
            "largest_class_share": self.largest_class_share,
            "parameters": sum(
                weight.size for name, weight in self.first.items() if name.endswith((".weight", ".bias"))
            ),
            "largest_responses": {name: [float(r) for r in response] for name, response in responses.items()},
        }
        history = [row | {"failure": ""} for row in rows] + [last | {"failure": label}]
        return Trained(self.arrays(weights), history, summary)

    def arrays(self, weights: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Return the arrays of snapshots.npz, with the current weights as `last/`."""
        steps = np.array(self.snapshots.steps, np.int64)
        arrays = {"steps": steps, "epochs": (steps / self.schedule.steps_per_epoch).astype(np.float32)}
        arrays |= {f"kernels/{name}": bank for name, bank in self.snapshots.stacked().items()}
        arrays |= {f"first/{name}": value for name, value in self.first.items()}
        return arrays | {f"last/{name}": value for name, value in weights.items()}
