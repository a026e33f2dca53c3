"""Problems: their places, their order, and the error that carries them."""

import datetime

import pytest

from experiment.config import problems
from experiment.config.problems import ConfigError, Problem, Problems
from kernelscope.refusal import refuse


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ((), "config"),
        (("training", "epochs"), "training.epochs"),
        (("experiment", "seeds", 2), "experiment.seeds[2]"),
        (("architectures", "a_decay0.5", "kernels"), "architectures.a_decay0.5.kernels"),
        (("architectures", "grid", "vary", "training.loss", 0), "architectures.grid.vary.training.loss[0]"),
        (("datasets", "a b"), "datasets.'a b'"),
        (("datasets", "..", "\x1b[31m"), "datasets.'..'.'\\x1b[31m'"),
        (("datasets", "x" * 100), f"datasets.'{'x' * 76}..."),
        (("training", None), "training.None"),
    ],
)
def test_a_place_is_its_keys_and_indices_in_one_line(path, words):
    assert problems.place(path) == words


def test_places_are_sorted_by_key_and_indices_as_numbers():
    paths = [(), ("a", 2), ("a", 10), ("a", "b"), ("a", "b", 0), ("a.b",), ("b", 16**6000), ("b", None), ("b", "c")]
    paths.append(("b", datetime.date(2026, 1, 2)))
    mixed = paths[5:] + paths[:5]
    assert sorted(mixed, key=problems.order)[:7] == paths[:7]


def test_an_error_has_a_line_for_each_problem_and_says_how_many_more_there_are():
    error = ConfigError(problems.problem(("a", 1), "3", "4", "hint"), "results: got a file, expected a folder", more=7)
    lines = ["a[1]: got 3, expected 4 (hint)", "results: got a file, expected a folder", "and 7 more"]
    assert error.lines == lines
    assert str(error) == "\n".join(lines)
    assert [problem.path for problem in error.problems] == [("a", 1), None]
    assert ConfigError("a\nb").lines == ["a b"]


def test_any_refusal_can_be_such_an_error():
    with pytest.raises(ConfigError, match=r"^a: got b, expected c$") as caught:
        refuse("a", "b", "c", error=ConfigError)
    assert caught.value.problems == (Problem(None, "a: got b, expected c"),)


def test_steps_that_are_refused_are_collected_and_reported_once_sorted_and_at_most_twenty():
    found = Problems()
    assert found.attempt(divmod, 7, 2) == (3, 1)
    found.report()
    for number in (*range(30, 0, -1), 5):
        assert found.attempt(problems.refuse, ("seeds", number), "1", "2") is None
    with pytest.raises(ConfigError) as caught:
        found.report()
    assert caught.value.lines == [*(f"seeds[{number}]: got 1, expected 2" for number in range(1, 21)), "and 10 more"]


@pytest.mark.parametrize(
    ("text", "path", "line"),
    [
        (".width: got 3, expected 4", ("datasets", "d", "width"), "datasets.d.width: got 3, expected 4"),
        (".a.b: got 3, expected 4", ("datasets", "d", "a", "b"), "datasets.d.a.b: got 3, expected 4"),
        ("folder/x.png: got a link", ("datasets", "d"), "datasets.d: folder/x.png: got a link"),
        ("", ("datasets", "d"), "datasets.d: ValueError"),
        ("two\nlines", ("datasets", "d"), "datasets.d: two lines"),
    ],
)
def test_a_message_of_the_library_is_completed_with_its_place(text, path, line):
    assert problems.completed(("datasets", "d"), ValueError(text)) == Problem(path, line)


def test_one_choice_is_not_one_of_several():
    assert problems.one_of(["a"]) == "a"
    assert problems.one_of(["a", 3]) == "one of a, 3"
