"""The line that refuses bad input."""

import pytest

from kernelscope.refusal import LONGEST, did_you_mean, listed, one_line, quoted, reason, refusal, refuse


def test_a_refusal_says_where_what_was_found_and_what_is_expected():
    with pytest.raises(ValueError, match=r"^training\.epochs: got -1, expected a whole number of at least 1$"):
        refuse("training.epochs", quoted(-1), "a whole number of at least 1")


def test_a_refusal_may_give_a_hint_and_raise_another_error():
    with pytest.raises(OSError, match=r"^loss: got 'mze', expected mse or cross_entropy \(did you mean 'mse'\?\)$"):
        refuse("loss", quoted("mze"), "mse or cross_entropy", did_you_mean("mze", ["mse", "cross_entropy"]), OSError)


def test_a_refusal_hides_the_error_that_it_answers():
    with pytest.raises(ValueError, match="expected a file") as raised:
        try:
            raise FileNotFoundError("gone")
        except OSError:
            refuse("x", "nothing", "a file")
    assert raised.value.__suppress_context__


@pytest.mark.parametrize("text", ["two\nlines", "a\x1b[31mred", "x" * 10_000, "tab\tand\rreturn"])
def test_whatever_a_value_holds_the_line_is_printable_and_short(text):
    for line in (one_line(text), refusal(text, quoted(text), text)):
        assert line.isprintable() and len(line) <= LONGEST


def test_a_value_that_python_cannot_write_is_named_by_its_type():
    endless = []
    for _ in range(100_000):
        endless = [endless]
    assert quoted(endless) == "a value of type list, too long to print"
    assert quoted(10**5000) == "a value of type int, too long to print"
    assert len(quoted("y" * 1000)) == 80


def test_nothing_is_suggested_where_nothing_is_similar():
    assert did_you_mean("adm", ["adam", "sgd"]) == "did you mean 'adam'?"
    assert did_you_mean("zzz", ["adam", "sgd"]) == ""


def test_a_long_list_is_cut_between_its_items():
    words = [f"item{number:03}" for number in range(60)]
    line = one_line(f"key: got x, expected one of {', '.join(words)}")
    assert len(line) <= 300
    start, end = line.split(" ... ")
    assert start.removeprefix("key: got x, expected one of ").rstrip(",").split(", ") == words[: start.count("item")]
    assert end.split(", ") == words[-end.count("item") :]


def test_a_list_of_names_is_cut_between_names_and_the_rest_is_counted():
    assert listed(["a", "b"]) == "a, b"
    assert listed(["conv1", "conv2", "conv3"], 14) == "conv1, conv2 and 1 more"
    assert listed(["x" * 20, "y"], 10) == "x" * 20 + " and 1 more"
    assert listed([]) == ""


def test_a_suggestion_takes_upper_case_as_lower_case():
    assert did_you_mean("RELU", ["tanh", "relu"]) == "did you mean 'relu'?"
    assert did_you_mean("rdbu_r", ["RdBu_r"]) == "did you mean 'RdBu_r'?"
    assert did_you_mean("relu", ["relu"]) == ""


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (FileNotFoundError(2, "No such file or directory"), "it does not exist"),
        (PermissionError(13, "Permission denied"), "reading it is not permitted"),
        (OSError(5, "Input/output error"), "Input/output error"),
        (ValueError("embedded null byte"), "embedded null byte"),
    ],
)
def test_why_a_file_cannot_be_read_is_said_in_plain_words(error, words):
    assert reason(error) == words


def test_a_list_of_names_ends_at_the_first_of_both_limits():
    assert listed(["a", "b", "c"]) == listed(["a", "b", "c"], most=3) == "a, b, c"
    assert listed(["a", "b", "c"], most=2) == listed(["a", "b", "c"], longest=5) == "a, b and 1 more"
    assert listed([], most=2) == ""
