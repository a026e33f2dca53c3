"""Statements about two towers, from made-up rows."""

import pytest
from numbers_in_text import unexplained
from scipy import stats
from study_rows import tower as row

from kernelscope.statements import towers, verdicts
from kernelscope.statements.statement import NO_EVIDENCE, SHOWN, UNDECIDED


def judged(rows, **more):
    found = verdicts.judged(towers.statements(rows, "photos", "towers", **more))
    assert [(statement.claim, unexplained(statement)) for statement in found if unexplained(statement)] == []
    return {statement.claim: statement for statement in found}


def own_start(seed, **more):
    return row(seed, untrained_specialization=0.01 + seed / 1000, **more)


def test_nine_of_twenty_seeds_differ_beyond_chance_but_not_every_seed_does():
    p = [0.001] * 4 + [0.02] * 5 + [0.5] * 11
    of = judged([own_start(seed, p=value, tower=1 + seed % 2) for seed, value in enumerate(p)])
    some, every = of["color_parts"], of["color_every_seed"]
    assert (some.verdict, every.verdict) == (SHOWN, NO_EVIDENCE)
    assert some.test.p == pytest.approx(stats.binomtest(9, 20, 0.05, alternative="greater").pvalue)
    assert every.test.p == 0.5
    for statement in (some, every):
        assert "9 of 20 seeds, 4 after Holm's correction" in statement.text
    assert "45 % [23, 68]" in every.text


def test_all_seeds_that_differ_are_every_seed():
    assert judged([own_start(seed) for seed in range(6)])["color_every_seed"].verdict == SHOWN


def test_towers_that_differ_untrained_in_as_many_seeds_are_no_evidence():
    of = judged([own_start(seed, untrained_p=0.001) for seed in range(6)])
    assert of["color_parts"].verdict == of["color_every_seed"].verdict == NO_EVIDENCE
    assert of["color_parts"].reason == "also true of untrained networks"


def test_towers_of_two_living_kernels_cannot_decide():
    of = judged([own_start(seed, p=1.0, smallest_p=1.0) for seed in range(6)])
    assert of["color_parts"].verdict == of["color_every_seed"].verdict == UNDECIDED


@pytest.mark.parametrize(
    ("towers_of_seeds", "verdict"), [([1] * 6, SHOWN), ([1, 2] * 4, NO_EVIDENCE), ([1] * 5, UNDECIDED)]
)
def test_which_tower_takes_the_color_needs_six_seeds(towers_of_seeds, verdict):
    rows = [own_start(seed, tower=tower, before=tower) for seed, tower in enumerate(towers_of_seeds)]
    of = judged(rows)
    assert of["color_choice"].verdict == verdict
    if verdict == UNDECIDED:
        assert of["color_choice"].text.endswith("It would take 6 seeds in which they differ.")
    assert of["color_start"].verdict == (SHOWN if len(rows) > 5 else UNDECIDED)


def test_seeds_in_which_towers_do_not_differ_choose_none():
    of = judged([own_start(seed, p=0.5) for seed in range(3)])
    assert (of["color_choice"].verdict, of["color_choice"].reason) == (UNDECIDED, "the two parts differ in no seed")


def test_one_start_for_all_cannot_say_whether_the_start_decides():
    start = judged([row(seed) for seed in range(8)])["color_start"]
    assert (start.verdict, start.reason) == (UNDECIDED, "all seeds start from the same weights")


def test_towers_are_compared_with_the_halves_of_the_joined_network():
    joined = [row(seed, p=0.5, size=0.02) for seed in range(6)]
    statement = judged([own_start(seed) for seed in range(6)], joined=joined)["color_towers"]
    assert statement.test.p == pytest.approx(stats.fisher_exact([[6, 0], [0, 6]], "greater").pvalue)
    assert (statement.verdict, statement.test.smallest_p) == (SHOWN, pytest.approx(statement.test.p))
    assert "towers in 6 of 6, halves in 0 of 6 seeds" in statement.text
    assert "color_towers" not in judged([row(0)])


@pytest.mark.parametrize(("seeds", "verdict"), [(4, UNDECIDED), (5, SHOWN)])
def test_oriented_kernels_are_compared_seed_by_seed_with_the_untrained_kernels(seeds, verdict):
    assert judged([row(seed, oriented=0.2 + seed / 100) for seed in range(seeds)])["color_oriented"].verdict == verdict


def test_a_seed_without_living_kernels_takes_no_part_and_is_counted():
    of = judged([own_start(0), own_start(1), row(2, p=None, oriented=None, reason="a part has no living kernel")])
    assert of["color_parts"].numbers[0].n == 2
    assert of["color_parts"].numbers[0].reason.startswith("1 of 3 seeds are left out")


@pytest.mark.parametrize("reason", ["a part has no living kernel", "the kernels have one channel, and so no color"])
def test_if_no_seed_could_be_tested_there_is_one_statement_that_says_why(reason):
    (statement,) = judged([row(seed, p=None, reason=reason) for seed in (0, 1)], part="half").values()
    assert statement.text == (
        "It cannot be decided whether the halves differ in color more than if their kernels were permuted between "
        f"them: {reason}."
    )


def test_a_network_without_towers_has_halves():
    text = " ".join(statement.text for statement in judged([own_start(0), own_start(1)], part="half").values())
    assert "tower" not in text and "The halves differ" in text


def test_one_seed_alone_crashes_nothing():
    of = judged([own_start(0)])
    assert of["color_parts"].numbers[2].low is None
    assert {statement.verdict for statement in of.values()} <= {SHOWN, NO_EVIDENCE, UNDECIDED}
