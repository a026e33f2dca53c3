"""What a control training does to labels and images."""

import numpy as np

from kernelscope.data.control_names import PHASE_SCRAMBLED, RANDOM_LABELS
from kernelscope.data.split_names import SPLITS


def labels_of(control: str, labels: np.ndarray, seed: int) -> np.ndarray:
    """The labels (n,) to train on: shuffled by `seed` under random_labels, so that classes keep their sizes."""
    if control != RANDOM_LABELS:
        return labels
    return np.random.default_rng([seed, 2]).permutation(labels)


def images_of(control: str, images, split: str):
    """The images (n, h, w) or (n, h, w, 3) that the network sees, an array or rows still to be read."""
    return Scrambled(images, split) if control == PHASE_SCRAMBLED else images


class Scrambled:
    """Images of the same mean and amplitude spectrum with the phases of white noise, float32 and not clipped.

    The same in every seed. Scrambled as they are asked for, by a slice or by an array of their numbers.
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
    """An image (h, w) or (h, w, 3); all its channels turn by the same phases, which keeps how they go together."""
    spectrum = np.fft.rfft2(image, axes=(0, 1))
    turn = np.exp(1j * np.angle(np.fft.rfft2(rng.standard_normal(image.shape[:2]))))
    turn[0, 0] = 1
    turn = turn if image.ndim == 2 else turn[..., None]
    return np.fft.irfft2(spectrum * turn, s=image.shape[:2], axes=(0, 1))


def visible(images: np.ndarray) -> np.ndarray:
    """uint8 images as they are; others stretched from their smallest to their largest value, to be drawn."""
    if images.dtype == np.uint8:
        return images
    low, high = float(images.min()), float(images.max())
    return np.rint((images - low) * (255 / max(high - low, 1e-12))).astype(np.uint8)
