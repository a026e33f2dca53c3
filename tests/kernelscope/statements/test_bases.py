"""Statements about networks that learn without labels, from made-up rows."""

import pytest
from numbers_in_text import unexplained

from kernelscope.statements import bases, verdicts
from kernelscope.statements.statement import NO_EVIDENCE, SHOWN, UNDECIDED

ROW = {"dataset": "photos", "layer": "conv1", "null_oriented": 0.01, "error": 0.4, "error_untrained": 0.98} | {
    **{"free_energy": -0.2, "smallest_p": 0.005, "alive": 1.0},
}
CLASS = {"dataset": "photos", "arch": "plain", "layer": "conv1", "measure": "precision", "null_mean": 0.26} | {
    **{"smallest_p": 0.005, "untrained": 0.3, "untrained_null_mean": 0.26},
}
MANY, FEW = [0.9, 0.92, 0.88, 0.96, 0.94], [0.0, 0.04, 0.0, 0.01, 0.02]


def rows(arch, oriented, p=0.005, **more):
    return [
        ROW | {"arch": arch, "seed": seed, "oriented": share, "p_oriented": p} | more
        for seed, share in enumerate(oriented)
    ]


def classes(p=0.005, mean=0.6, **more):
    return [CLASS | {"seed": seed, "mean": mean + 0.01 * seed, "p": p} | more for seed in range(5)]


def judged(rows, selectivity=(), arch="plain"):
    found = verdicts.judged(bases.statements(rows, list(selectivity), "photos", arch))
    assert [(statement.claim, unexplained(statement)) for statement in found if unexplained(statement)] == []
    return {(statement.layer, statement.claim): statement for statement in found}


def test_oriented_bases_are_a_share_beside_newly_drawn_bases():
    statement = judged(rows("plain", MANY))["conv1", "bases_oriented"]
    assert statement.text == (
        "Bases are oriented more often than newly drawn bases in every seed: 92 % [88, 96], newly drawn 1.0 %; "
        "beyond chance in all 5 seeds, p ≤ 0.005."
    )
    table = rows("plain", MANY)
    table[2] |= {"p_oriented": 0.2}
    statement = judged(table)["conv1", "bases_oriented"]
    assert (statement.verdict, statement.test.p) == (NO_EVIDENCE, 0.2)
    assert "beyond chance in 4 of 5 seeds" in statement.text


def test_a_reconstruction_is_compared_with_the_untrained_bases_seed_by_seed():
    of = judged(rows("plain", MANY))["conv1", "bases_kept"]
    assert (of.verdict, of.test.p) == (SHOWN, 1 / 32)
    assert "60 % of their squared norm, untrained 2.0 %" in of.text
    of = judged(rows("plain", MANY[:4]))["conv1", "bases_kept"]
    assert of.verdict == UNDECIDED and of.text.endswith("It would take 5 seeds.")
    of = judged(rows("plain", MANY, error=1.2))["conv1", "bases_kept"]
    assert of.verdict == NO_EVIDENCE and "−20 % of their squared norm" in of.text
    deeper = judged(rows("plain", MANY, error_untrained=None))["conv1", "bases_kept"]
    assert "the untrained bases of this layer was not measured" in deeper.text


def test_the_free_energy_is_below_that_of_shuffled_pixels():
    of = judged(rows("plain", MANY))["conv1", "bases_energy"]
    assert of.verdict == SHOWN and "in all 5 seeds; difference −0.20" in of.text
    assert judged(rows("plain", MANY, free_energy=0.2))["conv1", "bases_energy"].verdict == NO_EVIDENCE


@pytest.mark.parametrize(
    ("more", "verdict"),
    [({}, SHOWN), ({"p": 0.2}, NO_EVIDENCE), ({"untrained": 0.9}, NO_EVIDENCE), ({"untrained": None}, SHOWN)],
)
def test_bases_detect_their_class_if_labels_shuffled_and_bases_untrained_do_worse(more, verdict):
    of = judged(rows("plain", MANY), classes(**more))["conv1", "bases_precision"]
    assert of.verdict == verdict
    assert "area under the precision-recall curve 0.62 [0.60, 0.64], shuffled 0.26" in of.text


@pytest.mark.parametrize(("untrained", "verdict"), [(1.9, SHOWN), (0.9, NO_EVIDENCE)])
def test_uncertainty_falls_more_than_in_untrained_networks(untrained, verdict):
    more = {"measure": "entropy", "null_mean": 2.0, "untrained_null_mean": 2.0}
    of = judged(rows("plain", MANY), classes(mean=1.2, untrained=untrained, **more))["conv1", "bases_entropy"]
    assert of.verdict == verdict
    assert "1.2 bits, shuffled 2.0: 0.78 [0.76, 0.80] less" in of.text


def test_bases_that_are_never_on_cannot_decide():
    dead = [row | {"mean": None, "null_mean": None, "p": None, "untrained": None} for row in classes()]
    of = judged(rows("plain", MANY), dead)["conv1", "bases_precision"]
    assert (of.verdict, of.reason) == (UNDECIDED, "no basis of this layer is ever on")


@pytest.mark.parametrize(("gain", "verdict"), [(0.1, SHOWN), (-0.1, NO_EVIDENCE)])
@pytest.mark.parametrize("measure", ["precision", "entropy"])
def test_the_deepest_layer_is_compared_with_the_first_seed_by_seed(measure, gain, verdict):
    sign = 1 if measure == "precision" else -1
    flat = classes(measure=measure)
    deep = [row | {"layer": "conv3", "mean": row["mean"] + sign * gain + 0.01 * (row["seed"] % 2)} for row in flat]
    table = rows("plain", MANY) + rows("plain", MANY, layer="conv3")
    of = judged(table, flat + deep)["", f"bases_deeper_{measure}"]
    assert of.verdict == verdict
    assert "conv3" in of.text and "conv1" in of.text


def test_one_layer_has_no_deeper_one():
    assert not [claim for _, claim in judged(rows("plain", MANY), classes()) if "deeper" in claim]


def test_an_ablation_is_compared_with_the_first_architecture():
    table = rows("plain", MANY) + rows("without", FEW, 0.4)
    of = judged(table, arch="without")["", "bases_against"]
    assert (of.verdict, of.test.p) == (SHOWN, pytest.approx(2 / 252))
    assert of.text.startswith("The share of oriented bases differs between without and plain: 1.4 %")
    assert judged(rows("a", MANY) + rows("b", MANY), arch="b")["", "bases_against"].verdict == NO_EVIDENCE
    few = rows("plain", MANY[:1]) + rows("without", FEW[:1])
    assert judged(few, arch="without")["", "bases_against"].verdict == UNDECIDED


def test_one_seed_alone_crashes_nothing():
    of = judged(rows("plain", MANY[:1]), classes()[:1])
    assert of["conv1", "bases_oriented"].verdict == SHOWN
    assert of["conv1", "bases_kept"].verdict == UNDECIDED
