import pytest

from kernelscope.probes import atlas_table

ROW = {"feature": "upper-left corner", "class": "square", "p_corrected": 0.0004, "z": 1.0}


@pytest.mark.parametrize(
    ("p", "words"),
    [(0.0004, "p < 0.001"), (0, "p < 0.001"), (0.001, "p = 0.001"), (0.0123, "p = 0.012"), (0.05, "p = 0.05")],
)
def test_the_words_name_the_feature_the_class_and_the_corrected_p(p, words):
    assert atlas_table.in_words(ROW | {"p_corrected": p}) == f"upper-left corner, square; {words}"


def test_the_strongest_is_the_largest_of_the_significant():
    weak, vague = ROW | {"p_corrected": 0.0123, "z": 2.0}, ROW | {"p_corrected": 0.06, "z": 9.0}
    empty = ROW | dict.fromkeys(("p_corrected", "z"))
    assert atlas_table.strongest([ROW, weak, vague, empty]) is weak
    assert atlas_table.strongest([weak, ROW]) is weak
    assert atlas_table.strongest([ROW | {"p_corrected": 0.05, "z": 3.0}, weak])["p_corrected"] == 0.05


@pytest.mark.parametrize("rows", [[], [ROW | {"p_corrected": 0.0501}], [ROW | {"p_corrected": None}]])
def test_without_a_significant_feature_there_is_none(rows):
    assert atlas_table.strongest(rows) is None
