"""The page's data about a dataset: images of each class, images that excite kernels most, and the truth about them."""

from collections.abc import Iterable

import numpy as np

from kernelscope.figures import colormaps

PER_CLASS = 4  # test images of each class that are always kept
MOST_PIXELS = 4_000_000  # of all images together, counting each channel
NO_TRUTH = ("split", "index", "label", "class")  # columns of parameters.csv that every dataset has


def chosen(labels: np.ndarray, tops: Iterable[np.ndarray], pixels: int) -> np.ndarray:
    """Return numbers of test images, each once: the first images of every class, then the top images, the best first.

    Parameters
    ----------
    labels : array (n,)
        The class of each test image.
    tops : iterable of arrays (out, m)
        Numbers of images, best first.
    pixels : int
        Pixels of one image.

    Returns
    -------
    array
        As many numbers as MOST_PIXELS allows.
    """
    order = [number for label in np.unique(labels) for number in np.flatnonzero(labels == label)[:PER_CLASS].tolist()]
    ranks: dict[int, dict[int, None]] = {}
    for top in tops:
        for rank, numbers in enumerate(np.asarray(top).T.tolist()):
            ranks.setdefault(rank, {}).update(dict.fromkeys(numbers))
    for rank in sorted(ranks):
        order += ranks[rank]
    return np.array(list(dict.fromkeys(order))[: MOST_PIXELS // pixels], int)


def content(numbers: np.ndarray, labels: np.ndarray, names: list[str], truths: dict[int, dict], columns: list) -> dict:
    """Return the JSON of the payload: what each image shows. truths: number -> row of its true parameters."""
    images = [
        {"split": "test", "index": number, "class": names[labels[number]], "label": int(labels[number])}
        | {"truth": {column: truths[number][column] for column in columns} if number in truths else {}}
        for number in numbers.tolist()
    ]
    return {"images": images, "columns": columns}


def palette(channels: tuple[int, ...], channel_colors: list[str] | None) -> dict:
    """Return the color of each channel, unless images are gray, or red, green and blue.

    channels: () or (count,), the last axis of the images.
    """
    if not channels or (channels == (3,) and channel_colors is None):
        return {}
    return {"palette": colormaps.palette(channels[0], channel_colors).round(4).tolist()}
