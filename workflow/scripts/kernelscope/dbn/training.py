"""Train a convolutional deep belief network layer by layer, and resume it from a checkpoint."""

import time
from collections.abc import Callable

import numpy as np
import torch

from kernelscope.dbn import contrastive_divergence, network
from kernelscope.dbn.contrastive_divergence import EPOCH
from kernelscope.dbn.crbm import Crbm
from kernelscope.dbn.layer_training import KERNELS, LayerTraining
from kernelscope.dbn.network import PARTS, Layer
from kernelscope.training.checkpoints import Checkpoints
from kernelscope.training.failures import DEAD, DIVERGED, FAR, NON_FINITE
from kernelscope.training.recorder import Trained
from kernelscope.training.snapshot_buffer import SnapshotBuffer


def size(run) -> int:
    """Estimate the bytes of a checkpoint: all snapshots of the kernels."""
    return sum(snapshots.size() for snapshots in run.kept)


def state(run, layer_training: LayerTraining) -> tuple[dict[str, np.ndarray], dict]:
    """Return arrays and progress of a run while a layer is being trained, as `Checkpoints.write` takes them."""
    arrays = {"generator": layer_training.generator.get_state().numpy()}
    arrays |= {f"velocity/{i}": part.numpy() for i, part in enumerate(layer_training.learner.velocity)}
    arrays |= {f"now/{name}": getattr(layer_training.learner.model, name).numpy() for name in PARTS}
    arrays |= {f"kept/{number}": snapshots.stacked()[KERNELS] for number, snapshots in enumerate(run.kept)}
    layers = {"first": run.first[:-1], "last": run.layers}
    arrays |= network.states(**layers)
    progress = {
        "step": run.offset + layer_training.update,
        "history": run.history,
        "kept": [[snapshots.steps, snapshots.resolution] for snapshots in run.kept],
        "exact": {when: [[layer.sigma, layer.scale] for layer in layers_then] for when, layers_then in layers.items()},
    }
    return arrays, progress


def resumed(run, checkpoints: Checkpoints | None) -> LayerTraining | None:
    """Restore a run from its checkpoint and return the training of the layer that was interrupted.

    None if there is no checkpoint.
    """
    checkpoint = checkpoints.read() if checkpoints else None
    if checkpoint is None:
        return None
    arrays, progress = checkpoint
    run.first, run.layers = (trained(arrays, progress, run.settings, when) for when in ("first", "last"))
    layer_training = run.next_layer()  # in its initial state, which depends only on the seed and on the layers below
    run.history = progress["history"]
    run.kept = [SnapshotBuffer(run.settings["snapshots"]) for _ in run.layers] + [layer_training.snapshots]
    for number, (steps, resolution) in enumerate(progress["kept"]):
        run.kept[number].resume(steps, {KERNELS: arrays[f"kept/{number}"]}, resolution)
    layer_training.learner.velocity = [torch.from_numpy(arrays[f"velocity/{i}"]) for i in range(len(PARTS))]
    model = layer_training.layer.model
    layer_training.learner.model = Crbm(
        *(torch.from_numpy(arrays[f"now/{name}"]) for name in PARTS), model.pooling, model.real
    )
    run.done_before = progress["step"]
    layer_training.at(progress["step"] - run.offset)
    layer_training.generator.set_state(torch.from_numpy(arrays["generator"]))
    return layer_training


def trained(arrays: dict[str, np.ndarray], progress: dict, settings: dict, when: str) -> list[Layer]:
    """Return the layers trained so far, in their `first` or `last` state.

    Sigma and scale come from `progress`, because the arrays hold them only as float32.
    """
    layers, exact = network.layers(arrays, when, settings), progress["exact"][when]
    return [layer._replace(sigma=sigma, scale=scale) for layer, (sigma, scale) in zip(layers, exact, strict=True)]


UNKNOWN = {"train_accuracy": None, "test_accuracy": None, "train_within": None, "test_within": None}


def train(
    settings: dict,
    seed: int,
    train_set: np.ndarray,
    test_set: np.ndarray,
    report: Callable,
    checkpoints: Checkpoints | None = None,
) -> Trained:
    """Train all layers, each on the output of the layers below.

    The loss is the reconstruction error of a crop as a share of its sum of squares. history.csv has the loss of the
    layer in training, run.json that of the first layer. The column `free_energy` is that of held-out crops minus that
    of the same crops with their pixels in random order, per visible unit. Until a layer is trained, it keeps its
    initial weights. If `checkpoints` has a checkpoint of this training, the training resumes from it and gives the same
    bytes.

    Parameters
    ----------
    settings : `cdbn` of an architecture
    seed : seed of the initial weights and of all draws
    train_set, test_set : prepared images (n, h, w) float32
    report : receives one line per epoch
    checkpoints : where to save the state and resume from; None to do neither
    """
    run = Run(settings, seed, torch.from_numpy(train_set), torch.from_numpy(test_set), report)
    with torch.no_grad():
        layer_training = resumed(run, checkpoints) or run.next_layer()
        while layer_training:
            run.train_layer(layer_training, checkpoints)
            layer_training = None if run.failure else run.next_layer()
        return run.trained()


