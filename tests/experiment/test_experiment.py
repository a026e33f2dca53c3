"""The specs of an experiment: canonical, and different exactly where a job would do something else."""

import copy
import json

import pytest
from default_config import CONFIG, JOBS, backwards, changed, differing, message, specs

from experiment.plan import rule_table
from experiment.plan.architecture_settings import merged
from experiment.plan.experiment import Experiment
from experiment.plan.subsets import groups, random_subset
from kernelscope.models.architectures import ARCHITECTURES

NETWORK = {"train_network", "draw_featuremaps", "probe_kernels", "predict_images", "project_kernels"}
FIGURES = {
    *("draw_montage", "draw_featuremaps", "make_movie", "draw_matched", "draw_vocabulary"),
    *("draw_architectures", "draw_pixels", "draw_atlas", "write_page"),
}
CHARTS = {"draw_samples", "draw_history", "draw_measures", "draw_agreement", "draw_similarity"}
OF_SEEDS = {
    *("match_kernels", "draw_matched", "find_types", "correlate_initial", "write_seed_tests", "compare_seeds"),
    *("compare_settling", "draw_vocabulary", "draw_agreement"),
    *("pool_nulls",),  # the null kernels of all seeds judge those of each
}
OVER_RUNS = {
    *("compare_architectures", "draw_architectures", "compare_runs", "draw_similarity"),
    *("write_summary", "write_cost", "write_statements", "write_page", "write_notes"),
}


def test_there_is_a_job_of_every_rule_of_the_default_experiment():
    assert {*rule_table.selected(Experiment(CONFIG)), "train_group"} == set(JOBS)


@pytest.mark.parametrize("rule", JOBS)
def test_a_spec_is_canonical_json(rule):
    spec = specs(changed("training", "seeds_per_job", to=2) if rule == "train_group" else CONFIG)[rule]
    assert spec == json.dumps(json.loads(spec), sort_keys=True, separators=(",", ":"))
    assert "\n" not in spec


def test_with_the_order_of_keys_seeds_and_architectures_changes_only_the_order_that_readers_see():
    other = backwards(CONFIG)
    other["experiment"] = {"seeds": [2, 0, 1], "architectures": CONFIG["experiment"]["architectures"]}
    other["experiment"]["datasets"] = ["waveforms"]
    assert specs(other) == specs(CONFIG)
    other["experiment"]["architectures"] = ["stacked", "templates", "cnnkernels"]
    before, after = specs(CONFIG), specs(other)
    assert {rule for rule in before if before[rule] != after[rule]} == {"write_findings", "write_page"}
    order = json.loads(after["write_page"])["order"]
    assert order == {"datasets": ["waveforms"], "architectures": ["stacked", "templates", "cnnkernels"]}


def test_no_spec_changes_with_the_way_a_number_is_written():
    other = changed("training", "steps", to=300.0)
    other = changed("training", "weight_decay", to={"linear": 0.5, "conv": 0.50}, config=other)
    other = changed("datasets", "waveforms", "noise", to=[0, 0], config=other)
    assert specs(other) == specs(CONFIG)


def test_what_the_defaults_say_may_be_left_out():
    short = {key: copy.deepcopy(CONFIG[key]) for key in ("experiment", "architectures")}
    assert specs(short | {"datasets": {"waveforms": {}}}) == specs(CONFIG)


def test_the_spec_of_a_training_says_all_that_it_uses():
    spec = json.loads(specs(CONFIG)["train_network"])
    assert set(spec) == {"dataset", "arch", "seed", "layers", "training", "control"}
    assert spec["seed"] == 1
    not_there = ("seeds_per_job", "init_seed", "augmentation")  # belongs to no single training; the seed itself; none
    assert spec["training"] == {key: value for key, value in CONFIG["training"].items() if key not in not_there}
    assert [layer["kernel_size"] for layer in spec["layers"] if layer["kind"] == "conv"] == [11, 5, 3]


