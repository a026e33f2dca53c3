"""What a training leaves behind: snapshots of the kernels, a row of history an epoch, and how it ended."""

import math
import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch

from kernelscope import network as networks
from kernelscope import objectives
from kernelscope.batches import Images
from kernelscope.failures import failure
from kernelscope.snapshots import snapshot_steps

MEASURES = ("loss", "accuracy", "within")


def sample(images: Images, count: int, seed: int) -> Images:
    """At most `count` of them at random, in their order."""
    return images.some(np.sort(np.random.default_rng([seed, 2]).permutation(len(images))[:count]))


class Trained(NamedTuple):
    """What a training leaves behind; every array float32 but the steps."""

    snapshots: dict[str, np.ndarray]  # arrays of snapshots.npz
    history: list[dict]  # rows of history.csv
    summary: dict  # outcome for run.json


class Recorder:
    """Watches a training; `report` gets one line an epoch.

    Every epoch is scored on all test images and on a sample of the training images, `scored_images` of them and the
    same every time; the last state on all of them.
    """

    def __init__(
        self, network, settings: dict, seed: int, train_set: Images, test_set: Images, report: Callable[[str], None]
    ):
        self.network, self.settings, self.report = network, settings, report
        self.train_set, self.test_set = train_set, test_set
        self.sample = sample(train_set, settings["scored_images"], seed)
        self.steps_per_epoch = math.ceil(len(train_set) / settings["batch_size"])
        self.epochs = settings["epochs"] or math.ceil(settings["steps"] / self.steps_per_epoch)
        self.total_steps = self.steps_per_epoch * self.epochs
        self.planned = set(snapshot_steps(self.total_steps, settings["snapshots"]).tolist())
        self.first = networks.weights(network)
        self.kernels: list[dict[str, np.ndarray]] = []
        self.steps: list[int] = []
        self.history: list[dict] = []
        self.started, self.first_step = time.monotonic(), 0

    def resume(self, step: int, arrays: dict[str, np.ndarray], history: list[dict]) -> None:
        """Go on after `step` with the `arrays` of then."""
        self.first = {name: arrays[f"first/{name}"] for name in self.first}
        self.steps, self.history, self.first_step = arrays["steps"].tolist(), history, step
        banks = {name: arrays[f"kernels/{name}"] for name in networks.kernels(self.network)}
        self.kernels = [{name: bank[i] for name, bank in banks.items()} for i in range(len(self.steps))]
        self.report(f"resumed after step {step} of {self.total_steps}, epoch {step / self.steps_per_epoch:.2f}")

    def snapshot(self, step: int) -> None:
        if step in self.planned:
            self.keep(step, networks.kernels(self.network))

    def keep(self, step: int, kernels: dict[str, np.ndarray]) -> None:
        self.steps.append(step)
        self.kernels.append(kernels)

    def epoch_ends(self, step: int, epoch: int, of_sample: torch.Tensor, of_test_set: torch.Tensor) -> bool:
        """Write a row of history and a line of progress; False if there is no use in going on.

        of_sample, of_test_set: outputs (n, outputs) of the network now for these images.
        """
        train, test = self.scores(of_sample, self.sample), self.scores(of_test_set, self.test_set)
        row = {"step": step, "epoch": epoch}
        for measure in MEASURES:
            row |= {f"train_{measure}": train[measure], f"test_{measure}": test[measure]}
        self.history.append(row)
        self.report(self.progress(row))
        going = math.isfinite(train["loss"])
        if not going and self.steps[-1] != step:  # the last snapshot is always the last state
            self.keep(step, networks.kernels(self.network))
        return going

    def progress(self, row: dict) -> str:
        line = (
            f"epoch {row['epoch']}/{self.epochs}  "
            f"loss {row['train_loss']:.4f} train, {row['test_loss']:.4f} test  "
            f"accuracy {row['train_accuracy']:.1%} train, {row['test_accuracy']:.1%} test"
        )
        return line + (self.left(row["step"]) if row["step"] else "  (untrained)")

    def left(self, step: int) -> str:
        """The time that is left after a step, in words; nothing before the first step that was watched."""
        done = step - self.first_step
        if not done:
            return ""
        seconds = (time.monotonic() - self.started) / done * (self.total_steps - step)
        return f"  {seconds:.0f} s left"

    def scores(self, outputs: torch.Tensor, images: Images) -> dict:
        return objectives.scores(self.settings["loss"], outputs, images.labels.to(outputs.device))

    def trained(self, classes: int, outputs: torch.Tensor, responses: dict[str, np.ndarray]) -> Trained:
        """Everything that the training leaves; the scores are those of the last row of its history.

        outputs, responses: what network.answers says of the network now for the training images.
        """
        train = self.scores(outputs, self.train_set)
        *rows, last = self.history
        last = last | {f"train_{measure}": train[measure] for measure in MEASURES}
        labels = self.train_set.labels.cpu().numpy()
        constant = objectives.constant_loss(self.settings["loss"], labels, classes)
        dead = [name for name, response in responses.items() if (response <= 0).all()]
        never = sorted(set(labels.tolist()) - set(outputs.argmax(1).tolist()))
        label = failure([*rows, last], constant, dead, never)
        summary = {
            "train": train,
            "test": {measure: last[f"test_{measure}"] for measure in MEASURES},
            "failure": label,
            "never_predicted": never,
            "constant_predictor_loss": constant,
            "parameters": sum(
                part.numel() for _, module, _ in networks.weighted(self.network) for part in module.parameters()
            ),
            "largest_responses": {name: [float(r) for r in response] for name, response in responses.items()},
        }
        history = [row | {"failure": ""} for row in rows] + [last | {"failure": label}]
        return Trained(self.arrays(), history, summary)

    def arrays(self) -> dict[str, np.ndarray]:
        """The arrays of snapshots.npz as they are now."""
        steps = np.array(self.steps, np.int64)
        arrays = {"steps": steps, "epochs": (steps / self.steps_per_epoch).astype(np.float32)}
        arrays |= {f"kernels/{name}": np.stack([k[name] for k in self.kernels]) for name in self.kernels[0]}
        arrays |= {f"first/{name}": value for name, value in self.first.items()}
        return arrays | {f"last/{name}": value for name, value in networks.weights(self.network).items()}
