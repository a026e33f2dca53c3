"""When kernels change: the change per step on the slider's snapshots, and the curves of each seed."""

import numpy as np
import pytest

from kernelscope.page import answer_time
from kernelscope.page.answer_time import Course


def course(steps, movement, likeness=None, accuracy=()):
    return Course(np.array(steps), np.array(steps) / 10, np.array(movement, float), likeness, list(accuracy))


def test_the_rate_is_the_movement_for_each_step():
    assert answer_time.times({3: course([0, 2, 12], [1.0, 0.5])})["rates"] == pytest.approx([0.5, 0.05])


def test_the_slider_has_the_snapshots_of_the_longest_run_and_rates_are_means_over_seeds():
    times = answer_time.times({0: course([0, 10], [1.0]), 1: course([0, 5, 20], [1.0, 3.0])})
    assert (times["steps"], times["epochs"]) == ([0, 5, 20], [0, 0.5, 2])
    # Seed 0 moves by 0.1 a step up to step 10; seed 1 by 0.2, then 0.2.
    assert times["rates"] == pytest.approx([(0.1 + 0.2) / 2, (0.5 / 15 + 0.2) / 2])


def test_all_movement_is_in_the_rates():
    rng = np.random.default_rng(0)
    courses = {seed: course(np.sort(rng.choice(99, 7, False)), rng.random(6)) for seed in range(4)}
    courses[9] = course([0, 100], [0.0])
    times = answer_time.times(courses)
    total = np.mean([course.movement.sum() for course in courses.values()])
    assert np.dot(times["rates"], np.diff(times["steps"])) == pytest.approx(total)


def test_movement_that_is_not_finite_does_not_count():
    assert answer_time.times({0: course([0, 1, 2], [np.nan, 0.5])})["rates"] == [0, 0.5]


def test_a_run_with_one_snapshot_does_not_make_the_slider_where_others_have_several():
    times = answer_time.times({0: course([0, 4], [1.0]), 1: course([9], []), 2: course([0, 2, 4], [1.0, 0.0])})
    assert times["steps"] == [0, 2, 4]


def test_one_snapshot_has_no_rates():
    assert answer_time.times({0: course([7], [])})["rates"] == []


def test_curves_are_rounded_and_what_is_unknown_is_none():
    known = course([0, 1], [1.0], np.array([0.123456, 1.0]), [(0, 0.333333), (1, 1.0)])
    curves = answer_time.times({0: known, 5: course([0, 1], [1.0])})["curves"]
    assert curves == {
        "0": {"steps": [0, 1], "likeness": [0.1235, 1.0], "accuracy": [[0, 0.3333], [1, 1.0]]},
        "5": {"steps": [0, 1], "likeness": None, "accuracy": []},
    }
