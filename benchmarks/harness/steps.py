"""One training step by our networks, and by torch's own layers with the same weights and images."""

from typing import NamedTuple

import numpy as np
import torch

from harness import plain, settings
from kernelscope.models import networks
from kernelscope.training import losses
from kernelscope.training.batches import ImageDataset
from kernelscope.training.optimizers import AdamW

BATCH = 100
DECAY = 0.5


class Floats(NamedTuple):
    """The images of one split, (n, channels, h, w) float32, and their labels."""

    pixels: torch.Tensor
    labels: torch.Tensor


def both(layers: list[dict], image: tuple[int, int, int]) -> tuple:
    ours = networks.build(layers, image, 3)
    networks.initialize(ours, settings.training()["init_std"], 0)
    theirs = plain.same_weights(plain.network(layers, image, 3), ours)
    parameters = list(ours.parameters())
    return (ours, AdamW(parameters, [DECAY] * len(parameters))), (
        theirs,
        torch.optim.AdamW(theirs.parameters(), lr=1e-4, weight_decay=DECAY),
    )


def our_step(network, optimizer, images: ImageDataset, batch) -> None:
    network.zero_grad()
    losses.loss("cross_entropy", network(images.pixels(batch)), images.labels[batch]).backward()
    optimizer.step(1e-4)


def plain_step(network, optimizer, images: Floats, batch) -> None:
    optimizer.zero_grad()
    torch.nn.functional.cross_entropy(network(images.pixels[batch]), images.labels[batch]).backward()
    optimizer.step()


def images(count: int, image: tuple[int, int, int]) -> ImageDataset:
    """Return `count` noise images with one channel."""
    pixels = np.random.default_rng(count).integers(0, 256, (count, *image[1:]), dtype=np.uint8)
    return ImageDataset(pixels, np.arange(count) % 3)


def floats(images: ImageDataset) -> Floats:
    return Floats(images.pixels(), images.labels)
