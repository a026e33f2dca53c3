"""The trainings of many seeds as one, for a GPU: the same layers on stacked parameters (torch.func.vmap).

Each seed has its own start, its own order of the images, its own snapshots and its own end, and is what it would be
alone but for rounding. On a CPU this is slower than one seed after the other (docs/log.md, 2026-11-26).
"""

from collections.abc import Callable

import numpy as np
import torch

from kernelscope import convolution, objectives, optimizers
from kernelscope import network as networks
from kernelscope.batches import Images
from kernelscope.checkpoints import Checkpoints
from kernelscope.recorder import Trained
from kernelscope.training import Learner, fill, loop, moments


class Group:
    """Learners of one architecture, whose parameters are parts of one stack, (seeds, ...) each."""

    def __init__(self, learners: list[Learner], report: Callable[[str], None]):
        self.learners, self.report = learners, report
        self.ended: list[Trained | None] = [None] * len(learners)
        first = learners[0]
        self.settings, self.train_set = first.settings, first.train_set
        self.steps_per_epoch, self.total_steps = first.steps_per_epoch, first.total_steps
        self.labels = torch.stack([learner.train_set.labels for learner in learners])
        self.network = first.network
        self.parameters = stacked([learner.network for learner in learners])
        self.optimizer = optimizers.make_optimizer(
            first.settings["optimizer"],
            [self.parameters[name] for name in trainable(first.network)],
            first.optimizer.decays,
            first.settings["momentum"],
        )
        for learner in learners:
            learner.optimizer = None  # its moments would only take memory

    def order(self) -> torch.Tensor:
        """The order of the images in the next epoch of every seed, (seeds, n)."""
        return torch.stack([learner.order() for learner in self.learners])

    def step(self, batch: torch.Tensor, rate: float) -> None:
        """One update of every seed from its own images, of these numbers (seeds, B)."""
        for parameter in self.parameters.values():
            parameter.grad = None
        pixels = self.train_set.pixels(batch.flatten()).unflatten(0, batch.shape)
        outputs = torch.func.vmap(self.answers)(self.parameters, pixels)
        labels = self.labels.gather(1, batch)
        loss = objectives.loss(self.settings["loss"], outputs.flatten(0, 1), labels.flatten())
        (loss * len(batch)).backward()  # the sum of the seeds' own losses
        self.optimizer.step(rate)

    def answers(self, parameters: dict[str, torch.Tensor], pixels: torch.Tensor) -> torch.Tensor:
        """Outputs (B, classes) of the network with the parameters of one seed."""
        return torch.func.functional_call(self.network, parameters, (pixels,))

    def going(self) -> list[int]:
        return [place for place, trained in enumerate(self.ended) if trained is None]

    def snapshot(self, step: int) -> None:
        for place in self.going():
            self.learners[place].snapshot(step)

    def epoch_ends(self, step: int, epoch: int) -> bool:
        """Whether there is any use in going on; a seed whose loss is not finite ends by itself, as it is now."""
        for place in self.going():
            if not self.learners[place].epoch_ends(step, epoch):
                self.ended[place] = self.learners[place].trained()
        self.report(self.progress(step, epoch))
        return bool(self.going())

    def progress(self, step: int, epoch: int) -> str:
        rows = [learner.recorder.history[-1] for learner in self.learners]
        loss, accuracy = (np.array([row[f"test_{name}"] for row in rows]) for name in ("loss", "accuracy"))
        return (
            f"epoch {epoch}/{self.settings['epochs']}  {len(rows)} seeds  test loss {np.median(loss):.4f} (median), "
            f"accuracy {np.median(accuracy):.1%} ({accuracy.min():.1%} to {accuracy.max():.1%})"
            f"{self.learners[0].recorder.left(step)}"
        )

    def trained(self) -> list[Trained]:
        pairs = zip(self.ended, self.learners, strict=True)
        return [learner.trained() if ended is None else ended for ended, learner in pairs]

    def epoch_starts(self) -> list:
        return [learner.epoch_starts() for learner in self.learners]

    def state(self) -> tuple[dict[str, np.ndarray], dict]:
        """Those of the learners, numbered; of a seed that has ended, what it left."""
        arrays, history = moments(self.optimizer), []
        for place, (learner, ended) in enumerate(zip(self.learners, self.ended, strict=True)):
            own = ended.snapshots if ended else learner.recorder.arrays()
            arrays |= {f"{place}/{name}": array for name, array in own.items()}
            history.append(learner.recorder.history)
        return arrays, {"history": history, "ended": [ended and [ended.history, ended.summary] for ended in self.ended]}

    def resume(self, arrays: dict[str, np.ndarray], progress: dict) -> None:
        fill(self.optimizer.moments(), arrays, "optimizer/")
        self.optimizer.steps = progress["step"]
        for place, learner in enumerate(self.learners):
            own = {
                name.removeprefix(f"{place}/"): array for name, array in arrays.items() if name.startswith(f"{place}/")
            }
            fill(dict(learner.network.named_parameters()), own, "last/")
            learner.orders.bit_generator.state = progress["orders"][place]
            learner.recorder.resume(progress["step"], own, progress["history"][place])
            if ended := progress["ended"][place]:
                self.ended[place] = Trained(own, *ended)
        self.report(f"resumed after step {progress['step']} of {self.total_steps}")

    def size(self) -> int:
        """About how many bytes a state takes; asked after every step, so one learner speaks for all."""
        return len(self.learners) * self.learners[0].size()


def trainable(network) -> list[str]:
    return [name for name, parameter in network.named_parameters() if parameter.requires_grad]


def stacked(members: list[torch.nn.Module]) -> dict[str, torch.Tensor]:
    """Their parameters by name, (members, ...) each; those of every member become its part of the stack."""
    found = {}
    for name in dict(members[0].named_parameters()):
        own = [member.get_parameter(name) for member in members]
        found[name] = torch.stack([parameter.detach() for parameter in own]).requires_grad_(own[0].requires_grad)
        for parameter, part in zip(own, found[name].detach(), strict=True):
            parameter.data = part
    return found


def train(
    layers: list[dict],
    settings: dict,
    seeds: list[int],
    train_sets: list[Images],
    test_set: Images,
    report: Callable[[str], None],
    checkpoints: Checkpoints | None = None,
    frozen: bool = False,
) -> list[Trained]:
    """Train the network of `layers` from every seed at once, as `training.train` does from one.

    train_sets: the same images with the labels of each seed.
    """
    learners = [
        Learner(layers, settings, seed, own, test_set, lambda line: None, frozen)
        for seed, own in zip(seeds, train_sets, strict=True)
    ]
    for module in learners[0].network.modules():
        if isinstance(module, networks.Conv):
            module.respond = convolution.correlate  # the only way that vmap knows
    group = Group(learners, report)
    loop(group, settings, checkpoints)
    return group.trained()
