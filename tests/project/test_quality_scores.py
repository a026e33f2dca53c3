"""Mutation scores compared with formulas, and the sample, which must not change."""

import argparse

import numpy as np
import pytest
from quality import scores, settings
from quality.sampling import sample
from quality.scores import Result
from scipy.stats import binomtest

NAMES = [f"kernelscope.measures.x_{i}" for i in range(200)]


def test_the_sample_is_the_same_for_names_in_any_order_and_another_with_another_seed():
    first = sample(NAMES, 20, 0)
    assert len(set(first)) == 20
    assert first == sample(reversed(NAMES), 20, 0)
    assert set(first) != set(sample(NAMES, 20, 1))


def test_a_smaller_sample_is_a_part_of_a_larger_one_and_the_largest_is_everything():
    assert sample(NAMES, 5, 0) == sample(NAMES, 20, 0)[:5]
    assert sorted(sample(NAMES, 1000, 0)) == sorted(NAMES)


def test_a_removed_name_changes_one_name_of_the_sample():
    before = sample(NAMES, 20, 0)
    after = sample([name for name in NAMES if name != before[3]], 20, 0)
    assert len(set(before) - set(after)) == 1
    assert set(sample([name for name in NAMES if name in before], 20, 0)) == set(before)


@pytest.mark.parametrize("text", ["0", "-1", "x", "", "1.5"])
def test_a_sample_of_no_mutants_is_refused(text):
    with pytest.raises(argparse.ArgumentTypeError, match="expected a whole number of at least 1"):
        settings.positive(text)
    assert settings.positive("12") == 12


def test_the_sample_prefers_no_part_of_the_names():
    place = {name: i for i, name in enumerate(NAMES)}
    means = [np.mean([place[name] for name in sample(NAMES, 20, seed)]) for seed in range(200)]
    assert abs(np.mean(means) - 99.5) < 4 * 57.7 / np.sqrt(20 * 200)  # 57.7: sd of 0 to 199


@pytest.mark.parametrize(
    ("code", "end"),
    [(1, "killed"), (2, "killed"), (-11, "killed"), (0, "survived"), (33, "no tests"), (-24, "timeout")],
)
def test_an_exit_status_of_the_tests_is_an_end_of_the_mutant(code, end):
    assert scores.status("x", code) == end


@pytest.mark.parametrize("code", [None, 4, 35])
def test_an_exit_status_that_says_nothing_is_refused(code):
    with pytest.raises(ValueError, match=f"m.x_f: got the exit status {code}, expected one of"):
        scores.status("m.x_f", code)


def test_timeouts_count_as_noticed_and_mutants_without_tests_do_not():
    result = scores.score(["killed"] * 5 + ["timeout"] * 2 + ["survived"] * 2 + ["no tests"], 40)
    exact = binomtest(7, 10).proportion_ci()
    assert result.share == 0.7
    assert (result.low, result.high) == pytest.approx((exact.low, exact.high))


def test_the_score_of_all_mutants_of_a_module_has_no_interval():
    result = scores.score(["killed", "survived"], 2)
    assert (result.share, result.low, result.high) == (0.5, 0.5, 0.5)


def test_the_total_score_weights_modules_by_their_mutants():
    parts = [scores.score(["killed"] * 10, 300), scores.score(["survived"] * 10, 100)]
    both = scores.together(parts)
    assert both.share == 0.75
    assert (both.mutants, both.ends.total()) == (400, 20)


def test_the_interval_of_the_total_score_covers_the_truth_in_19_of_20_cases():
    rng = np.random.default_rng(0)
    sizes, shares = (60, 200, 500), (0.95, 0.8, 0.6)
    modules = [rng.random(size) < share for size, share in zip(sizes, shares, strict=True)]
    truth = np.concatenate(modules).mean()
    held = 0
    for _ in range(400):
        drawn = [rng.choice(module, 30, replace=False) for module in modules]
        ends = [["killed" if killed else "survived" for killed in part] for part in drawn]
        both = scores.together([scores.score(part, size) for part, size in zip(ends, sizes, strict=True)])
        held += both.low <= truth <= both.high
    assert 0.92 <= held / 400 <= 0.99


RESULTS = [
    Result("nulls", 7, "draw", "`a + b` becomes `a - b`", "survived"),
    Result("measures", 30, "power", "`2` becomes `3`", "no tests"),
    Result("measures", 4, "norm", "`1` becomes `2`", "survived"),
    Result("measures", 5, "norm", "`1` becomes `2`", "killed"),
]
SUBJECTS = {"measures": "measures", "nulls": "nulls", "matching": "matching"}


def test_survivors_are_listed_by_module_and_line():
    assert scores.survivors(RESULTS) == [
        "**measures.py**",
        "",
        "* 4 `norm`: `1` becomes `2`",
        "* 30 `power`: `2` becomes `3` (no test runs it)",
        "",
        "**nulls.py**",
        "",
        "* 7 `draw`: `a + b` becomes `a - b`",
    ]


def test_the_table_has_a_row_for_each_module_that_was_tried_and_one_for_all():
    lines = scores.table(RESULTS, {"measures": 3, "nulls": 1, "matching": 0}, SUBJECTS).splitlines()
    assert lines[2] == "| measures | measures | 3 | 3 | 1 | 0 | 1 | 1 | 33.3 % | 33.3 % to 33.3 % |"
    assert lines[3].startswith("| nulls | nulls | 1 | 1 | 0 | 0 | 1 | 0 | 0.0 % |")
    assert lines[4].startswith("| **all** |  | 4 | 4 | 1 | 0 | 2 | 1 | 25.0 % |")
    assert len({line.count("|") for line in lines}) == 1
    assert len(lines) == 5


def test_two_measurements_differ_in_the_mutants_that_one_of_them_noticed():
    before = [result._replace(name=str(i)) for i, result in enumerate(RESULTS)]
    after = [before[3]._replace(status="survived"), before[0]._replace(status="timeout"), before[1]]
    assert scores.changed(before, after) == [
        "3 mutants in both; noticed: 1 before, 1 after",
        "* measures.py:5 `1` becomes `2`: no longer noticed",
        "* nulls.py:7 `a + b` becomes `a - b`: noticed now",
    ]
