"""Notes about the images of a dataset."""

from kernelscope.data.notes import notes

FINE = {"in_both_splits": [], "in_two_classes": [], "constant": 0, "skipped": 0}


def test_nothing_is_said_where_nothing_is_wrong():
    assert notes(FINE) == []
    assert notes({}) == []  # of a source that does not look for defects


def test_each_fault_has_its_sentence_with_a_number_and_names():
    both = [["a/1.png", "a/2.png"], ["b/1.png", "b/2.png"]]
    torn = [["a/1.png", "b/1.png", "b/`2`.png", "b/3.png"]]
    assert notes({"in_both_splits": both, "in_two_classes": torn, "constant": 1, "skipped": 3}) == [
        "2 images occur in both train and test, so the test accuracy is too high: `a/1.png` = `a/2.png`. "
        "[inferred.json]",
        "1 image occurs in two classes: `a/1.png` = `b/1.png` = `b/'2'.png`. [inferred.json]",
        "1 image has a single color throughout. [inferred.json]",
        "3 files were left out as unreadable. [skipped.csv]",
    ]


def test_what_is_left_out_or_assumed_has_its_sentence():
    assert notes({"ignored": 2, "paged": 24, "nested": ["a", "`b`", "c", "d"]}) == [
        "2 files were left out, as no image in a class folder. [inferred.json]",
        "24 files hold several pages or frames; only the first is used.",
        "Every class folder has the same 4 subfolders, such as `a`, `'b'`, `c`; if these are the classes, list the "
        "images in a table.",
    ]


def test_the_number_of_each_fault_decides_between_singular_and_plural():
    assert notes({"in_two_classes": [["a/1.png", "b/1.png"]] * 2, "constant": 2, "skipped": 1}) == [
        "2 images occur in two classes: `a/1.png` = `b/1.png`. [inferred.json]",
        "2 images have a single color throughout. [inferred.json]",
        "1 file was left out as unreadable. [skipped.csv]",
    ]
