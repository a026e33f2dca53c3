"""A row per architecture of a sweep: means, rates and likeness with their intervals."""

import numpy as np
import pytest
from scipy import stats

from kernelscope.comparison import factor_tables, outcomes


def runs(**columns):
    count = len(next(iter(columns.values())))
    blank = dict.fromkeys((*outcomes.COLUMNS, outcomes.FACTOR)) | {"failed": 0, "accuracy": 0.5, "reason": ""}
    return [blank | {"seed": i} | {name: values[i] for name, values in columns.items()} for i in range(count)]


def pair(a, b, similarity, rotated=0.2, p=0.01, layer="conv1"):
    return {"layer": layer, "seed_a": a, "seed_b": b, "similarity": similarity, "null_mean": rotated, "p": p}


def row(runs, pairs=()):
    return factor_tables.row("x", {"base": "x"}, runs, list(pairs))


def test_the_columns_are_those_of_the_rows():
    assert set(row(runs(accuracy=[0.5, 0.6]))) == set(factor_tables.columns(["base"]))


def test_means_are_over_the_runs_that_have_a_number():
    cell = row(runs(initial_ratio=[0.1, 0.2, 0.3, None], failed=[0, 0, 0, 1]))
    interval = stats.t.interval(0.95, 2, loc=0.2, scale=stats.sem([0.1, 0.2, 0.3]))
    assert cell["initial_ratio_mean"] == pytest.approx(0.2)
    assert (cell["initial_ratio_low"], cell["initial_ratio_high"]) == pytest.approx((max(0, interval[0]), interval[1]))
    assert (cell["initial_ratio_n"], cell["runs"], cell["failures"], cell["failure_rate"]) == (3, 4, 1, 0.25)


def test_intervals_stay_within_what_is_possible():
    cell = row(runs(structured=[1.0, 0.5, 1.0], lag1=[-0.1, 0.0, 0.1]))
    assert cell["structured_high"] == 1
    assert cell["lag1_low"] < 0


def test_what_is_left_of_the_start_is_a_ratio_that_may_pass_1():
    cell = row(runs(initial_ratio=[0.4, 1.4, 2.0], decay_factor=[None, 0.4, 0.4]))
    assert cell["initial_ratio_low"] == 0
    assert cell["initial_ratio_high"] > 2
    assert cell["decay_factor"] == 0.4


def test_what_no_run_has_is_empty_and_the_row_says_why():
    cell = row(runs(failed=[1, 1, 0], reason=[outcomes.FAILED, outcomes.FAILED, outcomes.DEAD]))
    assert cell["reason"] == "the run failed in 2 of 3 runs; all kernels are dead in 1 of 3 runs"
    assert (cell["bars_mean"], cell["bars_low"], cell["bars_n"]) == (None, None, 0)
    assert cell["beyond_rotated_mean"] is None


def test_pairs_of_seeds_that_failed_say_nothing_of_likeness():
    pairs = [pair(a, b, 0.9 if 2 in (a, b) else 0.5) for a in range(4) for b in range(a + 1, 4)]
    cell = row(runs(failed=[0, 0, 1, 0]), pairs)
    assert (cell["beyond_rotated_mean"], cell["beyond_rotated_pairs"]) == (pytest.approx(0.3), 3)


def test_likeness_is_the_mean_over_pairs_beyond_rotated_kernels():
    pairs = [pair(a, b, 0.5, p=0.01 if a == 0 else 0.5) for a in range(5) for b in range(a + 1, 5)]
    pairs.append(pair(0, 1, 0.9, layer="conv2"))
    cell = row(runs(accuracy=[0.5] * 5), pairs)
    assert cell["beyond_rotated_mean"] == pytest.approx(0.3)
    assert (cell["beyond_rotated_low"], cell["beyond_rotated_high"]) == (None, None)  # all pairs are equal
    assert (cell["beyond_rotated_pairs"], cell["beyond_rotated_n"]) == (10, 5)
    assert cell["beyond_rotated_p05"] == pytest.approx(0.4)


def test_the_interval_of_likeness_is_over_seeds_not_pairs():
    """If seed s has b_s and a pair b_s + b_t, a pseudovalue is 2 b_s and the interval is that of the mean of 2 b_s."""
    share_of_seed = np.array([0.05, 0.1, 0.2, 0.05, 0.15])
    pairs = [pair(a, b, share_of_seed[a] + share_of_seed[b], rotated=0) for a in range(5) for b in range(a + 1, 5)]
    cell = row(runs(accuracy=[0.5] * 5), pairs)
    half = stats.t.ppf(0.975, 4) * stats.sem(2 * share_of_seed)
    assert cell["beyond_rotated_mean"] == pytest.approx(2 * share_of_seed.mean())
    assert cell["beyond_rotated_high"] - cell["beyond_rotated_mean"] == pytest.approx(half)
