"""Which pictures of a folder are for the test: by chance, but so that another picture more moves at most one other."""

import hashlib
from collections import Counter

from kernelscope.data.split_names import SPLITS

LEAST = {"train": 2, "test": 1}  # images of every class


def rank(name: str, seed: int) -> bytes:
    """Where a name stands in an order by chance."""
    return hashlib.sha256(f"{seed}\0{name}".encode()).digest()


def splits(names: list[str], labels: list[int], given: list[str | None], test_share: float, seed: int) -> list[str]:
    """The split of every picture, `train` or `test`: the given one, else of each class `test_share` by chance."""
    found = [split or SPLITS[0] for split in given]
    free = [i for i, split in enumerate(given) if split is None]
    for label in {labels[i] for i in free}:
        in_class = sorted((i for i in free if labels[i] == label), key=lambda i: rank(names[i], seed))
        for i in in_class[: max(1, round(len(in_class) * test_share))]:
            found[i] = "test"
    return found


def check_counts(labels: list[int], found: list[str], class_names: list[str], where: str) -> None:
    """ValueError unless every class has enough images in both splits."""
    counts = Counter(zip(found, labels, strict=True))
    for label, name in enumerate(class_names):
        for split, least in LEAST.items():
            if counts[split, label] < least:
                raise ValueError(
                    f"{where}: found {counts[split, label]} {split} images of the class {name!r}; "
                    f"allowed: at least {least}"
                )
