"""The exact test of paired differences against SciPy, and what few pairs allow."""

import numpy as np
import pytest
from scipy.stats import permutation_test

from kernelscope.stats import exchange


@pytest.mark.parametrize("n", [2, 5, 8])
def test_p_is_that_of_scipy(n):
    differences = np.random.default_rng(n).standard_normal(n) + 0.5
    theirs = permutation_test(
        (differences,), lambda x, axis: np.abs(x.mean(axis)), permutation_type="samples", alternative="greater"
    )
    p, smallest = exchange.paired(differences)
    assert p == pytest.approx(theirs.pvalue)
    assert smallest == 2 / 2**n


def test_equal_signs_reach_the_smallest_p_and_no_difference_has_p_one():
    assert exchange.paired(np.ones(6)) == (2 / 64, 2 / 64)
    assert exchange.paired(np.zeros(6))[0] == 1
    assert exchange.paired(np.array([0.2]))[0] == 1


def test_many_pairs_are_drawn_and_never_reach_zero():
    p, smallest = exchange.paired(np.ones(20))
    assert p == smallest == 1 / 4096
    assert exchange.paired(np.random.default_rng(0).standard_normal(30))[0] > 0.01


@pytest.mark.parametrize(("level", "pairs"), [(0.05, 6), (0.0625, 5), (0.01, 8)])
def test_so_many_pairs_are_needed(level, pairs):
    assert exchange.pairs_needed(level) == pairs
    assert 2 / 2**pairs <= level < 2 / 2 ** (pairs - 1)


def test_one_side_counts_means_that_are_as_large():
    assert exchange.paired(np.array([1.0, 2.0, 3.0]), sides=1) == (1 / 8, 1 / 8)
    assert exchange.paired(np.array([1.0, -2.0, 0.5]), sides=1)[0] == 5 / 8
