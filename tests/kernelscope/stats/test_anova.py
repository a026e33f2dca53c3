"""The analysis of variance of a factorial design, compared with numbers worked out by hand and with chance."""

import itertools

import numpy as np
import pytest

from kernelscope.stats import anova

N_RESAMPLES = 199


def design(*sizes, replicates=1):
    """Return the levels of every run of a full design."""
    names = "abcd"[: len(sizes)]
    choices = itertools.product(*(range(size) for size in sizes))
    return [dict(zip(names, map(str, choice), strict=True)) for choice in choices for _ in range(replicates)]


def explained(y, levels):
    return {effect.term: effect for effect in anova.explained(np.array(y, float), levels, N_RESAMPLES)}


def test_a_two_by_two_design_by_hand():
    """Conditions 1, 3 | 5, 11, two runs each: a has 72, b 32, a x b 8, and 2 is within conditions."""
    y = np.repeat([1, 3, 5, 11], 2) + np.tile([-0.5, 0.5], 4)
    effects = explained(y, design(2, 2, replicates=2))
    assert ((y - y.mean()) ** 2).sum() == pytest.approx(114)
    assert effects[("a",)].share == pytest.approx(72 / 114)
    assert effects[("b",)].share == pytest.approx(32 / 114)
    assert effects[("a", "b")].share == pytest.approx(8 / 114)
    assert effects[(anova.SEEDS,)].share == pytest.approx(2 / 114)
    assert effects[(anova.HIGHER,)].share == pytest.approx(0, abs=1e-12)


def test_the_shares_of_a_balanced_design_add_up_to_one():
    levels = design(2, 3, 2, replicates=3)
    effects = explained(np.random.default_rng(0).normal(size=len(levels)), levels)
    assert sum(effect.share for effect in effects.values()) == pytest.approx(1)
    assert {len(term) for term in effects} == {1, 2}


def test_a_factor_that_does_all_explains_all():
    levels = design(2, 3, replicates=2)
    effects = explained([float(of["b"]) for of in levels], levels)
    assert effects[("b",)].share == pytest.approx(1)
    assert effects[("b",)].p == 1 / (1 + N_RESAMPLES)
    assert effects[("a",)].p == 1
    assert (effects[("b",)].low, effects[("b",)].high) == pytest.approx((1, 1))


def test_a_factor_that_does_nothing_at_all_has_p_1_in_spite_of_rounding():
    levels = [{"a": a, "b": b} for a, b in (("0", "0"), ("0", "0"), ("1", "0"), ("1", "0"), ("0", "1"), ("1", "1"))]
    effects = explained([1, 0.7, 1, 0.7, 0.1, 0.1], levels)
    assert effects[("a",)].share < 1e-20
    assert effects[("a",)].p == 1


def test_unbalanced_runs_are_of_type_two():
    """A factor without effect explains nothing, though its runs are unevenly spread over a factor that matters."""
    levels = [
        {"a": a, "b": b} for a, b, n in (("0", "0", 9), ("0", "1", 3), ("1", "0", 2), ("1", "1", 8)) for _ in range(n)
    ]
    effects = explained([float(of["a"]) for of in levels], levels)
    assert effects[("a",)].share > 0.5
    assert effects[("b",)].share == pytest.approx(0, abs=1e-12)


def test_p_is_uniform_where_a_factor_does_nothing_and_another_one_much():
    levels = design(2, 2, replicates=5)
    rng = np.random.default_rng(1)
    own = np.array([5.0 * int(of["b"]) for of in levels])
    p = [explained(own + rng.normal(size=len(levels)), levels)[("a",)].p for _ in range(100)]
    assert 0.4 < np.mean(p) < 0.6
    assert np.mean(np.array(p) <= 0.2) == pytest.approx(0.2, abs=0.12)


def test_p_of_a_pair_is_uniform_where_effects_add_up_and_small_where_they_do_not():
    levels = design(2, 2, replicates=5)
    rng = np.random.default_rng(3)
    added = np.array([5.0 * int(of["b"]) + int(of["a"]) for of in levels])
    p = [explained(added + rng.normal(size=len(levels)), levels)[("a", "b")].p for _ in range(60)]
    assert 0.4 < np.mean(p) < 0.6
    assert np.mean(np.array(p) <= 0.2) == pytest.approx(0.2, abs=0.12)
    only_together = [float(of["a"] == of["b"]) + 0.01 * rng.normal() for of in levels]
    effects = explained(only_together, levels)
    assert effects[("a", "b")].p == effects[("a", "b")].smallest_p == 1 / (1 + N_RESAMPLES)
    assert effects[("a",)].p > 0.5  # opposite effects cancel in the mean


def test_a_pair_is_not_found_because_conditions_differ_in_spread_and_runs():
    """Permuted residuals would have p <= 0.05 in about 30 %."""
    levels = design(2, 2, replicates=4) + [of for of in design(2, 2, replicates=8) if of["a"] == "0"]
    spread, rng = np.array([0.2 if of["a"] == "0" else 1.0 for of in levels]), np.random.default_rng(4)
    p = [explained(spread * rng.normal(size=len(levels)), levels)[("a", "b")].p for _ in range(100)]
    assert np.mean(np.array(p) <= 0.05) <= 0.1


@pytest.mark.parametrize(
    ("levels", "smallest"),
    [
        (design(2, replicates=2), 2 / 6),  # 6 ways to deal 4 runs to two levels, and the levels can be exchanged
        (design(2, 2, replicates=2), 2 / 36),
        (design(3, replicates=2), 6 / 90),
        ([{"a": "0"}, {"a": "1"}, {"a": "1"}], 1 / 3),
    ],
)
def test_the_smallest_p_counts_the_permutations_that_differ(levels, smallest):
    assert anova.smallest_p(levels, "a") == pytest.approx(smallest)


def test_without_replicates_there_is_no_interval_and_no_share_of_the_seeds():
    effects = explained(np.arange(8), design(2, 2, 2))
    assert (anova.SEEDS,) not in effects
    assert all(effect.low is None and effect.high is None for effect in effects.values())
    assert effects[("a", "b")].p is None


def test_the_interval_holds_the_share_and_narrows_with_more_runs():
    rng = np.random.default_rng(2)
    widths = []
    for replicates in (5, 40):
        levels = design(2, 2, replicates=replicates)
        effect = explained([int(of["a"]) + rng.normal() for of in levels], levels)[("a",)]
        assert effect.low <= effect.share <= effect.high
        widths.append(effect.high - effect.low)
    assert widths[1] < widths[0]


@pytest.mark.parametrize(
    ("y", "levels"),
    [([1, 1, 1, 1], design(2, 2)), ([1, 2, 3], [{"a": "0"}] * 3)],
)
def test_there_is_nothing_to_explain_without_variance_or_factors(y, levels):
    assert explained(y, levels) == {}


def test_the_mean_at_a_level_counts_every_cell_the_same():
    y, cell = np.array([0.0, 0.2, 0.8, 0.8, 0.8, 0.8]), np.array([0, 0, 1, 1, 1, 1])
    middle, low, high = anova.level_mean(y, cell, 0)
    assert middle == pytest.approx((0.1 + 0.8) / 2)
    half = 2.776445 * np.sqrt(0.02 / 4 * (1 / 2 + 1 / 4)) / 2  # t of 4 degrees of freedom
    assert (low, high) == pytest.approx((middle - half, middle + half), rel=1e-5)
    assert anova.level_mean(np.array([0.5]), np.array([0]), 0) == (0.5, None, None)
    assert anova.level_mean(np.array([0.0, 1.0]), np.array([0, 0]), 0)[1:] == (0, 1)
