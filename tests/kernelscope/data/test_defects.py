"""Defects of the images of a dataset."""

from kernelscope.data.notes import defects

FINE = {"in_both_splits": [], "in_two_classes": [], "constant": 0, "equal": {"in_both_splits": 0, "in_two_classes": 0}}


def test_nothing_is_said_where_nothing_is_wrong():
    assert defects(FINE) == []
    assert defects({}) == []  # of a source that does not look for defects


def test_each_fault_has_its_sentence_with_a_number_and_names():
    both = [["a/1.png", "a/2.png"], ["b/1.png", "b/2.png"]]
    torn = [["a/1.png", "b/1.png", "b/`2`.png", "b/3.png"]]
    assert defects({"in_both_splits": both, "in_two_classes": torn, "constant": 1}) == [
        "2 images occur in both train and test, so the test accuracy is too high: `a/1.png` = `a/2.png`. "
        "[inferred.json]",
        "1 image occurs in two classes: `a/1.png` = `b/1.png` = `b/'2'.png`. [inferred.json]",
        "1 image has a single color throughout. [inferred.json]",
    ]


def test_the_number_of_each_fault_decides_between_singular_and_plural():
    assert defects({"in_two_classes": [["a/1.png", "b/1.png"]] * 2, "constant": 2}) == [
        "2 images occur in two classes: `a/1.png` = `b/1.png`. [inferred.json]",
        "2 images have a single color throughout. [inferred.json]",
    ]


def test_of_more_groups_than_are_listed_all_are_counted():
    found = {"in_both_splits": [["a/1.png", "a/2.png"]], "equal": {"in_both_splits": 1500, "in_two_classes": 0}}
    assert defects(found)[0].startswith("1500 images occur in both train and test")


def test_groups_in_both_splits_are_a_defect():
    found = {"groups": {"train": ["p1", "p2"], "test": ["p2"], "both": ["p2"]}}
    assert defects(found) == ["1 group has images in both train and test, so the test accuracy is too high: `p2`."]
