from itertools import product

import numpy as np
import pytest

from kernelscope.comparison import cka_table, cka_tests
from kernelscope.measures import cka
from kernelscope.stats import exchange


def values(n, seed=0):
    trained, untrained, crossed = np.random.default_rng(seed).normal(size=(3, n, n))
    return np.stack([trained + trained.T, untrained + untrained.T, crossed])


def by_loops(of, exchanged):
    """Return the mean of trained minus untrained pairs, with the states of some seeds exchanged."""
    trained, untrained, crossed = of
    differences = []
    for i in range(len(trained)):
        for j in range(i + 1, len(trained)):
            state = {  # the CKA of seed i and j in these states
                ("t", "t"): trained[i, j],
                ("u", "u"): untrained[i, j],
                ("t", "u"): crossed[i, j],
                ("u", "t"): crossed[j, i],
            }
            of_i, of_j = (("u", "t") if exchanged[s] else ("t", "u") for s in (i, j))
            differences.append(state[of_i[0], of_j[0]] - state[of_i[1], of_j[1]])
    return np.mean(differences)


def test_the_test_of_exchanges_is_that_of_plain_loops():
    of = values(4)
    null = [by_loops(of, exchanged) for exchanged in product((False, True), repeat=4)]
    test = cka_tests.tested(of)
    np.testing.assert_allclose(test.null, null)
    assert test.p == pytest.approx(np.mean(np.abs(null) >= abs(null[0]) - 1e-9))
    assert test.smallest_p == 2 / 16


def test_a_change_of_all_pairs_is_found_with_six_seeds():
    of = 0.01 * values(6)
    of[0] += 0.5
    test = cka_tests.tested(of)
    assert test.p == test.smallest_p == 2 / 64
    low, high = cka_tests.interval(of)
    assert low < test.value < high


def test_more_seeds_than_can_be_exchanged_are_drawn_at_random():
    test = cka_tests.tested(values(14))
    assert len(test.null) == exchange.DRAWN + 1
    assert test.null[0] == test.value


def test_the_matrices_are_those_of_the_table():
    rng = np.random.default_rng(0)
    states = [{("a", s, "c"): cka.gram(rng.normal(size=(12, 3))) for s in (3, 1, 7)} for _ in range(2)]
    states[0]["a", 9, "c"] = None
    states[1]["a", 9, "c"] = None
    seeds, of = cka_tests.matrices(cka_table.rows(*states, 9, 0, crossed=True), "c")
    assert seeds == [1, 3, 7]
    for i, j in ((0, 1), (1, 2), (2, 0)):
        for state, (first, second) in enumerate(((0, 0), (1, 1), (0, 1))):
            expected = cka.debiased(states[first]["a", seeds[i], "c"], states[second]["a", seeds[j], "c"])
            assert of[state, i, j] == pytest.approx(expected, abs=1e-5)
