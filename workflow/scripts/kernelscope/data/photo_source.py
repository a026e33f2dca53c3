"""The source `photos`: patches of the photographs that come with scikit-image and scikit-learn, to be told apart."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from kernelscope.data.builder import Dataset, Job
from kernelscope.data.dataset_file import BLOCK, Block, Split
from kernelscope.data.split_names import SPLITS

OF_SCIKIT_LEARN = ("china", "flower")
CALLED = {"cat": "chelsea", "hubble": "hubble_deep_field", "tissue": "immunohistochemistry"}  # in scikit-image
TEST_SHARE = 0.25  # of the cols of a photo, at its right, from where no training patch comes
LUMA = np.array([0.299, 0.587, 0.114])  # ITU-R BT.601


class Part(NamedTuple):
    """Some cols of a photo: (h, w) or (h, w, 3) uint8, and the first of them."""

    name: str
    pixels: np.ndarray
    left: int


def photo(name: str) -> np.ndarray:
    """(h, w) or (h, w, 3) uint8."""
    if name in OF_SCIKIT_LEARN:
        from sklearn.datasets import load_sample_image

        return load_sample_image(f"{name}.jpg")
    from skimage import data

    return getattr(data, CALLED.get(name, name))()


def of_photos(settings: dict, _: str, job: Job) -> Dataset:
    """Patches from random places, the same number of each photo; test patches from the right quarter alone.

    settings: a definition of `source: photos`. ValueError if patches do not fit into a photo.
    """
    names = sorted(settings["photos"])
    whole = {name: in_colours(photo(name), settings["colours"]) for name in names}
    splits = {}
    for number, split in enumerate(SPLITS):
        rng = np.random.default_rng([settings["seed"], number])
        count = settings[f"{split}_images"]
        labels = rng.permutation(np.arange(count, dtype=np.int64) % len(names))
        parts = [part(name, image, split, settings["image_size"]) for name, image in whole.items()]
        colours = (3,) if settings["colours"] == "rgb" else ()
        shape = (count, *settings["image_size"], *colours)
        splits[split] = Split(shape, labels, blocks(parts, labels, settings["image_size"], rng))
    job.tell(f"patches of {len(names)} photos")
    images = {split: counts(splits[split].labels, names) for split in SPLITS}
    return Dataset(names, splits, {"images": images, "test_share_of_cols": TEST_SHARE}, [])


def counts(labels: np.ndarray, names: list[str]) -> dict[str, int]:
    return {name: int(np.sum(labels == label)) for label, name in enumerate(names)}


def in_colours(image: np.ndarray, colours: str) -> np.ndarray:
    if colours == "rgb":
        return image if image.ndim == 3 else np.repeat(image[..., None], 3, -1)
    return image if image.ndim == 2 else np.rint(image @ LUMA).astype(np.uint8)


def part(name: str, image: np.ndarray, split: str, size: list[int]) -> Part:
    """The cols of a photo that a split takes its patches from."""
    border = round(image.shape[1] * (1 - TEST_SHARE))
    left, right = (0, border) if split == SPLITS[0] else (border, image.shape[1])
    found = Part(name, image[:, left:right], left)
    if size[0] > image.shape[0] or size[1] > right - left:
        most = f"{image.shape[0]} x {right - left} pixels"
        raise ValueError(f"image_size: found {list(size)}; allowed for {split} patches of {name}: at most {most}")
    return found


def blocks(parts: list[Part], labels: np.ndarray, size: list[int], rng: np.random.Generator) -> Iterator[Block]:
    """Patches of these labels from random places; their truth is where they come from."""
    for start in range(0, len(labels), BLOCK):
        images, truth = [], []
        for name, pixels, left in (parts[label] for label in labels[start : start + BLOCK]):
            row, col = (int(rng.integers(0, side - own + 1)) for side, own in zip(pixels.shape, size, strict=False))
            images.append(pixels[row : row + size[0], col : col + size[1]])
            truth.append({"file": name, "row": row, "col": left + col})
        yield Block(np.stack(images), truth)
