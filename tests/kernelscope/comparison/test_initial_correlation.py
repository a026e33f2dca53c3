"""Whether the start predicts the kernel: against plain loops, planted effects, and inputs that say nothing."""

from itertools import permutations

import numpy as np
import pytest

from kernelscope.comparison import initial_correlation
from kernelscope.comparison.initial_correlation import Pairs

FACTOR = 0.4


def seeds(count=3, kernels=5, planted=0.0, channels=1, k=6, seed=0):
    """Return pairs of several seeds, whose changes follow their own start as much as `planted`."""
    rng = np.random.default_rng(seed)
    starts = rng.normal(size=(count, kernels, channels, k, k))
    trained = FACTOR * starts + planted * starts + rng.normal(size=starts.shape)
    banks = np.stack([starts, trained], 1).astype(np.float32)
    return [initial_correlation.pairs(bank, FACTOR, None) for bank in banks]


def row(of_seeds, n_resamples=99, caution=""):
    (only,) = initial_correlation.rows("conv1", of_seeds, None, caution, n_resamples)
    assert tuple(only) == initial_correlation.COLUMNS
    assert only["reason"] or None not in only.values()
    return only


def test_the_change_is_exact_and_both_are_centered():
    start, trained = np.random.default_rng(0).normal(size=(2, 3, 2, 4, 4)) + 5
    found = initial_correlation.pairs(np.stack([start, trained]), FACTOR, None)
    change = (trained - FACTOR * start).reshape(3, -1)
    np.testing.assert_allclose(found.change, change - change.mean(1, keepdims=True))
    np.testing.assert_allclose(found.start.mean(1), 0, atol=1e-12)
    assert found.left_out == 0


def test_the_numbers_are_those_of_plain_loops():
    of_seeds = seeds(kernels=4, planted=0.5)
    own, others, best = [], [], []
    for start, change, _ in of_seeds:
        for i in range(4):
            correlations = [np.corrcoef(change[i], start[j])[0, 1] for j in range(4)]
            own.append(correlations[i])
            others += correlations[:i] + correlations[i + 1 :]
            best.append(max(correlations) == correlations[i])
    found = row(of_seeds)
    assert [found[name] for name in ("own", "others", "best")] == pytest.approx(
        [np.mean(x) for x in (own, others, best)]
    )
    assert (found["kernels"], found["seeds"], found["best_chance"]) == (12, 3, 0.25)


def test_few_permutations_are_all_enumerated():
    of_seeds = seeds(2, 3, planted=0.3)
    matrices = [initial_correlation.correlation(pairs.change, pairs.start) for pairs in of_seeds]
    orders = list(permutations(range(3)))
    sums = [
        sum(m[i, order[i]] for m, order in zip(matrices, (a, b), strict=True) for i in range(3))
        for a in orders
        for b in orders
    ]
    p = np.mean([total >= sums[0] - 1e-12 for total in sums])
    found = row(of_seeds, 35)
    assert (found["p"], found["smallest_p"]) == pytest.approx((p, 1 / 36))
    assert row(of_seeds, 34)["smallest_p"] == pytest.approx(1 / 35)


def test_a_planted_effect_is_found_and_its_interval_holds_it():
    found = row(seeds(6, 8, planted=0.3), 199)
    assert found["p"] == found["smallest_p"] == 1 / 200
    assert found["low"] < 0.3 / np.hypot(0.3, 1) < found["high"]
    assert found["best"] > 0.5 > found["best_chance"] == 1 / 8
    assert found["reason"] == ""


def test_the_p_of_starts_that_foretell_nothing_is_uniform():
    p = [row(seeds(2, 4, seed=seed), 19)["p"] for seed in range(150)]
    assert abs(np.mean(np.array(p) <= 0.05) - 0.05) < 0.05
    assert abs(np.mean(p) - 0.525) < 0.07


def test_a_wrong_factor_would_create_the_effect():
    starts, added = np.random.default_rng(0).normal(size=(2, 5, 1, 6, 6))
    bank = np.stack([starts, FACTOR * starts + added])
    wrong = row([initial_correlation.pairs(bank, 0.0, None)])
    assert wrong["own"] > 0.25 > abs(row([initial_correlation.pairs(bank, FACTOR, None)])["own"])


