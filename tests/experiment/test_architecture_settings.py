"""Controls as definitions: which are allowed, what they inherit, and whose control they are."""

import copy

import pytest
from default_config import CONFIG, changed, differing, message

from experiment.plan.experiment import Experiment


def with_control(control="random_labels", of="templates", selected=True, **more):
    config = copy.deepcopy(CONFIG)
    config["architectures"]["other"] = {"of": of, "control": control, **more}
    if selected:
        config["experiment"]["architectures"].append("other")
    return config


@pytest.mark.parametrize("control", ["random_labels", "frozen", "phase_scrambled"])
@pytest.mark.parametrize("of", ["templates", "cnnkernels", "stacked"])
def test_a_control_has_the_layers_and_the_training_of_the_real_thing(control, of):
    experiment = Experiment(with_control(control, of))
    assert experiment.layers["other"] == experiment.layers[of]
    assert experiment.training["other"] == experiment.training[of]
    assert experiment.control["other"] == control
    assert experiment.control[of] == "none"
    assert experiment.controls(of, control) == ["other"]
    assert experiment.controls("other", control) == []
    assert all(not experiment.controls(arch, control) for arch in experiment.architectures if arch != of)


def test_a_definition_of_its_own_can_be_a_control_too():
    config = changed("architectures", "twin", to=CONFIG["architectures"]["templates"] | {"control": "frozen"})
    config["experiment"]["architectures"].append("twin")
    experiment = Experiment(config)
    assert experiment.controls("templates", "frozen") == ["twin"]
    config["architectures"]["twin"]["training"] = {"epochs": 3}
    assert Experiment(config).controls("templates", "frozen") == []


def test_a_control_that_is_not_selected_changes_nothing():
    assert differing(CONFIG, with_control(selected=False)) == set()


def test_random_labels_beside_it_change_what_a_run_is_measured_against_and_retrain_nothing():
    before, after = Experiment(CONFIG), Experiment(with_control())
    run = {"dataset": "waveforms", "arch": "templates", "seed": "0"}
    for rule in ("train_network", "extract_kernels", "probe_kernels", "draw_montage"):
        assert before.spec(rule, run) == after.spec(rule, run)
    assert before.spec("measure_kernels", run) != after.spec("measure_kernels", run)
    other = run | {"arch": "stacked"}
    assert before.spec("measure_kernels", other) == after.spec("measure_kernels", other)


@pytest.mark.parametrize(
    ("config", "words"),
    [
        (
            with_control(of="nothing"),
            "architectures.other.of: got 'nothing', expected one of templates, cnnkernels, stacked",
        ),
        (
            with_control(of="other"),
            "architectures.other.of: got 'other', expected one of templates, cnnkernels, stacked",
        ),
        (with_control(kernels=3), "architectures.other.kernels: got a setting beside `of`"),
        (with_control(training={}), "architectures.other.training: got a setting beside `of`"),
        (
            with_control("none"),
            "architectures.other.control: got none, expected one of random_labels, frozen",
        ),
        (with_control("noise"), "architectures.other.control: got 'noise', expected one of none, random_labels"),
        (
            changed("architectures", "templates", to={"kernels": 3}),
            "architectures.templates.network: got nothing, expected one of templates, cnnkernels",
        ),
    ],
    ids=["unknown", "itself", "setting", "training", "none", "word", "no network"],
)
def test_a_wrong_control_is_one_line(config, words):
    assert words in message(config)
