import pytest

from kernelscope.probes import atlas_table

MEASURES = {
    **{"norm": (2.0, None), "initial_ratio": (0.25, None), "orientation": (135.0, None)},
    **{"lag1": (0.7, 0.01), "gabor_r2": (0.5, 0.2)},
}
SELECTIVITY = [
    {"response": "mean", "class": "b", "selectivity": 0.9, "null_mean": 0.2, "p_corrected": 0.001},
    {"response": "largest", "class": "a", "selectivity": 0.3, "null_mean": 0.1, "p_corrected": 0.04},
]
FEATURES = [
    {
        "class": "a",
        "feature": "peak",
        "difference": 3.0,
        "low": 2.0,
        "high": 4.0,
        "p_corrected": 0.2,
        "z": 9,
    },
    {
        "class": "b",
        "feature": "edge",
        "difference": 1.0,
        "low": 0.5,
        "high": 1.5,
        "p_corrected": 0.02,
        "z": 1,
    },
]
TUNING = [{"stimulus": "bar", "angle": angle, "trained": 1.0 + (angle == 45)} for angle in (0, 45, 90)]


def ablation_row(name, drop, p=0.01, mode="mean"):
    return {"mode": mode, "class": name, "drop": drop, "low": -1.0, "high": 1.0, "p_corrected": p}


def row(measures=MEASURES, **changed):
    tables = {"selectivity": SELECTIVITY, "features": FEATURES, "tuning": TUNING}
    ablation = [
        ablation_row("all", 0.9),
        ablation_row("a", 0.1),
        ablation_row("b", 0.4),
        ablation_row("b", 0.8, mode="zero"),
    ]
    return atlas_table.row("conv1", 3, True, (20.0, 15.0), measures, tables | {"ablation": ablation} | changed)


def test_a_row_checked_by_eye():
    atlas_row = row()
    assert set(atlas_row) == set(atlas_table.COLUMNS)
    assert atlas_row == {
        **{"layer": "conv1", "kernel": 3, "alive": True, "settled_step": 20.0, "settled_after": 15.0},
        **{"norm": 2.0, "initial_ratio": 0.25, "orientation": 135.0, "lag1": 0.7, "lag1_p": 0.01},
        **{"orientation_concentration": None, "orientation_concentration_p": None, "gabor_r2": 0.5, "gabor_r2_p": 0.2},
        **{"selective_class": "a", "selectivity": 0.3, "selectivity_null": 0.1, "selectivity_p": 0.04},
        **{"ablation_class": "b", "ablation_drop": 0.4, "ablation_low": -1.0, "ablation_high": 1.0},
        **{"ablation_p": 0.02, "feature_class": "b", "feature": "edge", "difference": 1.0, "difference_low": 0.5},
        **{"difference_high": 1.5, "feature_p": 0.02, "description": "edge, b; p = 0.02"},
        **{"stimulus": "bar", "angle": 45, "modulation": 1 / 3},
    }


@pytest.mark.parametrize("classes", [1, 2, 5])
def test_the_worst_of_several_classes_is_corrected_over_all_of_them(classes):
    ablation = [ablation_row(str(i), 0.1 * i + 0.1, 0.3) for i in range(classes)] + [ablation_row("empty", None, None)]
    atlas_row = row(ablation=ablation)
    assert atlas_row["ablation_class"] == str(classes - 1)
    assert atlas_row["ablation_p"] == min(1, 0.3 * classes)


@pytest.mark.parametrize("drops", [[0, 0], [-0.2, 0], [-0.5, None]])
def test_where_no_class_loses_none_is_named_and_p_is_1(drops):
    atlas_row = row(ablation=[ablation_row(str(i), drop) for i, drop in enumerate(drops)])
    assert atlas_row["ablation_p"] == 1
    assert {atlas_row[f"ablation_{name}"] for name in ("class", "drop", "low", "high")} == {None}


def test_what_was_not_probed_is_empty():
    atlas_row = atlas_table.row(
        "conv1",
        0,
        False,
        (float("nan"), float("nan")),
        {},
        {name: [] for name in ("selectivity", "ablation", "features", "tuning")},
    )
    assert set(atlas_row) == set(atlas_table.COLUMNS)
    assert {value for name, value in atlas_row.items() if name not in atlas_table.COLUMNS[:5]} == {None}
    assert atlas_row["alive"] is False
