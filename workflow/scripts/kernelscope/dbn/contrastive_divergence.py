"""Greedy training of a convolutional deep belief network by contrastive divergence, one crop an update (CD-1)."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch

from kernelscope.dbn import crbm, network, sizes
from kernelscope.dbn.crbm import Crbm
from kernelscope.dbn.network import Layer

EPOCH = 100  # updates between two rows of history
ANNEALED = 0.99  # factor of sigma an epoch
RISING, MOMENTA = 5, (0.5, 0.9)  # epochs with the smaller momentum
SLOWED = 0.01  # the rate is that of the settings / (1 + SLOWED epoch)
SCALED_ON = 100  # crops that say what mean and spread deeper visibles have

Crops = Callable[[torch.Generator], torch.Tensor]  # draws visibles (in, rows, cols)


class Plan(NamedTuple):
    """Of one layer: kernels (out), rows and cols of each, hidden units that shall be on, updates, pixels of a crop."""

    kernels: int
    kernel_size: int
    target: float
    updates: int
    crop: int


def plans(settings: dict) -> list[Plan]:
    """Those of all layers, from `cdbn` of an architecture."""
    return [Plan(*one) for one in zip(*(settings[f"{name}"] for name in SETTINGS), strict=True)]


SETTINGS = ("kernels", "kernel_sizes", "targets", "updates", "crops")  # with a value for each layer


def sigma_of(settings: dict, real: bool, epoch: int) -> float:
    """Standard deviation of the visibles: from the first to the last value, by ANNEALED an epoch; 1 for binary ones."""
    first, last = settings["sigma"]
    return max(last, first * ANNEALED**epoch) if real else 1.0


def crops(images: torch.Tensor, side: int) -> Crops:
    """Square crops (1, side, side) of images (n, h, w), from random places."""
    counts = (len(images), images.shape[1] - side + 1, images.shape[2] - side + 1)

    def draw(generator: torch.Generator) -> torch.Tensor:
        image, row, col = (int(torch.randint(count, (1,), generator=generator)) for count in counts)
        return images[image : image + 1, row : row + side, col : col + side]

    return draw


def visibles(below: list[Layer], own: Layer, images: torch.Tensor, plan: Plan) -> Crops:
    """Crops as a layer sees them, with as many rows and cols as make whole blocks."""
    of_images = crops(images, plan.crop)

    def draw(generator: torch.Generator) -> torch.Tensor:
        v = of_images(generator)
        v = network.seen(own, network.activities(below, v)[-1] if below else v)
        rows, cols = (sizes.fitted(side, plan.kernel_size, own.model.pooling) for side in v.shape[1:])
        return v[:, :rows, :cols]

    return draw


def begun(below: list[Layer], settings: dict, images: torch.Tensor, plan: Plan, generator: torch.Generator) -> Layer:
    """The untrained layer above others. Its hidden units are on as often as they shall, if anything pulls them."""
    depth = below[-1].model.kernels.shape[0] if below else 1
    real = not below or settings["deeper"] == "real"
    sigma = sigma_of(settings, real, 0)
    free = 1 - settings["pooling"] ** 2 * plan.target
    bias = sigma**2 * float(np.log(plan.target / free)) if settings["sparsity"] else 0.0
    model = network.untrained((plan.kernels, depth, plan.kernel_size), settings["pooling"], real, bias, generator)
    layer = Layer(model, sigma, torch.zeros(depth), 1.0)
    if not below:
        return layer
    draw = visibles(below, layer, images, plan)
    some = torch.stack([draw(generator) for _ in range(SCALED_ON)])
    mean = some.mean((0, 2, 3))
    if not real:
        share = mean.clamp(1e-6, 1 - 1e-6)
        return layer._replace(model=model._replace(visible_bias=torch.log(share / (1 - share))))
    spread = float((some - mean[:, None, None]).std())
    return layer._replace(mean=mean, scale=settings["contrast"] / spread if spread > 0 else 1.0)


class Step(NamedTuple):
    """What one update saw: the visibles, their reconstruction, and P(h = 1 | v) (out, places, blocks)."""

    v: torch.Tensor
    mean: torch.Tensor
    hidden: torch.Tensor

    @property
    def squares(self) -> tuple[float, float]:
        """The sum of squares of what the reconstruction leaves, and of the visibles."""
        return float(((self.v - self.mean) ** 2).sum()), float((self.v**2).sum())


def error(squares: list[tuple[float, float]]) -> float:
    """The share of the squares of the visibles of several crops that their reconstructions leave."""
    left, whole = np.sum(squares, 0)
    return float(left / max(whole, 1e-12))


def reconstructed(model: Crbm, v: torch.Tensor, sigma: float, generator: torch.Generator) -> tuple[Step, crbm.Gradient]:
    """One step up, down and up again, and the estimate of the gradient of the log-likelihood."""
    k, p = model.kernels.shape[-1], model.pooling
    seen = crbm.patches(v, k, p)
    hidden = crbm.block_softmax(crbm.inputs(model, seen, sigma))
    mean = crbm.reconstruction(model, crbm.drawn(hidden, generator), v.shape[1:])
    seen_again = crbm.patches(mean, k, p)
    again = crbm.block_softmax(crbm.inputs(model, seen_again, sigma))
    data, fantasy = crbm.phase(model, v, seen, hidden, sigma), crbm.phase(model, mean, seen_again, again, sigma)
    return Step(v, mean, hidden), crbm.contrast(data, fantasy)


class Learner:
    """A layer in training; `update` goes one step along the gradient, which `settings` bound and pull."""

    def __init__(self, layer: Layer, settings: dict, plan: Plan):
        self.model, self.settings, self.plan = layer.model, settings, plan
        self.velocity = [torch.zeros_like(part) for part in self.model[:3]]

    def update(self, v: torch.Tensor, number: int, generator: torch.Generator) -> Step:
        """The update of this number, from 0, on visibles v (in, rows, cols)."""
        epoch, settings, model = number // EPOCH, self.settings, self.model
        sigma = sigma_of(settings, model.real, epoch)
        step, gradient = reconstructed(model, v, sigma, generator)
        own = sigma**2 / step.hidden[0].numel()  # without 1/s^2, and for each hidden unit of a map
        pull = settings["sparsity"] * (self.plan.target - step.hidden.mean((1, 2)))
        ways = (
            gradient.kernels * own - settings["l2"] * model.kernels,
            gradient.hidden_bias * own + pull,
            gradient.visible_bias * sigma**2 / v[0].numel(),
        )
        rate, momentum = settings["learning_rate"] / (1 + SLOWED * epoch), MOMENTA[epoch >= RISING]
        self.velocity = [momentum * old + rate * way for old, way in zip(self.velocity, ways, strict=True)]
        moved = [part + change for part, change in zip(model[:3], self.velocity, strict=True)]
        self.model = Crbm(*moved, model.pooling, model.real)
        return step
