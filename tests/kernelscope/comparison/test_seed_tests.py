import numpy as np
import pytest

from kernelscope.comparison import matching, permutation, pool, seed_tables, seed_tests

KEY = {"state": "trained", "layer": "conv1"}


@pytest.fixture(autouse=True)
def few_draws(monkeypatch):
    """Make fewer draws than a run does, and no translation into shared kernels unless a test asks for it."""
    monkeypatch.setattr(permutation.permuted, "__defaults__", (None, 99, 0))
    monkeypatch.setattr(permutation.rotated, "__defaults__", (99, 0))
    monkeypatch.setattr(permutation, "FEWEST_PAIRS", 20)


def noise(seed, kernels=6):
    return np.random.default_rng(seed).normal(size=(kernels, 1, 7, 7))


def pooled(banks):
    return pool.pooled(banks, {seed: np.ones(len(bank), bool) for seed, bank in banks.items()})


def rows(banks, note=""):
    table = list(seed_tests.of_kernels(KEY, pooled(banks), note))
    assert all(set(row) == set(seed_tests.COLUMNS) for row in table)
    for row in table:  # a cell without a value has a reason
        empty = [name for name in ("value", "low", "high", "p", "smallest_p", "detectable") if row[name] is None]
        assert bool(empty) == bool(row["reason"]), (row["claim"], empty, row["reason"])
    return {row["claim"]: row for row in table}


def test_every_claim_has_a_row_with_its_numbers():
    table = rows({s: noise(s) for s in range(4)}, "a note")
    assert list(table) == list(seed_tests.CLAIMS)
    row = table[seed_tests.SAME]
    test = permutation.permuted(pooled({s: noise(s) for s in range(4)}))
    assert (row["value"], row["p"], row["sides"]) == (test.value, test.p, 2)
    assert row["excess"] == pytest.approx(test.value - test.null.mean())
    assert row["low"] < row["excess"] < row["high"]
    assert (row["n"], row["n_unit"], row["note"]) == (4, "seeds", "a note")
    assert row["detectable"] > 0
    assert 1 <= row["detectable_shared"] <= 6


def test_seeds_with_the_same_kernels_are_found():
    table = rows({s: noise(0) + 0.3 * noise(9 + s) for s in range(3)})
    assert table[seed_tests.SAME]["p"] == table[seed_tests.ROTATION]["p"] == 0.01
    assert table[seed_tests.SAME]["excess"] > 0.1


def test_one_seed_cannot_be_compared_and_the_row_says_what_would_do():
    table = rows({0: noise(0)}, "1 of 2 seeds left out: failed")
    assert {row["p"] for row in table.values()} == {None}
    assert {row["reason"] for row in table.values()} == {f"{seed_tests.ONE_SEED}; 1 of 2 seeds left out: failed"}
    assert table.pop(seed_tests.ROTATION)["would_decide"] == "2 seeds"  # 1/64, where 2 seeds of 6 kernels have 0.069
    assert {row["would_decide"] for row in table.values()} == {"3 seeds"}


@pytest.mark.parametrize(("kernels", "rotation", "same"), [(2, "4 seeds or 5 kernels", "7 seeds or 7 kernels")])
def test_what_would_decide_depends_on_the_null(kernels, rotation, same):
    banks = {s: noise(s, kernels) for s in range(2)}
    table = rows(banks)
    assert (table[seed_tests.ROTATION]["would_decide"], table[seed_tests.SAME]["would_decide"]) == (rotation, same)
    for claim, test in ((seed_tests.ROTATION, permutation.rotated), (seed_tests.SAME, permutation.permuted)):
        enough = {s: noise(0, kernels) for s in range(int(table[claim]["would_decide"][0]))}
        assert test(pooled(enough)).smallest_p <= 0.05 < table[claim]["smallest_p"]


def test_two_seeds_have_no_interval_and_few_kernels_no_small_p():
    table = rows({s: noise(s, 5) for s in range(2)})
    row = table[seed_tests.SAME]
    assert row["smallest_p"] == pytest.approx(min(32 / 252, row["p"]))
    assert row["would_decide"] == "3 seeds or 7 kernels"
    assert "no p at or below 0.05 is possible" in row["reason"]
    assert "an interval needs 3 seeds" in row["reason"]
    assert row["detectable"] is None


