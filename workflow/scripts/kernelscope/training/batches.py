"""Read labeled images and serve them to a network: on its device, with pixel values from 0 to 1."""

import copy
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from kernelscope.crops import canvases
from kernelscope.crops.canvases import Canvases
from kernelscope.data import control_names, controls
from kernelscope.data.image_file import ImageFile
from kernelscope.data.splits import SPLITS
from kernelscope.io import manifest
from kernelscope.refusal import refuse


class Fresh(NamedTuple):
    """Large images from which every step of a training draws fresh crops, and what a control does to them.

    is_scrambled : whether each crop loses its shapes
    has_random_labels : whether each crop has a random label
    """

    canvases: Canvases
    is_scrambled: bool
    has_random_labels: bool


class ImageDataset:
    """Hold the images and labels of one split for a network on a device.

    Parameters
    ----------
    images : (n, h, w) or (n, h, w, 3), uint8 or floats on the same scale
        An array is kept on the device in its own type, a quarter of its size as floats. Any other object with `shape`
        and `dtype` is indexed with the image numbers of each batch.
    labels : (n,) int64 array
    device : str
    fresh : where a training draws crops instead of these images, if it does
    """

    def __init__(self, images, labels: np.ndarray, device: str = "cpu", fresh: Fresh | None = None):
        self.fresh = fresh
        self.images = torch.from_numpy(images).to(device) if isinstance(images, np.ndarray) else images
        self.labels = torch.from_numpy(labels).to(device)
        h, w, *channels = images.shape[1:]
        self.shape = (*(channels or [1]), h, w)

    def __len__(self) -> int:
        return len(self.labels)

    def pixels(self, numbers: torch.Tensor | None = None) -> torch.Tensor:
        """Return the images with these numbers (default: all), (count, channels, h, w) in torch's default type."""
        numbers = torch.arange(len(self), device=self.labels.device) if numbers is None else numbers
        if isinstance(self.images, torch.Tensor):
            pixels = self.images[numbers]
        else:
            pixels = torch.from_numpy(self.images[numbers.cpu().numpy()]).to(self.labels.device)
        return as_pixels(pixels)

    def batches(self, size: int) -> Iterator[torch.Tensor]:
        """Yield the pixels of all images in order, `size` images at a time."""
        for numbers in torch.arange(len(self), device=self.labels.device).split(size):
            yield self.pixels(numbers)

    def channel_sums(self, size: int) -> tuple[torch.Tensor | int, int]:
        """Return the sum of each channel (channels,) and the number of pixels, from `size` images at a time."""
        sums, count = 0, 0
        for x in self.batches(size):
            sums, count = sums + x.double().sum((0, 2, 3)), count + x[:, 0].numel()
        return sums, count

    def some(self, numbers: np.ndarray) -> "ImageDataset":
        """Return the images with these numbers, held on the device."""
        images = self.images.cpu().numpy() if isinstance(self.images, torch.Tensor) else self.images
        return ImageDataset(images[numbers], self.labels.cpu().numpy()[numbers], self.labels.device)

    def labeled(self, labels: np.ndarray) -> "ImageDataset":
        """Return the same images with other labels; both share one copy of the pixels."""
        relabeled = copy.copy(self)
        relabeled.labels = torch.from_numpy(labels).to(self.labels.device)
        return relabeled


def as_pixels(images: torch.Tensor) -> torch.Tensor:
    """Return images (B, h, w) or (B, h, w, channels) from 0 to 255 as (B, channels, h, w) from 0 to 1."""
    pixels = images.to(torch.get_default_dtype()) / 255
    return pixels[:, None] if pixels.ndim == 3 else pixels.permute(0, 3, 1, 2).contiguous()


def image_sets(
    path: str, control: str, seeds: list[int], memory: float, device: str
) -> tuple[list[ImageDataset], ImageDataset]:
    """Return the training images with each seed's labels, and the test images.

    Images are kept in memory if they take at most `memory` MB, and read from disk for every batch otherwise. So are
    large images, if training draws fresh crops from them.

    Raises
    ------
    ValueError
        If the file is damaged, or was edited by hand while the results go into a shared cache.
    """
    file = ImageFile(path)
    if os.environ.get("KERNELSCOPE_SHARED") and not manifest.is_intact(Path(path)):
        refuse(path, "a file that was edited by hand", "the file that its job wrote, as the cache is shared")
    splits = controls.splits_of(control, file.images, memory * 1e6)
    train, test = (
        ImageDataset(images, file.labels[split], device) for split, images in zip(SPLITS, splits, strict=True)
    )
    if large := canvases.read(path, memory * 1e6):
        is_scrambled = control == control_names.PHASE_SCRAMBLED
        train.fresh = Fresh(large, is_scrambled, control == control_names.RANDOM_LABELS)
    return [train.labeled(controls.labels_of(control, file.labels["train"], seed)) for seed in seeds], test
