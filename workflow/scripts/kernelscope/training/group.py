"""Train many seeds at once on a GPU.

Each seed has its own initial weights, image order, snapshots and end. Up to rounding, it gets the same result as when
it is trained alone. On a CPU this is slower than training the seeds one after the other (docs/log.md, 2026-11-26).
"""

import math
from collections.abc import Callable, Iterable, Iterator

import numpy as np
import torch

from kernelscope.models import networks
from kernelscope.models.seed_stack import Stack
from kernelscope.training import losses, optimizers, snapshot_buffer
from kernelscope.training.batches import ImageDataset
from kernelscope.training.checkpoints import Checkpoints
from kernelscope.training.recorder import Trained
from kernelscope.training.schedule import Schedule, planned
from kernelscope.training.trainer import Job, Learner, fill, loop, moments


class Group:
    """Train learners of one architecture together; their parameters are slices of stacked tensors (seeds, ...)."""

    def __init__(self, learners: list[Learner], schedule: Schedule, report: Callable[[str], None]):
        self.learners, self.schedule, self.report = learners, schedule, report
        self.ended: list[Trained | None] = [None] * len(learners)
        self.kept: dict[str, torch.Tensor] = {}  # layer -> the last kept kernels of every seed, (seeds, out, in, k, k)
        first = learners[0]
        self.settings, self.train_set, self.test_set = first.job.settings, first.job.train_set, first.job.test_set
        self.labels = torch.stack([learner.job.train_set.labels for learner in learners])
        self.stack = Stack([learner.network for learner in learners], self.settings["convolution"])
        self.optimizer = optimizers.make_optimizer(
            self.settings["optimizer"],
            [parameter for parameter in self.stack.parameters.values() if parameter.requires_grad],
            first.optimizer.decays,
            self.settings["momentum"],
        )
        for learner in learners:
            learner.optimizer = None  # unused here, and its moments take memory

    def order(self) -> torch.Tensor:
        """Return the order of the images in the next epoch of every seed, (seeds, n)."""
        return torch.stack([learner.order() for learner in self.learners])

    def step(self, batch: torch.Tensor, rate: float) -> None:
        """Update every seed once, each on its own images; `batch` (seeds, B) has their numbers."""
        for parameter in self.stack.parameters.values():
            parameter.grad = None
        pixels, labels = self.shown(batch)
        outputs = self.stack(pixels)
        weights = self.learners[0].class_weights  # of all seeds, which have as many images of each class
        loss = losses.loss(self.settings["loss"], outputs.flatten(0, 1), labels.flatten(), weights)
        (loss * len(batch)).backward()  # the sum of the mean losses of the seeds
        self.optimizer.step(rate)

    def shown(self, batch: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the pixels (seeds, B, channels, h, w) and labels (seeds, B) of a step, as each seed's feed does."""
        if self.learners[0].feed.is_plain:
            return self.train_set.pixels(batch.flatten()).unflatten(0, batch.shape), self.labels.gather(1, batch)
        feeds = [
            learner.feed(numbers, self.optimizer.steps) for learner, numbers in zip(self.learners, batch, strict=True)
        ]
        pixels, labels = (torch.stack(parts) for parts in zip(*feeds, strict=True))
        return pixels, labels

    def going(self) -> list[int]:
        """Return the positions of the seeds that are still training."""
        return [place for place, trained in enumerate(self.ended) if trained is None]

    def snapshot(self, step: int) -> None:
        """Keep the kernels of every seed that is still training and whose kernels have moved far enough."""
        buffers = [learner.recorder.snapshots for learner in self.learners]
        if not buffers[0].is_due(step):
            return
        kernels = self.stack.kernels()
        if not self.kept and buffers[0].steps:  # after a checkpoint
            self.kept = {name: torch.zeros_like(bank) for name, bank in kernels.items()}
            self.remember(range(len(buffers)))
        moved = snapshot_buffer.net_movements(self.kept, kernels).tolist() if self.kept else [math.inf] * len(buffers)
        far = [place for place in self.going() if buffers[place].is_far(moved[place])]
        for place in far:
            buffers[place].keep(step, {name: bank[place].cpu().numpy() for name, bank in kernels.items()})
        self.kept = self.kept or {name: bank.clone() for name, bank in kernels.items()}
        self.remember(far)

    def remember(self, places: Iterable[int]) -> None:
        """Put the last kept kernels of the seeds at these positions beside the current ones, on the device."""
        for place in places:
            for name, bank in self.learners[place].recorder.snapshots.banks[-1].items():
                self.kept[name][place] = torch.from_numpy(bank)

    def epoch_ends(self, step: int, epoch: int) -> bool:
        """Score every seed and return whether any is still training.

        A seed whose loss is not finite ends here, and its last snapshot is its current state.
        """
        of_samples, of_test_set = self.stack.evaluate(self.samples())[0], self.evaluate(self.test_set)[0]
        ending = []
        for place in self.going():
            learner = self.learners[place]
            scored = (of_samples[place], learner.sample.labels), (of_test_set[place], self.test_set.labels)
            if not learner.recorder.epoch_ends(step, epoch, *scored):
                learner.recorder.snapshots.close(step, networks.kernels(learner.network))
                ending.append(place)
        self.end(ending)
        self.report(self.progress(step, epoch))
        return bool(self.going())

    def samples(self) -> Iterator[torch.Tensor]:
        """Yield the training images that each seed is scored on, (seeds, B, channels, h, w) at a time."""
        batches = [learner.sample.batches(learner.at_once) for learner in self.learners]
        return map(torch.stack, zip(*batches, strict=True))

    def evaluate(self, images: ImageDataset) -> tuple[torch.Tensor, dict[str, np.ndarray]]:
        """Return what `Stack.evaluate` gives for the same images shown to every seed."""
        return self.stack.evaluate(
            x.expand(len(self.learners), *x.shape) for x in images.batches(self.learners[0].at_once)
        )

    def end(self, places: list[int]) -> None:
        """End the training of the seeds at these positions, with their current state as the result."""
        if not places:
            return
        outputs, responses = self.evaluate(self.train_set)
        for place in places:
            learner, responses_of_seed = (
                self.learners[place],
                {name: largest[place] for name, largest in responses.items()},
            )
            weights = networks.weights(learner.network)
            self.ended[place] = learner.recorder.trained(weights, outputs[place], self.labels[place], responses_of_seed)

    def progress(self, step: int, epoch: int) -> str:
        """Return a line of progress: median test loss, and median and range of the test accuracy over the seeds."""
        rows = [learner.recorder.history[-1] for learner in self.learners]
        loss, accuracy = (np.array([row[f"test_{name}"] for row in rows]) for name in ("loss", "accuracy"))
        low, middle, high = (100 * end for end in (accuracy.min(), np.median(accuracy), accuracy.max()))
        return (
            f"epoch {epoch}/{self.schedule.epochs}  {len(rows)} seeds  test loss {np.median(loss):.4f} (median), "
            f"accuracy {middle:.1f} % ({low:.1f} % to {high:.1f} %)"
            f"{self.learners[0].recorder.left(step)}"
        )

    def trained(self) -> list[Trained]:
        """End the seeds that are still training and return the results of all seeds, in their order."""
        self.end(self.going())
        return self.ended

    def epoch_starts(self) -> list:
        """Return the state of each seed's random generator, from which its next order is drawn."""
        return [learner.epoch_starts() for learner in self.learners]

    def state(self) -> tuple[dict[str, np.ndarray], dict]:
        """Return arrays and progress for a checkpoint.

        Arrays carry the number of their seed as prefix. A seed that has ended contributes its results instead of its
        state.
        """
        arrays, history, resolution = moments(self.optimizer), [], []
        for place, (learner, ended) in enumerate(zip(self.learners, self.ended, strict=True)):
            arrays_of_seed = ended.snapshots if ended else learner.recorder.arrays(networks.weights(learner.network))
            arrays |= {f"{place}/{name}": array for name, array in arrays_of_seed.items()}
            history.append(learner.recorder.history)
            resolution.append(learner.recorder.snapshots.resolution)
        ended = [ended and [ended.history, ended.summary] for ended in self.ended]
        return arrays, {"history": history, "resolution": resolution, "ended": ended}

    def resume(self, arrays: dict[str, np.ndarray], progress: dict) -> None:
        """Continue from a checkpoint; `progress` also has "step" and, as "orders", what `epoch_starts` returned."""
        fill(self.optimizer.moments(), arrays, "optimizer/")
        self.optimizer.steps = progress["step"]
        for place, learner in enumerate(self.learners):
            arrays_of_seed = {
                name.removeprefix(f"{place}/"): array for name, array in arrays.items() if name.startswith(f"{place}/")
            }
            fill(dict(learner.network.named_parameters()), arrays_of_seed, "last/")
            learner.orders.bit_generator.state = progress["orders"][place]
            history, resolution = (progress[name][place] for name in ("history", "resolution"))
            learner.recorder.resume(progress["step"], arrays_of_seed, history, resolution)
            if ended := progress["ended"][place]:
                self.ended[place] = Trained(arrays_of_seed, *ended)
        self.report(f"resumed after step {progress['step']} of {self.schedule.steps}")

    def size(self) -> int:
        """Estimate the bytes of a checkpoint.

        This runs after every step, so it measures one learner and multiplies.
        """
        return len(self.learners) * self.learners[0].size()


def train(jobs: list[Job], report: Callable[[str], None], checkpoints: Checkpoints | None = None) -> list[Trained]:
    """Train several seeds at once.

    Parameters
    ----------
    jobs : trainings that differ only in their seeds and labels
    report : receives one line per epoch for all seeds; a single training reports its own lines instead
    checkpoints : where to save the state and resume from; None to do neither

    Returns
    -------
    list of Trained
        One per job, in the order of `jobs`.
    """
    if len(jobs) == 1:
        report = silent
    else:
        jobs = [job._replace(report=silent) for job in jobs]
    schedule = planned(jobs[0].settings, len(jobs[0].train_set))
    group = Group([Learner(job, schedule) for job in jobs], schedule, report)
    loop(group, schedule, jobs[0].settings, checkpoints)
    return group.trained()


def alone(job: Job, checkpoints: Checkpoints | None = None) -> Trained:
    """Train one seed as a group of one, which is how a GPU does the work of `trainer.train`."""
    return train([job], silent, checkpoints)[0]


def silent(line: str) -> None:
    """Report nothing."""