def test_an_effect_inside_the_span_of_the_patches_is_not_seen_outside():
    rng = np.random.default_rng(0)
    components = np.linalg.qr(rng.normal(size=(36, 36)))[0][:10]
    starts, added = rng.normal(size=(2, 4, 9, 36))
    change = added + 2 * starts @ components.T @ components
    of_seeds = [Pairs(*pair, 0) for pair in zip(starts, change, strict=True)]
    whole, inside, outside = initial_correlation.rows("conv1", of_seeds, components, "", 99)
    assert [found["span"] for found in (whole, inside, outside)] == ["all", "inside", "outside"]
    assert inside["own"] > whole["own"] > 0.3 > abs(outside["own"])
    assert inside["p"] == 0.01 < outside["p"]


@pytest.mark.parametrize(("m", "empty"), [(0, "inside"), (36, "outside")])
def test_a_span_that_is_empty_or_everything_leaves_a_row_with_a_reason(m, empty):
    rows = {found["span"]: found for found in initial_correlation.rows("c", seeds(), np.eye(36)[:m], "", 19)}
    assert (rows[empty]["kernels"], rows[empty]["own"]) == (0, None)
    assert rows[empty]["reason"] == f"the image patches span {m} of 36 directions"
    assert rows["all"]["own"] is not None


def test_the_span_is_the_fewest_components_with_95_percent_of_the_variance():
    values = np.array([90.0, 5.0, 4.0, 1.0, 0.0])
    assert len(initial_correlation.leading(values, np.eye(5))) == 2
    assert len(initial_correlation.leading(values, np.eye(5), 0.96)) == 3
    assert len(initial_correlation.leading(np.zeros(5), np.eye(5))) == 0


def test_dead_weak_unchanged_and_broken_kernels_are_left_out_and_counted():
    starts, added = np.random.default_rng(0).normal(size=(2, 7, 1, 5, 5))
    trained = FACTOR * starts + added
    trained[1] /= 100
    trained[2] = FACTOR * starts[2]
    trained[3] = np.nan
    starts[4] = 1.0
    response = np.array([0.0, 1, 1, 1, 1, 1, 1])
    bank = np.stack([starts, trained]).astype(np.float32)
    found = row([initial_correlation.pairs(bank, FACTOR, response)])
    assert found["kernels"] == 2
    assert "5 of 7 kernels are dead, weak or unchanged" in found["reason"]


@pytest.mark.parametrize("factor", [np.nan, 1.0])
def test_without_a_factor_or_a_change_there_is_only_a_reason(factor):
    bank = np.repeat(np.random.default_rng(0).normal(size=(1, 4, 1, 5, 5)), 2, 0)
    found = row([initial_correlation.pairs(bank, factor, None)], caution="why")
    assert (found["kernels"], found["seeds"], found["own"], found["p"]) == (0, 0, None, None)
    assert found["reason"] == f"why; {initial_correlation.NO_KERNELS}"


def test_one_kernel_has_a_correlation_but_no_rivals():
    found = row(seeds(3, 1, planted=1.0))
    assert found["own"] > 0.5
    assert (found["kernels"], found["seeds"], found["p"], found["others"]) == (3, 3, None, None)
    assert found["reason"] == initial_correlation.ALONE


def test_a_seed_with_one_kernel_does_not_count_beside_others():
    found = row([*seeds(2, 4), *seeds(1, 1, seed=5)])
    assert (found["kernels"], found["seeds"]) == (8, 2)
    assert found["reason"] == "left out: 1 seed with a single such kernel"


def test_one_seed_has_a_p_but_no_interval():
    found = row(seeds(1, 6, planted=1.0))
    assert found["p"] == 0.01
    assert (found["low"], found["reason"]) == (None, initial_correlation.NO_INTERVAL)


def test_all_seeds_failed():
    found = row([], caution="3 of 3 seeds left out: failed")
    assert (found["kernels"], found["reason"]) == (0, "3 of 3 seeds left out: failed")
