"""A labeled sheet of images, some of each class."""

import numpy as np

from kernelscope.figures import raster
from kernelscope.figures.raster import above, beside, text

PER_CLASS = 9
SIDE = 128  # about the side of a drawn image, in pixels
GAP = 14
WIDEST = 1300


def sheet(images, labels: np.ndarray, class_names: list[str], dataset: str) -> np.ndarray:
    """Return a row per class with its first PER_CLASS images, as an image (h, w, 3) uint8.

    Parameters
    ----------
    images : array (n, h, w) or (n, h, w, 3) uint8
        The images, as an array or as rows that are read when needed.
    labels : array (n,)
        The class of each image.
    class_names : list of str
        The names of the classes.
    dataset : str
        The name of the dataset.
    """
    n, h, w = images.shape[:3]
    factor = max(1, round(SIDE / max(h, w)))
    per_class = max(1, min(PER_CLASS, WIDEST // (w * factor)))
    rows, names = [], []
    for label, name in enumerate(class_names):
        of_class = images[np.flatnonzero(labels == label)[:per_class]]
        in_color = np.repeat(of_class[..., None], 3, -1) if of_class.ndim == 3 else of_class
        tiles = raster.enlarged(in_color, factor)
        rows.append(raster.grid(tiles[None], separator=2, color=raster.WHITE))
        names.append(raster.middle(text(name, 16, bold=True), rows[-1].shape[0]))
    counts = ", ".join(f"{np.sum(labels == label)} {name}" for label, name in enumerate(class_names))
    head = [text(dataset, 20, bold=True), text(f"{n} training images of {h} x {w} pixels: {counts}", 13, raster.GRAY)]
    body = beside(above(*names, align=1), above(*rows), gap=10)
    return raster.padded(above(*head, body, gap=8), GAP, GAP, GAP, GAP)
