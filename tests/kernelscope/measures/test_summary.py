import copy
import json
import math

import numpy as np
import pytest
import write_summary

from kernelscope.io import array_files, csv_files, records
from kernelscope.measures import kernels, structure, summary

RNG = np.random.default_rng(0)
BANKS = {"conv1": RNG.normal(size=(4, 6, 1, 9, 9)), "conv2": RNG.normal(size=(4, 3, 6, 5, 5))}
FACTORS = {"conv1": np.array([1.0, 0.8, 0.5, 0.3]), "conv2": np.array([1.0, 0.9, 0.7, 0.6])}
RESPONSES = {"conv1": [1.0, 2.0, 0.0, 1.5, 0.5, -1.0], "conv2": [0.0, 0.0, 0.0]}
OUTCOME = {
    "spec": {"dataset": "waves", "arch": "deep", "seed": 3, "training": {"init_std": {"conv": None, "linear": 0.1}}},
    "train": {"accuracy": 0.9, "loss": 0.2, "within": 0.7},
    "test": {"accuracy": 0.8, "loss": 0.3, "within": 0.6},
    "failure": "diverged",
    "parameters": 1234,
    "constant_predictor_loss": 1.1,
    "largest_responses": RESPONSES,
}


def test_a_row_repeats_how_the_run_ended():
    row = summary.row(OUTCOME, BANKS, FACTORS)
    assert row.keys() == set(summary.COLUMNS)
    assert (row["dataset"], row["arch"], row["seed"]) == ("waves", "deep", 3)
    assert (row["train_accuracy"], row["test_accuracy"]) == (0.9, 0.8)
    assert (row["train_loss"], row["test_loss"], row["train_within"], row["test_within"]) == (0.2, 0.3, 0.7, 0.6)
    assert (row["failure"], row["parameters"]) == ("diverged", 1234)


def test_an_empty_cell_has_a_reason():
    assert summary.row(OUTCOME, BANKS, FACTORS)["reason"] == ""
    classified = OUTCOME | {split: OUTCOME[split] | {"within": None} for split in ("train", "test")}
    small = {"conv1": BANKS["conv2"]}
    assert summary.row(classified | {"largest_responses": {"conv1": [1.0] * 3}}, small, FACTORS)["reason"] == (
        "train_within, test_within: the loss is no distance from targets; structured: no power below 7 x 7 pixels"
    )
    scores = dict.fromkeys(("accuracy", "loss", "within"))
    pretrained = {"train": scores, "test": scores, "largest_responses": {}, "parameters": None}
    unknown = OUTCOME | pretrained | {"pretrained": {"run": "a", "untrained": False}}
    reason = summary.row(unknown, BANKS, {"conv1": np.array([np.nan])})["reason"]
    assert reason.count(": ") == 5
    assert reason.startswith("train_accuracy, test_accuracy, train_loss, test_loss, train_within, test_within: not in")
    assert "structured, initial_ratio: the untrained weights are unknown" in reason


def test_its_kernels_are_those_of_the_first_layer_untrained_and_at_the_end():
    row = summary.row(OUTCOME, BANKS, FACTORS)
    bank = BANKS["conv1"]
    expected = structure.structure(bank[0], bank[-1], np.array(RESPONSES["conv1"]), None, 0.3)
    assert {name: row[name] for name in structure.COLUMNS} == expected
    assert (row["kernels"], row["alive"]) == (6, 4 / 6)
    assert expected["initial_ratio"] == pytest.approx(np.median(kernels.initial_ratio(bank[-1], bank[0], 0.3)))


@pytest.mark.parametrize(
    ("init_std", "normal"),
    [
        ({"conv": None}, False),
        ({"conv": 0.5}, True),
        ({"conv": None, "conv1": 0.5}, True),
        ({"conv": 0.5, "conv1": None}, False),
        ({"conv": None, "conv2": 0.5}, False),
    ],
)
def test_its_null_is_that_of_how_the_first_layer_was_initialized(init_std, normal):
    outcome = copy.deepcopy(OUTCOME)
    outcome["spec"]["training"]["init_std"] = {**init_std, "linear": 0.1}
    null = kernels.lag1_null(9, 1, 0.5 if normal else None)
    assert summary.row(outcome, BANKS, FACTORS)["lag1_null_99"] == np.quantile(null, 0.99)


def test_a_run_that_ended_in_nothing_finite_has_a_row_too():
    outcome = OUTCOME | {"largest_responses": {"conv1": [None] * 6}, "train": OUTCOME["train"] | {"loss": None}}
    bank = BANKS["conv1"].copy()
    bank[-1] = math.nan
    row = summary.row(outcome, {"conv1": bank}, FACTORS)
    assert (row["alive"], row["structured"], row["train_loss"]) == (0, 0, None)
    assert math.isnan(row["lag1"])
    assert math.isnan(row["initial_ratio"])


def test_the_table_has_a_row_per_run_in_the_order_of_runs_and_seeds(tmp_path):
    for arch in ("deep", "flat"):
        for seed in (1, 10, 2):
            folder = tmp_path / "runs" / "waves" / arch / f"seed{seed}"
            spec = OUTCOME["spec"] | {"arch": arch, "seed": seed}
            records.write_json(folder / "run.json", OUTCOME | {"spec": spec, "parameters": seed})
            array_files.write_npz(folder / "kernels.npz", BANKS | {"steps": np.arange(4), "epochs": np.arange(4)})
            decay = [{"layer": name, "factor": value} for name, values in FACTORS.items() for value in values]
            csv_files.write_csv(folder / "decay.csv", ("layer", "factor"), decay)
    spec = {"runs": [["waves", "flat"], ["waves", "deep"]], "seeds": {"flat": [1, 2, 10], "deep": [1, 2, 10]}}
    write_summary.write_summary(spec, str(tmp_path / "runs"), str(tmp_path / "summary.csv"))
    rows = csv_files.read_csv(tmp_path / "summary.csv")
    assert [(row["arch"], row["seed"], row["parameters"]) for row in rows] == [
        (arch, seed, seed) for arch in ("flat", "deep") for seed in ("1", "2", "10")
    ]
    assert tuple(rows[0]) == summary.COLUMNS
    assert {row["decay_factor"] for row in rows} == {"0.3"}
    assert json.loads(rows[0]["lag1"]) == summary.row(OUTCOME, BANKS, FACTORS)["lag1"]
