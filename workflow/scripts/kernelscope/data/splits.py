"""The two splits of a dataset: their names, and a random split, of which an added image moves at most one other image.

Images of one group, such as a patient, are on one side. The index of a split in SPLITS selects its random stream.
"""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from kernelscope.refusal import listed, quoted, refuse

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


def splits(
    names: Sequence[str],
    labels: Sequence[int],
    given: Sequence[str | None],
    test_share: float,
    seed: int,
    groups: Sequence[str | None] = (),
) -> list[str]:
    """Return the split of every image.

    Parameters
    ----------
    names, labels : of the images
    given : `train`, `test` or None, where the split is random
    test_share : share of each class in the test set, where the split is random; at least one image
    seed : of the random order
    groups : of the images; those of a group get the same split. Empty or None: without groups

    Returns
    -------
    `train` or `test` for each image
    """
    assigned = [split or SPLITS[0] for split in given]
    free = [i for i, split in enumerate(given) if split is None]
    if any(groups):
        for i in grouped_test(free, labels, groups, test_share, seed):
            assigned[i] = "test"
        return assigned
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


def grouped_test(
    free: list[int], labels: Sequence[int], groups: Sequence[str], test_share: float, seed: int
) -> list[int]:
    """Return which of the images `free` are in the test set if all images of a group are on one side.

    Groups are taken in a random order if they bring the numbers of test images of their classes nearer to the share.
    A class without a test image then gets its smallest group. The last images of a class are never taken.
    """
    sizes: dict[str, Counter] = defaultdict(Counter)
    for i in free:
        sizes[groups[i]][labels[i]] += 1
    left = Counter(labels[i] for i in free)
    wanted = {label: max(1, round(count * test_share)) for label, count in left.items()}
    taken: Counter = Counter()
    order, test = sorted(sizes, key=lambda group: rank(group, seed)), set()

    def nearer(size: Counter) -> float:
        """Return by how much a group brings its classes nearer to the share, in shares of what is wanted."""
        off = {label: abs(wanted[label] - taken[label]) for label in size}
        return sum((off[label] - abs(wanted[label] - taken[label] - size[label])) / wanted[label] for label in size)

    def take(group: str) -> None:
        """Take a group, if enough images of its classes are left."""
        if all(left[label] - count >= LEAST["train"] for label, count in sizes[group].items()):
            test.add(group)
            taken.update(sizes[group])
            left.subtract(sizes[group])

    for group in order:
        if nearer(sizes[group]) > 0:
            take(group)
    for label in sorted(wanted):
        for group in sorted((group for group in order if sizes[group][label]), key=lambda group: sizes[group].total()):
            if not taken[label]:
                take(group)
    return [i for i in free if groups[i] in test]


def check_groups(
    labels: Sequence[int],
    groups: Sequence[str | None],
    given: Sequence[str | None],
    class_names: Sequence[str],
    where: str,
) -> None:
    """Raise ValueError if all images of a class are of one group, which cannot be on both sides."""
    if any(groups) and None in given:
        of_class: dict[int, set] = defaultdict(set)
        for label, group in zip(labels, groups, strict=True):
            of_class[label].add(group)
        for label, found in sorted(of_class.items()):
            if len(found) < len(SPLITS):
                got = f"a single group, {quoted(*found)}, of images of the class {quoted(class_names[label])}"
                refuse(where, got, "at least 2 groups of each class, one for each side")


class Sides(NamedTuple):
    """The groups with images in train, those with images in test, and those with both, sorted."""

    train: list[str]
    test: list[str]
    both: list[str]


def sides(groups: Sequence[str], assigned: Sequence[str]) -> Sides:
    """Return which groups have images in which split; assigned: from `splits`."""
    train, test = ({group for group, one in zip(groups, assigned, strict=True) if one == split} for split in SPLITS)
    return Sides(sorted(train), sorted(test), sorted(train & test))


def groups_of(files: Sequence[str], pattern: str) -> list[str]:
    """Return the group of each file: what the parentheses of a regular expression match in its path, or its match.

    Raises
    ------
    ValueError
        If the pattern is no regular expression, or matches nothing in a file.
    """
    try:
        found = [re.search(pattern, file) for file in files]
    except (re.error, RecursionError, OverflowError) as error:
        refuse("group_pattern", quoted(pattern), "a regular expression of Python", str(error))
    without = [file for file, match in zip(files, found, strict=True) if not match or not group_in(match)]
    if without:
        count = f"{len(without)} of {len(files)} files"
        got = f"{quoted(pattern)}, which matches nothing in {count}: {listed(without, most=3)}"
        refuse("group_pattern", got, "a pattern for the path of every file, such as '(p[0-9]+)_'")
    return [group_in(match) for match in found]


def group_in(match: re.Match) -> str:
    """Return what parentheses match, or without parentheses the whole match."""
    return "-".join(part for part in match.groups() if part) if match.re.groups else match[0]


LIKELY = (  # the coarsest first: numbers before a separator, with another number behind it
    r"([^/]*?[0-9]+)[_ -][^/]*[0-9][^/]*$",
    r"([^/]*[0-9][^/]*)[_ -][0-9]+\.[^/.]*$",
    r"(?:^|/)([^/]+)/[^/]*$",
)
FEW = 3  # images of a group, on average, from which it is likely to be one


class Likely(NamedTuple):
    """Groups that names suggest: the pattern that finds them, and the group of each file."""

    pattern: str
    groups: list[str]


def likely_groups(files: Sequence[str], labels: Sequence[str]) -> Likely | None:
    """Return the groups that names such as `p01_s3_001.png` or `cat/p01/3.png` suggest; None if there are none.

    There are at least two groups in a class, and of each group a few images.
    """
    for pattern in LIKELY:
        found = [re.search(pattern, file) for file in files]
        if not all(found):
            continue
        groups = [match[1] for match in found]
        by_class = Counter(label for _, label in set(zip(groups, labels, strict=True)))
        if max(by_class.values()) > 1 and len(set(zip(groups, labels, strict=True))) * FEW <= len(files):
            return Likely(pattern, groups)
    return None
