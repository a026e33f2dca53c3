import pytest

from kernelscope.statements import number_words, wording
from kernelscope.statements.statement import Number, Statement


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.9975, "share", "99.8 %"),
        (0.937, "share", "94 %"),
        (0.0333, "share", "3.3 %"),
        (1, "share", "100 %"),
        (0.99999, "share", "100.0 %"),
        (0, "share", "0 %"),
        (3.65, "", "3.6"),
        (41.2, "", "41"),
        (0.997, "", "1.0"),
        (12, "kernels", "12"),
        (0.4666, "", "0.47"),
        (-0.0001, "", "−0.0001"),
        (0, "", "0.00"),
        (0.0512, "", "0.051"),
        (None, "", "unknown"),
    ],
)
def test_a_number_is_written_in_its_unit(value, unit, text):
    assert number_words.written(value, unit) == text


def test_numbers_of_one_kind_are_a_list():
    numbers = (
        Number("level: ce", 0.32, "share", 0.3, 0.34, 116, "runs"),
        Number("level: mse", 0.5, "share", n=1, n_unit="runs"),
        Number("run: first", 4, "kernels"),
        Number("run: second", 51, "runs", n=160),
        Number("share", 0.1),
    )
    assert wording.lists(Statement("setting", numbers)) == {
        "level": "ce 32 % [30, 34] (116 runs), mse 50 % (1 run)",
        "run": "first 4, second 51 of 160",
    }


@pytest.mark.parametrize(("counts", "more"), [([5, 4, 3, 3, 2, 2], ""), ([5, 4, 3, 3, 2, 2, 1], ", 1 more kernel")])
def test_the_most_frequent_labels_are_listed_and_the_others_counted(counts, more):
    numbers = tuple(Number(f"label: {name}", count, "kernels") for name, count in zip("abcdefg", counts, strict=False))
    listed = wording.listed_labels(Statement("feature", numbers))
    assert listed == "a (5), b (4), c (3), d (3), e (2), f (2)" + more
