"""Control trainings: everything as in the real one but for one thing that a kernel might owe its look to.

random_labels: the training images get each other's labels, so there is nothing to learn but the images themselves.
frozen: the conv layers stay as they were initialised; only what comes after them learns (Gavrikov and Keuper 2023).
phase_scrambled: every image keeps its spectrum and loses its shapes.
"""

import numpy as np

NONE, RANDOM_LABELS, FROZEN, PHASE_SCRAMBLED = "none", "random_labels", "frozen", "phase_scrambled"
KINDS = (RANDOM_LABELS, FROZEN, PHASE_SCRAMBLED)
SPLITS = ("train", "test")


def labels_of(control: str, labels: np.ndarray, seed: int) -> np.ndarray:
    """The labels (n,) to train on: shuffled by `seed` under random_labels, so that classes keep their sizes."""
    if control != RANDOM_LABELS:
        return labels
    return np.random.default_rng([seed, 2]).permutation(labels)


def images_of(control: str, images: np.ndarray, split: str) -> np.ndarray:
    """The images (n, h, w) or (n, h, w, 3) that the network sees: scrambled, float32, the same in every seed."""
    if control != PHASE_SCRAMBLED:
        return images
    return phase_scrambled(images, np.random.default_rng([3, SPLITS.index(split)]))


def phase_scrambled(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Images of the same mean and amplitude spectrum with the phases of white noise, float32 and not clipped.

    All channels of an image turn by the same phases, which keeps how they go together.
    """
    scrambled = np.empty(images.shape, np.float32)
    for image, target in zip(images, scrambled, strict=True):
        spectrum = np.fft.rfft2(image, axes=(0, 1))
        turn = np.exp(1j * np.angle(np.fft.rfft2(rng.standard_normal(image.shape[:2]))))
        turn[0, 0] = 1
        turn = turn if image.ndim == 2 else turn[..., None]
        target[:] = np.fft.irfft2(spectrum * turn, s=image.shape[:2], axes=(0, 1))
    return scrambled


def visible(images: np.ndarray) -> np.ndarray:
    """uint8 images as they are; others stretched from their smallest to their largest value, to be drawn."""
    if images.dtype == np.uint8:
        return images
    low, high = float(images.min()), float(images.max())
    return np.rint((images - low) * (255 / max(high - low, 1e-12))).astype(np.uint8)
