"""Which sweeps are one design, and the tables of effects and levels."""

import pytest

from kernelscope.comparison import factor_tables, outcomes


def levels(base, sizes=("a", "b"), losses=("x", "y")):
    return {f"{base}_{s}_{loss}": {"base": base, "size": s, "loss": loss} for s in sizes for loss in losses}


def runs(levels, value):
    """Return two runs of each architecture: the accuracy is `value` of its levels, and other outcomes are unknown."""
    return [
        {"arch": arch, "seed": seed}
        | dict.fromkeys(outcomes.COLUMNS)
        | {"accuracy": value(chosen) + seed / 1000, "failed": 0}
        for arch, chosen in levels.items()
        for seed in (0, 1)
    ]


def test_sweeps_with_the_same_levels_are_one_design():
    designs = factor_tables.designs(levels("one") | levels("two") | levels("three", sizes=("a", "c")))
    assert {name: list(design) for name, design in designs.items()} == {
        "one, two": [*levels("one"), *levels("two")],
        "three": list(levels("three", sizes=("a", "c"))),
    }


def test_effects_name_what_matters():
    design = levels("one") | levels("two")
    effects = factor_tables.effects("d", design, runs(design, lambda chosen: 0.5 * (chosen["size"] == "b")), [])
    share = {row["term"]: row["share"] for row in effects if (row["outcome"], row["base"]) == ("accuracy", "all bases")}
    assert share["size"] > 0.99
    within = [(row["base"], row["term"]) for row in effects if row["base"] != "all bases"]
    assert within == [(base, factor) for base in ("one", "two") for factor in ("size", "loss")]
    assert {"base", "loss", "base x size", "base x loss", "size x loss", "seeds", "higher interactions"} < set(share)
    assert {row["outcome"] for row in effects} == {"accuracy"}  # other outcomes are unknown, and no run failed
    assert (effects[0]["runs"], effects[0]["conditions"]) == (16, 8)


def test_effects_on_likeness_are_over_architectures():
    design = levels("one")
    cells = [{"arch": arch, "beyond_rotated_mean": 0.1 * (chosen["loss"] == "y")} for arch, chosen in design.items()]
    effects = factor_tables.effects("d", design, runs(design, lambda chosen: 0.5), cells)
    share = {row["term"]: row["share"] for row in effects if row["outcome"] == "beyond_rotated"}
    assert share["loss"] == pytest.approx(1)
    assert "seeds" not in share


def test_levels_have_a_mean_for_every_level_of_every_factor():
    design = levels("one") | levels("two")
    table = factor_tables.levels("d", design, runs(design, lambda chosen: 0.5 * (chosen["size"] == "b")), [])
    means = {(row["factor"], row["level"]): row["mean"] for row in table if row["outcome"] == "accuracy"}
    assert means[("size", "a")] == pytest.approx(0.0005)
    assert means[("size", "b")] == pytest.approx(0.5005)
    assert means[("base", "one")] == means[("base", "two")] == pytest.approx(0.2505)
    counts = {(" x " in row["factor"], row["runs"], row["conditions"]) for row in table}
    assert counts == {(False, 8, 4), (True, 4, 2)}


def test_each_factor_has_its_levels_in_every_base():
    design = levels("one") | levels("two")
    rows = runs(design, lambda chosen: 0.5 * (chosen["base"] == "two" and chosen["size"] == "b"))
    means = {
        (row["factor"], row["level"]): row["mean"]
        for row in factor_tables.levels("d", design, rows, [])
        if " x " in row["factor"] and row["outcome"] == "accuracy"
    }
    assert {factor for factor, _ in means} == {"base x size", "base x loss"}
    assert [means["base x size", f"{base}, {size}"] for base in ("one", "two") for size in "ab"] == pytest.approx(
        [0.0005, 0.0005, 0.0005, 0.5005]
    )


def test_levels_of_likeness_are_over_conditions():
    design = levels("one")
    cells = [{"arch": arch, "beyond_rotated_mean": 0.1 * (chosen["loss"] == "y")} for arch, chosen in design.items()]
    table = factor_tables.levels("d", design, runs(design, lambda chosen: 0.5), cells)
    rows = {row["level"]: row for row in table if (row["outcome"], row["factor"]) == ("beyond_rotated", "loss")}
    assert {level: (row["mean"], row["runs"]) for level, row in rows.items()} == {"x": (0, 2), "y": (0.1, 2)}
    assert rows["x"]["low"] is None


def test_levels_are_averaged_over_the_same_cells():
    design = levels("one") | levels("two")
    rows = runs(design, lambda chosen: 0.5 * (chosen["base"] == "two"))
    for row in rows:
        row["bars"] = None if row["arch"] == "one_a_x" else row["accuracy"]
    bars = [row for row in factor_tables.levels("d", design, rows, []) if row["outcome"] == "bars"]
    means = {row["level"]: row["mean"] for row in bars if row["factor"] == "size"}
    assert means["a"] == means["b"] == pytest.approx((0.0005 + 2 * 0.5005) / 3)
    assert {row["conditions"] for row in bars if row["factor"] == "size"} == {3}


def test_a_factor_whose_runs_all_failed_at_one_level_is_left_out():
    design = levels("one")
    rows = runs(design, lambda chosen: 0.5)
    for row in rows:
        row["bars"] = None if "_a_" in row["arch"] else 0.5
    bars = [row for row in factor_tables.levels("d", design, rows, []) if row["outcome"] == "bars"]
    assert {row["factor"] for row in bars} == {"loss"}
