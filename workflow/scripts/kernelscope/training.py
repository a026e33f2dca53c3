"""One training from its seed: the same spec on the same machine gives the same bytes, killed and resumed or not."""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch

from kernelscope import network as networks
from kernelscope import objectives
from kernelscope.checkpoints import Checkpoints
from kernelscope.optimizers import SGD, AdamW, learning_rate, make_optimizer
from kernelscope.recorder import Images, Recorder, Trained


class Learner(NamedTuple):
    """All that changes in the course of a training."""

    network: torch.nn.Sequential
    optimizer: SGD | AdamW
    orders: np.random.Generator  # of the images, one order an epoch
    recorder: Recorder


def on_device(images: np.ndarray, labels: np.ndarray, device: str) -> Images:
    """uint8 images (n, h, w) or (n, h, w, 3) as network input."""
    pixels = torch.from_numpy(images).to(device).float() / 255
    pixels = pixels[:, None] if images.ndim == 3 else pixels.permute(0, 3, 1, 2)
    return Images(pixels.contiguous(), torch.from_numpy(labels).to(device))


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

    `report` gets one line an epoch. A loss that is not finite ends the training there. Where `checkpoints` has one,
    the training goes on from it, to the same bytes. With `frozen`, the conv layers stay as they are initialised.
    """
    classes = int(train_set.labels.max()) + 1
    network = networks.build(layers, tuple(train_set.pixels.shape[1:]), classes, settings["convolution"])
    networks.initialise(network, settings["initial_sd"], seed)
    network.to(train_set.pixels.device)
    if frozen:
        freeze(network)
    recorder = Recorder(network, settings, seed, train_set, test_set, report)
    learner = Learner(network, optimizer_for(network, settings), np.random.default_rng([seed, 1]), recorder)
    loop(learner, settings, train_set, checkpoints)
    return recorder.trained(classes)


def loop(learner: Learner, settings: dict, train_set: Images, checkpoints: Checkpoints | None) -> None:
    """All epochs, each over a new random order of the images; the last batch of an epoch may be smaller."""
    network, optimizer, orders, recorder = learner
    step, per_epoch = resumed(learner, checkpoints), recorder.steps_per_epoch
    if step == 0:
        recorder.snapshot(step)
        recorder.epoch_ends(step, 0)
    for epoch in range(max(1, math.ceil(step / per_epoch)), settings["epochs"] + 1):
        start = orders.bit_generator.state
        order = torch.from_numpy(orders.permutation(len(train_set.labels))).to(train_set.labels.device)
        for batch in order.split(settings["batch_size"])[step - (epoch - 1) * per_epoch :]:
            network.zero_grad()
            loss = objectives.loss(settings["loss"], network(train_set.pixels[batch]), train_set.labels[batch])
            loss.backward()
            optimizer.step(learning_rate(settings["schedule"], settings["learning_rate"], step, recorder.total_steps))
            step += 1
            recorder.snapshot(step)
            if checkpoints and checkpoints.due(size(learner)):
                checkpoints.write(*state(learner, step, start))
        if not recorder.epoch_ends(step, epoch):
            return


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


def state(learner: Learner, step: int, start_of_epoch: dict) -> tuple[dict[str, np.ndarray], dict]:
    """Arrays and progress of a training in the middle of an epoch, whose order of images is drawn anew on resuming."""
    moments = {f"optimizer/{name}": tensor.cpu().numpy() for name, tensor in learner.optimizer.moments().items()}
    progress = {"step": step, "orders": start_of_epoch, "history": learner.recorder.history}
    return learner.recorder.arrays() | moments, progress


def resumed(learner: Learner, checkpoints: Checkpoints | None) -> int:
    """The step after which to go on: that of the last checkpoint, whose state the learner takes; else 0."""
    found = checkpoints.read() if checkpoints else None
    if found is None:
        return 0
    arrays, progress = found
    with torch.no_grad():
        for name, parameter in learner.network.named_parameters():
            parameter.copy_(torch.from_numpy(arrays[f"last/{name}"]))
        for name, tensor in learner.optimizer.moments().items():
            tensor.copy_(torch.from_numpy(arrays[f"optimizer/{name}"]))
    learner.optimizer.steps = progress["step"]
    learner.orders.bit_generator.state = progress["orders"]
    learner.recorder.resume(progress["step"], arrays, progress["history"])
    return progress["step"]


def size(learner: Learner) -> int:
    """About how many bytes a checkpoint takes: weights now and at first, the optimizer's moments, the snapshots."""
    parameters = sum(parameter.nbytes for parameter in learner.network.parameters())
    kernels = sum(kernels.nbytes for kernels in learner.recorder.kernels[0].values())
    return 4 * parameters + len(learner.recorder.kernels) * kernels
