"""The random split: which images an added image moves, and that only names, labels and the seed matter."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernelscope.data.splits import check_counts, check_groups, groups_of, likely_groups, rank, sides, splits

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


# Groups.


def grouped(seed: int, classes: int, mixed: bool) -> tuple[list[str], list[int], list[str]]:
    """Return names, labels and groups of up to nine images; mixed: whether a group has images of several classes."""
    random_numbers, names, labels, groups = random.Random(seed), [], [], []
    for label in range(classes):
        for group in range(10):
            for _ in range(random_numbers.randint(2, 9)):
                names.append(f"{len(names)}.png")
                labels.append(label)
                groups.append(f"{group}" if mixed else f"{label}-{group}")
    return names, labels, groups


@pytest.mark.parametrize("mixed", [False, True])
@pytest.mark.parametrize("classes", [2, 5])
@pytest.mark.parametrize("seed", range(5))
def test_no_group_is_on_both_sides_and_each_class_gives_about_its_share(seed, classes, mixed):
    names, labels, groups = grouped(seed, classes, mixed)
    result = splits(names, labels, [None] * len(names), 0.2, seed, groups)
    assert sides(groups, result).both == []
    for label in range(classes):
        test = sum(split == "test" for split, other in zip(result, labels, strict=True) if other == label)
        assert 0.05 < test / labels.count(label) < 0.4
    order = list(range(len(names)))
    random.Random(seed).shuffle(order)
    shuffled = splits(
        *([column[i] for i in order] for column in (names, labels)),
        [None] * len(names),
        0.2,
        seed,
        [groups[i] for i in order],
    )
    assert [shuffled[order.index(i)] for i in range(len(names))] == result


def test_another_seed_takes_other_groups():
    names, labels, groups = grouped(0, 3, False)
    found = {
        tuple(sides(groups, splits(names, labels, [None] * len(names), 0.2, seed, groups)).test) for seed in range(5)
    }
    assert len(found) > 1


def test_two_groups_of_a_class_are_one_on_each_side():
    labels, groups = [0] * 20 + [1] * 20, ["a"] * 10 + ["b"] * 10 + ["c"] * 18 + ["d"] * 2
    found = sides(groups, splits([""] * 40, labels, [None] * 40, 0.01, 0, groups))
    assert len(found.train) == len(found.test) == 2
    assert found.both == []


def test_a_class_of_a_single_group_is_refused_and_given_splits_are_kept():
    with pytest.raises(
        ValueError, match="p: got a single group, 'p1', of images of the class 'b', expected at least 2"
    ):
        check_groups([0, 0, 1, 1], ["p1", "p2", "p1", "p1"], [None] * 4, ["a", "b"], "p")
    given = ["train", "test", "train", "test"]
    check_groups([0, 0, 1, 1], ["p1"] * 4, given, ["a", "b"], "p")
    assert splits("abcd", [0, 0, 1, 1], given, 0.2, 0, ["p1"] * 4) == given
    assert sides(["p1"] * 4, given).both == ["p1"]


def test_a_pattern_finds_the_group_in_each_path():
    files = ["cat/p01_s3_001.png", "dog/p02_s1_002.png"]
    assert groups_of(files, "(p[0-9]+)_(s[0-9])") == ["p01-s3", "p02-s1"]
    assert groups_of(files, "p[0-9]+") == ["p01", "p02"]
    with pytest.raises(ValueError, match=r"group_pattern: got 'q\(', expected a regular expression of Python"):
        groups_of(files, "q(")
    with pytest.raises(ValueError, match=r"got 'p01', which matches nothing in 1 of 2 files: dog/p02_s1_002\.png"):
        groups_of(files, "p01")


LIKELY = {
    "patients and slides": ([f"p{i // 8:02}_s{i // 4}_{i:03}.png" for i in range(24)], 3),
    "patients": ([f"{'ab'[i % 2]}/patient {i // 6}-{i}.tif" for i in range(24)], 4),
    "days": ([f"2024-01-0{i // 6}_{i}.png" for i in range(24)], 4),
    "folders": ([f"{'ab'[i % 2]}/p{i // 6}/{i}.png" for i in range(24)], 4),
    "numbers": ([f"{'ab'[i % 2]}/img_{i:04}.png" for i in range(24)], 0),
    "cameras": ([f"{'ab'[i % 2]}/IMG_2024_{i:04}.jpg" for i in range(24)], 0),
    "class folders": ([f"{'ab'[i % 2]}/{i}.png" for i in range(24)], 0),
    "each its own": ([f"{'ab'[i % 2]}/p{i}_1.png" for i in range(24)], 0),
    "class names": ([f"class{i % 2}_{i:03}.png" for i in range(24)], 0),
}


@pytest.mark.parametrize("case", LIKELY)
def test_names_suggest_groups(case):
    files, count = LIKELY[case]
    found = likely_groups(files, ["ab"[i % 2] for i in range(24)])
    assert len(set(found.groups) if found else ()) == count
    if found:
        assert groups_of(files, found.pattern) == found.groups
