"""Labelled images as a network takes them: on its device, pixel values from 0 to 1."""

import copy
from collections.abc import Iterator

import numpy as np
import torch


class Images:
    """The images of one split on a device.

    images: (n, h, w) or (n, h, w, 3), uint8 or floats on that scale. An array is held on the device as it is, a quarter
    of its size as floats; anything else is asked for the images of every batch, by an array of their numbers.
    labels: (n,) int64.
    """

    def __init__(self, images, labels: np.ndarray, device: str = "cpu"):
        self.images = torch.from_numpy(images).to(device) if isinstance(images, np.ndarray) else images
        self.labels = torch.from_numpy(labels).to(device)
        h, w, *channels = images.shape[1:]
        self.shape = (*(channels or [1]), h, w)

    def __len__(self) -> int:
        return len(self.labels)

    def pixels(self, numbers: torch.Tensor | None = None) -> torch.Tensor:
        """The images of these numbers, (count, channels, h, w), in the default type; of all without any."""
        numbers = torch.arange(len(self), device=self.labels.device) if numbers is None else numbers
        if isinstance(self.images, torch.Tensor):
            some = self.images[numbers]
        else:
            some = torch.from_numpy(self.images[numbers.cpu().numpy()]).to(self.labels.device)
        some = some.to(torch.get_default_dtype()) / 255
        return some[:, None] if some.ndim == 3 else some.permute(0, 3, 1, 2).contiguous()

    def blocks(self, size: int) -> Iterator[torch.Tensor]:
        """The pixels of all images, `size` at a time."""
        for numbers in torch.arange(len(self), device=self.labels.device).split(size):
            yield self.pixels(numbers)

    def some(self, numbers: np.ndarray) -> "Images":
        """Those of these numbers, held on the device."""
        images = self.images.cpu().numpy() if isinstance(self.images, torch.Tensor) else self.images
        return Images(images[numbers], self.labels.cpu().numpy()[numbers], self.labels.device)

    def labelled(self, labels: np.ndarray) -> "Images":
        """The same images, held once, with other labels."""
        other = copy.copy(self)
        other.labels = torch.from_numpy(labels).to(self.labels.device)
        return other


def held(splits: list, most: float) -> list:
    """All images as arrays, if these have at most so many bytes; else as they are, still to be read."""
    size = sum(np.prod(images.shape, dtype=np.int64) * images.dtype.itemsize for images in splits)
    return [images[:] for images in splits] if size <= most else splits
