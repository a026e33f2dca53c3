"""What a training leaves behind: snapshots of the kernels, a row of history an epoch, and how it ended."""

import math
import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch

from kernelscope.training import losses
from kernelscope.training.failures import failure
from kernelscope.training.schedule import Schedule

MEASURES = ("loss", "accuracy", "within")
Answers = tuple[torch.Tensor, torch.Tensor]


class Trained(NamedTuple):
    """What a training leaves behind; every array float32 but the steps."""

    snapshots: dict[str, np.ndarray]  # arrays of snapshots.npz
    history: list[dict]  # rows of history.csv
    summary: dict  # outcome for run.json


class Recorder:
    """Writes down what it is told of a training for a loss, by name; `report` gets one line an epoch.

    first: the untrained weights, `<layer>.weight` and so on. Answers are pairs: outputs (n, outputs) of the network now
    for some images, and the labels (n,) of these. Every epoch is scored on a sample of the training images, the same
    every time, the last state on all of them.
    """

    def __init__(self, schedule: Schedule, loss: str, first: dict[str, np.ndarray], report: Callable[[str], None]):
        self.schedule, self.loss, self.first, self.report = schedule, loss, first, report
        self.kernels: list[dict[str, np.ndarray]] = []
        self.steps: list[int] = []
        self.history: list[dict] = []
        self.started, self.first_step = time.monotonic(), 0

    def resume(self, step: int, arrays: dict[str, np.ndarray], history: list[dict]) -> None:
        """Go on after `step` with the `arrays` of then."""
        self.first = {name: arrays[f"first/{name}"] for name in self.first}
        self.steps, self.history, self.first_step = arrays["steps"].tolist(), history, step
        banks = {key.removeprefix("kernels/"): bank for key, bank in arrays.items() if key.startswith("kernels/")}
        self.kernels = [{name: bank[i] for name, bank in banks.items()} for i in range(len(self.steps))]
        self.report(
            f"resumed after step {step} of {self.schedule.steps}, epoch {step / self.schedule.steps_per_epoch:.2f}"
        )

    def keep(self, step: int, kernels: dict[str, np.ndarray]) -> None:
        """The kernels after a step, by layer; those of a step that is kept already are no others."""
        if self.steps[-1:] != [step]:
            self.steps.append(step)
            self.kernels.append(kernels)

    def epoch_ends(self, step: int, epoch: int, of_sample: Answers, of_test_set: Answers) -> bool:
        """Write a row of history and a line of progress; False if there is no use in going on."""
        train, test = self.scores(*of_sample), self.scores(*of_test_set)
        row = {"step": step, "epoch": epoch}
        for measure in MEASURES:
            row |= {f"train_{measure}": train[measure], f"test_{measure}": test[measure]}
        self.history.append(row)
        self.report(self.progress(row))
        return math.isfinite(train["loss"])

    def progress(self, row: dict) -> str:
        line = (
            f"epoch {row['epoch']}/{self.schedule.epochs}  "
            f"loss {row['train_loss']:.4f} train, {row['test_loss']:.4f} test  "
            f"accuracy {row['train_accuracy']:.1%} train, {row['test_accuracy']:.1%} test"
        )
        return line + (self.left(row["step"]) if row["step"] else "  (untrained)")

    def left(self, step: int) -> str:
        """The time that is left after a step, in words; nothing before the first step that was watched."""
        done = step - self.first_step
        if not done:
            return ""
        seconds = (time.monotonic() - self.started) / done * (self.schedule.steps - step)
        return f"  {seconds:.0f} s left"

    def scores(self, outputs: torch.Tensor, labels: torch.Tensor) -> dict:
        return losses.scores(self.loss, outputs, labels.to(outputs.device))

    def trained(
        self, weights: dict[str, np.ndarray], outputs: torch.Tensor, labels: torch.Tensor, responses: dict
    ) -> Trained:
        """Everything that the training leaves; the scores are those of the last row of its history.

        weights: those of now. outputs, responses: what networks.answers says of all training images.
        """
        train, labels = self.scores(outputs, labels), labels.cpu().numpy()
        *rows, last = self.history
        last = last | {f"train_{measure}": train[measure] for measure in MEASURES}
        constant = losses.constant_loss(self.loss, labels, int(labels.max()) + 1)
        dead = [name for name, response in responses.items() if (response <= 0).all()]
        never = sorted(set(labels.tolist()) - set(outputs.argmax(1).tolist()))
        label = failure([*rows, last], constant, dead, never)
        summary = {
            "train": train,
            "test": {measure: last[f"test_{measure}"] for measure in MEASURES},
            "failure": label,
            "never_predicted": never,
            "constant_predictor_loss": constant,
            "parameters": sum(of.size for name, of in self.first.items() if name.endswith((".weight", ".bias"))),
            "largest_responses": {name: [float(r) for r in response] for name, response in responses.items()},
        }
        history = [row | {"failure": ""} for row in rows] + [last | {"failure": label}]
        return Trained(self.arrays(weights), history, summary)

    def arrays(self, weights: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """The arrays of snapshots.npz with the weights of now."""
        steps = np.array(self.steps, np.int64)
        arrays = {"steps": steps, "epochs": (steps / self.schedule.steps_per_epoch).astype(np.float32)}
        arrays |= {f"kernels/{name}": np.stack([k[name] for k in self.kernels]) for name in self.kernels[0]}
        arrays |= {f"first/{name}": value for name, value in self.first.items()}
        return arrays | {f"last/{name}": value for name, value in weights.items()}
