"""One training from its seed: the same spec on the same machine gives the same bytes."""

import math
import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch

from kernelscope import network as networks
from kernelscope import objectives
from kernelscope.failures import failure
from kernelscope.optimizers import learning_rate, make_optimizer
from kernelscope.snapshots import snapshot_steps

EVALUATION_BATCH = 200


class Images(NamedTuple):
    """pixels (n, channels, rows, cols) float32 in 0..1 and labels (n,) int64, on the device."""

    pixels: torch.Tensor
    labels: torch.Tensor


class Trained(NamedTuple):
    """What a training leaves behind; every array float32 but the steps."""

    snapshots: dict[str, np.ndarray]  # arrays of snapshots.npz
    history: list[dict]  # rows of history.csv
    summary: dict  # outcome for run.json


def on_device(images: np.ndarray, labels: np.ndarray, device: str) -> Images:
    """uint8 images (n, h, w) or (n, h, w, 3) as network input."""
    pixels = torch.from_numpy(images).to(device).float() / 255
    pixels = pixels[:, None] if images.ndim == 3 else pixels.permute(0, 3, 1, 2)
    return Images(pixels.contiguous(), torch.from_numpy(labels).to(device))


def train(
    layers: list[dict], settings: dict, seed: int, train_set: Images, test_set: Images, report: Callable[[str], None]
) -> Trained:
    """Train the network of `layers` by `settings` (the whole of `training:` in the config).

    `report` gets one line an epoch. A loss that is not finite ends the training there.
    """
    classes = int(train_set.labels.max()) + 1
    network = networks.build(layers, tuple(train_set.pixels.shape[1:]), classes)
    networks.initialise(network, settings["initial_sd"], seed)
    network.to(train_set.pixels.device)
    recorder = Recorder(network, settings, train_set, test_set, report)
    loop(network, settings, seed, train_set, recorder)
    return recorder.trained(classes)


def loop(network, settings: dict, seed: int, train_set: Images, recorder: "Recorder") -> None:
    """All epochs, each over a new random order of the images; the last batch of an epoch may be smaller."""
    optimizer = optimizer_for(network, settings)
    rng = np.random.default_rng([seed, 1])
    step = 0
    recorder.snapshot(step)
    recorder.epoch_ends(step, 0)
    for epoch in range(1, settings["epochs"] + 1):
        order = torch.from_numpy(rng.permutation(len(train_set.labels))).to(train_set.labels.device)
        for batch in order.split(settings["batch_size"]):
            network.zero_grad()
            loss = objectives.loss(settings["loss"], network(train_set.pixels[batch]), train_set.labels[batch])
            loss.backward()
            optimizer.step(learning_rate(settings["schedule"], settings["learning_rate"], step, recorder.total_steps))
            step += 1
            recorder.snapshot(step)
        if not recorder.epoch_ends(step, epoch):
            return


def optimizer_for(network, settings: dict):
    """The optimizer of the whole network; every layer has its own weight decay, and biases do not decay."""
    parameters, decays = [], []
    for name, module, kind in networks.weighted(network):
        parameters += [module.weight, module.bias]
        decays += [networks.of_layer(settings["weight_decay"], kind, name), 0.0]
    return make_optimizer(settings["optimizer"], parameters, decays, settings["momentum"])


class Recorder:
    """Watches a training: snapshots of the kernels, a row of history an epoch, and how it ended."""

    def __init__(self, network, settings: dict, train_set: Images, test_set: Images, report: Callable[[str], None]):
        self.network, self.settings, self.report = network, settings, report
        self.train_set, self.test_set = train_set, test_set
        self.steps_per_epoch = math.ceil(len(train_set.labels) / settings["batch_size"])
        self.total_steps = self.steps_per_epoch * settings["epochs"]
        self.planned = set(snapshot_steps(self.total_steps, settings["snapshots"]).tolist())
        self.first = networks.weights(network)
        self.kernels: list[dict[str, np.ndarray]] = []
        self.steps: list[int] = []
        self.history: list[dict] = []
        self.started = time.monotonic()

    def snapshot(self, step: int) -> None:
        if step in self.planned:
            self.keep(step)

    def keep(self, step: int) -> None:
        self.steps.append(step)
        self.kernels.append(networks.kernels(self.network))

    def epoch_ends(self, step: int, epoch: int) -> bool:
        """Write a row of history and a line of progress; False if there is no use in going on."""
        train = self.scores(self.train_set)
        test = self.scores(self.test_set)
        row = {"step": step, "epoch": epoch}
        for measure in ("loss", "accuracy", "within"):
            row |= {f"train_{measure}": train[measure], f"test_{measure}": test[measure]}
        self.history.append(row)
        self.report(self.progress(row))
        going = math.isfinite(train["loss"])
        if not going and self.steps[-1] != step:  # the last snapshot is always the last state
            self.keep(step)
        return going

    def progress(self, row: dict) -> str:
        epochs = self.settings["epochs"]
        passed = time.monotonic() - self.started
        left = passed / row["epoch"] * (epochs - row["epoch"]) if row["epoch"] else math.nan
        return (
            f"epoch {row['epoch']}/{epochs}  loss {row['train_loss']:.4f} train, {row['test_loss']:.4f} test  "
            f"accuracy {row['train_accuracy']:.1%} train, {row['test_accuracy']:.1%} test"
            + (f"  {left:.0f} s left" if row["epoch"] else "  (untrained)")
        )

    @torch.no_grad()
    def scores(self, images: Images) -> dict:
        outputs = [self.network(batch) for batch in images.pixels.split(EVALUATION_BATCH)]
        return objectives.scores(self.settings["loss"], torch.cat(outputs), images.labels)

    def trained(self, classes: int) -> Trained:
        """Everything that the training leaves; the scores are those of the last row of its history."""
        batches = self.train_set.pixels.split(EVALUATION_BATCH)
        responses = networks.largest_responses(self.network, batches)
        labels = self.train_set.labels.cpu().numpy()
        constant = objectives.constant_loss(self.settings["loss"], labels, classes)
        dead = [name for name, response in responses.items() if (response <= 0).all()]
        last = {
            split: {name: self.history[-1][f"{split}_{name}"] for name in ("loss", "accuracy", "within")}
            for split in ("train", "test")
        }
        summary = last | {
            "failure": failure(self.history, constant, dead),
            "constant_predictor_loss": constant,
            "parameters": sum(parameter.numel() for parameter in self.network.parameters()),
            "largest_responses": {name: [float(r) for r in response] for name, response in responses.items()},
        }
        return Trained(self.arrays(), self.history, summary)

    def arrays(self) -> dict[str, np.ndarray]:
        steps = np.array(self.steps, np.int64)
        arrays = {"steps": steps, "epochs": (steps / self.steps_per_epoch).astype(np.float32)}
        arrays |= {f"kernels/{name}": np.stack([k[name] for k in self.kernels]) for name in self.kernels[0]}
        arrays |= {f"first/{name}": value for name, value in self.first.items()}
        return arrays | {f"last/{name}": value for name, value in networks.weights(self.network).items()}
