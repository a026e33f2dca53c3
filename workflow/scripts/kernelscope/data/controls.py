"""Labels and images of control trainings."""

import numpy as np

from kernelscope.data.control_names import PHASE_SCRAMBLED, RANDOM_LABELS
from kernelscope.data.splits import SPLITS
from kernelscope.io.rows import in_memory


def labels_of(control: str, labels: np.ndarray, seed: int) -> np.ndarray:
    """Return the labels (n,) to train on: under random_labels a permutation, in which classes keep their sizes."""
    if control != RANDOM_LABELS:
        return labels
    return np.random.default_rng([seed, 2]).permutation(labels)


def images_of(control: str, images, split: str):
    """Return the images that the network sees, (n, h, w) or (n, h, w, 3), as an array or as rows still to be read."""
    return Scrambled(images, split) if control == PHASE_SCRAMBLED else images


def splits_of(control: str, images: dict, limit: float) -> list:
    """Return the images of every split that the network sees, read if they take at most `limit` bytes together."""
    return in_memory([images_of(control, images[split], split) for split in SPLITS], limit)


class Scrambled:
    """Images with the same mean and amplitude spectrum, and the phases of white noise; float32 and not clipped.

    They are equal in every seed, and are scrambled when they are read, by a slice or by an array of indices.
    """

    dtype = np.dtype(np.float32)

    def __init__(self, images, split: str):
        self.images, self.split, self.shape = images, SPLITS.index(split), images.shape
        self.ndim = len(self.shape)

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, which: slice | np.ndarray) -> np.ndarray:
        numbers = np.arange(len(self))[which]
        scrambled = np.empty((len(numbers), *self.shape[1:]), self.dtype)
        for number, image, target in zip(numbers, self.images[which], scrambled, strict=True):
            target[:] = phase_scrambled(image, np.random.default_rng([3, self.split, number]))
        return scrambled


def phase_scrambled(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return an image (h, w) or (h, w, 3) with random phases, equal in all channels, which keeps their correlation."""
    spectrum = np.fft.rfft2(image, axes=(0, 1))
    phases = np.exp(1j * np.angle(np.fft.rfft2(rng.standard_normal(image.shape[:2]))))
    phases[0, 0] = 1
    phases = phases if image.ndim == 2 else phases[..., None]
    return np.fft.irfft2(spectrum * phases, s=image.shape[:2], axes=(0, 1))


def visible(images: np.ndarray) -> np.ndarray:
    """Return images to draw: uint8 images unchanged, others scaled from their smallest to their largest value."""
    if images.dtype == np.uint8:
        return images
    low, high = float(images.min()), float(images.max())
    return np.rint((images - low) * (255 / max(high - low, 1e-12))).astype(np.uint8)
