"""The random split: which images an added image moves, and that only names, labels and the seed matter."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernelscope.data.splits import check_counts, rank, splits

SHARES = (0.01, 0.2, 1 / 3, 0.5, 0.9)


def named(count: int, classes: int = 1) -> tuple[list[str], list[int]]:
    return [f"{number}.png" for number in range(count)], [number % classes for number in range(count)]


def test_set(names, labels, share, seed=0) -> set[str]:
    result = splits(names, labels, [None] * len(names), share, seed)
    assert set(result) <= {"train", "test"}
    return {name for name, split in zip(names, result, strict=True) if split == "test"}


test_set.__test__ = False


@pytest.mark.parametrize("share", SHARES)
def test_a_picture_more_moves_at_most_one_other_and_none_of_another_class(share):
    names, labels = named(120, classes=2)
    for count in range(2, 120):
        before, after = (test_set(names[:n], labels[:n], share) for n in (count, count + 1))
        moved = before ^ (after - {names[count]})
        assert len(moved) <= 1
        assert all(labels[names.index(name)] == labels[count] for name in moved)


@pytest.mark.parametrize("share", SHARES)
def test_each_class_gives_its_share_and_at_least_one(share):
    names, labels = named(100, classes=3)
    result = splits(names, labels, [None] * 100, share, 5)
    for label, count in ((0, 34), (1, 33), (2, 33)):
        assert sum(result[i] == "test" for i in range(100) if labels[i] == label) == max(1, round(count * share))


@given(st.permutations(range(30)), st.integers(0, 5))
def test_the_order_of_the_pictures_does_not_count(order, seed):
    names, labels = named(30, classes=3)
    again = test_set([names[i] for i in order], [labels[i] for i in order], 0.3, seed)
    assert again == test_set(names, labels, 0.3, seed)


def test_the_numbers_of_the_classes_do_not_count():
    names, labels = named(30, classes=3)
    assert test_set(names, [7 - label for label in labels], 0.3) == test_set(names, labels, 0.3)


def test_another_seed_is_another_split():
    names, labels = named(100)
    assert len({frozenset(test_set(names, labels, 0.2, seed)) for seed in range(20)}) == 20


def test_every_picture_is_as_likely_for_the_test():
    names, labels = named(40)
    counts = dict.fromkeys(names, 0)
    for seed in range(400):
        for name in test_set(names, labels, 0.25, seed):
            counts[name] += 1
    assert sum(counts.values()) == 400 * 10
    assert max(abs(count - 100) for count in counts.values()) < 4.5 * np.sqrt(400 * 0.25 * 0.75)


def test_what_is_given_is_kept():
    names, labels = named(6, classes=2)
    split = ["test", "train", "train", "test", "test", "train"]
    assert splits(names, labels, split, 0.9, 3) == split


def test_names_are_ranked_by_a_hash_that_every_machine_has():
    assert rank("a.png", 0).hex().startswith("9cab")
    names = [f"{number}" for number in range(50)]
    random.Random(0).shuffle(names)
    assert sorted(names, key=lambda name: rank(name, 1)) != sorted(names)


def test_too_few_images_of_a_class_are_told():
    result = np.array(["train", "train", "test", "train", "test"], object)
    check_counts([0, 0, 0, 1, 1], np.array([*result[:3], "train", "test"]), ["a"], "p")
    line = "p: got 1 train images of the class 'b', expected at least 2"
    with pytest.raises(ValueError, match=line):
        check_counts([0, 0, 0, 1, 1], result, ["a", "b"], "p")
    with pytest.raises(ValueError, match="p: got 0 test images of the class 'a', expected at least 1"):
        check_counts([0, 0], np.array(["train", "train"], object), ["a"], "p")
