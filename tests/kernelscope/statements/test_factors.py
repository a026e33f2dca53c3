"""Statements about a sweep, from made-up rows."""

import pytest
from numbers_in_text import unexplained
from study_rows import condition, effect, level

from kernelscope.statements import factors, verdicts
from kernelscope.statements.statement import NO_EVIDENCE, SHOWN, UNDECIDED

DECAY, LOSS = "training.weight_decay.conv", "training.loss"


def judged(effects, levels=(), conditions=()):
    effects, levels = ([row | {"design": "adamw, sgd"} for row in table] for table in (effects, levels))
    found = verdicts.judged(factors.statements(list(conditions), effects, levels, "small"))
    assert [(statement.name, unexplained(statement)) for statement in found if unexplained(statement)] == []
    assert len({statement.name for statement in found}) == len(found)
    return {statement.name.removeprefix("small/").removeprefix("adamw, sgd/"): statement for statement in found}


def swept(*failures, factor=DECAY):
    """Return rows of conditions.csv: with decay and without for AdamW, then for SGD, 160 runs each."""
    places = [(base, name) for base in ("adamw", "sgd") for name in ("decay", "no-decay")]
    return [
        condition(f"{base}_{name}", count, 160, {"base": base, factor: name})
        for (base, name), count in zip(places, failures, strict=True)
    ]


def failing(p_of_pair):
    """Return effects and levels of a design in which decay fails in other runs than SGD."""
    effects = [effect(DECAY, 0.02, 0.001, "failed"), effect("base", 0.01, 0.2, "failed")]
    effects.append(effect(f"base x {DECAY}", 0.03, p_of_pair, "failed"))
    effects += [effect(DECAY, 0, 1.0, "failed", base="adamw"), effect(DECAY, 0.1, 0.001, "failed", base="sgd")]
    levels = [level(DECAY, name, 0.4, "failed", runs=320) for name in ("decay", "no-decay")]
    for base in ("adamw", "sgd"):
        levels += [
            level(f"base x {DECAY}", f"{base}, {name}", 0.4, "failed", runs=160) for name in ("decay", "no-decay")
        ]
    return effects, levels


def test_where_the_optimizer_and_a_setting_interact_failures_are_counted_for_each_optimizer():
    of = judged(*failing(0.001), swept(51, 51, 93, 41))
    assert "failed/training.weight_decay.conv/failure_setting" not in of
    statement = of["failed/training.weight_decay.conv/failure_setting_by_base"]
    assert statement.verdict == SHOWN
    assert statement.text == (
        "How the number of failed runs depends on weight decay (conv) differs between adamw and sgd: the "
        "difference explains 3.0 % of the variance at these levels over 40 runs, p ≤ 0.001."
    )
    within = [of[f"failed/training.weight_decay.conv/{base}/failure_setting_within_base"] for base in ("adamw", "sgd")]
    assert [statement.verdict for statement in within] == [NO_EVIDENCE, SHOWN]
    assert within[0].text.startswith(
        "No evidence that with adamw, the number of failed runs depends on weight decay (conv): decay 51 of 160, "
        "no-decay 51 of 160 fail; weight decay (conv) explains 0 %"
    )
    assert within[1].text.startswith("With sgd, the number of failed runs depends on weight decay (conv): decay 93 of")
    assert of["study_failures"].text.startswith("In 4 conditions, 236 of 640 runs failed (37 % [33, 41])")


def test_where_they_do_not_interact_failures_are_counted_for_each_level():
    of = judged(*failing(0.3), swept(51, 51, 93, 41))
    text = of["failed/training.weight_decay.conv/failure_setting"].text
    assert "decay 144 of 320, no-decay 92 of 320 fail" in text


