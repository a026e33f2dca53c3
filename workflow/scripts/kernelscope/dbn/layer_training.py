"""Train one layer of a convolutional deep belief network while the layers below stay fixed."""

from typing import NamedTuple

import numpy as np
import torch

from kernelscope.dbn import contrastive_divergence, crbm
from kernelscope.dbn.contrastive_divergence import EPOCH, Learner, Plan
from kernelscope.dbn.network import Layer
from kernelscope.training.snapshot_buffer import SnapshotBuffer

KERNELS = "kernels"
HELD_OUT = 8  # crops of test images on which each epoch is scored


class Epoch(NamedTuple):
    """The results of one epoch.

    error: reconstruction error. active: share of hidden units that are on in its last update.
    """

    error: float
    active: float


class LayerTraining:
    """A layer in training: `layer` is its state at the end of the last epoch, after `update` updates.

    snapshots: its kernels under the name KERNELS, by the number of the update.
    """

    def __init__(self, below: list[Layer], settings: dict, images: dict, plan: Plan, generator: torch.Generator):
        self.settings, self.plan, self.generator = settings, plan, generator
        self.layer = contrastive_divergence.begun(below, settings, images["train"], plan, generator)
        self.draw = contrastive_divergence.visibles(below, self.layer, images["train"], plan)
        draw_held_out = contrastive_divergence.visibles(below, self.layer, images["test"], plan)
        self.held_out = [draw_held_out(generator) for _ in range(HELD_OUT)]
        self.learner, self.update = Learner(self.layer, settings, plan), 0
        self.snapshots = SnapshotBuffer(settings["snapshots"])
        self.snapshots.append(0, self.kernels())

    def epoch(self) -> Epoch:
        """Carry out the updates of one epoch, or those that are left."""
        squares = []
        for update in range(self.update, min(self.update + EPOCH, self.plan.steps)):
            step = self.learner.update(self.draw(self.generator), update, self.generator)
            squares.append(step.squares)
            if self.snapshots.is_due(update + 1):
                self.snapshots.offer(update + 1, self.kernels())
        self.at(update + 1)
        return Epoch(contrastive_divergence.error(squares), float(step.hidden.mean()))

    def kernels(self) -> dict[str, np.ndarray]:
        """Return the current kernels (out, in, k, k), as snapshots hold them."""
        return {KERNELS: self.learner.model.kernels.numpy()}

    def at(self, update: int) -> None:
        """Set `layer` to the learner's state after `update` updates."""
        self.update, model = update, self.learner.model
        sigma = contrastive_divergence.sigma_of(self.settings, model.real, (update - 1) // EPOCH)
        self.layer = self.layer._replace(model=model, sigma=sigma)

    def scores(self) -> tuple[float, float]:
        """Return the reconstruction error of held-out crops, and their free energy minus that of shuffled crops."""
        model, sigma = self.layer.model, self.layer.sigma
        squares = [
            contrastive_divergence.reconstructed(model, v, sigma, self.generator)[0].squares for v in self.held_out
        ]
        return contrastive_divergence.error(squares), free_energy(self.layer, self.held_out, self.generator)


def free_energy(layer: Layer, held_out: list[torch.Tensor], generator: torch.Generator) -> float:
    """Return the mean free energy of visible units minus that of the same units in random order, per unit.

    It is multiplied by the variance of the visible units; otherwise it would fall merely because sigma does.
    """
    gaps = []
    for v in held_out:
        order = torch.randperm(v[0].numel(), generator=generator)
        shuffled = v.flatten(1)[:, order].view(v.shape)
        gap = crbm.free_energy(layer.model, v, layer.sigma) - crbm.free_energy(layer.model, shuffled, layer.sigma)
        gaps.append(float(gap) * layer.sigma**2 / v.numel())
    return float(np.mean(gaps))