@pytest.mark.parametrize(
    ("path", "value", "rules"),
    [
        (("training", "epochs"), 11, {"train_network", "write_page"}),
        (("training", "init_std", "conv"), 0.1, {"train_network", "probe_kernels", "write_page"}),
        (("training", "init_seed"), 3, {"train_network", "write_statements", "write_page"}),
        (("architectures", "stacked", "stride"), 1, NETWORK | {"write_page"}),
        (("architectures", "templates", "stride"), 2, {"write_page"}),
        (("datasets", "waveforms", "noise"), [0.0, 0.1], {"make_dataset", "write_page"}),
        (("movie", "frames_per_second"), 9, {"make_movie"}),
        (("comparison", "n_resamples"), 99, {"match_kernels", "compare_seeds", "compare_runs"}),
        (("analysis", "n_resamples"), 99, {"measure_kernels", "probe_kernels", "correlate_initial"}),
        (("analysis", "images"), 99, {"probe_kernels"}),
        (("figures", "colormap"), "gray", FIGURES),
        (("figures", "for"), "slide", (FIGURES | CHARTS) - {"make_movie", "write_page"}),
        (("figures", "formats"), ["png", "svg"], set()),  # the outputs of jobs, not their content
        (("experiment", "seeds"), [0, 1], OF_SEEDS | OVER_RUNS),
        (("experiment", "architectures"), ["stacked"], OVER_RUNS | {"write_findings"}),
    ],
)
def test_a_setting_changes_the_spec_of_the_rules_that_use_it_and_no_other(path, value, rules):
    assert differing(CONFIG, changed(*path, to=value)) == rules


@pytest.mark.parametrize(("own", "top"), [("epochs", 33), ("learning_rate", 0.3), ("device", "auto")])
def test_a_training_setting_at_the_top_does_not_reach_an_architecture_that_has_its_own(own, top):
    usual = CONFIG["training"][own]
    with_own = changed("architectures", "stacked", "training", to={own: usual})
    of_others = {"write_page"}  # which shows the other architectures too
    assert differing(with_own, changed("training", own, to=top, config=with_own)) == of_others
    assert differing(CONFIG, changed("training", own, to=top)) == {"train_network"} | of_others


def test_an_architecture_may_replace_the_decay_of_one_layer_group_only():
    config = changed("architectures", "stacked", "training", to={"weight_decay": {"conv": 2}})
    config = changed("training", "weight_decay", to={"conv": 9, "linear": 7}, config=config)
    assert Experiment(config).training["stacked"]["weight_decay"] == {"conv": 2.0, "linear": 7.0}
    assert Experiment(config).training["templates"]["weight_decay"] == {"conv": 9.0, "linear": 7.0}


def test_two_swapped_values_change_the_spec():
    one = changed("training", "weight_decay", to={"conv": 0.25, "linear": 0.75})
    other = changed("training", "weight_decay", to={"conv": 0.75, "linear": 0.25})
    assert differing(one, other) == {"train_network", "write_page"}
    one, other = (changed("datasets", "waveforms", "image_size", to=size) for size in ([64, 80], [80, 64]))
    assert differing(one, other) == {"make_dataset", "write_page"}
    one, other = (changed("movie", to={"hold_first": a, "hold_last": b}) for a, b in ((1, 2), (2, 1)))
    assert differing(one, other) == {"make_movie"}


def test_the_order_of_classes_counts_because_it_gives_the_labels():
    other = changed("datasets", "waveforms", "classes", to=["gaussian", "square", "triangle"])
    assert differing(CONFIG, other) == {"make_dataset", "write_page"}


def test_merging_goes_key_by_key_and_leaves_both_as_they_are():
    base, over = {"a": {"x": 1, "y": 2}, "b": 3}, {"a": {"y": 5}, "c": 6}
    assert merged(base, over) == {"a": {"x": 1, "y": 5}, "b": 3, "c": 6}
    assert (base, over) == ({"a": {"x": 1, "y": 2}, "b": 3}, {"a": {"y": 5}, "c": 6})


def test_the_config_is_not_changed():
    config = copy.deepcopy(CONFIG)
    Experiment(config)
    assert config == CONFIG


def test_results_and_devices_are_those_of_the_config():
    assert Experiment(CONFIG).results == "results"
    assert Experiment(changed("pathvars", to={"results": "results/x"})).results == "results/x"
    assert Experiment(CONFIG).devices == {"cpu"}
    own = changed("architectures", "templates", "training", to={"device": "cuda"})
    assert Experiment(own).devices == {"cpu", "cuda"}
    own["experiment"]["architectures"] = ["stacked"]
    assert Experiment(own).devices == {"cpu"}


