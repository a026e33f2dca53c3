"""Images of kernels in one byte for each pixel: 127 steps from minus to plus the largest |value| of each image."""

from typing import NamedTuple

import numpy as np

STEPS = 63  # from 0 to the largest |value| of an image
MISSING = -128  # in place of a number of steps: not finite


class Pictures(NamedTuple):
    """Images (n, channels, h, w), each of which may be off by 1/126 of its largest |value|."""

    values: np.ndarray


def encoded(pictures: Pictures) -> tuple[np.ndarray, np.ndarray]:
    """Return the largest |value| of each image, (n,) float32, and a byte for each pixel.

    A byte is the number of steps minus left + above - diagonal, the plane through its neighbors, modulo 256.
    """
    values = np.asarray(pictures.values, np.float32)
    finite = np.isfinite(values)
    largest = np.abs(np.where(finite, values, 0)).max((1, 2, 3), initial=0)
    scale = np.where(largest > 0, largest, 1).astype(float)[:, None, None, None]
    steps = np.where(finite, np.rint(np.where(finite, values, 0) / scale * STEPS), MISSING).astype(np.int64)
    return largest, differences(steps).astype(np.uint8)


def differences(steps: np.ndarray) -> np.ndarray:
    """Return (..., h, w) as differences from left + above - diagonal, modulo 256; beyond the edges are zeros."""
    rows = np.diff(steps, axis=-2, prepend=0)
    return np.diff(rows, axis=-1, prepend=0) % 256
