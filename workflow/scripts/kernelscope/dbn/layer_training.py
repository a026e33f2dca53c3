"""The turn of one layer of a convolutional deep belief network, while those below it stay as they are."""

from typing import NamedTuple

import numpy as np
import torch

from kernelscope.dbn import contrastive_divergence, crbm
from kernelscope.dbn.contrastive_divergence import EPOCH, Learner, Plan
from kernelscope.dbn.network import Layer
from kernelscope.training.snapshot_steps import snapshot_steps

HELD_OUT = 8  # crops of test images on which every epoch is scored


class Epoch(NamedTuple):
    """The error of its reconstructions, the share of hidden units that were on in the end, and kernels (out, in, k, k)
    that were kept, with the number of the update."""

    error: float
    active: float
    kept: list[tuple[int, np.ndarray]]


class Turn:
    """A layer in training: `layer` as it is at the end of the last epoch, after `update` updates."""

    def __init__(self, below: list[Layer], settings: dict, images: dict, plan: Plan, generator: torch.Generator):
        self.settings, self.plan, self.generator = settings, plan, generator
        self.layer = contrastive_divergence.begun(below, settings, images["train"], plan, generator)
        self.draw = contrastive_divergence.visibles(below, self.layer, images["train"], plan)
        held = contrastive_divergence.visibles(below, self.layer, images["test"], plan)
        self.held_out = [held(generator) for _ in range(HELD_OUT)]
        self.learner, self.update = Learner(self.layer, settings, plan), 0
        self.planned = set(snapshot_steps(plan.updates, settings["snapshots"]).tolist())

    def epoch(self) -> Epoch:
        """As many updates as an epoch has, or as are left."""
        squares, kept = [], []
        for update in range(self.update, min(self.update + EPOCH, self.plan.updates)):
            step = self.learner.update(self.draw(self.generator), update, self.generator)
            squares.append(step.squares)
            if update + 1 in self.planned:
                kept.append((update + 1, self.learner.model.kernels.numpy()))
        self.at(update + 1)
        return Epoch(contrastive_divergence.error(squares), float(step.hidden.mean()), kept)

    def at(self, update: int) -> None:
        """The layer is what the learner has made of it in so many updates."""
        self.update, model = update, self.learner.model
        sigma = contrastive_divergence.sigma_of(self.settings, model.real, (update - 1) // EPOCH)
        self.layer = self.layer._replace(model=model, sigma=sigma)

    def scores(self) -> tuple[float, float]:
        """The error of the reconstruction of held-out crops, and their free energy less that of shuffled ones."""
        model, sigma = self.layer.model, self.layer.sigma
        scored = [
            contrastive_divergence.reconstructed(model, v, sigma, self.generator)[0].squares for v in self.held_out
        ]
        return contrastive_divergence.error(scored), free_energy(self.layer, self.held_out, self.generator)


def free_energy(layer: Layer, held_out: list[torch.Tensor], generator: torch.Generator) -> float:
    """The mean free energy of visibles less that of the same in random order, for each of them; times the variance
    of the visibles, as otherwise it fell with sigma alone."""
    gaps = []
    for v in held_out:
        order = torch.randperm(v[0].numel(), generator=generator)
        mixed = v.flatten(1)[:, order].view(v.shape)
        gap = crbm.free_energy(layer.model, v, layer.sigma) - crbm.free_energy(layer.model, mixed, layer.sigma)
        gaps.append(float(gap) * layer.sigma**2 / v.numel())
    return float(np.mean(gaps))
