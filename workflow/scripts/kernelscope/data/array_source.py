"""The sources `arrays` and `digits`: images that are in arrays already."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from PIL import Image

from kernelscope.data import folder_listing, notes, planes, preprocessing
from kernelscope.data.builder import Dataset, DatasetBuilder, Framed, Job
from kernelscope.data.decoding import DecodedImage, of_channels
from kernelscope.data.folder_content import SAMPLE
from kernelscope.data.planes import Choice, NotAnImageError, Planes, unit, white
from kernelscope.data.preprocessing import View
from kernelscope.data.splits import SPLITS, rank
from kernelscope.io import array_files
from kernelscope.io.notes import Note
from kernelscope.refusal import reason, refuse

COLORS = 3  # channels of red, green and blue
LEAST_SIDE = 8  # rows of an image at least, in an array whose last axis is longer
PLAIN = {"resize": "stretch", "colors": "gray", "background": "black", "invert": False, "normalize": "none"}
NAMES = "images and labels, or train_images, train_labels, test_images, test_labels"


class Arrays(NamedTuple):
    """Labeled images.

    images : (n, h, w) or (n, h, w, channels), uint8, or floats with white as 1
    labels : (n,) int64
    splits : `train`, `test` or None for each image
    class_names : name of each label
    notes : what was left out or assumed
    channel_names : names or numbers of the channels, if they are not red, green and blue
    groups : of each image, or ()
    """

    images: np.ndarray
    labels: np.ndarray
    splits: list[str | None]
    class_names: list[str]
    notes: Sequence[Note] = ()
    channel_names: tuple[int | str, ...] = ()
    groups: Sequence[str] = ()


def of_arrays(settings: dict, _: str, job: Job) -> Dataset:
    """Return a dataset of the images in an NPZ file.

    Parameters
    ----------
    settings : a definition of `source: arrays`. Its file has the arrays `images` and `labels`, or
        `train_images`, `train_labels`, `test_images` and `test_labels`; and perhaps `class_names`,
        `channel_names` and `groups` (or `train_groups` and `test_groups`)
    job : scratch folder and progress

    Raises
    ------
    ValueError
        If the arrays are no labeled images, or a class has too few of them.
    """
    where = settings["file"]
    return gathered(read(where), settings, where, job)


def of_digits(settings: dict, _: str, job: Job) -> Dataset:
    """Return the 1,797 digits of 8 x 8 pixels in scikit-learn (UCI Optical Recognition of Handwritten Digits)."""
    from sklearn.datasets import load_digits

    bunch = load_digits()
    images = (bunch.images / 16).astype(np.float32)
    arrays = Arrays(images, bunch.target, [None] * len(images), [str(digit) for digit in range(10)])
    return gathered(arrays, settings | PLAIN, "digits", job)


def gathered(arrays: Arrays, settings: dict, where: str, job: Job) -> Dataset:
    """Return a dataset of labeled images; `where` names the source in messages."""
    choice, arrays = planes.choice(settings), with_channels(arrays, settings)
    names = [f"{number:07}" for number in range(len(arrays.images))]
    order = sorted(range(len(names)), key=lambda i: rank(names[i], settings["seed"]))
    try:
        glances = [preprocessing.glance(decoded(arrays, i, choice)) for i in order[:SAMPLE]]
    except NotAnImageError as error:
        refuse("channels", str(error), "channels of the images")
    view = preprocessing.inferred(settings, glances)
    job.tell(f"{len(names)} images in {len(arrays.class_names)} classes; settings: {view.described(View._fields)}")
    builder = DatasetBuilder(view, arrays.class_names, len(names), job, choice)
    for i in order:
        image, label = decoded(arrays, i, choice), arrays.class_names[arrays.labels[i]]
        frame, changed = preprocessing.framed(image.image, view), preprocessing.conversions(image.image)
        changed += [notes.FEWER] * (image.left_out > 0)
        group = arrays.groups[i] if arrays.groups else None
        builder.add(Framed(str(i), label, arrays.splits[i], image.size, frame, conversions=changed, group=group))
    dataset = builder.dataset(where, settings["test_share"], settings["seed"])
    about = [*arrays.notes, *notes.of_settings(settings, view, len(glances), len(names))]
    return dataset._replace(notes=about + dataset.notes)


def with_channels(arrays: Arrays, settings: dict) -> Arrays:
    """Return arrays with the names of their channels, and a note if it is assumed what they are."""
    count = arrays.images.shape[3] if arrays.images.ndim == 4 else 1
    is_open = settings["colors"] is None and settings.get("channels") is None and not arrays.channel_names
    if count == 1 or (count == COLORS and (is_open or settings["colors"] in ("rgb", "gray"))):
        about = list(notes.of_colors(len(arrays.images))) if is_open and count > 1 else []
        return arrays._replace(notes=[*arrays.notes, *about], channel_names=())
    names = arrays.channel_names or tuple(range(count))
    about = list(notes.of_alpha(len(arrays.images), count)) if is_open else []
    return arrays._replace(notes=[*arrays.notes, *about], channel_names=names)


def decoded(arrays: Arrays, number: int, choice: Choice) -> DecodedImage:
    """Return an image in the form of an image decoded from a file; NotAnImageError if a chosen channel is missing."""
    image = arrays.images[number]
    if arrays.channel_names:
        levels = np.float32(image) / np.float32(255 if image.dtype == np.uint8 else 1)
        decoded = planes.simplest(Planes(levels.transpose(2, 0, 1), arrays.channel_names))
    elif image.dtype == np.uint8:
        decoded = Image.fromarray(image)
    elif image.ndim == 2:
        decoded = Image.fromarray(image.astype(np.float32))
    else:
        decoded = Image.fromarray(preprocessing.as_bytes(image))
    return of_channels(DecodedImage(decoded, image.shape[:2]), choice)


def read(file: str) -> Arrays:
    """Return the labeled images in an NPZ file; ValueError if the arrays are no labeled images."""
    try:
        arrays = {name: array for name, array in array_files.read_npz(file).items() if isinstance(array, np.ndarray)}
    except OSError as error:
        refuse(file, f"a path that cannot be read ({reason(error)})", "an NPZ file")
    except ValueError as error:  # its message advises to delete the file, which suits artifacts only
        refuse(
            file,
            "a file that is not an NPZ archive",
            "an NPZ file of arrays",
            " ".join(str(error.__context__ or error).split())[:200],
        )
    prefixes = [prefix for prefix in parts_of(arrays) if f"{prefix}images" in arrays and f"{prefix}labels" in arrays]
    if not prefixes:
        refuse(file, f"the arrays {folder_listing.first_names(sorted(arrays))}" if arrays else "no arrays", NAMES)
    images = [checked(arrays[f"{prefix}images"], f"{file}: {prefix}images") for prefix in prefixes]
    kinds = [f"{split.dtype} {split.shape[1:]}" for split in images]
    if len(set(kinds)) > 1:
        refuse(file, f"images of {' and '.join(kinds)}", "images of one dtype and shape")
    labels = np.concatenate([labels_of(arrays, prefix, file) for prefix in prefixes])
    splits = [prefix.rstrip("_") or None for prefix, split in zip(prefixes, images, strict=True) for _ in split]
    whole = np.concatenate(images)
    try:
        found = named(plain(whole), labels, splits, arrays.get("class_names"), file)
        used = {
            "class_names",
            "channel_names",
            *(f"{prefix}{name}" for prefix in prefixes for name in ("images", "labels", "groups")),
        }
        told = [*notes.of_arrays(list(arrays), used), *of_white(whole)]
        groups = [group for prefix in prefixes for group in groups_of(arrays, prefix, file)]
        channel_names = channels_of(arrays, whole.shape, file)
        return found._replace(notes=told, channel_names=channel_names, groups=groups)
    except NotAnImageError as error:
        refuse(f"{file}: {prefixes[0]}images", str(error), "finite numbers")


def of_white(images: np.ndarray) -> Iterator[Note]:
    """Yield a note about which level of images is white, if their type does not say it."""
    if images.dtype not in (np.uint8, np.bool_):
        low, high = float(images.min()), float(images.max())
        yield from notes.of_white(low, high, white(low, high, images.dtype), len(images))


def parts_of(arrays: dict) -> Iterator[str]:
    """Yield the prefixes of the names of arrays: one for each split, or none."""
    yield from [f"{split}_" for split in SPLITS] if f"{SPLITS[0]}_images" in arrays else [""]


def checked(images: np.ndarray, where: str) -> np.ndarray:
    """Return images as (n, h, w) or (n, h, w, channels); ValueError if they are not."""
    if images.ndim == 4 and images.shape[-1] == 1:
        images = images[..., 0]
    got = f"{images.dtype} of shape {images.shape}"
    if images.ndim not in (3, 4) or images.dtype.kind not in "uifb" or 0 in images.shape:
        refuse(where, got, "numbers of shape (n, h, w) or (n, h, w, channels)")
    if images.ndim == 4 and images.shape[1] < LEAST_SIDE <= images.shape[3]:
        way = "np.moveaxis(images, 1, -1) puts them last"
        refuse(where, got, "the channels as the last axis, (n, h, w, channels)", way)
    return images


def plain(images: np.ndarray) -> np.ndarray:
    """Return images as uint8, or as floats with white as 1, where all images share one white level."""
    if images.dtype == np.uint8:
        return images
    return unit(images.astype(np.uint8) * 255 if images.dtype.kind == "b" else images)


def channels_of(arrays: dict, shape: tuple[int, ...], file: str) -> tuple[str, ...]:
    """Return the names of the channels in a file, or (); ValueError if they are not a different name for each."""
    names, count = arrays.get("channel_names"), shape[3] if len(shape) == 4 else 1
    if names is None:
        return ()
    found = planes.named(count, names.tolist()) if names.dtype.kind == "U" and names.shape == (count,) else (0,)
    if 0 in found:
        refuse(f"{file}: channel_names", f"{names.dtype} of shape {names.shape}", f"{count} different strings")
    return found


def labels_of(arrays: dict, prefix: str, file: str) -> np.ndarray:
    """Return the labels of a split; ValueError unless there is a whole number or string for each image."""
    labels, count = arrays[f"{prefix}labels"], len(arrays[f"{prefix}images"])
    labels = labels[:, 0] if labels.shape == (count, 1) else labels  # as in MedMNIST
    check_words(labels, count, f"{file}: {prefix}labels")
    return labels


def groups_of(arrays: dict, prefix: str, file: str) -> list[str]:
    """Return the groups of a split, or []; ValueError unless there is a whole number or string for each image."""
    groups, count = arrays.get(f"{prefix}groups"), len(arrays[f"{prefix}images"])
    if groups is None and any(f"{split}_groups" in arrays for split in SPLITS if prefix):
        refuse(file, f"no {prefix}groups", "groups of all splits or of none")
    if groups is None:
        return []
    check_words(groups, count, f"{file}: {prefix}groups")
    return [str(group) for group in groups.tolist()]


def check_words(words: np.ndarray, count: int, where: str) -> None:
    """Raise ValueError unless there are this many whole numbers or strings."""
    if words.shape != (count,) or words.dtype.kind not in "uiU":
        refuse(where, f"{words.dtype} of shape {words.shape}", f"{count} whole numbers or strings")


def named(images, labels: np.ndarray, splits: list, class_names: np.ndarray | None, file: str) -> Arrays:
    """Return labeled images with class names: the given names, which labels count from 0, or else the labels."""
    if class_names is None:
        values, numbers = np.unique(labels, return_inverse=True)
        names = [str(value) for value in values]
    else:
        if class_names.ndim != 1 or class_names.dtype.kind != "U":
            got = f"{class_names.dtype} of shape {class_names.shape}"
            refuse(f"{file}: class_names", got, "a list of strings")
        names, numbers = class_names.tolist(), labels
        if labels.dtype.kind not in "ui" or labels.min() < 0 or labels.max() >= len(names):
            refuse(f"{file}: labels", "numbers that are not indices of class_names", f"0 to {len(names) - 1}")
    folder_listing.check_classes(names, file)
    return Arrays(images, numbers.astype(np.int64), splits, names)
