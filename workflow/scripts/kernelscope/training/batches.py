"""Serve labeled images to a network: on its device, with pixel values from 0 to 1."""

import copy
from collections.abc import Iterator

import numpy as np
import torch


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

    def some(self, numbers: np.ndarray) -> "ImageDataset":
        """Return the images with these numbers, held on the device."""
        images = self.images.cpu().numpy() if isinstance(self.images, torch.Tensor) else self.images
        return ImageDataset(images[numbers], self.labels.cpu().numpy()[numbers], self.labels.device)

    def labeled(self, labels: np.ndarray) -> "ImageDataset":
        """Return the same images with other labels; both share one copy of the pixels."""
        relabeled = copy.copy(self)
        relabeled.labels = torch.from_numpy(labels).to(self.labels.device)
        return relabeled


def in_memory(splits: list, limit: float) -> list:
    """Read all images into arrays if they take at most `limit` bytes together; otherwise return `splits` unread.

    splits : images of each split, with `shape` and `dtype`, as `data.image_file` gives them
    """
    size = sum(np.prod(images.shape, dtype=np.int64) * images.dtype.itemsize for images in splits)
    return [images[:] for images in splits] if size <= limit else splits
