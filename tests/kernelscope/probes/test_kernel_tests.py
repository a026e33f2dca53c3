import itertools

import numpy as np
from scipy import stats

from kernelscope.measures.look_tests import Evidence
from kernelscope.probes import ablation_statistics, kernel_tests
from kernelscope.stats import pvalues

RNG = np.random.default_rng(0)


def rows_of(own, others=(), alive=True, state="trained", layer="conv1"):
    out = len(next(iter(own.values())).value)
    tests = [{state: {layer: claims}} for claims in (own, *others)]
    return list(kernel_tests.rows(tests[0], tests[1:], {state: {layer: np.full(out, alive)}}))


def test_the_null_of_a_first_layer_is_that_of_all_runs():
    values, nulls = np.array([2.0, 0.0]), RNG.normal(size=(3, 40))
    rows = rows_of({"feature": Evidence(values, nulls[0])}, [{"feature": Evidence(values, null)} for null in nulls[1:]])
    np.testing.assert_allclose([row["p"] for row in rows], pvalues.p_value(values, nulls))
    assert {row["smallest_p"] for row in rows} == {1 / 121}
    np.testing.assert_allclose([row["null_mean"] for row in rows], nulls[0].mean())


def test_the_nulls_of_deeper_layers_and_of_kernels_may_differ_in_mean_and_spread():
    values, nulls = np.array([12.5, 10.0]), RNG.normal(size=(3, 40)) * [[1], [5], [2]] + [[10], [-40], [90]]
    deeper = Evidence(values, nulls[0])
    others = [Evidence(np.zeros(2), null) for null in nulls[1:]]
    own = {"conv1": {"smoother": deeper}, "conv2": {"class": deeper}}
    runs = [{"trained": {"conv1": {"smoother": other}, "conv2": {"class": other}}} for other in others]
    alive = {"trained": {layer: [True, True] for layer in own}}
    rows = [row for row in kernel_tests.rows({"trained": own}, runs, alive) if row["layer"] == "conv2"]
    assert rows[0]["p"] < 0.03 < 0.3 < rows[1]["p"] < 0.7
    of_kernels = Evidence(values, np.stack([nulls[0], nulls[0] + 40]))
    p = [row["p"] for row in rows_of({"oriented": of_kernels})]
    assert p[0] < 0.03 < 0.9 < p[1]


def test_exact_tests_keep_their_p_and_an_empty_cell_has_a_reason():
    test = Evidence(
        np.array([0.1, np.nan, 0.2]),
        p=np.array([0.01, np.nan, np.nan]),
        smallest_p=np.full(3, 1e-9),
        reason=np.array(["", "", "the network is not better than chance at a"]),
    )
    rows = rows_of({"needed": test})
    assert [row["p"] for row in rows[:1]] == [0.01]
    assert [row["reason"] for row in rows] == ["", kernel_tests.UNDEFINED, "the network is not better than chance at a"]
    assert all(set(row) == set(kernel_tests.COLUMNS) for row in rows)
    assert all(np.isfinite(row["p"]) == (not row["reason"]) for row in rows)


def test_a_kernel_that_is_needed_more_than_a_random_one_is_also_needed():
    """Four images that only kernel 0 of 12 loses: rare for a random kernel, not for a coin. Both p by enumeration."""
    whole, changed = np.ones(30, bool), np.ones((12, 30), bool)
    changed[0, :4] = changed[1, 4:14] = False
    columns = ablation_statistics.damage(whole, changed)
    coins = np.array(list(itertools.product([0, 1], repeat=4))).sum(1)
    kernels = stats.binom.pmf(range(15), 14, 1 / 12)
    np.testing.assert_allclose(columns["p"][:2], [(coins == 4).mean(), 0.5**10])
    np.testing.assert_allclose(columns["p_random"][:2], [kernels[4:].sum(), kernels[10:].sum()])
    rows = rows_of(
        {
            "needed": Evidence(columns["drop"], p=columns["p"], smallest_p=np.full(12, 0.5**30)),
            "needed_beyond_random": Evidence(columns["drop"], p=columns["p_random"], smallest_p=np.full(12, 0.5**30)),
        }
    )
    p = {claim: [row["p"] for row in rows if row["claim"] == claim] for claim in ("needed", "needed_beyond_random")}
    np.testing.assert_allclose(p["needed_beyond_random"], np.maximum(p["needed"], columns["p_random"]))
    assert columns["p_random"][0] < 0.05 < p["needed_beyond_random"][0]
    assert p["needed_beyond_random"][1] <= 0.001
    assert all(row["smallest_p"] <= row["p"] for row in rows)


def test_a_constant_kernel_beside_others_has_no_draws_no_p_and_a_reason():
    draws = np.stack([np.full(40, np.nan), RNG.normal(size=40)])
    constant, other = rows_of({"oriented": Evidence(np.array([np.nan, 0.1]), draws)})
    assert np.isnan([constant["null_mean"], constant["p"]]).all()
    assert constant["reason"] == kernel_tests.UNDEFINED
    assert other["null_mean"] == draws[1].mean()
    assert 0 < other["p"] <= 1


def test_labels_ranks_and_states():
    test = Evidence(np.array([2.0]), RNG.normal(size=30), np.array(["peak, gaussian"]), np.array([2]))
    (row,) = rows_of({"feature": test}, alive=False, state="untrained")
    assert (row["label"], row["rank"], row["alive"], row["state"]) == ("peak, gaussian", 2, False, "untrained")
    (row,) = rows_of({"class": Evidence(np.array([2.0]), RNG.normal(size=30))})
    assert (row["label"], row["rank"]) == ("", None)
