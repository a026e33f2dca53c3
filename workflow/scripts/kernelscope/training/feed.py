"""What a training shows to its network at a step: stored images or fresh crops, changed by augmentation.

Everything random follows from the seed and the number of the step alone, so a training that is resumed sees the same
images, and so does a seed in a group.
"""

import numpy as np
import torch

from kernelscope.data.controls import phase_scrambled
from kernelscope.training.augmentation import augmented, turned
from kernelscope.training.batches import Fresh, ImageDataset, as_pixels


class Feed:
    """The images and labels of every step of a seed.

    Parameters
    ----------
    images : the training images, with the labels of this seed
    settings : all of `training:` in the config
    seed : of the training

    Attributes
    ----------
    is_plain : whether every step has stored images as they are
    """

    def __init__(self, images: ImageDataset, settings: dict, seed: int):
        self.images, self.seed, self.augmentation = images, seed, settings.get("augmentation", {})
        self.is_plain = images.fresh is None and not self.augmentation

    def __call__(self, numbers: torch.Tensor, step: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the pixels (B, channels, h, w) and labels (B,) of a step.

        Parameters
        ----------
        numbers : (B,), of training images
        step : number of the step, from 0
        """
        images = self.images
        if self.is_plain:
            return images.pixels(numbers), images.labels[numbers]
        rng = np.random.default_rng([self.seed, 3, step])
        x = images.pixels(numbers) if images.fresh is None else self.crops(images.fresh, numbers.cpu().numpy(), rng)
        x = augmented(x, self.augmentation, rng)
        if images.fresh is None:
            return x, images.labels[numbers]
        turns = torch.from_numpy(images.fresh.canvases.turns).to(numbers.device)[numbers]
        return turned(x, turns) if turns.any() else x, self.labels(images.fresh, numbers, rng)

    def crops(self, fresh: Fresh, numbers: np.ndarray, rng: np.random.Generator) -> torch.Tensor:
        """Return fresh crops (B, channels, h, w), from 0 to 1."""
        crops = fresh.canvases.drawn(numbers, rng)
        if fresh.is_scrambled:
            crops = np.stack([phase_scrambled(crop, rng).astype(np.float32) for crop in crops])
        return as_pixels(torch.from_numpy(crops).to(self.images.labels.device))

    def labels(self, fresh: Fresh, numbers: torch.Tensor, rng: np.random.Generator) -> torch.Tensor:
        """Return the labels (B,); random ones are drawn anew for every crop, as crops of an image share no label."""
        if fresh.has_random_labels:
            numbers = torch.from_numpy(rng.integers(0, len(self.images), len(numbers))).to(numbers.device)
        return self.images.labels[numbers]