@pytest.mark.parametrize(
    ("path", "value", "start"),
    [
        (
            ("training", "weight_decay"),
            {"conv9": 1},
            "training.weight_decay.conv9: got a layer that 'cnnkernels' does not have, expected one of conv, linear,",
        ),
        (
            ("architectures", "templates", "training"),
            {"init_std": {"conv2": 1}},
            "architectures.templates.training.init_std.conv2: got a layer that 'templates' does not have, expected ",
        ),
        (
            ("architectures", "templates", "widths"),
            [3, 4],
            "architectures.templates.widths: got a setting that network 'templates' does not have, expected one of",
        ),
        (
            ("architectures", "templates", "network"),
            "resnet",
            "architectures.templates.network: got 'resnet', expected one of templates, cnnkernels, cnnkernels_tanh",
        ),
        (("architectures", "templates", "network"), "a\nb", "architectures.templates.network: got 'a\\nb', expected "),
        (("experiment", "datasets"), ["photos"], "experiment.datasets[0]: got 'photos', expected waveforms"),
        (
            ("experiment", "architectures"),
            ["alexnet"],
            "experiment.architectures[0]: got 'alexnet', expected one of templates, cnnkernels, stacked",
        ),
        (
            ("datasets",),
            {},
            "experiment.datasets[0]: got 'waveforms', expected a name from `datasets:`, and none is defined there",
        ),
        (
            ("architectures", "stacked", "kernel_size"),
            60,
            "architectures.stacked on datasets.waveforms: kernel_size of conv2: got 5, expected 1 to 1 (its input",
        ),
        (
            ("datasets", "waveforms", "amplitude"),
            [0.8, 0.3],
            "datasets.waveforms.amplitude: got [0.8, 0.3], expected the smaller number first",
        ),
        (
            ("datasets", "waveforms", "width"),
            [0, 0.3],
            "datasets.waveforms.width: got [0.0, 0.3], expected numbers above 0",
        ),
        (("datasets", "waveforms", "width"), [0.3, 0.9], "datasets.waveforms.width: got 57.6 "),
        (("training", "epochs"), 0, "training.epochs: got 0, expected a whole number from 1 to 1,000,000"),
    ],
)
def test_what_does_not_fit_together_gives_one_line(path, value, start):
    assert message(changed(*path, to=value)).startswith(start)


def test_an_architecture_with_a_kind_of_layer_that_there_is_not_gives_one_line(monkeypatch):
    monkeypatch.setitem(ARCHITECTURES, "templates", lambda kernels, kernel_size, stride: [{"kind": "attention"}])
    start = "architectures.templates.network: layer kind: got 'attention', expected one of add, average_pool, "
    assert message(CONFIG).startswith(start)


def test_a_layer_that_only_some_architectures_have_may_be_named_inside_these():
    config = changed("architectures", "cnnkernels", "training", to={"weight_decay": {"conv2": 1}})
    assert Experiment(config).training["cnnkernels"]["weight_decay"]["conv2"] == 1


def test_an_architecture_that_is_not_selected_may_be_wrong():
    config = changed("architectures", "templates", "kernel_size", to=64)
    config["datasets"]["waveforms"]["image_size"] = [60, 64]
    config["experiment"]["architectures"] = ["stacked"]
    assert list(Experiment(config).layers) == ["stacked"]


def test_the_largest_kernel_that_fits_is_allowed():
    assert (
        Experiment(changed("architectures", "templates", "kernel_size", to=64)).layers["templates"][0]["kernel_size"]
        == 64
    )


def test_cnnkernels_with_a_last_tanh_takes_the_settings_of_cnnkernels():
    config = changed("architectures", "origin", to={"network": "cnnkernels_tanh", "kernels": 3, "widths": [20, 10]})
    config["experiment"]["architectures"] = ["origin"]
    layers = Experiment(config).layers["origin"]
    assert layers[0]["kernels"] == 3
    assert layers[-1] == {"kind": "tanh"}
    bad = changed("architectures", "origin", "widths", to=[1], config=config)
    assert message(bad).startswith("architectures.origin.widths: got [1], expected a list of 2")


def test_of_many_seeds_some_are_drawn_and_another_seed_moves_out_at_most_one():
    few = random_subset(list(range(100)), 40)
    assert len(few) == len(set(few)) == 40
    assert few == sorted(few) == random_subset(list(range(99, -1, -1)), 40)
    for seed in range(100, 200):
        assert len(set(few) - set(random_subset([*range(100), seed], 40))) <= 1
    assert random_subset([5, 3], 40) == [3, 5]
    small = [
        seed < start + 25 for start in range(0, 5000, 50) for seed in random_subset(list(range(start, start + 50)), 10)
    ]
    assert 0.45 < sum(small) / len(small) < 0.55  # neither small nor large numbers


