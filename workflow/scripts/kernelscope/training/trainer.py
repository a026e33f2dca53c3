"""One training from its seed.

The same spec on the same machine gives the same bytes, whether the training was killed and resumed or not.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch

from kernelscope.io.notes import Note, beyond
from kernelscope.models import networks
from kernelscope.training import losses
from kernelscope.training.batches import ImageDataset
from kernelscope.training.checkpoints import Checkpoints
from kernelscope.training.feed import Feed
from kernelscope.training.learning_rates import learning_rate
from kernelscope.training.optimizers import SGD, AdamW, make_optimizer
from kernelscope.training.recorder import Recorder, Trained
from kernelscope.training.schedule import Schedule, evaluation_batch, planned


class Job(NamedTuple):
    """A training to carry out: a network of `layers`, from a seed, on images.

    `settings` is all of `training:` in the config. `train_set` has the labels for this seed. `report` receives one line
    per epoch. If `frozen`, the conv layers keep their initial weights.
    """

    layers: list[dict]
    settings: dict
    seed: int
    train_set: ImageDataset
    test_set: ImageDataset
    report: Callable[[str], None]
    frozen: bool = False


class Learner:
    """Train one seed: everything that changes during its training. A loss that is not finite ends the training."""

    def __init__(self, job: Job, schedule: Schedule):
        self.job, self.schedule, settings = job, schedule, job.settings
        classes = int(job.train_set.labels.max()) + 1
        self.at_once = evaluation_batch(job.layers, job.train_set.shape)
        self.network = networks.build(job.layers, job.train_set.shape, classes, settings["convolution"])
        networks.initialize(self.network, settings["init_std"], settings.get("init_seed", job.seed))
        self.network.to(job.train_set.labels.device)
        if networks.centered(self.network):
            networks.center(self.network, *job.train_set.channel_sums(self.at_once))
        if job.frozen:
            freeze(self.network)
        self.optimizer = optimizer_for(self.network, settings)
        self.orders = np.random.default_rng([job.seed, 1])  # draws the order of the images in each epoch
        self.feed = Feed(job.train_set, settings, job.seed)
        self.sample = sample(job.train_set, settings["eval_images"], job.seed)
        self.class_weights = losses.class_weights(settings.get("class_weights", "none"), job.train_set.labels)
        about = settings["loss"], networks.weights(self.network), job.report, self.class_weights
        self.recorder = Recorder(schedule, *about)

    def order(self) -> torch.Tensor:
        """Return the order (n,) of the images in the next epoch."""
        order = torch.from_numpy(self.orders.permutation(len(self.job.train_set)))
        return order.to(self.job.train_set.labels.device)

    def step(self, batch: torch.Tensor, rate: float) -> None:
        """Update the weights once, on what the feed shows for the images with these numbers (B,)."""
        self.network.zero_grad()
        pixels, labels = self.feed(batch, self.optimizer.steps)
        losses.loss(self.job.settings["loss"], self.network(pixels), labels, self.class_weights).backward()
        self.optimizer.step(rate)

    def snapshot(self, step: int) -> None:
        """Keep the kernels if they have moved far enough."""
        if self.recorder.snapshots.is_due(step):
            self.recorder.snapshots.offer(step, networks.kernels(self.network))

    def epoch_ends(self, step: int, epoch: int) -> bool:
        """Score the network and return whether to continue; if not, its current kernels are the last snapshot."""
        scored = self.sample, self.job.test_set
        going = self.recorder.epoch_ends(step, epoch, *((self.evaluate(images)[0], images.labels) for images in scored))
        if not going:
            self.recorder.snapshots.close(step, networks.kernels(self.network))
        return going

    def evaluate(self, images: ImageDataset) -> tuple[torch.Tensor, dict[str, np.ndarray]]:
        """Return outputs (n, outputs) and largest responses for all images, as `networks.evaluate`."""
        return networks.evaluate(self.network, images.batches(self.at_once))

    def trained(self) -> Trained:
        """Return the results of the training, scored on all training images."""
        outputs, responses = self.evaluate(self.job.train_set)
        return self.recorder.trained(networks.weights(self.network), outputs, self.job.train_set.labels, responses)

    def epoch_starts(self):
        """Return the state from which `orders` draws the next order; JSON can hold it."""
        return self.orders.bit_generator.state

    def state(self) -> tuple[dict[str, np.ndarray], dict]:
        """Return arrays and progress (which JSON can hold) for a checkpoint."""
        arrays = self.recorder.arrays(networks.weights(self.network))
        progress = {"history": self.recorder.history, "resolution": self.recorder.snapshots.resolution}
        return arrays | moments(self.optimizer), progress

    def resume(self, arrays: dict[str, np.ndarray], progress: dict) -> None:
        """Continue from a checkpoint; `progress` also has "step" and, as "orders", what `epoch_starts` returned."""
        fill(dict(self.network.named_parameters()), arrays, "last/")
        fill(self.optimizer.moments(), arrays, "optimizer/")
        self.optimizer.steps = progress["step"]
        self.orders.bit_generator.state = progress["orders"]
        self.recorder.resume(progress["step"], arrays, progress["history"], progress["resolution"])

    def size(self) -> int:
        """Estimate the bytes of a checkpoint: current and initial weights, optimizer moments, snapshots."""
        parameters = sum(parameter.nbytes for parameter in self.network.parameters())
        return 4 * parameters + self.recorder.snapshots.size()


def train(job: Job, checkpoints: Checkpoints | None = None) -> Trained:
    """Train one network.

    If `checkpoints` has a checkpoint of this training, the training resumes from it and gives the same bytes.
    """
    schedule = planned(job.settings, len(job.train_set))
    learner = Learner(job, schedule)
    loop(learner, schedule, job.settings, checkpoints)
    return learner.trained()


def loop(learner, schedule: Schedule, settings: dict, checkpoints: Checkpoints | None) -> None:
    """Run all epochs, each over a new random order of the images."""
    step, per_epoch = resumed(learner, checkpoints), schedule.steps_per_epoch
    if step == 0:
        learner.snapshot(step)
        learner.epoch_ends(step, 0)
    for epoch in range(max(1, math.ceil(step / per_epoch)), schedule.epochs + 1):
        orders = learner.epoch_starts()
        for batch in learner.order().split(settings["batch_size"], -1)[step - (epoch - 1) * per_epoch :]:
            learner.step(batch, learning_rate(settings["schedule"], settings["learning_rate"], step, schedule.steps))
            step += 1
            learner.snapshot(step)
            if checkpoints and checkpoints.due(learner.size()):
                arrays, progress = learner.state()
                checkpoints.write(arrays, progress | {"step": step, "orders": orders})
        if not learner.epoch_ends(step, epoch):
            return


def resumed(learner, checkpoints: Checkpoints | None) -> int:
    """Restore the learner from the last checkpoint and return its step; 0 if there is no checkpoint."""
    checkpoint = checkpoints.read() if checkpoints else None
    if checkpoint is None:
        return 0
    learner.resume(*checkpoint)
    return checkpoint[1]["step"]


def sample(images: ImageDataset, count: int, seed: int) -> ImageDataset:
    """Return at most `count` random images, in their original order."""
    return images.some(np.sort(np.random.default_rng([seed, 2]).permutation(len(images))[:count]))


def not_evaluated(images: ImageDataset, settings: dict) -> Note:
    """Return the note about training images that are evaluated at the end only."""
    words = "evaluated after the last epoch only (training.eval_images)"
    return beyond("training images", len(images), settings["eval_images"], words)


def freeze(network: networks.Network) -> None:
    """Exclude the conv layers from training."""
    for _, module, kind in networks.weighted(network):
        if kind == "conv":
            module.requires_grad_(False)


def optimizer_for(network: networks.Network, settings: dict) -> SGD | AdamW:
    """Return an optimizer for all parameters that are not frozen, with a weight decay for each layer.

    Only weights that multiply a layer's input decay. Biases and the scales of normalized channels do not.
    """
    decays = {
        f"{name}.weight": networks.of_layer(settings["weight_decay"], kind, name)
        for name, _, kind in networks.weighted(network)
    }
    trainable = {name: parameter for name, parameter in network.named_parameters() if parameter.requires_grad}
    return make_optimizer(
        settings["optimizer"],
        list(trainable.values()),
        [decays.get(name, 0.0) for name in trainable],
        settings["momentum"],
    )


def moments(optimizer: SGD | AdamW) -> dict[str, np.ndarray]:
    """Return the optimizer's moments as arrays, each named `optimizer/<name>`."""
    return {f"optimizer/{name}": tensor.cpu().numpy() for name, tensor in optimizer.moments().items()}


@torch.no_grad()
def fill(tensors: dict[str, torch.Tensor], arrays: dict[str, np.ndarray], prefix: str) -> None:
    """Copy the arrays under a prefix into the tensors with these names."""
    for name, tensor in tensors.items():
        tensor.copy_(torch.from_numpy(arrays[prefix + name]))
