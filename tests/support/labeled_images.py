"""A few images with labels, to train on."""

import numpy as np

LABELS = np.arange(45) % 2


IMAGES = np.random.default_rng(0).integers(0, 256, (45, 24, 24), dtype=np.uint8)
