"""Change the images of a training step at random: `training.augmentation` of the config.

Everything random comes from a NumPy generator, so that a step has the same images on every device, and in a group of
seeds as alone.
"""

import numpy as np
import torch

SMALLEST_BLUR = 1e-3  # pixels; a standard deviation at which a blur changes nothing


def augmented(x: torch.Tensor, settings: dict, rng: np.random.Generator) -> torch.Tensor:
    """Return changed images.

    Parameters
    ----------
    x : (B, channels, h, w), from 0 to 1
    settings : of `training.augmentation`; a key that is missing does nothing
    rng : of the step

    Returns
    -------
    (B, channels, h, w), not clipped
    """
    for name, change in CHANGES.items():
        if settings.get(name):
            x = change(x, settings[name], rng)
    return x


def some(x: torch.Tensor, share: float, rng: np.random.Generator) -> torch.Tensor:
    """Return which images (B, 1, 1, 1) are changed, each with this probability."""
    return torch.from_numpy(rng.random(len(x)) < share).to(x.device)[:, None, None, None]


def on_device(x: torch.Tensor, values: np.ndarray) -> torch.Tensor:
    """Return values on the device of images, in their type."""
    return torch.from_numpy(values).to(x)


def mirrored(x: torch.Tensor, share: float, rng: np.random.Generator) -> torch.Tensor:
    """Mirror some images from left to right."""
    return torch.where(some(x, share, rng), x.flip(3), x)


def rotated(x: torch.Tensor, share: float, rng: np.random.Generator) -> torch.Tensor:
    """Rotate some images by a random number of quarter turns; by two if they are not square."""
    turns = rng.integers(1, 4, len(x)) if x.shape[2] == x.shape[3] else np.full(len(x), 2)
    return turned(x, torch.from_numpy(np.where(rng.random(len(x)) < share, turns, 0)).to(x.device))


def turned(x: torch.Tensor, turns: torch.Tensor) -> torch.Tensor:
    """Return images (B, channels, h, w), each rotated by its number of quarter turns (B,), counterclockwise."""
    result = x.clone()
    for turn in range(1, 4):
        which = turns == turn
        if which.any():
            result[which] = x[which].rot90(turn, (2, 3))
    return result


def blurred(x: torch.Tensor, largest: float, rng: np.random.Generator) -> torch.Tensor:
    """Blur each image by a Gaussian, whose weights are normalized at the borders."""
    sd = np.maximum(rng.uniform(0, largest, len(x)), SMALLEST_BLUR)
    rows, cols = (on_device(x, gaussians(sd, side))[:, None] for side in x.shape[2:])
    return rows @ x @ cols.mT


def gaussians(sd: np.ndarray, side: int) -> np.ndarray:
    """Return the weights of neighboring pixels in a blurred pixel for each deviation (B,), (B, side, side)."""
    distance = np.arange(side)[:, None] - np.arange(side)
    with np.errstate(under="ignore"):
        weights = np.exp(-(distance**2) / (2 * sd[:, None, None] ** 2))
    return weights / weights.sum(2, keepdims=True)


def recolored(x: torch.Tensor, gain: float, rng: np.random.Generator) -> torch.Tensor:
    """Multiply each channel of each image by a random factor."""
    return x * on_device(x, rng.uniform(1 - gain, 1 + gain, x.shape[:2]))[:, :, None, None]


def grayed(x: torch.Tensor, share: float, rng: np.random.Generator) -> torch.Tensor:
    """Replace the channels of some images by their mean."""
    return torch.where(some(x, share, rng), x.mean(1, keepdim=True), x)


def noised(x: torch.Tensor, sd: float, rng: np.random.Generator) -> torch.Tensor:
    """Add white noise to all images."""
    return x + on_device(x, rng.standard_normal(x.shape, np.float32)) * sd


CHANGES = {  # in this order
    "mirror": mirrored,
    "rotation": rotated,
    "blur": blurred,
    "color_gain": recolored,
    "gray": grayed,
    "noise": noised,
}
