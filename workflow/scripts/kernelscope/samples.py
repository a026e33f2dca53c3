"""A labelled sheet of images, some of each class."""

import numpy as np

from kernelscope import pictures
from kernelscope.pictures import above, beside, text

PER_CLASS = 9
SIDE = 128  # pixels that an image is drawn with, about
GAP = 14
WIDEST = 1300


def sheet(images: np.ndarray, labels: np.ndarray, class_names: list[str], dataset: str) -> np.ndarray:
    """A row per class with its first PER_CLASS images; images (n, h, w) or (n, h, w, 3) uint8."""
    if images.ndim == 3:
        images = np.repeat(images[..., None], 3, -1)
    n, h, w, _ = images.shape
    factor = max(1, round(SIDE / max(h, w)))
    shown = max(1, min(PER_CLASS, WIDEST // (w * factor)))
    rows, names = [], []
    for label, name in enumerate(class_names):
        of_class = images[labels == label][:shown]
        tiles = pictures.enlarged(of_class, factor)
        rows.append(pictures.grid(tiles[None], separator=2, colour=pictures.WHITE))
        names.append(pictures.middle(text(name, 16, bold=True), rows[-1].shape[0]))
    counts = ", ".join(f"{np.sum(labels == label)} {name}" for label, name in enumerate(class_names))
    head = [text(dataset, 20, bold=True), text(f"{n} training images of {h} x {w} pixels: {counts}", 13, pictures.GREY)]
    body = beside(above(*names, align=1), above(*rows), gap=10)
    return pictures.padded(above(*head, body, gap=8), GAP, GAP, GAP, GAP)
