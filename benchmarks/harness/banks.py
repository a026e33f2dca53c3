"""Banks of kernels that share no kernel, of laws that trained kernels may follow: most of them have a polarity.

Every function draws `kernels` independent kernels (kernels, 1, size, size).
"""

import numpy as np
from scipy.ndimage import gaussian_filter

BORDER = 20  # cut off, so that noise is as strong at the rim as in the middle


def strokes(rng: np.random.Generator, kernels: int, size: int) -> np.ndarray:
    """Draw bright straight strokes at random angles and offsets."""
    bank = line(rng, kernels, size, 1.2)
    return unit(bank) + 0.03 * rng.standard_normal(bank.shape)


def surrounded(rng: np.random.Generator, kernels: int, size: int) -> np.ndarray:
    """Draw bright strokes with dark flanks."""
    distance = places(rng, kernels, size)
    return unit(np.exp(-(distance**2) / 2.9) - 0.5 * np.exp(-(distance**2) / 18))


def patches(rng: np.random.Generator, kernels: int, size: int) -> np.ndarray:
    """Draw patches of images of one upright pulse: rotated patches are other patches."""
    bank = []
    col = np.arange(48)
    while len(bank) < kernels:
        width, middle = rng.uniform(3, 8), rng.uniform(14, 34)
        height = 36 - rng.uniform(14, 26) * np.exp(-(((col - middle) / width) ** 2))
        image = np.exp(-((np.arange(48)[:, None] - height) ** 2) / 2)
        row, left = rng.integers(0, 48 - size, 2)
        patch = image[row : row + size, left : left + size]
        if np.ptp(patch) > 0.1:
            bank.append(patch)
    return unit(np.stack(bank)[:, None])


def gabors(rng: np.random.Generator, kernels: int, size: int) -> np.ndarray:
    """Draw Gabor functions of random angle, frequency and phase."""
    row, col = np.indices((size, size)) - (size - 1) / 2
    angle, phase = rng.uniform(0, np.pi, kernels), rng.uniform(0, 2 * np.pi, kernels)
    wave = [
        np.cos(2 * np.pi * f * (row * np.sin(a) + col * np.cos(a)) + p)
        for a, p, f in zip(angle, phase, rng.uniform(0.08, 0.16, kernels), strict=True)
    ]
    return unit((np.exp(-(row**2 + col**2) / (2 * (size / 4) ** 2)) * np.stack(wave))[:, None])


def noise(rng: np.random.Generator, kernels: int, size: int) -> np.ndarray:
    """Draw Gaussian noise, each kernel with its own smoothness."""
    return np.concatenate([blurred(rng, 1, size, sigma) for sigma in rng.uniform(0, 3, kernels)])


def mixture(rng: np.random.Generator, kernels: int, size: int) -> np.ndarray:
    """Draw half strokes and half white noise, in every bank the same halves."""
    half = kernels // 2
    return np.concatenate([strokes(rng, half, size), blurred(rng, kernels - half, size, 0)])


LAWS = (strokes, surrounded, patches, gabors, noise, mixture)
NOT_TRUE = {  # (law, test) for which the null does not hold: the rate of rejection is reported, not judged
    ("patches", "rotated"),
    *(("mixture", test) for test in ("permuted", "cells", "shared types")),
}


def line(rng: np.random.Generator, kernels: int, size: int, width: float) -> np.ndarray:
    """Draw lines of a Gaussian profile."""
    return np.exp(-(places(rng, kernels, size) ** 2) / (2 * width**2))


def places(rng: np.random.Generator, kernels: int, size: int) -> np.ndarray:
    """Return the distance of every pixel from a random line (kernels, 1, size, size)."""
    row, col = np.indices((size, size)) - (size - 1) / 2
    angle, offset = rng.uniform(0, 2 * np.pi, (kernels, 1, 1, 1)), rng.uniform(-size / 5, size / 5, (kernels, 1, 1, 1))
    return col * np.sin(angle) + row * np.cos(angle) - offset


def blurred(rng: np.random.Generator, kernels: int, size: int, sigma: float) -> np.ndarray:
    """Draw stationary Gaussian noise."""
    side = size + 2 * BORDER
    white = rng.standard_normal((kernels, 1, side, side))
    return unit(gaussian_filter(white, (0, 0, sigma, sigma))[..., BORDER:-BORDER, BORDER:-BORDER])


def unit(bank: np.ndarray) -> np.ndarray:
    """Return kernels centered, of norm 1."""
    bank = bank - bank.mean((-1, -2), keepdims=True)
    return bank / np.sqrt((bank**2).sum((-1, -2, -3), keepdims=True))


def moved(rng: np.random.Generator, seeds: int, kernels: int, size: int, strength: float, move: int) -> dict:
    """Return seed -> the same kernels in another order, each copy under its own noise and up to `move` pixels away.

    strength: norm of the noise, which is as smooth as the kernels, over the norm of a kernel.
    """
    shared = blurred(rng, kernels, size + move, 2)
    banks = {}
    for seed in range(seeds):
        row, col = (0, 0) if not seed else rng.integers(0, move + 1, 2)
        copy = unit(shared[rng.permutation(kernels)][..., row : row + size, col : col + size])
        banks[seed] = copy + strength * blurred(rng, kernels, size, 2)
    return banks
