import numpy as np
import pytest
from collections_of_kernels import SEEDS, TYPES, planted

from kernelscope.comparison import permutation, vocabulary
from kernelscope.comparison import types as kernel_types

OF = planted(TYPES, SEEDS)
FOUND = kernel_types.found(OF)


def rows(features=None, of=OF, found=FOUND):
    return vocabulary.rows("conv1", of, found, features or {})


def test_there_is_a_row_for_each_type_with_the_seeds_that_have_it():
    table = rows()
    assert all(tuple(row) == vocabulary.COLUMNS or set(row) == set(vocabulary.COLUMNS) for row in table)
    assert [(row["type"], row["kernels"], row["seeds"], row["seeds_total"]) for row in table] == [
        *((1, 4, 3, 3), (2, 4, 3, 3), (3, 4, 3, 3))
    ]
    assert {row["seeds_held_out"] for row in table} == {3}
    np.testing.assert_allclose([row["low"] for row in table], 0.025 ** (1 / 3))  # Clopper and Pearson, 3 of 3
    np.testing.assert_allclose([row["stability"] for row in table], 1)


def test_the_seeds_of_dealt_kernels_are_those_of_the_hypergeometric_distribution():
    (first, *_) = rows()
    none = 8 * 7 * 6 * 5 / (12 * 11 * 10 * 9)  # a hand of 4 of 12 kernels has none of 4
    assert first["seeds_permuted"] == pytest.approx(3 * (1 - none), abs=0.05)
    assert 0.3 < first["p"] <= 1


def test_a_type_is_named_after_the_feature_of_most_of_its_kernels():
    members = [(int(OF.seed[i]), int(OF.kernel[i])) for i in np.flatnonzero(FOUND.of == 0)]
    features = dict(zip(members, ["corner", "corner", "corner", "peak"], strict=True))
    first, second, _ = rows(features)
    assert (first["name"], first["feature"], first["reason"]) == ("corner", "corner (3 of 4)", "")
    assert (second["name"], second["feature"], second["reason"]) == ("type 2", None, "no feature")
    assert rows()[0]["reason"] == vocabulary.NOT_PROBED
    half = rows(dict(zip(members, ["corner", "corner", "peak", "flank"], strict=True)))[0]
    assert (half["name"], half["feature"]) == ("type 1", "corner (2 of 4)")
    every = {(int(seed), int(kernel)): "corner" for seed, kernel in zip(OF.seed, OF.kernel, strict=True)}
    assert [row["name"] for row in rows(every)] == ["corner", "corner (2)", "corner (3)"]


def test_one_seed_has_types_and_no_numbers_over_seeds():
    of = OF._replace(seed=np.zeros(12, int))
    row = rows(of=of)[0]
    assert (row["seeds"], row["seeds_total"], row["p"], row["low"], row["stability"]) == (1, 1, None, None, None)
    assert row["reason"] == f"{vocabulary.ONE_SEED}; {vocabulary.NOT_PROBED}"


def test_every_kernel_has_a_row_with_its_type_or_the_reason():
    alive = {seed: np.ones(4, bool) for seed in range(3)}
    of = OF._replace(kernel=np.tile(np.arange(4), 3))
    table = vocabulary.type_rows("conv1", of, FOUND, alive | {3: np.array([False, True])})
    assert [row["type"] for row in table[:12]] == (FOUND.of + 1).tolist()
    assert max(row["similarity"] for row in table[:12]) == 1
    assert [(row["type"], row["reason"]) for row in table[12:]] == [
        (None, "dead, weak or of a failed run"),
        (None, "constant or not finite"),
    ]


def test_cells_and_types_in_every_seed_are_counted():
    has = vocabulary.present(np.array([0, 0, 1, 2]), np.array([5, 7, 5, 5]))
    assert has.tolist() == [[True, True], [True, False], [True, False]]
    assert (vocabulary.filled(has), vocabulary.in_every_seed(has)) == (4, 1)


def test_the_test_of_cells_is_that_of_plain_loops():
    test = vocabulary.tested(vocabulary.filled, OF, FOUND.of, 99, 3)
    rng = np.random.default_rng(3)
    null = [len(set(zip(FOUND.of, rng.permutation(OF.seed), strict=True))) for _ in range(99)]
    np.testing.assert_array_equal(test.null, null)
    assert test.value == 9
    every = np.array([*null, 9.0])
    assert test.p == pytest.approx((abs(every - every.mean()) >= abs(9 - every.mean()) - 1e-9).mean())


def test_what_no_deal_can_reach_is_no_evidence():
    alone = np.arange(12)  # every kernel is a type: every permutation fills 12 cells
    for count in (vocabulary.filled, vocabulary.in_every_seed):
        test = vocabulary.tested(count, OF, alone, 99)
        assert (test.p, test.smallest_p) == (1, 1)


def test_the_interval_of_cells_covers_the_excess_and_needs_three_seeds():
    of = planted([*TYPES, 3], [*SEEDS, 0])
    types = kernel_types.found(of).of
    test = vocabulary.tested(vocabulary.filled, of, types)
    low, high = vocabulary.interval(of, types, test)
    assert low < permutation.above(test) < high
    two = of._replace(seed=np.minimum(of.seed, 1))
    assert vocabulary.interval(two, types, test) == (None, None)


def test_a_layer_without_types_has_a_row_with_the_reason():
    (row,), kernels = vocabulary.empty_rows("conv2", {0: np.ones(2, bool)}, vocabulary.DEEPER)
    assert (row["type"], row["seeds_total"], row["reason"]) == (None, 1, vocabulary.DEEPER)
    assert set(row) == set(vocabulary.COLUMNS)
    assert [(each["seed"], each["kernel"], each["reason"]) for each in kernels] == [
        (0, 0, vocabulary.DEEPER),
        (0, 1, vocabulary.DEEPER),
    ]
