"""A benchmark reports a number, or the reason why it cannot."""

import math

import benchmarking  # noqa: F401  # the harness on the path
import numpy as np
import pytest
from harness.judging import Unreported, apply, faster, power, share, typical


def test_repeats_that_agree_give_their_median():
    assert typical([2.0, 1.9, 2.2, 2.1]) == pytest.approx(2.05)


@pytest.mark.parametrize(("values", "words"), [([2.0], "measured once"), ([2.0, 2.1], "measured 2 times only")])
def test_too_few_repeats_say_so_and_keep_what_was_measured(values, words):
    assert typical(values) == Unreported(words, np.median(values))
    assert faster(values) == Unreported(words, np.median(values))


def test_repeats_far_apart_say_so():
    result = typical([1.0, 2.0, 3.0, 4.0])
    assert result == Unreported("half of the repeats are outside 1.75 to 3.25", 2.5)


def test_a_ratio_is_reported_only_if_all_pairs_are_on_one_side_of_1():
    assert faster([1.1, 1.3, 9.0]) == 1.3
    assert faster([0.5, 0.9, 0.7]) == 0.7
    assert faster([0.9, 1.3, 1.4]) == Unreported("pairs from 0.90 to 1.40 are on both sides of 1", 1.3)


def test_a_power_is_found_again():
    sizes = [2, 4, 8, 16]
    turns = [[3 * size**1.5 * noise for noise in (0.99, 1.0, 1.01)] for size in sizes]
    assert power(sizes, turns) == pytest.approx(1.5)
    assert power(sizes[-3:], turns[-3:]) == pytest.approx(1.5)


@pytest.mark.parametrize(
    ("sizes", "turns", "words"),
    [
        ([10], [[1.0, 1.0, 1.0]], "1 sizes are too few"),
        ([10, 20], [[1.0, 1.0, 1.0], [0.7, 0.7, 0.7]], "2 sizes are too few"),
        ([10, 20, 40], [[1.0], [0.7], [0.6]], "measured once"),
        ([10, 20, 40], [[1.0, 1.1, 0.9], [1.0, 0.9, 1.0], [1.1, 0.9, 1.0]], "repeats give powers from -0.14 to 0.08"),
    ],
)
def test_a_power_from_one_point_or_from_noise_is_a_reason_without_a_number(sizes, turns, words):
    result = power(sizes, turns)
    assert result.reason == words
    assert math.isnan(result.value) or "repeats give" in words


def test_a_share_needs_enough_values_for_its_level():
    p = np.arange(1, 101) / 100
    assert share(p, 0.05) == 0.05
    assert share(p[:40], 0.05) == Unreported("40 values are too few for a share of 0.05", 5 / 40)


def test_what_follows_from_an_unreported_number_is_unreported_for_the_same_reason():
    assert apply(lambda a, b: a / b, 6.0, 3.0) == 2
    assert apply(lambda a, b: a / b, 6.0, Unreported("measured once", 3.0)) == Unreported("measured once", 2)
