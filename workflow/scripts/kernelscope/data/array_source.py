"""The sources `arrays` and `digits`: images that are in an array already."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from PIL import Image

from kernelscope.data import folder_listing, preprocessing
from kernelscope.data.builder import Dataset, Framed, Gathering, Job
from kernelscope.data.decoding import NoPictureError, Picture, unit
from kernelscope.data.split_names import SPLITS
from kernelscope.data.splits import rank
from kernelscope.io import array_files

MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}  # by channels
PLAIN = {"resize": "stretch", "colours": "grey", "background": "black", "invert": False, "normalise": "none"}
NAMES = "images and labels, or train_images, train_labels, test_images, test_labels"


class Arrays(NamedTuple):
    """images (n, h, w) or (n, h, w, channels), uint8 or floats with white as 1; labels (n,); the split of each."""

    images: np.ndarray
    labels: np.ndarray
    splits: list[str | None]
    class_names: list[str]


def of_arrays(settings: dict, _: str, job: Job) -> Dataset:
    """The images of an NPZ file: `images` and `labels`, or both for each split; perhaps `class_names`."""
    where = settings["file"]
    arrays = read(where)
    return gathered(arrays, settings, where, job)


def of_digits(settings: dict, _: str, job: Job) -> Dataset:
    """The 1,797 digits of 8 x 8 pixels that come with scikit-learn (UCI Optical Recognition of Handwritten Digits)."""
    from sklearn.datasets import load_digits

    bunch = load_digits()
    images = (bunch.images / 16).astype(np.float32)
    arrays = Arrays(images, bunch.target, [None] * len(images), [str(digit) for digit in range(10)])
    return gathered(arrays, settings | PLAIN, "digits", job)


def gathered(arrays: Arrays, settings: dict, where: str, job: Job) -> Dataset:
    names = [f"{number:07}" for number in range(len(arrays.images))]
    order = sorted(range(len(names)), key=lambda i: rank(names[i], settings["seed"]))
    view = preprocessing.found(
        settings, [preprocessing.glance(picture(arrays.images[i])) for i in order[: preprocessing.SAMPLE]]
    )
    job.tell(f"{len(names)} images in {len(arrays.class_names)} classes; {view.described()}")
    gathering = Gathering(view, arrays.class_names, len(names), job)
    for i in order:
        one, label = picture(arrays.images[i]), arrays.class_names[arrays.labels[i]]
        gathering.add(Framed(str(i), label, arrays.splits[i], one.size, preprocessing.framed(one.image, view)))
    return gathering.dataset(where, settings["test_share"], settings["seed"])


def picture(image: np.ndarray) -> Picture:
    """One image (h, w) or (h, w, channels) as the others are that come from files."""
    if image.dtype == np.uint8:
        found = Image.fromarray(image)
    elif image.ndim == 2:
        found = Image.fromarray(image.astype(np.float32))
    else:
        found = Image.fromarray(preprocessing.as_bytes(image))
    return Picture(found, image.shape[:2])


def read(file: str) -> Arrays:
    """The arrays of a file; ValueError in one line where they are not as they should be."""
    try:
        found = {name: one for name, one in array_files.read_npz(file).items() if isinstance(one, np.ndarray)}
    except OSError as error:
        raise ValueError(f"{file} cannot be read ({error.strerror})") from None
    except ValueError as error:  # whose words are for files that a job has made
        words = " ".join(str(error.__context__ or error).split())
        raise ValueError(f"{file} is no NPZ file of arrays ({words[:200]})") from None
    parts = [part for part in parts_of(found) if f"{part}images" in found and f"{part}labels" in found]
    if not parts:
        raise ValueError(f"{file}: found the arrays {folder_listing.told(sorted(found))}; needed: {NAMES}")
    images = [checked(found[f"{part}images"], f"{file}: {part}images") for part in parts]
    kinds = [f"{one.dtype} {one.shape[1:]}" for one in images]
    if len(set(kinds)) > 1:
        raise ValueError(f"{file}: found images of {' and '.join(kinds)}; allowed: of one kind and shape")
    labels = np.concatenate([labels_of(found, part, file) for part in parts])
    splits = [part.rstrip("_") or None for part, one in zip(parts, images, strict=True) for _ in one]
    try:
        return named(plain(np.concatenate(images)), labels, splits, found.get("class_names"), file)
    except NoPictureError as error:
        raise ValueError(f"{file}: {parts[0]}images {error}") from None


def parts_of(found: dict) -> Iterator[str]:
    """What the names of arrays begin with."""
    yield from [f"{split}_" for split in SPLITS] if f"{SPLITS[0]}_images" in found else [""]


def checked(images: np.ndarray, where: str) -> np.ndarray:
    """Images as (n, h, w) or (n, h, w, channels) of numbers."""
    if images.ndim == 4 and images.shape[-1] == 1:
        images = images[..., 0]
    channels = images.shape[-1] if images.ndim == 4 else 1
    if images.ndim not in (3, 4) or channels not in MODES or images.dtype.kind not in "uifb" or 0 in images.shape:
        raise ValueError(
            f"{where}: found {images.dtype} of shape {images.shape}; allowed: numbers (n, h, w) or (n, h, w, 1 to 4)"
        )
    return images


def plain(images: np.ndarray) -> np.ndarray:
    """uint8, or floats with white as 1: the same white for all of them."""
    if images.dtype == np.uint8:
        return images
    return unit(images.astype(np.uint8) * 255 if images.dtype.kind == "b" else images)


def labels_of(found: dict, part: str, file: str) -> np.ndarray:
    labels, count = found[f"{part}labels"], len(found[f"{part}images"])
    if labels.shape != (count,) or labels.dtype.kind not in "uiU":
        raise ValueError(
            f"{file}: found {part}labels of {labels.dtype} {labels.shape}; allowed: {count} whole numbers or words"
        )
    return labels


def named(images, labels: np.ndarray, splits: list, class_names: np.ndarray | None, file: str) -> Arrays:
    """With the names of the classes: the given ones, by which labels are numbers, or else the labels themselves."""
    if class_names is None:
        values, numbers = np.unique(labels, return_inverse=True)
        names = [str(value) for value in values]
    else:
        if class_names.ndim != 1 or class_names.dtype.kind != "U":
            raise ValueError(
                f"{file}: found class_names of {class_names.dtype} {class_names.shape}; allowed: a list of words"
            )
        names, numbers = class_names.tolist(), labels
        if labels.dtype.kind not in "ui" or labels.min() < 0 or labels.max() >= len(names):
            raise ValueError(f"{file}: found labels that are no numbers of the {len(names)} class_names")
    folder_listing.check_classes(names, file)
    return Arrays(images, numbers.astype(np.int64), splits, names)
