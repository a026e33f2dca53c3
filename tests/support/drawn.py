"""Whole datasets, which the library draws in chunks."""

from typing import NamedTuple

import numpy as np

from kernelscope.data import dataset_file, generator


class Drawn(NamedTuple):
    """images (n, h, w) uint8, labels (n,) int64, and one dict of true parameters per image."""

    images: np.ndarray
    labels: np.ndarray
    truth: list[dict]


def drawn(split: dataset_file.Split) -> Drawn:
    chunks = list(split.chunks)
    images = np.concatenate([block.images for block in chunks])
    assert images.shape == split.shape
    return Drawn(images, split.labels, [truth for block in chunks for truth in block.truth])


def waveform_split(settings: dict, split: str) -> Drawn:
    return drawn(generator.waveform_split(settings, split))


def build(settings: dict) -> dict[str, Drawn]:
    return {name: drawn(split) for name, split in generator.waveform_splits(settings).items()}
