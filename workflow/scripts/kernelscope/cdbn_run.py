"""A training of a convolutional deep belief network from beginning to end, as the artifacts of a run have it."""

import math
import time
from collections.abc import Callable

import numpy as np
import torch

from kernelscope import cdbn, cdbn_training, crbm
from kernelscope.cdbn import Layer
from kernelscope.cdbn_training import EPOCH, Learner, Plan
from kernelscope.failures import DEAD, NON_FINITE
from kernelscope.recorder import Trained
from kernelscope.snapshots import snapshot_steps

HELD_OUT = 8  # crops of test images on which every epoch is scored
UNKNOWN = {"train_accuracy": None, "test_accuracy": None, "train_within": None, "test_within": None}


def train(settings: dict, seed: int, train_set: np.ndarray, test_set: np.ndarray, report: Callable) -> Trained:
    """All layers by `settings` (`cdbn` of an architecture), on prepared images (n, h, w) float32.

    Its loss is the error of the reconstruction of a crop, as a share of its square: in history.csv of the layer that
    is just trained, in run.json of the first. `free_energy` there is that of held-out crops less that of the same
    with their pixels in random order, for each visible. A layer is as drawn until its turn comes.
    """
    run = Run(settings, torch.from_numpy(train_set), torch.from_numpy(test_set), report)
    with torch.no_grad():
        for number, plan in enumerate(run.plans):
            run.train_layer(number, plan, torch.Generator().manual_seed(1_000_003 * seed + number))
            if run.failure:
                break
        return run.trained()


class Run:
    """What has come about so far."""

    def __init__(self, settings: dict, train_set: torch.Tensor, test_set: torch.Tensor, report: Callable):
        self.settings, self.report = settings, report
        self.images = {"train": train_set, "test": test_set}
        self.plans = cdbn_training.plans(settings)
        self.total = sum(plan.updates for plan in self.plans)
        self.layers: list[Layer] = []
        self.first: list[Layer] = []
        self.kept: list[list[tuple[int, np.ndarray]]] = []
        self.history: list[dict] = []
        self.failure, self.started, self.done = "", time.monotonic(), 0

    def train_layer(self, number: int, plan: Plan, generator: torch.Generator) -> None:
        layer = cdbn_training.begun(self.layers, self.settings, self.images["train"], plan, generator)
        draw = cdbn_training.visibles(self.layers, layer, self.images["train"], plan)
        held = cdbn_training.visibles(self.layers, layer, self.images["test"], plan)
        held_out = [held(generator) for _ in range(HELD_OUT)]
        learner, offset, squares = Learner(layer, self.settings, plan), self.done, []
        planned = set(snapshot_steps(plan.updates, self.settings["snapshots"]).tolist())
        self.first.append(layer)
        self.kept.append([(offset, layer.model.kernels.numpy())])
        for update in range(1, plan.updates + 1):
            step = learner.update(draw(generator), update - 1, generator)
            squares.append(step.squares)
            self.done += 1
            if update in planned:
                self.kept[number].append((self.done, learner.model.kernels.numpy()))
            if update % EPOCH == 0 or update == plan.updates:
                sigma = cdbn_training.sigma_of(self.settings, layer.model.real, (update - 1) // EPOCH)
                layer = layer._replace(model=learner.model, sigma=sigma)
                self.row(number, layer, step, cdbn_training.error(squares), held_out, generator)
                squares = []
                if not math.isfinite(self.history[-1]["train_loss"]):
                    self.failure = NON_FINITE
                    break
        self.layers.append(layer)

    def row(self, number: int, layer: Layer, step, error: float, held_out: list, generator) -> None:
        """A row of history and a line of progress."""
        scored = [cdbn_training.reconstructed(layer.model, v, layer.sigma, generator)[0].squares for v in held_out]
        row = {
            "step": self.done,
            "epoch": self.done / EPOCH,
            "train_loss": error,
            "test_loss": cdbn_training.error(scored),
        }
        own = {
            "layer": number + 1,
            "sigma": layer.sigma,
            "active": float(step.hidden.mean()),
            "free_energy": free_energy(layer, held_out, generator),
        }
        self.history.append(row | UNKNOWN | own)
        left = (time.monotonic() - self.started) / self.done * (self.total - self.done)
        self.report(
            f"conv{number + 1}  epoch {self.done / EPOCH:g}/{self.total / EPOCH:g}  reconstruction error {error:.3f} "
            f"train, {row['test_loss']:.3f} test  hidden units on {own['active']:.4f}  {left:.0f} s left"
        )

    def trained(self) -> Trained:
        """Everything that the training leaves."""
        names = [f"conv{number + 1}" for number in range(len(self.layers))]
        largest = {name: of.tolist() for name, of in zip(names, self.largest(), strict=True)}
        if not self.failure and any(max(found) <= 0 for found in largest.values()):
            self.failure = DEAD
        of_first = [row for row in self.history if row["layer"] == 1][-1]
        score = lambda split: {"loss": of_first[f"{split}_loss"], "accuracy": None, "within": None}  # noqa: E731
        summary = {
            "train": score("train"),
            "test": score("test"),
            "failure": self.failure,
            "never_predicted": [],
            "constant_predictor_loss": None,
            "parameters": sum(part.numel() for layer in self.layers for part in layer.model[:3]),
            "largest_responses": largest,
        }
        *rows, last = self.history
        history = [row | {"failure": ""} for row in rows] + [last | {"failure": self.failure}]
        return Trained(self.arrays(names), history, summary)

    def largest(self) -> list[np.ndarray]:
        """Of every kernel the largest log-odds (out,) that a block of it is on, over whole test images."""
        found = [cdbn.activities(self.layers, image[None]) for image in self.images["test"]]
        most = [torch.stack([one[n].amax((1, 2)) for one in found]).amax(0) for n in range(len(self.layers))]
        return [torch.logit(share.double(), 1e-9).numpy() for share in most]

    def arrays(self, names: list[str]) -> dict[str, np.ndarray]:
        """The arrays of snapshots.npz: every layer at all steps that any of them was kept at."""
        steps = sorted({step for kept in self.kept for step, _ in kept} | {0})
        found = {"steps": np.array(steps, np.int64), "epochs": (np.array(steps) / EPOCH).astype(np.float32)}
        for name, kept in zip(names, self.kept, strict=True):
            at = np.searchsorted([step for step, _ in kept], steps, side="right") - 1
            found[f"kernels/{name}"] = np.stack([kept[max(0, i)][1] for i in at])
        for when, layers in (("first", self.first), ("last", self.layers)):
            for name, layer in zip(names, layers, strict=True):
                found |= {f"{when}/{key}": value for key, value in cdbn.arrays(name, layer).items()}
        return found


def free_energy(layer: Layer, held_out: list[torch.Tensor], generator: torch.Generator) -> float:
    """The mean free energy of visibles less that of the same in random order, for each of them."""
    gaps = []
    for v in held_out:
        order = torch.randperm(v[0].numel(), generator=generator)
        mixed = v.flatten(1)[:, order].view(v.shape)
        gap = crbm.free_energy(layer.model, v, layer.sigma) - crbm.free_energy(layer.model, mixed, layer.sigma)
        gaps.append(float(gap) / v.numel())
    return float(np.mean(gaps))
