"""The source `photos`: patches of photographs in scikit-image and scikit-learn; the class is the photograph."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from kernelscope.data.builder import Dataset, Job
from kernelscope.data.dataset_file import CHUNK, Chunk, Split
from kernelscope.data.splits import SPLITS
from kernelscope.refusal import refuse

OF_SCIKIT_LEARN = ("china", "flower")
CALLED = {"cat": "chelsea", "hubble": "hubble_deep_field", "tissue": "immunohistochemistry"}  # name in scikit-image
TEST_SHARE = 0.25  # share of the cols of a photo, at its right, for test patches only
LUMA = np.array([0.299, 0.587, 0.114])  # ITU-R BT.601


class Part(NamedTuple):
    """Consecutive cols of a photo.

    name : of the photo
    pixels : (h, w) or (h, w, 3) uint8
    left : first col
    """

    name: str
    pixels: np.ndarray
    left: int


def photo(name: str) -> np.ndarray:
    """Return a photo, (h, w) or (h, w, 3) uint8."""
    if name in OF_SCIKIT_LEARN:
        from sklearn.datasets import load_sample_image

        return load_sample_image(f"{name}.jpg")
    from skimage import data

    return getattr(data, CALLED.get(name, name))()


def of_photos(settings: dict, _: str, job: Job) -> Dataset:
    """Return a dataset of patches from random positions, equally many from each photo.

    Test patches come from the right quarter of a photo, training patches from the rest.

    Parameters
    ----------
    settings : a definition of `source: photos`
    job : progress

    Raises
    ------
    ValueError
        If patches do not fit into a photo.
    """
    names = sorted(settings["photos"])
    photos = {name: in_colors(photo(name), settings["colors"]) for name in names}
    splits = {}
    for number, split in enumerate(SPLITS):
        rng = np.random.default_rng([settings["seed"], number])
        count = settings[f"{split}_images"]
        labels = rng.permutation(np.arange(count, dtype=np.int64) % len(names))
        parts = [part(name, image, split, settings["image_size"]) for name, image in photos.items()]
        channels = (3,) if settings["colors"] == "rgb" else ()
        shape = (count, *settings["image_size"], *channels)
        splits[split] = Split(shape, labels, chunks(parts, labels, settings["image_size"], rng))
    job.tell(f"patches of {len(names)} photos")
    images = {split: counts(splits[split].labels, names) for split in SPLITS}
    return Dataset(names, splits, {"images": images, "test_share_of_cols": TEST_SHARE}, [], [])


def counts(labels: np.ndarray, names: list[str]) -> dict[str, int]:
    """Return the number of images of each class."""
    return {name: int(np.sum(labels == label)) for label, name in enumerate(names)}


def in_colors(image: np.ndarray, colors: str) -> np.ndarray:
    """Return an image in color, (h, w, 3), or in gray, (h, w)."""
    if colors == "rgb":
        return image if image.ndim == 3 else np.repeat(image[..., None], 3, -1)
    return image if image.ndim == 2 else np.rint(image @ LUMA).astype(np.uint8)


def part(name: str, image: np.ndarray, split: str, size: list[int]) -> Part:
    """Return the cols of a photo that contain the patches of a split; ValueError if patches do not fit."""
    border = round(image.shape[1] * (1 - TEST_SHARE))
    left, right = (0, border) if split == SPLITS[0] else (border, image.shape[1])
    if size[0] > image.shape[0] or size[1] > right - left:
        most = f"at most {image.shape[0]} x {right - left} pixels"
        refuse("image_size", f"{list(size)} for {split} patches of {name}", most)
    return Part(name, image[:, left:right], left)


def chunks(parts: list[Part], labels: np.ndarray, size: list[int], rng: np.random.Generator) -> Iterator[Chunk]:
    """Yield patches with these labels from random positions; their truth is the photo, row and col."""
    for start in range(0, len(labels), CHUNK):
        images, truth = [], []
        for name, pixels, left in (parts[label] for label in labels[start : start + CHUNK]):
            row, col = (int(rng.integers(0, whole - part + 1)) for whole, part in zip(pixels.shape, size, strict=False))
            images.append(pixels[row : row + size[0], col : col + size[1]])
            truth.append({"file": name, "row": row, "col": left + col})
        yield Chunk(np.stack(images), truth)