def test_variance_explained_has_its_levels_and_the_runs_that_it_is_over():
    rows = [effect(LOSS, 0.6, 0.001, low=0.5, high=0.7), effect("kernels", 0.01, 0.5), effect("seeds", 0.25)]
    rows += [effect("kernels x training.loss", 0.02, 0.2), effect("higher interactions", 0.12)]
    means = [level(LOSS, "ce", 0.8, low=0.75, high=0.85, runs=14), level(LOSS, "mse", 0.2)]
    of = judged(rows, means, swept(0, 0, 0, 0))
    assert of["structured/training.loss/setting"].text == (
        "The share of living kernels beyond white noise depends on loss: means ce 80 % [75, 85] (14 "
        "runs), mse 20 % (20 runs); loss explains 60 % [50, 70] of the variance at these levels over 40 runs "
        "that did not fail, p ≤ 0.002."
    )
    assert of["structured/kernels/setting"].verdict == NO_EVIDENCE
    assert of["structured/settings_together"].text == (
        "Of the variance of the share of living kernels beyond white noise at these levels, over 40 runs that did "
        "not fail: single settings 61 %, pairs of settings 2.0 %, seeds 25 %, the rest of the conditions 12 %."
    )


def test_p_is_corrected_over_the_factors_of_an_outcome():
    rows = [effect(name, 0.1, p) for name, p in (("kernels", 0.04), ("stride", 0.5), (LOSS, 0.6))]
    of = judged(rows, [], swept(0, 0, 0, 0))
    assert of["structured/kernels/setting"].test.p == pytest.approx(0.12)
    assert of["structured/kernels/setting"].verdict == NO_EVIDENCE


def test_a_design_too_small_for_a_p_cannot_decide():
    of = judged([effect(LOSS, 0.9, 0.4) | {"smallest_p": 1 / 3}], [], swept(0, 0, 0, 0))
    assert of["structured/training.loss/setting"].verdict == UNDECIDED
    assert "It would take more runs that did not fail at each level." in of["structured/training.loss/setting"].text


@pytest.mark.parametrize(
    ("outcome", "question"), [("failed", "works"), ("structured", "looks"), ("beyond_rotated", "same_kinds")]
)
def test_an_outcome_has_its_question(outcome, question):
    found = judged([effect(LOSS, 0.6, 0.001, outcome)], [], swept(0, 0, 0, 0)).values()
    assert {of.question for of in found if outcome in of.name} == {question}


def test_the_change_view_names_the_worst_levels():
    means = [
        level("kernels", "kernels3", 0.9),
        level("kernels", "kernels12", 0.7),
        level("base x kernels", "a, 3", 0.1),
    ]
    means += [
        level("kernels", name, share, "change_structured") for name, share in (("kernels3", 0.99), ("kernels12", 0.9))
    ]
    text = judged([effect("kernels", 0.1, 0.01)], means, swept(0, 0, 0, 0))["change_view"].text
    assert text == (
        "At every level, at least 70 % of the living kernels are beyond white noise (fewest at kernels kernels12), and "
        "at least 90 % of their changes (fewest at kernels kernels12)."
    )


@pytest.mark.parametrize(
    ("other", "is_clear"),
    [
        ({}, True),
        ({"accuracy": 0.98}, False),
        ({"initial_ratio": 0.05}, False),
        ({"structured": 0.89}, False),
        ({"structured": None}, False),
        ({"failures": 1}, False),
    ],
)
def test_a_condition_is_clear_if_all_is_reached(other, is_clear):
    conditions = [condition("adamw_x", levels={"base": "adamw"}, **other)]
    conditions.append(condition("adamw_noisy", levels={"base": "adamw"}, initial_ratio=0.8))
    of = judged([effect(LOSS, 0.1, 0.5)], [], conditions)
    assert of["clear_conditions"].text.startswith(f"In {int(is_clear)} of 2 conditions, less than 0.05 is left")
    assert ("nearest_condition" in of) == (not is_clear)
    if is_clear:
        assert of["clear_conditions"].text.endswith("no run failed: adamw_x.")
    else:
        assert of["nearest_condition"].text.startswith("The nearest condition is adamw_x: what is left of the start")


def test_an_architecture_beside_the_sweeps_is_described():
    row = condition("origin", 4, initial_ratio=0.75) | {"initial_ratio_low": 0.69, "initial_ratio_high": 0.81}
    of = judged([], [], [row])
    assert of["origin/condition"].text.startswith(
        "4 of 10 runs failed (40 % [12, 74]); what is left of the start 0.75 [0.69, "
        "0.81] (6 runs), the share of living kernels 100 % (6 runs)"
    )


def test_a_condition_in_which_all_failed_has_its_accuracy_alone():
    row = condition("origin", 10, initial_ratio=None, structured=None, alive=None)
    assert "; test accuracy 99.5 %" in judged([], [], [row])["origin/condition"].text
