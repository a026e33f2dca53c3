"""Sweeps: the architectures that `vary` stands for, their names and settings, and refusals."""

import pytest
from default_config import CONFIG, changed, message

from experiment.plan import rule_table, sweeps
from experiment.plan.experiment import Experiment

VARY = {"training.weight_decay.conv": {"none": 0, "strong": 1.5}, "kernels": [3, 5], "training.loss": ["mse"]}


def swept(vary=None, **settings):
    grid = {"network": "templates", "kernel_size": 9, "vary": vary or VARY} | settings
    config = changed("architectures", "grid", to=grid)
    return changed("experiment", "architectures", to=["grid", "stacked"], config=config)


def test_a_sweep_stands_for_every_choice():
    experiment = Experiment(swept())
    names = ["grid_none_kernels3_mse", "grid_none_kernels5_mse", "grid_strong_kernels3_mse", "grid_strong_kernels5_mse"]
    assert experiment.architectures == [*names, "stacked"]
    assert experiment.levels[names[3]] == {
        "base": "grid",
        **{"training.weight_decay.conv": "strong", "kernels": "kernels5", "training.loss": "mse"},
    }
    assert experiment.levels.keys() == set(names)


def test_a_cell_has_the_settings_of_its_choice_and_all_others_of_the_sweep():
    experiment = Experiment(swept())
    training = experiment.training["grid_strong_kernels3_mse"]
    assert (training["weight_decay"]["conv"], training["weight_decay"]["linear"], training["loss"]) == (1.5, 0.5, "mse")
    conv = experiment.layers["grid_strong_kernels3_mse"][0]
    assert (conv["kernels"], conv["kernel_size"]) == (3, 9)
    assert experiment.training["grid_none_kernels3_mse"]["weight_decay"]["conv"] == 0


def test_a_cell_is_trained_as_the_same_architecture_written_out():
    alone = {"network": "templates", "kernel_size": 9, "kernels": 5, "training": {"loss": "mse"}}
    name = "grid_none_kernels5_mse"
    written = changed("architectures", name, to=alone | {"training": {"loss": "mse", "weight_decay": {"conv": 0}}})
    written = Experiment(changed("experiment", "architectures", to=[name], config=written))
    where = {"dataset": "waveforms", "arch": name, "seed": "0"}
    assert written.spec("train_network", where) == Experiment(swept()).spec("train_network", where)


def test_a_sweep_that_is_not_selected_stands_for_nothing():
    config = changed("architectures", "grid", to={"network": "templates", "vary": VARY})
    experiment = Experiment(config)
    assert experiment.levels == {}
    assert "compare_factors" not in rule_table.selected(experiment)
    assert "compare_factors" in rule_table.selected(Experiment(swept()))


@pytest.mark.parametrize(
    ("key", "value", "label"),
    [
        ("kernels", 5, "kernels5"),
        ("kernel_size", 9, "size9"),
        ("widths", [16, 32], "widths16x32"),
        ("network", "templates", "templates"),
        ("training.learning_rate", 0.001, "rate0.001"),
        ("training.init_std.conv", None, "std-default"),
        ("training.weight_decay.linear", 0.5, "decay-linear-0.5"),
        ("training.eval_images", 1e6, "eval_images1e06"),
    ],
)
def test_a_label_says_the_value(key, value, label):
    assert sweeps.label(key, value) == label


@pytest.mark.parametrize(
    ("vary", "line"),
    [
        (
            {"kernels": [3, 3.0]},
            "architectures.grid.vary.kernels: got a value more than once, expected each value once",
        ),
        (
            {"training.loss": ["l2"]},
            "architectures.grid.vary.training.loss[0]: got 'l2', expected one of cross_entropy, l1, mse",
        ),
        ({"kernels": []}, "architectures.grid.vary.kernels: got [], expected at least 1 value"),
        ({"color": ["red"]}, "architectures.grid.vary.color: got an unknown key, expected one of kernels, "),
        ({"training.loss": {"x" * 64: "mse"}}, "architectures.grid.vary: got the name 'grid_xxx"),
        (
            {"training.steps": list(range(1, 101)), "kernels": list(range(1, 101)), "kernel_size": [5, 7]},
            "architectures.grid.vary: got 20000 architectures, expected at most 10000",
        ),
    ],
)
def test_what_is_wrong_is_told_in_one_line(vary, line):
    assert message(swept(vary)).startswith(line)


def test_a_cell_may_not_take_the_name_of_another_architecture():
    config = changed("architectures", "grid_mse", to={"network": "templates"}, config=swept({"training.loss": ["mse"]}))
    assert message(config) == (
        "architectures.grid.vary: got 'grid_mse', which is defined already, expected other names"
    )


def test_a_sweep_needs_a_network_and_is_no_control():
    assert "network" in message(changed("architectures", "grid", "network", to="none", config=swept()))
    config = changed("architectures", "c", to={"of": "grid", "control": "frozen"}, config=swept())
    config = changed("experiment", "architectures", to=["c"], config=config)
    assert message(config).startswith("architectures.c.of: got 'grid', expected ")


def test_the_config_is_left_as_it_was():
    config = swept()
    before = repr(config)
    Experiment(config)
    assert repr(config) == before
    assert "grid" not in CONFIG["architectures"]
