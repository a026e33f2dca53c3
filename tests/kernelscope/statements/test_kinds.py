"""Statements about the kinds of first-layer kernels, from made-up rows."""

import pytest
from numbers_in_text import unexplained

from kernelscope.kinds import kernel_kinds
from kernelscope.statements import kinds, verdicts
from kernelscope.statements.statement import NO_EVIDENCE, SHOWN, UNDECIDED


def table(seeds: int, known: int, before: int = 0, of: int = 10) -> list[dict]:
    """Return rows of kinds.csv: `known` of the kernels of each seed are gratings, one more in odd seeds."""
    return [
        {"seed": seed, "state": state, "alive": 1, "kind": "grating" if kernel < count + seed % 2 else "noise"}
        for state, count in (("trained", known), ("untrained", before - 1))
        for seed in range(seeds)
        for kernel in range(of)
    ]


def judged(rows, **controls) -> dict:
    found = verdicts.judged(kinds.statements(rows, "d", "a", "conv1", controls))
    assert [(statement.claim, unexplained(statement)) for statement in found if unexplained(statement)] == []
    return {statement.claim: statement for statement in found}


def test_the_names_of_kinds_are_those_of_the_measure():
    assert set(kinds.KINDS) == set(kernel_kinds.KINDS)
    assert (*kinds.ORIENTED, kinds.BLOB) == kernel_kinds.KNOWN


@pytest.mark.parametrize(
    ("seeds", "known", "before", "verdict"), [(6, 6, 1, SHOWN), (6, 3, 4, NO_EVIDENCE), (3, 6, 1, UNDECIDED)]
)
def test_known_kinds_are_compared_with_untrained_kernels_seed_by_seed(seeds, known, before, verdict):
    assert judged(table(seeds, known, before))["kinds_known"].verdict == verdict


def test_every_kind_has_its_share():
    text = judged(table(4, 6))["kinds_shares"].text
    assert "grating 65 % [56, 74]" in text
    assert "noise 35 % [26, 44]" in text
    assert "color blob 0 %" in text


def test_controls_are_beside_with_an_interval_of_the_difference():
    of = judged(table(6, 6), random_labels=table(6, 1), phase_scrambled=table(6, 6), frozen=table(6, 6))
    assert (of["kinds_labels"].verdict, of["kinds_images"].verdict) == (SHOWN, NO_EVIDENCE)
    assert "difference 50 [43, 57] percentage points" in of["kinds_labels"].text
    assert len(of) == 4


def test_dead_kernels_do_not_count():
    rows = [
        row | {"alive": int(row["kind"] == "grating"), "kind": row["kind"] * (row["kind"] == "grating")}
        for row in table(4, 6)
    ]
    assert judged(rows)["kinds_known"].numbers[0].value == 1
