"""A training of a convolutional deep belief network from beginning to end, as the artifacts of a run have it."""

import time
from collections.abc import Callable

import numpy as np
import torch

from kernelscope import cdbn, cdbn_maps, cdbn_state, cdbn_training
from kernelscope.cdbn import Layer
from kernelscope.cdbn_training import EPOCH
from kernelscope.cdbn_turn import Turn
from kernelscope.checkpoints import Checkpoints
from kernelscope.failures import DEAD, DIVERGED, FAR, NON_FINITE
from kernelscope.recorder import Trained

UNKNOWN = {"train_accuracy": None, "test_accuracy": None, "train_within": None, "test_within": None}


def train(
    settings: dict,
    seed: int,
    train_set: np.ndarray,
    test_set: np.ndarray,
    report: Callable,
    checkpoints: Checkpoints | None = None,
) -> Trained:
    """All layers by `settings` (`cdbn` of an architecture), on prepared images (n, h, w) float32.

    Its loss is the error of the reconstruction of a crop, as a share of its square: in history.csv of the layer that
    is just trained, in run.json of the first. `free_energy` there is that of held-out crops less that of the same
    with their pixels in random order, for each visible. A layer is as drawn until its turn comes. Where `checkpoints`
    has one, the training goes on from it, to the same bytes.
    """
    run = Run(settings, seed, torch.from_numpy(train_set), torch.from_numpy(test_set), report)
    with torch.no_grad():
        turn = cdbn_state.resumed(run, checkpoints) or run.next_turn()
        while turn:
            run.train_layer(turn, checkpoints)
            turn = None if run.failure else run.next_turn()
        return run.trained()


class Run:
    """What has come about so far: `layers` that are trained, as they were drawn in `first`, and the kernels of each
    that are `kept`, with the number of the update."""

    def __init__(self, settings: dict, seed: int, train_set: torch.Tensor, test_set: torch.Tensor, report: Callable):
        self.settings, self.seed, self.report = settings, seed, report
        self.images = {"train": train_set, "test": test_set}
        self.plans = cdbn_training.plans(settings)
        self.layers: list[Layer] = []
        self.first: list[Layer] = []
        self.kept: list[list[tuple[int, np.ndarray]]] = []
        self.history: list[dict] = []
        self.failure, self.started, self.done_before = "", time.monotonic(), 0

    def next_turn(self) -> Turn | None:
        """The beginning of the training of the next layer, if there is one."""
        number = len(self.layers)
        if number == len(self.plans):
            return None
        generator = torch.Generator().manual_seed(1_000_003 * self.seed + number)
        turn = Turn(self.layers, self.settings, self.images, self.plans[number], generator)
        self.first.append(turn.layer)
        self.kept.append([(self.offset, turn.layer.model.kernels.numpy())])
        return turn

    @property
    def offset(self) -> int:
        """The updates of all layers that are trained."""
        return sum(plan.updates for plan in self.plans[: len(self.layers)])

    def train_layer(self, turn: Turn, checkpoints: Checkpoints | None) -> None:
        """The turn of a layer to its end."""
        while turn.update < turn.plan.updates and not self.failure:
            epoch = turn.epoch()
            self.kept[-1] += [(self.offset + update, kernels) for update, kernels in epoch.kept]
            self.row(turn, epoch.error, epoch.active)
            if not np.isfinite(epoch.error):
                self.failure = NON_FINITE
            elif checkpoints and checkpoints.due(cdbn_state.size(self)):
                checkpoints.write(*cdbn_state.state(self, turn))
        self.layers.append(turn.layer)

    def row(self, turn: Turn, error: float, active: float) -> None:
        """A row of history and a line of progress."""
        number, done, total = len(self.layers) + 1, self.offset + turn.update, sum(plan.updates for plan in self.plans)
        test, gap = turn.scores()
        row = {"step": done, "epoch": done / EPOCH, "train_loss": error, "test_loss": test}
        own = {"layer": number, "sigma": turn.layer.sigma, "active": active, "free_energy": gap}
        self.history.append(row | UNKNOWN | own)
        left = (time.monotonic() - self.started) / (done - self.done_before) * (total - done)
        self.report(
            f"conv{number}  epoch {done / EPOCH:g}/{total / EPOCH:g}  reconstruction error {error:.3f} "
            f"train, {test:.3f} test  hidden units on {active:.4f}  {left:.0f} s left"
        )

    def trained(self) -> Trained:
        """Everything that the training leaves."""
        names = [f"conv{number + 1}" for number in range(len(self.layers))]
        largest = {name: of.tolist() for name, of in zip(names, self.largest(), strict=True)}
        ends = {row["layer"]: row["test_loss"] for row in self.history}  # a reconstruction by zeros has 1
        if not self.failure and max(ends.values()) > FAR:
            self.failure = DIVERGED
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
        return found | cdbn_maps.states(first=self.first, last=self.layers)
