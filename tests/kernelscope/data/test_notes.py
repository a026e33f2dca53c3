"""Sentences about the pictures of a dataset."""

from kernelscope.data.notes import notes

FINE = {"in_both_splits": [], "in_two_classes": [], "constant": 0, "skipped": 0}


def test_nothing_is_said_where_nothing_is_wrong():
    assert notes(FINE) == []
    assert notes({}) == []  # of a source that looks for none of it


def test_each_fault_has_its_sentence_with_a_number_and_names():
    both = [["a/1.png", "a/2.png"], ["b/1.png", "b/2.png"]]
    torn = [["a/1.png", "b/1.png", "b/`2`.png", "b/3.png"]]
    assert notes({"in_both_splits": both, "in_two_classes": torn, "constant": 1, "skipped": 3}) == [
        "2 pictures are in train and in test, so the test accuracy is too high: `a/1.png` = `a/2.png`. [found.json]",
        "1 picture is in two classes: `a/1.png` = `b/1.png` = `b/'2'.png`. [found.json]",
        "1 picture is of one colour throughout. [found.json]",
        "3 pictures are left out, as they cannot be read. [skipped.csv]",
    ]
