"""Read labeled images and serve them to a network: on its device, with pixel values from 0 to 1."""

import copy
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

from kernelscope.data import controls
from kernelscope.data.image_file import ImageFile
from kernelscope.data.splits import SPLITS
from kernelscope.io import manifest
from kernelscope.refusal import refuse


class ImageDataset:
    """Hold the images and labels of one split for a network on a device.

    Parameters
    ----------
    images : (n, h, w) or (n, h, w, 3), uint8 or floats on the same scale
        An array is kept on the device in its own type, a quarter of its size as floats. Any other object with `shape`
        and `dtype` is indexed with the image numbers of each batch.
    labels : (n,) int64 array
    device : str
    """

    def __init__(self, images, labels: np.ndarray, device: str = "cpu"):
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
        pixels = pixels.to(torch.get_default_dtype()) / 255
        return pixels[:, None] if pixels.ndim == 3 else pixels.permute(0, 3, 1, 2).contiguous()

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


def image_sets(
    path: str, control: str, seeds: list[int], memory: float, device: str
) -> tuple[list[ImageDataset], ImageDataset]:
    """Return the training images with each seed's labels, and the test images.

    Images are kept in memory if they take at most `memory` MB, and read from disk for every batch otherwise.

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
    return [train.labeled(controls.labels_of(control, file.labels["train"], seed)) for seed in seeds], test
