"""The two splits of a dataset: their names, and a random split, of which an added image moves at most one other image.

The index of a split in SPLITS selects its random stream.
"""

import hashlib
from collections import Counter

from kernelscope.refusal import quoted, refuse

SPLITS = ("train", "test")
SPELLINGS = {  # how folders and tables name a split, in lower case
    **dict.fromkeys(("train", "training", "trainset", "trn"), "train"),
    **dict.fromkeys(("test", "testing", "testset", "tst"), "test"),
    **dict.fromkeys(("val", "valid", "validation", "validate", "dev", "eval", "evaluation", "holdout"), ""),
}
LEAST = {"train": 2, "test": 1}  # images of every class at least


def split_of(name: str) -> str | None:
    """Return the split that a name means; "" for a validation split, which there is not, and None for another name."""
    return SPELLINGS.get(name.casefold().strip().replace("_", "").replace("-", "").removesuffix("data"))


def rank(name: str, seed: int) -> bytes:
    """Return the key of a name in a random order."""
    return hashlib.sha256(f"{seed}\0{name}".encode()).digest()


def splits(names: list[str], labels: list[int], given: list[str | None], test_share: float, seed: int) -> list[str]:
    """Return the split of every image.

    Parameters
    ----------
    names, labels : of the images
    given : `train`, `test` or None, where the split is random
    test_share : share of each class in the test set, where the split is random; at least one image
    seed : of the random order

    Returns
    -------
    `train` or `test` for each image
    """
    assigned = [split or SPLITS[0] for split in given]
    free = [i for i, split in enumerate(given) if split is None]
    for label in {labels[i] for i in free}:
        in_class = sorted((i for i in free if labels[i] == label), key=lambda i: rank(names[i], seed))
        for i in in_class[: max(1, round(len(in_class) * test_share))]:
            assigned[i] = "test"
    return assigned


def check_counts(labels: list[int], assigned: list[str], class_names: list[str], where: str) -> None:
    """Raise ValueError unless every class has enough images in both splits; `where` names the source."""
    counts = Counter(zip(assigned, labels, strict=True))
    for label, name in enumerate(class_names):
        for split, least in LEAST.items():
            if counts[split, label] < least:
                got = f"{counts[split, label]} {split} images of the class {quoted(name)}"
                refuse(where, got, f"at least {least}")
