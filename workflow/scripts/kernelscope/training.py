"""One training from its seed: the same spec on the same machine gives the same bytes, killed and resumed or not."""

import math
from collections.abc import Callable

import numpy as np
import torch

from kernelscope import network as networks
from kernelscope import objectives
from kernelscope.batches import Images
from kernelscope.checkpoints import Checkpoints
from kernelscope.optimizers import SGD, AdamW, learning_rate, make_optimizer
from kernelscope.recorder import Recorder, Trained

EVALUATION_BATCH = 200


class Learner:
    """The training of one seed: all that changes in its course.

    A loss that is not finite ends it. With `frozen`, the conv layers stay as they are initialised.
    """

    def __init__(
        self,
        layers: list[dict],
        settings: dict,
        seed: int,
        train_set: Images,
        test_set: Images,
        report: Callable[[str], None],
        frozen: bool = False,
    ):
        self.settings, self.train_set, self.classes = settings, train_set, int(train_set.labels.max()) + 1
        self.network = networks.build(layers, train_set.shape, self.classes, settings["convolution"])
        networks.initialise(self.network, settings["initial_sd"], settings.get("initial_seed", seed))
        self.network.to(train_set.labels.device)
        networks.centre(self.network, train_set.blocks(EVALUATION_BATCH))
        if frozen:
            freeze(self.network)
        self.optimizer = optimizer_for(self.network, settings)
        self.orders = np.random.default_rng([seed, 1])  # of the images, one order an epoch
        self.recorder = Recorder(self.network, settings, seed, train_set, test_set, report)
        self.steps_per_epoch, self.epochs = self.recorder.steps_per_epoch, self.recorder.epochs
        self.total_steps = self.recorder.total_steps

    def order(self) -> torch.Tensor:
        """The order (n,) of the images in the next epoch."""
        return torch.from_numpy(self.orders.permutation(len(self.train_set))).to(self.train_set.labels.device)

    def step(self, batch: torch.Tensor, rate: float) -> None:
        """One update from the images of these numbers (B,)."""
        self.network.zero_grad()
        outputs = self.network(self.train_set.pixels(batch))
        objectives.loss(self.settings["loss"], outputs, self.train_set.labels[batch]).backward()
        self.optimizer.step(rate)

    def snapshot(self, step: int) -> None:
        self.recorder.snapshot(step)

    def epoch_ends(self, step: int, epoch: int) -> bool:
        """Whether there is any use in going on."""
        shown = self.recorder.sample, self.recorder.test_set
        return self.recorder.epoch_ends(step, epoch, *(self.answers(images)[0] for images in shown))

    def answers(self, images: Images) -> tuple[torch.Tensor, dict[str, np.ndarray]]:
        return networks.answers(self.network, images.blocks(EVALUATION_BATCH))

    def trained(self) -> Trained:
        return self.recorder.trained(self.classes, *self.answers(self.train_set))

    def epoch_starts(self):
        """What `orders` must be set to for the next order to be drawn anew; JSON can hold it."""
        return self.orders.bit_generator.state

    def state(self) -> tuple[dict[str, np.ndarray], dict]:
        """Arrays, and what JSON can hold, of now."""
        return self.recorder.arrays() | moments(self.optimizer), {"history": self.recorder.history}

    def resume(self, arrays: dict[str, np.ndarray], progress: dict) -> None:
        """Go on from such a state; progress has also "step" and what `epoch_starts` gave as "orders"."""
        fill(dict(self.network.named_parameters()), arrays, "last/")
        fill(self.optimizer.moments(), arrays, "optimizer/")
        self.optimizer.steps = progress["step"]
        self.orders.bit_generator.state = progress["orders"]
        self.recorder.resume(progress["step"], arrays, progress["history"])

    def size(self) -> int:
        """About how many bytes a state takes: weights now and at first, the optimizer's moments, the snapshots."""
        parameters = sum(parameter.nbytes for parameter in self.network.parameters())
        kernels = sum(kernels.nbytes for kernels in self.recorder.kernels[0].values())
        return 4 * parameters + len(self.recorder.kernels) * kernels


def train(
    layers: list[dict],
    settings: dict,
    seed: int,
    train_set: Images,
    test_set: Images,
    report: Callable[[str], None],
    checkpoints: Checkpoints | None = None,
    frozen: bool = False,
) -> Trained:
    """Train the network of `layers` by `settings` (the whole of `training:` in the config).

    `report` gets one line an epoch. Where `checkpoints` has one, the training goes on from it, to the same bytes.
    """
    learner = Learner(layers, settings, seed, train_set, test_set, report, frozen)
    loop(learner, settings, checkpoints)
    return learner.trained()


def loop(learner, settings: dict, checkpoints: Checkpoints | None) -> None:
    """All epochs, each over a new random order of the images; the last batch of an epoch may be smaller."""
    step, per_epoch = resumed(learner, checkpoints), learner.steps_per_epoch
    if step == 0:
        learner.snapshot(step)
        learner.epoch_ends(step, 0)
    for epoch in range(max(1, math.ceil(step / per_epoch)), learner.epochs + 1):
        orders = learner.epoch_starts()
        for batch in learner.order().split(settings["batch_size"], -1)[step - (epoch - 1) * per_epoch :]:
            learner.step(
                batch, learning_rate(settings["schedule"], settings["learning_rate"], step, learner.total_steps)
            )
            step += 1
            learner.snapshot(step)
            if checkpoints and checkpoints.due(learner.size()):
                arrays, progress = learner.state()
                checkpoints.write(arrays, progress | {"step": step, "orders": orders})
        if not learner.epoch_ends(step, epoch):
            return


def resumed(learner, checkpoints: Checkpoints | None) -> int:
    """The step after which to go on: that of the last checkpoint, whose state the learner takes; else 0."""
    found = checkpoints.read() if checkpoints else None
    if found is None:
        return 0
    learner.resume(*found)
    return found[1]["step"]


def freeze(network) -> None:
    """Keep the conv layers out of training."""
    for _, module, kind in networks.weighted(network):
        if kind == "conv":
            module.requires_grad_(False)


def optimizer_for(network, settings: dict) -> SGD | AdamW:
    """The optimizer of all that is not frozen; every layer has its own weight decay, and biases do not decay."""
    parameters, decays = [], []
    for name, module, kind in networks.weighted(network):
        if not module.weight.requires_grad:
            continue
        parameters += [module.weight, module.bias]
        decays += [networks.of_layer(settings["weight_decay"], kind, name), 0.0]
    return make_optimizer(settings["optimizer"], parameters, decays, settings["momentum"])


def moments(optimizer: SGD | AdamW) -> dict[str, np.ndarray]:
    return {f"optimizer/{name}": tensor.cpu().numpy() for name, tensor in optimizer.moments().items()}


@torch.no_grad()
def fill(tensors: dict[str, torch.Tensor], arrays: dict[str, np.ndarray], prefix: str) -> None:
    """Copy the arrays under a prefix into the tensors of these names."""
    for name, tensor in tensors.items():
        tensor.copy_(torch.from_numpy(arrays[prefix + name]))
