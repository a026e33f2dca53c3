"""Kernels of all seeds in groups: by type, or else by what they respond to, or by seed."""

import pytest

from kernelscope.page import answer_groups
from kernelscope.statements import kernel_counts

KERNELS = {0: 2, 1: 2, 7: 1}  # seed 9 is not on the page


def judged(seed, kernel, claim="feature", label="peak, gaussian", p=0.001, **more):
    about = {"layer": "conv1", "state": "trained", "alive": "True", "value": 1.0, "null": "", "smallest_p": 0.001}
    return about | {"seed": seed, "kernel": kernel, "claim": claim, "label": label, "p": p, "reason": None} | more


def type_row(number, name, **more):
    counts = {"seeds": 2, "seeds_total": 3, "seeds_permuted": 2.5, "reason": None}
    return {"layer": "conv1", "type": number, "name": name} | counts | more


def member(seed, kernel, number, similarity):
    return {"layer": "conv1", "seed": seed, "kernel": kernel, "type": number, "similarity": similarity}


def types_of(tables):
    return answer_groups.types("conv1", tables, answer_groups.labels_of("conv1", tables["kernel_tests"]))


def groups_of(tables):
    labels = answer_groups.labels_of("conv1", tables["kernel_tests"])
    return answer_groups.groups(types_of(tables), labels, KERNELS)


def tables(vocabulary=(), types=(), kernel_tests=()):
    return {"vocabulary": list(vocabulary), "types": list(types), "kernel_tests": list(kernel_tests)}


TYPES = [
    member(0, 0, 1, 0.5),
    member(1, 1, 1, 1.0),
    member(9, 0, 1, 0.8),
    member(0, 1, 2, 1.0),
    member(1, 0, None, None),
]


def test_types_are_in_the_order_of_the_vocabulary_with_the_most_typical_kernel_first():
    vocabulary = [type_row(2, "type 2"), type_row(1, "peak, gaussian"), type_row(1, "other", layer="conv2")]
    found = groups_of(tables(vocabulary, TYPES))
    assert (found["by"], found["reason"]) == ("type", "")
    assert [(row["name"], row["kernels"]) for row in found["rows"]] == [
        ("type 2", [[0, 1]]),
        ("peak, gaussian", [[1, 1], [9, 0], [0, 0]]),
    ]
    assert found["rows"][0] | {"seeds": 2, "total": 3, "permuted": 2.5} == found["rows"][0]
    assert [row["kernels"] for row in answer_groups.shown(found, KERNELS)["rows"]] == [[[0, 1]], [[1, 1], [0, 0]]]


@pytest.mark.parametrize(
    ("name", "passing", "detail"),
    [
        ("peak, gaussian", [judged(1, 1), judged(0, 0)], "2 of 3"),
        ("peak, gaussian (2)", [judged(1, 1)], "1 of 3"),
        ("type 1", [judged(1, 1)], "1 of 3 peak, gaussian"),
        ("type 1", [judged(0, 0, "class", "square")], "1 of 3 prefer square"),
        ("type 1", [judged(0, 1)], ""),
        ("peak, gaussian", [judged(1, 1, p=0.2)], "not beyond chance"),
    ],
)
def test_a_type_says_how_many_of_its_kernels_pass_the_test_behind_its_name(name, passing, detail):
    found = types_of(tables([type_row(1, name)], TYPES, passing))
    assert found["rows"][0]["detail"] == detail


def test_where_many_of_the_kernels_respond_to_features_these_are_the_groups():
    found = groups_of(tables([type_row(1, "type 1"), type_row(2, "type 2")], TYPES))
    assert found["by"] == "type"
    passing = [judged(0, 0, label="flank"), judged(1, 1)]  # 2 of 4 kernels that have a type
    by_feature = tables([type_row(1, "type 1"), type_row(2, "type 2")], TYPES, passing)
    found = groups_of(by_feature)
    assert found["by"] == "feature"
    assert [(row["name"], row["kernels"], row["seeds"], row["total"]) for row in found["rows"]] == [
        ("flank", [[0, 0]], 1, 3),
        ("peak, gaussian", [[1, 1]], 1, 3),
        ("nothing beyond chance", [[9, 0], [0, 1]], 2, 3),
    ]
    assert types_of(by_feature)["by"] == "type"


def test_kernels_that_equally_smooth_noise_equals_are_in_no_group_of_features():
    rows = [judged(0, 0, label="flank"), judged(1, 1), judged(1, 0)]
    rows += [judged(0, 0, "feature_beyond_noise", "flank"), judged(1, 1, "feature_beyond_noise", p=0.9)]
    found = groups_of(tables([type_row(1, "type 1"), type_row(2, "type 2")], TYPES, rows))
    assert found["by"] == "feature"
    assert [row["name"] for row in found["rows"]] == ["flank", "nothing beyond chance"]
    assert found["rows"][0]["kernels"] == [[0, 0]]


def test_if_few_kernels_respond_to_features_but_many_prefer_a_class_these_are_the_groups(monkeypatch):
    monkeypatch.setattr(answer_groups, "MANY", 1 / 3)
    passing = [judged(0, 0), judged(1, 1, "class", "square"), judged(0, 1, "class", "square")]
    found = groups_of(tables([type_row(1, "type 1"), type_row(2, "type 2")], TYPES, passing))
    assert found["by"] == "class"
    assert [(row["name"], row["kernels"]) for row in found["rows"]] == [
        ("square", [[1, 1], [0, 1]]),
        ("nothing beyond chance", [[9, 0], [0, 0]]),
    ]


def test_without_types_kernels_are_grouped_by_what_they_respond_to_beyond_chance():
    reason = type_row(None, None, reason="one seed")
    rows = [judged(0, 0, label="flank"), judged(1, 1), judged(1, 0), judged(0, 1, p=0.9)]
    found = groups_of(tables([reason], [], rows))
    assert (found["by"], found["reason"]) == ("feature", "one seed")
    assert [(row["name"], row["kernels"]) for row in found["rows"]] == [
        ("peak, gaussian", [[1, 1], [1, 0]]),
        ("flank", [[0, 0]]),
    ]
    preferred = [judged(0, 0, p=0.9), judged(1, 0, "class", "square")]
    assert groups_of(tables([reason], [], preferred))["by"] == "class"


def test_where_nothing_is_known_kernels_are_grouped_by_seed():
    found = groups_of(tables())
    assert found["by"] == "seed"
    assert [row["kernels"] for row in found["rows"]] == [[[0, 0], [0, 1]], [[1, 0], [1, 1]], [[7, 0]]]


def test_as_many_kernels_pass_as_the_statement_counts():
    p = [0.001, 0.012, 0.02, 0.03, 0.2, 0.6, None]
    rows = [judged(i % 3, i, p=value) for i, value in enumerate(p)]
    rows += [judged(5, 0, alive="False"), judged(6, 0, state="untrained"), judged(7, 0, layer="conv2")]
    passing = answer_groups.passing(rows, "conv1", "feature")
    of_layer = [row for row in rows if row["layer"] == "conv1"]
    assert len(passing) == kernel_counts.about("feature", of_layer).numbers[0].value == 4
    assert list(passing) == [(0, 0), (1, 1), (2, 2), (0, 3)]


def test_evidence_is_the_first_kernels_of_seeds_on_the_page():
    rows = [judged(seed, kernel) for seed in (0, 9) for kernel in range(9)] + [judged(0, 0, layer="conv2")]
    found = answer_groups.evidence(rows, ["conv1", "conv2"], [0])
    assert found == {"conv1/feature": [[0, kernel] for kernel in range(6)], "conv2/feature": [[0, 0]]}
