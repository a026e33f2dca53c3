"""Folders of images, one for each class."""

import numpy as np
from PIL import Image


def folder_of(place, size=(48, 64), ending="png", **counts):
    """Write noise as images into a folder for each class, which has so many, and return the place."""
    for name, count in counts.items():
        (place / name).mkdir(parents=True)
        for number in range(count):
            pixels = np.random.default_rng(number).integers(0, 256, size, np.uint8)
            Image.fromarray(pixels).save(place / name / f"{number}.{ending}")
    return place