def test_only_pairs_are_limited_to_the_drawn_seeds():
    config = {
        **CONFIG,
        "comparison": {"max_seeds": 2},
        "experiment": {**CONFIG["experiment"], "seeds": list(range(9))},
    }
    experiment = Experiment(config)
    chosen = random_subset(list(range(9)), 2)
    assert experiment.match_kernels("waveforms", "templates")["seeds"] == chosen
    assert experiment.compare_runs("waveforms")["seeds"] == dict.fromkeys(experiment.architectures, chosen)
    assert experiment.compare_seeds("waveforms", "templates")["seeds"] == list(range(9))
    assert experiment.compare_seeds("waveforms", "templates")["seeds_compared"] == chosen
    assert experiment.write_summary()["seeds"] == {arch: list(range(9)) for arch in experiment.architectures}


def test_a_group_is_of_the_seeds_of_the_same_numbers_whichever_others_there_are():
    assert groups([0, 1, 2, 3, 5, 130], 2) == {0: [0, 1], 1: [0, 1], 2: [2, 3], 3: [2, 3], 5: [5], 130: [130]}
    assert groups([0, 1, 5], 2)[0] == [0, 1]
    assert groups([0, 1], 1) is None


def test_a_group_says_its_seeds_and_how_many_a_group_may_have_is_no_part_of_it():
    config = changed("training", "seeds_per_job", to=2)
    spec = json.loads(specs(config)["train_group"])
    assert spec["seeds"] == [0, 1]
    assert "seed" not in spec
    assert differing(config, changed("training", "seeds_per_job", to=3)) == {"train_group"}  # seed 2 joins the group
    assert differing(config, changed("experiment", "seeds", to=[0, 1, 7], config=config)) == (OF_SEEDS | OVER_RUNS)


@pytest.mark.parametrize(("device", "asked", "expected"), [("cpu", None, 1), ("cuda", None, 64), ("cuda", 8, 8)])
def test_seeds_are_trained_together_on_a_gpu_unless_the_config_says_otherwise(device, asked, expected):
    config = changed("training", "device", to=device)
    config = changed("training", "seeds_per_job", to=asked, config=config)
    config = changed("experiment", "seeds", to=list(range(200)), config=config)
    groups = Experiment(config).groups["templates"]
    assert (len(groups[0]) if groups else 1) == expected
    assert Experiment(config).together("templates") == (expected > 1)


def many(architectures, seeds):
    """Return an experiment with this many equal architectures and seeds."""
    names = [f"a{number}" for number in range(architectures)]
    selection = {**CONFIG["experiment"], "architectures": names, "seeds": list(range(seeds))}
    definitions = dict.fromkeys(names, CONFIG["architectures"]["templates"])
    return Experiment({**CONFIG, "experiment": selection, "architectures": definitions})


@pytest.mark.parametrize(
    ("architectures", "seeds", "compared"),
    [(3, 3, (3, 3)), (3, 1000, (3, 40)), (5, 40, (5, 40)), (25, 40, (25, 8)), (199, 2, (199, 1)), (300, 2, (200, 1))],
)
def test_runs_that_are_compared_all_with_all_are_never_more_than_two_hundred(architectures, seeds, compared):
    experiment = many(architectures, seeds)
    spec = experiment.compare_runs("waveforms")
    assert (len(spec["seeds"]), len(next(iter(spec["seeds"].values())))) == compared
    assert spec["seeds"].keys() <= set(experiment.architectures)
    assert all(set(chosen) <= set(experiment.compared[arch]) for arch, chosen in spec["seeds"].items())


@pytest.mark.parametrize(("architectures", "seeds", "shown"), [(3, 3, 3), (3, 1000, 33), (7, 40, 14), (130, 2, 1)])
def test_a_page_holds_at_most_a_hundred_runs_and_at_least_one_of_every_architecture(architectures, seeds, shown):
    experiment = many(architectures, seeds)
    spec = experiment.write_page()
    assert {len(chosen) for chosen in spec["shown"].values()} == {shown}
    assert all(set(chosen) <= set(experiment.compared[arch]) for arch, chosen in spec["shown"].items())
    assert spec["seeds"] == {f"a{number}": list(range(seeds)) for number in range(architectures)}


def test_a_run_is_held_against_the_random_labels_of_the_compared_seeds_only():
    config = changed("architectures", "labels", to={"of": "templates", "control": "random_labels"})
    config["experiment"] |= {"architectures": ["labels", "templates"], "seeds": list(range(50))}
    experiment = Experiment(config)
    spec = experiment.measure_kernels("waveforms", "templates", "7")
    assert spec["random_labels"] == {"labels": experiment.compared["labels"]}
    assert len(experiment.compared["labels"]) == 40
    assert experiment.measure_kernels("waveforms", "labels", "7")["random_labels"] == {}
