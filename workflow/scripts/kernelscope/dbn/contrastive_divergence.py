"""Train the layers of a convolutional deep belief network by contrastive divergence (CD-1), one crop per update."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch

from kernelscope.dbn import crbm, network, sizes
from kernelscope.dbn.crbm import Crbm
from kernelscope.dbn.network import Layer

EPOCH = 100  # updates per epoch, after which a row of history is written
ANNEALED = 0.99  # factor by which sigma shrinks per epoch
RISING, MOMENTA = 5, (0.5, 0.9)  # epochs with the smaller momentum, and both momenta
SLOWED = 0.01  # the learning rate is divided by (1 + SLOWED epoch)
SCALED_ON = 100  # crops from which mean and spread of deeper visible units are estimated

Crops = Callable[[torch.Generator], torch.Tensor]  # draws visible units (in, rows, cols)


class Plan(NamedTuple):
    """The settings of one layer.

    kernels: number of kernels (out). kernel_size: rows and columns of each. target: share of hidden units that should
    be on. updates: number of updates. crop: side of a training crop in pixels.
    """

    kernels: int
    kernel_size: int
    target: float
    steps: int
    crop: int


def plans(settings: dict) -> list[Plan]:
    """Return the plan of every layer from the setting `cdbn` of an architecture."""
    return [Plan(*values) for values in zip(*(settings[f"{name}"] for name in SETTINGS), strict=True)]


SETTINGS = ("kernels", "kernel_sizes", "sparsity_targets", "steps", "crops")  # settings with a value for each layer


def sigma_of(settings: dict, real: bool, epoch: int) -> float:
    """Return the standard deviation of the visible units.

    It falls from the first to the last value of the setting `sigma`, by a factor of ANNEALED per epoch; it is 1 for
    binary units.
    """
    first, last = settings["sigma"]
    return max(last, first * ANNEALED**epoch) if real else 1.0


def crops(images: torch.Tensor, side: int) -> Crops:
    """Return a function that draws square crops (1, side, side) from random places of images (n, h, w)."""
    counts = (len(images), images.shape[1] - side + 1, images.shape[2] - side + 1)

    def draw(generator: torch.Generator) -> torch.Tensor:
        image, row, col = (int(torch.randint(count, (1,), generator=generator)) for count in counts)
        return images[image : image + 1, row : row + side, col : col + side]

    return draw


def visibles(below: list[Layer], layer: Layer, images: torch.Tensor, plan: Plan) -> Crops:
    """Return a function that draws crops as a layer sees them, cut to as many rows and columns as make whole blocks."""
    draw_crop = crops(images, plan.crop)

    def draw(generator: torch.Generator) -> torch.Tensor:
        v = draw_crop(generator)
        v = network.visible_units(layer, network.activities(below, v)[-1] if below else v)
        rows, cols = (sizes.fitted(side, plan.kernel_size, layer.model.pooling) for side in v.shape[1:])
        return v[:, :rows, :cols]

    return draw


def begun(below: list[Layer], settings: dict, images: torch.Tensor, plan: Plan, generator: torch.Generator) -> Layer:
    """Return the untrained layer above the layers `below`.

    With a sparsity penalty, the hidden biases start such that hidden units without input are on as often as they should
    be.
    """
    depth = below[-1].model.kernels.shape[0] if below else 1
    real = not below or settings["visible_units"] == "real"
    sigma = sigma_of(settings, real, 0)
    free = 1 - settings["pooling"] ** 2 * plan.target
    bias = sigma**2 * float(np.log(plan.target / free)) if settings["sparsity"] else 0.0
    model = network.untrained((plan.kernels, depth, plan.kernel_size), settings["pooling"], real, bias, generator)
    layer = Layer(model, sigma, torch.zeros(depth), 1.0)
    if not below:
        return layer
    draw = visibles(below, layer, images, plan)
    crops_seen = torch.stack([draw(generator) for _ in range(SCALED_ON)])
    mean = crops_seen.mean((0, 2, 3))
    if not real:
        share = mean.clamp(1e-6, 1 - 1e-6)
        return layer._replace(model=model._replace(visible_bias=torch.log(share / (1 - share))))
    spread = float((crops_seen - mean[:, None, None]).std())
    return layer._replace(mean=mean, scale=settings["contrast"] / spread if spread > 0 else 1.0)


class Step(NamedTuple):
    """Results of one update: visible units, their reconstruction, and P(h = 1 | v) (out, places, blocks)."""

    v: torch.Tensor
    mean: torch.Tensor
    hidden: torch.Tensor

    @property
    def squares(self) -> tuple[float, float]:
        """Return the sums of squares of the reconstruction error and of the visible units."""
        return float(((self.v - self.mean) ** 2).sum()), float((self.v**2).sum())


def error(squares: list[tuple[float, float]]) -> float:
    """Return the reconstruction error of several crops, as a share of the sum of squares of their visible units."""
    residual, total = np.sum(squares, 0)
    return float(residual / max(total, 1e-12))


def reconstructed(model: Crbm, v: torch.Tensor, sigma: float, generator: torch.Generator) -> tuple[Step, crbm.Gradient]:
    """Sample the hidden units, reconstruct the visible units, and infer the hidden units again.

    Return the step and the CD-1 estimate of the gradient of the log-likelihood.
    """
    k, p = model.kernels.shape[-1], model.pooling
    seen = crbm.patches(v, k, p)
    hidden = crbm.block_softmax(crbm.inputs(model, seen, sigma))
    mean = crbm.reconstruction(model, crbm.sampled(hidden, generator), v.shape[1:])
    seen_again = crbm.patches(mean, k, p)
    hidden_again = crbm.block_softmax(crbm.inputs(model, seen_again, sigma))
    data, fantasy = crbm.phase(model, v, seen, hidden, sigma), crbm.phase(model, mean, seen_again, hidden_again, sigma)
    return Step(v, mean, hidden), crbm.contrast(data, fantasy)


class Learner:
    """Train a layer: `update` takes one gradient step, with the decay and sparsity penalties of `settings`."""

    def __init__(self, layer: Layer, settings: dict, plan: Plan):
        self.model, self.settings, self.plan = layer.model, settings, plan
        self.velocity = [torch.zeros_like(part) for part in self.model[:3]]

    def update(self, v: torch.Tensor, number: int, generator: torch.Generator) -> Step:
        """Carry out update `number` (from 0) on visible units v (in, rows, cols)."""
        epoch, settings, model = number // EPOCH, self.settings, self.model
        sigma = sigma_of(settings, model.real, epoch)
        step, gradient = reconstructed(model, v, sigma, generator)
        scale = sigma**2 / step.hidden[0].numel()  # takes out 1/s^2, and averages over the hidden units of a map
        sparsity = settings["sparsity"] * (self.plan.target - step.hidden.mean((1, 2)))
        directions = (
            gradient.kernels * scale - settings["l2"] * model.kernels,
            gradient.hidden_bias * scale + sparsity,
            gradient.visible_bias * sigma**2 / v[0].numel(),
        )
        rate, momentum = settings["learning_rate"] / (1 + SLOWED * epoch), MOMENTA[epoch >= RISING]
        self.velocity = [
            momentum * old + rate * direction for old, direction in zip(self.velocity, directions, strict=True)
        ]
        updated = [part + change for part, change in zip(model[:3], self.velocity, strict=True)]
        self.model = Crbm(*updated, model.pooling, model.real)
        return step
