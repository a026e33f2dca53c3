"""Train one layer of a convolutional deep belief network while the layers below stay fixed."""

from typing import NamedTuple

import numpy as np
import torch

from kernelscope.dbn import contrastive_divergence, crbm
from kernelscope.dbn.contrastive_divergence import EPOCH, Learner, Plan
from kernelscope.dbn.network import Layer
from kernelscope.training.snapshot_steps import snapshot_steps

HELD_OUT = 8  # crops of test images on which each epoch is scored


class Epoch(NamedTuple):
    """The results of one epoch.

    error: reconstruction error. active: share of hidden units that are on in its last update. kept: (number of the
    update, kernels (out, in, k, k)) of each snapshot.
    """

    error: float
    active: float
    kept: list[tuple[int, np.ndarray]]


class LayerTraining:
    """A layer in training: `layer` is its state at the end of the last epoch, after `update` updates."""

    def __init__(self, below: list[Layer], settings: dict, images: dict, plan: Plan, generator: torch.Generator):
        self.settings, self.plan, self.generator = settings, plan, generator
        self.layer = contrastive_divergence.begun(below, settings, images["train"], plan, generator)
        self.draw = contrastive_divergence.visibles(below, self.layer, images["train"], plan)
        draw_held_out = contrastive_divergence.visibles(below, self.layer, images["test"], plan)
        self.held_out = [draw_held_out(generator) for _ in range(HELD_OUT)]
        self.learner, self.update = Learner(self.layer, settings, plan), 0
        self.planned = set(snapshot_steps(plan.steps, settings["snapshots"]).tolist())

    def epoch(self) -> Epoch:
        """Carry out the updates of one epoch, or those that are left."""
        squares, kept = [], []
        for update in range(self.update, min(self.update + EPOCH, self.plan.steps)):
            step = self.learner.update(self.draw(self.generator), update, self.generator)
            squares.append(step.squares)
            if update + 1 in self.planned:
                kept.append((update + 1, self.learner.model.kernels.numpy()))
        self.at(update + 1)
        return Epoch(contrastive_divergence.error(squares), float(step.hidden.mean()), kept)

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
