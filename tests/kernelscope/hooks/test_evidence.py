"""What differs from untrained copies: tests against their formulas, and tables of layers."""

import numpy as np
import pytest
from scipy import stats

from kernelscope.hooks import evidence
from kernelscope.probes import selectivity

RNG = np.random.default_rng(0)


def test_one_network_against_a_few_is_exact_under_the_null():
    draws = RNG.normal(size=(4000, 10))
    p = np.array([evidence.beyond(row[0], row[1:]) for row in draws])
    assert stats.kstest(p, "uniform").pvalue > 0.01
    assert evidence.beyond(8.0, RNG.normal(size=9)) < 0.001
    for others in ([1.0, 2.0], [1.0, 1.0, 1.0], [np.nan, 1.0, 2.0]):
        assert np.isnan(evidence.beyond(3.0, np.array(others)))


def test_columns_of_selectivity_are_those_of_the_plain_functions():
    labels = np.arange(40) % 2
    mean = RNG.random((40, 3))
    mean[labels == 1, 0] += 2
    null = RNG.random((5, 3)) * 0.1
    rows = evidence.selective(mean, labels, ("cat", "dog"), null)
    plain = selectivity.selectivity(selectivity.class_means(mean, labels, 2))
    assert [row["selectivity"] for row in rows] == pytest.approx(plain)
    assert (rows[0]["class"], rows[0]["p"], rows[0]["p_untrained"]) == ("dog", 0.001, pytest.approx(1 / 16))
    assert rows[0]["untrained_selectivity"] == pytest.approx(np.median(null))
    mean[:, 1] = np.nan
    silent = evidence.selective(mean, labels, ("cat", "dog"), np.empty((0, 0)))[1]
    assert silent["class"] is None and silent["reason"].startswith("no selectivity: no response")


def row(layer, kernel, **given):
    return dict.fromkeys(evidence.COLUMNS) | {"layer": layer, "kernel": kernel, "reason": ""} | given


def test_a_layer_has_its_counts_and_a_verdict_after_holm():
    strong = [row("a", k, dead=k == 0, selectivity=0.9, p_corrected=0.01, p_untrained_corrected=0.01) for k in range(4)]
    strong[3] |= {"p_untrained_corrected": 0.2}
    weak = [row("b", k, dead=False, selectivity=0.3, p_corrected=0.9, p_untrained_corrected=0.9) for k in range(2)]
    copies = {name: RNG.normal(0.3, 0.02, (9, 4)) for name in "ab"}
    a, b = evidence.summary([*strong, *weak], copies, {"a": np.array([0, 1]), "b": np.array([])})
    assert (a["kernels"], a["dead"], a["dead_untrained"], a["selective"], a["verdict"]) == (4, 1, 0.5, 3, "shown")
    assert a["p"] == pytest.approx(2 * evidence.beyond(0.9, copies["a"].mean(1)), rel=1e-6)
    assert (b["selective"], b["verdict"], b["reason"]) == (0, "no evidence", "")


def test_without_labels_or_copies_nothing_can_be_decided():
    rows = [row("a", 0, dead=None, selectivity=None, reason=evidence.NO_LABELS)]
    (found,) = evidence.summary(rows, {"a": np.empty((0, 0))}, {"a": np.array([])})
    assert (found["verdict"], found["reason"], found["dead"]) == ("cannot be decided", evidence.NO_LABELS, None)
    (found,) = evidence.summary([row("a", 0, selectivity=0.5)], {"a": np.array([[0.1], [0.2]])}, {"a": np.array([])})
    assert (found["verdict"], found["reason"]) == ("cannot be decided", evidence.NO_TEST)
