"""Responses with and without a known feature."""

import numpy as np

from kernelscope.probes import features
from kernelscope.probes.landmarks import Landmarks

KINDS = [("square", "peak"), ("square", "upper-left corner"), ("triangle", "peak")]


def sample(rng, images=40, out=3, side=20, field=5, jump=1, responses=None) -> features.Sample:
    """Return a sample with random features and chance positions, in which every other image is a square."""
    pixels = (side - 1) * jump + field
    image = np.repeat(np.arange(images), 2)
    kind = np.where(image % 2 == 0, np.tile([0, 1], images), 2)
    marks = Landmarks(image, kind, rng.uniform(0, pixels - 1, (2 * images, 2)), KINDS)
    chance = rng.integers(0, pixels, (images, 12, 2)).astype(float)
    responses = rng.exponential(size=(images, out, side, side)) if responses is None else responses
    return features.Sample(responses, marks, chance)
