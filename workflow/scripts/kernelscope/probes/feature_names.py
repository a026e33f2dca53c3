"""The name of a kernel: the feature that it responds to most, of the class of most of its top images."""

from collections import Counter

import numpy as np

TOP = 3  # images


def names(
    z: np.ndarray, kinds: list[tuple[str, str]], maps: np.ndarray, labels: np.ndarray, class_names: list[str]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the name of each kernel, such as "upper-left corner, square", and the rank of its z among all kinds.

    Parameters
    ----------
    z : array (kinds, out)
        As in features.csv; NaN for a kind that was not tested.
    kinds : list of (class, feature)
        What each row of z is about.
    maps : array (n, out, h, w)
        The feature maps of the test images.
    labels : array (n,)
        Their classes.
    class_names : list of str
        The names of the classes.

    Returns
    -------
    label : array (out,) of str
        "" for a kernel that responds to no image. If the class has no tested feature, the best feature of all.
    rank : array (out,) of int
        1 if no feature of another class is better; 0 without a name.
    """
    ranked = np.where(np.isnan(z), -np.inf, z)
    label, rank = [], []
    for kernel, preferred in enumerate(top_classes(maps, labels)):
        own = ranked[:, kernel]
        if preferred < 0 or not np.isfinite(own).any():
            label.append("")
            rank.append(0)
            continue
        of_class = np.array(
            [np.isfinite(value) and kind[0] == class_names[preferred] for kind, value in zip(kinds, own, strict=True)]
        )
        best = int(np.where(of_class if of_class.any() else np.isfinite(own), own, -np.inf).argmax())
        label.append(f"{kinds[best][1]}, {kinds[best][0]}")
        rank.append(1 + int((own > own[best]).sum()))
    return np.array(label), np.array(rank)


def top_classes(maps: np.ndarray, labels: np.ndarray) -> list[int]:
    """Return the class of most of each kernel's TOP images, the best image's among equals; -1 for a silent kernel.

    An image counts if the kernel responds to it.
    """
    with np.errstate(invalid="ignore"):
        largest = maps.max((2, 3))
    largest = np.where(np.isfinite(largest), largest, -np.inf)
    order = np.argsort(-largest, axis=0, kind="stable")[:TOP]
    result = []
    for kernel, images in enumerate(order.T):
        classes = [int(labels[image]) for image in images if largest[image, kernel] > 0]
        result.append(Counter(classes).most_common(1)[0][0] if classes else -1)
    return result


def in_words(label: str, rank: int) -> str:
    """Return the name of a kernel with its rank, if it is not 1: "peak, gaussian; only its 3rd best"."""
    if rank <= 1:
        return label
    ending = "th" if rank % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(rank % 10, "th")
    return f"{label}; only its {rank}{ending} best"