def test_two_kernels_have_no_types_and_banks_without_a_finite_kernel_no_numbers():
    table = rows({0: noise(0, 1), 1: noise(1, 1)})
    assert table[seed_tests.CELLS]["reason"] == "fewer than 4 living kernels"
    table = rows({0: np.full((3, 1, 7, 7), np.nan), 1: np.zeros((3, 1, 7, 7))})
    assert {(row["reason"], row["would_decide"]) for row in table.values()} == {
        (seed_tests.ONE_SEED, "living kernels in more seeds")
    }
    table = rows({0: noise(0, 2), 1: noise(1)[..., :5, :5]})
    assert {row["reason"] for row in table.values()} == {pool.OTHER_SIZE}


def test_where_most_kernels_are_point_symmetric_rotation_cannot_decide():
    banks = {s: noise(s) + noise(s)[..., ::-1, ::-1] for s in range(3)}
    row = rows(banks)[seed_tests.ROTATION]
    assert (row["p"], row["reason"]) == (None, "100 % of the kernels look the same when rotated by 180 degrees")


def control_row(real, control):
    pools = pooled(real), pooled(control)
    together = np.concatenate([*real.values(), *control.values()])
    value = matching.similarity(together, together).value
    return seed_tests.of_control(KEY, "random labels", *pools, value)


def test_a_control_has_a_row_with_both_means_and_what_would_decide_it():
    shared = noise(50)
    row = control_row({s: shared + 0.3 * noise(s) for s in range(3)}, {s: noise(9 + s) for s in range(3)})
    assert (row["claim"], row["null"], row["n"]) == (seed_tests.CONTROL, "random labels", 3)
    assert row["value"] - row["null_mean"] == pytest.approx(row["excess"])
    assert row["excess"] > 0.3
    assert (row["p"], row["smallest_p"], row["would_decide"]) == (0.25, 0.25, "6 seeds of both")
    assert set(row) == set(seed_tests.COLUMNS)


def test_a_control_that_is_missing_or_of_another_size_is_undecided():
    real = pooled({0: noise(0), 1: noise(1)})
    for control, reason in ((pooled({}), pool.TOO_FEW), (pooled({0: noise(2)}), pool.OTHER_SIZE)):
        row = seed_tests.of_control(KEY, "frozen", real, control, None)
        assert (row["p"], row["reason"]) == (None, reason)
    row = control_row({0: noise(0)}, {0: noise(1)})
    assert row["reason"] == "fewer than two real seeds, or no control of another seed"


def cka_rows(seeds, trained, untrained):
    of = {"layer_a": "conv2", "layer_b": "conv2"}
    pairs = [(a, b) for a in range(seeds) for b in range(seeds)]
    return [
        {"state": state, "seed_a": a, "seed_b": b, "cka": value + 0.001 * (a + b)} | of
        for state, value in (("trained", trained), ("untrained", untrained), ("trained, untrained", 0.5))
        for a, b in pairs
        if a < b or (a != b and "," in state)
    ]


def test_cka_is_trained_minus_untrained():
    (row,) = seed_tables.of_cka(cka_rows(6, 0.9, 0.6), set())
    assert (row["layer"], row["claim"], row["n"]) == ("conv2", seed_tables.REPRESENTATION, 6)
    assert row["excess"] == pytest.approx(0.3)
    assert row["value"] - row["null_mean"] == pytest.approx(0.3)
    assert row["p"] == row["smallest_p"] == 2 / 64
    assert row["would_decide"] == ""


def test_cka_of_failed_seeds_takes_no_part():
    (row,) = seed_tables.of_cka(cka_rows(3, 0.9, 0.6), {0, 2})
    assert (row["n"], row["p"], row["reason"]) == (0, None, "fewer than two seeds with a CKA")
    (row,) = seed_tables.of_cka(cka_rows(4, 0.9, 0.6), {3}, "a note")
    assert (row["n"], row["note"], row["would_decide"]) == (3, "a note", "6 seeds")


def test_energy_rows_are_those_of_the_table():
    given = {"state": "untrained", "null": "x", "seeds": 3, "failed": 1, "value": 0.8, "null_mean": 0.7, "null_sd": 0.1}
    given |= {"excess": 0.1, "low": 0.0, "high": 0.2, "p": 0.3, "smallest_p": 0.001, "sides": 2, "reason": None}
    (row,) = seed_tables.of_energy([given], "conv1", 4)
    assert {name: row[name] for name in ("state", "null", "value", "excess", "p", "sides")} == {
        name: given[name] for name in ("state", "null", "value", "excess", "p", "sides")
    }
    assert (row["claim"], row["layer"], row["n"]) == (seed_tables.ENERGY, "conv1", 3)
    assert (row["reason"], row["note"]) == ("", "1 of 4 seeds left out: failed")
    assert row["detectable"] == pytest.approx(0.28)
