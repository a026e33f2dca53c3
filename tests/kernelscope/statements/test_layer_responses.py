"""Statements about the layers of pretrained networks that were probed with images."""

from kernelscope.statements import layer_responses, verdicts


def row(layer="conv1", seed=0, **changed):
    values = {"kernels": 8, "dead": 1, "dead_untrained": 0.5, "selectivity": 0.8, "untrained": 0.4, "p": 0.01}
    return {"layer": layer, "seed": seed, "reason": ""} | values | changed


def judged(*rows):
    return {(of.claim, of.layer): of for of in verdicts.judged(layer_responses.statements(list(rows)))}


def test_a_layer_is_selective_if_it_is_in_every_run():
    found = judged(row(), row(seed=1, p=0.03), row("conv2"), row("conv2", 1, p=0.2))
    first, second = found["selective_layer", "conv1"], found["selective_layer", "conv2"]
    assert (first.verdict, first.test.p, first.test.n) == ("shown", 0.03, 2)
    assert "untrained 0.40" in first.text and "2 runs" in first.text
    assert second.verdict == "no evidence"
    assert second.text.startswith("No evidence that")


def test_more_selective_untrained_copies_are_no_evidence():
    assert judged(row(untrained=0.9))["selective_layer", "conv1"].verdict == "no evidence"


def test_without_labels_it_cannot_be_decided():
    found = judged(row(p=None, selectivity=None, untrained=None, reason="no selectivity: no labels"))
    statement = found["selective_layer", "conv1"]
    assert (statement.verdict, statement.reason) == ("cannot be decided", "no selectivity: no labels")


def test_dead_kernels_are_counted_over_all_runs_unless_one_is_unknown():
    found = judged(row(), row(seed=1, dead=2), row("conv2", dead=None))
    assert found["dead_kernels", "conv1"].text.startswith("3 of 16 kernels are dead (they respond to no image")
    assert "untrained copies 1" in found["dead_kernels", "conv1"].text
    assert ("dead_kernels", "conv2") not in found