class Run:
    """The state of a training.

    layers: the trained layers. first: the same layers in their initial state, and the layer in training. kept: the
    snapshots of each of them.
    """

    def __init__(self, settings: dict, seed: int, train_set: torch.Tensor, test_set: torch.Tensor, report: Callable):
        self.settings, self.seed, self.report = settings, seed, report
        self.images = {"train": train_set, "test": test_set}
        self.plans = contrastive_divergence.plans(settings)
        self.layers: list[Layer] = []
        self.first: list[Layer] = []
        self.kept: list[SnapshotBuffer] = []
        self.history: list[dict] = []
        self.failure, self.started, self.done_before = "", time.monotonic(), 0

    def next_layer(self) -> LayerTraining | None:
        """Begin the training of the next layer; None after the last one."""
        number = len(self.layers)
        if number == len(self.plans):
            return None
        generator = torch.Generator().manual_seed(1_000_003 * self.seed + number)
        layer_training = LayerTraining(self.layers, self.settings, self.images, self.plans[number], generator)
        self.first.append(layer_training.layer)
        self.kept.append(layer_training.snapshots)
        return layer_training

    @property
    def offset(self) -> int:
        """Return the number of updates of the layers that are trained."""
        return sum(plan.steps for plan in self.plans[: len(self.layers)])

    def train_layer(self, layer_training: LayerTraining, checkpoints: Checkpoints | None) -> None:
        """Train a layer to its end, or until its loss is not finite."""
        while layer_training.update < layer_training.plan.steps and not self.failure:
            epoch = layer_training.epoch()
            self.row(layer_training, epoch.error, epoch.active)
            if not np.isfinite(epoch.error):
                self.failure = NON_FINITE
            elif checkpoints and checkpoints.due(size(self)):
                checkpoints.write(*state(self, layer_training))
        layer_training.snapshots.close(layer_training.update, layer_training.kernels())
        self.layers.append(layer_training.layer)

    def row(self, layer_training: LayerTraining, error: float, active: float) -> None:
        """Add a row of history and report progress."""
        number, done, total = (
            len(self.layers) + 1,
            self.offset + layer_training.update,
            sum(plan.steps for plan in self.plans),
        )
        test, gap = layer_training.scores()
        row = {"step": done, "epoch": done / EPOCH, "train_loss": error, "test_loss": test}
        of_layer = {"layer": number, "sigma": layer_training.layer.sigma, "active": active, "free_energy": gap}
        self.history.append(row | UNKNOWN | of_layer)
        seconds_left = (time.monotonic() - self.started) / (done - self.done_before) * (total - done)
        self.report(
            f"conv{number}  epoch {done / EPOCH:g}/{total / EPOCH:g}  reconstruction error {error:.3f} "
            f"train, {test:.3f} test  hidden units on {active:.4f}  {seconds_left:.0f} s left"
        )

    def trained(self) -> Trained:
        """Return the results of the training."""
        names = [f"conv{number + 1}" for number in range(len(self.layers))]
        largest = {name: log_odds.tolist() for name, log_odds in zip(names, self.largest(), strict=True)}
        ends = {row["layer"]: row["test_loss"] for row in self.history}  # 1 is the error of a reconstruction by zeros
        if not self.failure and max(ends.values()) > FAR:
            self.failure = DIVERGED
        if not self.failure and any(max(log_odds_of_layer) <= 0 for log_odds_of_layer in largest.values()):
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
        """Return, for every layer, each kernel's largest log-odds (out,) that a block is on, over whole test images."""
        maps = [network.activities(self.layers, image[None]) for image in self.images["test"]]
        largest = [
            torch.stack([of_image[n].amax((1, 2)) for of_image in maps]).amax(0) for n in range(len(self.layers))
        ]
        return [torch.logit(share.double(), 1e-9).numpy() for share in largest]

    def arrays(self, names: list[str]) -> dict[str, np.ndarray]:
        """Return the arrays of snapshots.npz: every layer at every step at which any layer was kept."""
        ends = np.cumsum([0, *(plan.steps for plan in self.plans)])
        steps_of = [start + np.array(kept.steps) for start, kept in zip(ends, self.kept, strict=False)]
        steps = sorted({0, *np.concatenate(steps_of).tolist()})
        arrays = {"steps": np.array(steps, np.int64), "epochs": (np.array(steps) / EPOCH).astype(np.float32)}
        for name, steps_of_layer, kept in zip(names, steps_of, self.kept, strict=True):
            indices = np.searchsorted(steps_of_layer, steps, side="right") - 1
            arrays[f"kernels/{name}"] = kept.stacked()[KERNELS][np.maximum(0, indices)]
        return arrays | network.states(first=self.first, last=self.layers)
