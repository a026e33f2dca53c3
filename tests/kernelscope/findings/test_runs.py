import numpy as np
import pytest
from scipy import stats

from kernelscope.findings import runs
from kernelscope.stats import text as stats_text

AFTER = "p ≤ 0.05 after correction"


def summary(*failures: str | None, accuracy=0.5):
    return [{"test_accuracy": accuracy + 0.1 * i, "failure": label} for i, label in enumerate(failures)]


def kernels(*seeds: list, column="lag1", p=0.01):
    """Return a row for each value of every seed."""
    return [
        {"seed": seed, "layer": "conv1", column: value, f"{column}_p": None if value is None else p}
        for seed, values in enumerate(seeds)
        for value in values
    ]


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        (summary(None), "Test accuracy is 50.0 %; 0 of 1 run failed. [summary.csv]"),
        (summary("diverged"), "Test accuracy is 50.0 %; 1 of 1 run failed (diverged: 1). [summary.csv]"),
        (
            summary(None, "dead network", None, "dead network", "collapse after success"),
            "Test accuracy is 70.0 % on average, 50.0 % in the worst of 5 seeds; 3 of 5 runs failed "
            "(collapse after success: 1, dead network: 2). [summary.csv]",
        ),
    ],
)
def test_how_the_networks_did_names_every_failure(rows, text):
    assert runs.trained(rows) == text


def test_kernels_beyond_their_null_are_counted_with_an_interval_over_seeds():
    rows = kernels([0.2, 0.4, 0.9], [0.6], [0.5, 0.7]) + kernels([0.1], p=0.06)
    values = [np.median([0.2, 0.4, 0.9, 0.1]), 0.6, 0.6]
    low, high = stats.t.interval(0.95, 2, np.mean(values), stats.sem(values))
    assert runs.beyond_null(rows, "lag1", "smoother", "noise") == (
        f"Kernels that are smoother than noise: 6 of 7 ({AFTER}); lag-1 autocorrelation {np.mean(values):.2f} "
        f"(95 % interval {low:.2f} to {high:.2f}, n = 3 seeds). [atlas.csv]"
    )


def test_where_the_null_is_not_beaten_it_is_said_not_to_be_shown():
    assert runs.beyond_null(kernels([0.2, 0.4], [0.6], p=0.051), "lag1", "smoother", "noise") == (
        f"That kernels are smoother than noise is not shown: 0 of 3 ({AFTER}). [atlas.csv]"
    )


def test_where_nothing_was_tested_nothing_is_said():
    rows = kernels([None, None])
    assert runs.beyond_null(rows, "lag1", "smoother", "noise") == ""
    assert runs.counted(rows, "lag1_p", "do") == ""
    assert runs.untouched([{"initial_ratio": None, "seed": 0}]) == ""
    assert runs.settled([{"settled_step": None, "seed": 0, "layer": "conv1"}]) == ""
    assert runs.preferred_features([{"feature": None, "seed": 0}]) == ""


@pytest.mark.parametrize(("p", "text"), [(0.05, f"Kernels that differ: 2 of 2 ({AFTER}). [atlas.csv]"), (0.0501, "")])
def test_kernels_are_counted_only_at_or_below_the_level(p, text):
    assert runs.counted(kernels([0.1, 0.2], p=p), "lag1_p", "differ") == text


def test_what_is_left_of_the_start():
    rows = kernels([0.1, 0.3, None], [0.5], column="initial_ratio")
    assert runs.untouched(rows) == (
        "What is left of the start, relative to the variance of the trained kernel: "
        "0.35 (0.20 and 0.50, n = 2 seeds). [atlas.csv]"
    )


@pytest.mark.parametrize(
    ("second", "text"),
    [([], "in conv1 at step 15"), ([30, 50], "in conv1 at step 28 (15 to 40) (median and range of the seeds)")],
)
def test_when_kernels_settle(second, text):
    rows = [{**row, "settled_step": row["lag1"]} for row in kernels([10, 20, None], second)]
    assert runs.settled(rows) == (
        f"The median kernel settles, that is keeps a cosine of 0.9 or more to its last state, {text}. [atlas.csv]"
    )


def test_the_features_that_most_kernels_answer_to_are_named_four_at_most():
    names = ["peak"] * 3 + ["edge"] * 2 + ["skirt", "slope", "flank", None]
    rows = [{"feature": name, "feature_class": "square", "feature_p": 0.01} for name in names]
    rows[-1]["feature"], rows[-1]["feature_p"] = "edge", 0.06
    assert runs.preferred_features(rows) == (
        "Kernels that respond to a feature of the waveforms more than untrained kernels do: 8 of 9 "
        f"({AFTER}); most often peak (square) 3, edge (square) 2, skirt (square) 1, slope (square) 1. "
        "[atlas.csv, features.csv]"
    )


@pytest.mark.parametrize(
    ("values", "least", "text"),
    [
        ([0.5], 0, "0.50 (n = 1 seed)"),
        ([0.4, 0.1], 0, "0.25 (0.10 and 0.40, n = 2 seeds)"),
        ([-0.001, 0.001], -1, "0.00 (0.00 and 0.00, n = 2 seeds)"),
        ([0.0, 0.1, 0.9], 0, "0.33 (95 % interval 0.00 to 1.00, n = 3 seeds)"),
        ([-0.9, -0.1, 0.2], -1, "-0.27 (95 % interval -1.00 to 1.00, n = 3 seeds)"),
        ([0.3, 0.3, 0.3], 0, "0.30 (in each of 3 seeds)"),
    ],
)
def test_an_interval_stays_within_its_range(values, least, text):
    assert stats_text.interval(values, least) == text


def test_p_in_words():
    assert [stats_text.p_text(p) for p in (0.0009, 0.001, 0.0123, 1.0)] == [
        *("p < 0.001", "p = 0.001", "p = 0.012", "p = 1")
    ]
