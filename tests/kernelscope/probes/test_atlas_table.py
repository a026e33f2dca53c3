import pytest

from kernelscope.probes import atlas_table

MEASURES = {
    **{"norm": (2.0, None), "initial_ratio": (0.25, None), "orientation": (135.0, None)},
    "lag1": (0.7, 0.01),
}
FEATURES = [
    {"class": name, "feature": feature, "difference": 3.0, "low": 2.0, "high": 4.0, "z": z}
    for name, feature, z in (("a", "peak", 9), ("b", "edge", 1))
]
TUNING = [{"stimulus": "bar", "angle": angle, "trained": 1.0 + (angle == 45)} for angle in (0, 45, 90)]


def judged(claim, value, label="", p=0.02, rank=None, null_mean=None):
    return {claim: {"value": value, "label": label, "rank": rank, "null_mean": null_mean, "p_corrected": p}}


TESTS = {
    **judged("smoother", 0.7, p=0.03),
    **judged("shape", 0.5, "corner", 0.2),
    **judged("class", 0.3, "a", 0.04, null_mean=0.05),
    **judged("feature", 9.0, "edge, b", 0.02, 2),
    **judged("needed", 0.1, p=0.3),
}


def ablation_row(name, drop, mode="mean", reason=""):
    return {"mode": mode, "class": name, "drop": drop, "low": -1.0, "high": 1.0, "reason": reason}


ABLATION = [ablation_row("all", 0.1), ablation_row("a", 0.1), ablation_row("b", 0.4), ablation_row("b", 0.8, "zero")]


def row(**changed):
    tables = {"features": FEATURES, "tuning": TUNING, "ablation": ABLATION, "tests": TESTS}
    return atlas_table.row("conv1", 3, True, (20.0, 15.0), MEASURES, tables | changed)


def test_a_row_checked_by_eye():
    atlas_row = row()
    assert set(atlas_row) == set(atlas_table.COLUMNS)
    assert atlas_row == {
        **{"layer": "conv1", "kernel": 3, "alive": True, "settled_step": 20.0, "settled_after": 15.0},
        **{"norm": 2.0, "initial_ratio": 0.25, "orientation": 135.0, "lag1": 0.7, "lag1_p": 0.03},
        **{"orientation_concentration": None, "orientation_concentration_p": None},
        **{"shape": "corner", "shape_r2": 0.5, "shape_p": 0.2},
        **{"selective_class": "a", "selectivity": 0.3, "selectivity_null": 0.05, "selectivity_p": 0.04},
        **{"ablation_drop": 0.1, "ablation_low": -1.0, "ablation_high": 1.0, "ablation_p": 0.3},
        **{"ablation_class": "b", "ablation_class_drop": 0.4},
        **{"feature_class": "b", "feature": "edge", "feature_rank": 2, "z": 1, "difference": 3.0},
        **{"difference_low": 2.0, "difference_high": 4.0, "feature_p": 0.02},
        **{"description": "edge, b; only its 2nd best", "stimulus": "bar", "angle": 45, "modulation": 1 / 3},
        "reason": "orientation_concentration_p: not tested",
    }


def test_a_class_at_which_the_network_is_at_chance_is_not_named():
    rows = [ablation_row("all", 0.1), ablation_row("a", 0.1), ablation_row("b", 0.4, reason="at chance")]
    assert row(ablation=rows)["ablation_class"] == "a"


@pytest.mark.parametrize("drops", [[0, 0], [-0.2, 0], [-0.5, None]])
def test_where_no_class_loses_none_is_named(drops):
    atlas_row = row(ablation=[ablation_row(str(i), drop) for i, drop in enumerate(drops)])
    assert (atlas_row["ablation_class"], atlas_row["ablation_class_drop"]) == (None, None)


def test_p_is_corrected_over_the_living_kernels_of_a_layer():
    rows = [
        {"state": state, "layer": "conv1", "kernel": kernel, "claim": "class", "p": p, "alive": alive}
        for state, kernel, p, alive in (
            *(("trained", 0, 0.01, True), ("trained", 1, 0.04, True), ("trained", 2, 0.001, False)),
            *(("trained", 3, None, True), ("untrained", 0, 0.5, True)),
        )
    ]
    tests = atlas_table.of_claims(rows)
    assert [tests["conv1", kernel]["class"]["p_corrected"] for kernel in range(4)] == [0.02, 0.04, None, None]


def test_what_was_not_probed_is_empty():
    nothing = {name: [] for name in ("ablation", "features", "tuning")} | {"tests": {}}
    atlas_row = atlas_table.row("conv1", 0, False, (float("nan"), float("nan")), {}, nothing)
    assert set(atlas_row) == set(atlas_table.COLUMNS)
    assert {value for name, value in atlas_row.items() if name not in atlas_table.COLUMNS[:5]} == {
        None,
        "lag1_p, orientation_concentration_p, shape_p, selectivity_p, ablation_p, feature_p: a dead kernel is not"
        " tested; stimulus: the kernel responds to no stimulus; ablation_class: no class that the network tells"
        " better than by chance loses",
    }
    assert atlas_row["alive"] is False


def test_a_cell_without_a_test_has_the_reason_of_its_test():
    small = {name: {"p_corrected": None, "reason": "few pixels"} for name in ("smoother", "shape")}
    assert row(tests=TESTS | small)["reason"] == "lag1_p, shape_p: few pixels; orientation_concentration_p: not tested"
