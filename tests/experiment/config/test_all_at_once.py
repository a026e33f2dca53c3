"""Everything that a plan finds wrong with a config that the schema allows, reported together and once each."""

import re
from functools import cache

import pytest
from default_config import CONFIG, changed
from tiers import rows

from experiment.config.problems import MOST, ConfigError
from experiment.plan.experiment import Experiment


def lines(config) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        Experiment(config)
    return caught.value.lines


def places(config) -> list[str]:
    return [line.partition(": ")[0] for line in lines(config)]


def selected(config, **names):
    """Return the config with these names selected too."""
    experiment = {**config["experiment"]}
    for kind, more in names.items():
        experiment[kind] = [*experiment[kind], *more]
    return {**config, "experiment": experiment}


def test_problems_of_every_step_are_reported_together():
    config = changed("datasets", "bad", to={"width": [0.3, 0.1], "amplitude": [0, 0.5], "graticule": 0.5})
    config["datasets"]["small"] = {"image_size": [12, 12], "inside_frame": False}
    config["architectures"] |= {
        "no-net": {"kernels": 3},
        "both": {"of": "templtes", "kernels": 3},
        "wrong": {"network": "templates", "widths": [3, 3], "towers": 1},
        "grid": {"network": "templates", "vary": {"training.epochs": [1, 0], "training.los": ["mse"]}},
    }
    config["training"]["weight_decay"] = {"conv9": 1}
    archs = ["no-net", "both", "wrong", "grid", "gone"]
    assert places(selected(config, datasets=["bad", "small", "lost"], architectures=archs)) == [
        *("architectures.both.control", "architectures.both.kernels", "architectures.both.of"),
        *("architectures.cnnkernels on datasets.small",),
        *("architectures.grid.vary.training.epochs[1]", "architectures.grid.vary.training.los"),
        *("architectures.no-net.network", "architectures.stacked on datasets.small"),
        *("architectures.templates on datasets.small",),
        *("architectures.wrong.towers", "architectures.wrong.widths"),
        *("datasets.bad.amplitude", "datasets.bad.graticule", "datasets.bad.width"),
        *("experiment.architectures[7]", "experiment.datasets[3]"),
        "training.weight_decay.conv9",
    ]


@pytest.mark.parametrize(
    ("change", "meant"),
    [
        ({"experiment": {**CONFIG["experiment"], "architectures": ["templtes"]}}, "templates"),
        ({"experiment": {**CONFIG["experiment"], "datasets": ["waveform"]}}, "waveforms"),
        ({"architectures": {**CONFIG["architectures"], "templates": {"network": "stackd"}}}, "stacked"),
        ({"architectures": {**CONFIG["architectures"], "templates": {"of": "stackd", "control": "frozen"}}}, "stacked"),
        ({"training": {"init_std": {"conv_1": 1}}}, "conv1"),
    ],
)
def test_a_name_like_a_defined_one_gets_a_suggestion(change, meant):
    (line,) = lines({**CONFIG, **change})
    assert line.endswith(f" (did you mean {meant!r}?)")


def test_networks_that_there_are_not_list_those_that_there_are():
    config = changed("architectures", "templates", "network", to="resnet")
    config = changed("architectures", "grid", to={"vary": {"network": ["templates", "lenet"]}}, config=config)
    config["architectures"]["grid"]["network"] = "templates"
    first, second = lines(selected(config, architectures=["grid"]))
    known = "expected one of templates, cnnkernels, cnnkernels_tanh, stacked, krizhevsky, small_resnet, small_alexnet, "
    known += "cdbn, pretrained"
    assert first == f"architectures.grid.vary.network[1]: got 'lenet', {known}"
    assert second.startswith(f"architectures.templates.network: got 'resnet', {known}")


def test_a_setting_of_a_sweep_is_reported_once_and_not_for_each_of_its_architectures():
    grid = {"network": "templates", "widths": [3, 3], "vary": {"kernels": [1, 2, 3], "training.loss": ["mse", "l1"]}}
    config = changed("architectures", "grid", to=grid)
    assert places(selected(config, architectures=["grid"])) == ["architectures.grid.widths"]


def test_a_control_of_a_wrong_architecture_repeats_nothing():
    config = changed("architectures", "templates", "widths", to=[3, 3])
    config["architectures"]["control"] = {"of": "templates", "control": "frozen"}
    assert places(selected(config, architectures=["control"])) == ["architectures.templates.widths"]


def test_a_layer_that_several_architectures_lack_is_reported_once_and_an_own_one_for_itself():
    config = changed("training", "weight_decay", to={"conv2": 1, "conv9": 1})
    config["architectures"]["stacked"] = {"network": "stacked", "training": {"init_std": {"conv8": 1}}}
    assert places(config) == [
        "architectures.stacked.training.init_std.conv8",
        "training.weight_decay.conv2",
        "training.weight_decay.conv9",
    ]


def test_of_one_class_is_reported_once_for_all_architectures():
    assert places(changed("datasets", "waveforms", "classes", to=["square"])) == ["datasets.waveforms.classes"]


def test_each_sweep_is_checked_alone():
    config = changed("architectures", "a", to={"network": "templates", "vary": {"kernels": [3, 3.0]}})
    config["architectures"]["b"] = {"network": "templates", "vary": {"training.loss": {"x" * 63: "mse"}}}
    config["architectures"]["c"] = {"network": "templates", "vary": {"training.weight_decay": [{"conv": 1}]}}
    config["architectures"]["d"] = {"network": "templates", "vary": {"training.epochs.conv": [1]}}
    config["architectures"]["e"] = {"network": "templates", "vary": {"kernels": ["3", 0]}}
    assert places(selected(config, architectures=["a", "b", "c", "d", "e", "none"])) == [
        *("architectures.a.vary.kernels", "architectures.b.vary", "architectures.c.vary.training.weight_decay"),
        *("architectures.d.vary.training.epochs.conv", "architectures.e.vary.kernels[0]"),
        *("architectures.e.vary.kernels[1]", "experiment.architectures[8]"),
    ]


def test_kinds_of_experiments_that_exclude_each_other_are_reported_without_what_follows():
    """Follow-ups: sizes that do not fit, and a second kind that is excluded too."""
    config = changed("architectures", "mine", to={"network": "cdbn", "cdbn": {"crops": [400, 400]}})
    found = lines(selected(config, architectures=["mine"]))
    assert [line.partition(": ")[0] for line in found] == ["experiment.architectures"]
    config["architectures"]["other"] = {"network": "pretrained"}
    (line,) = lines(selected(config, architectures=["mine", "other"]))[:1]
    assert line.startswith("experiment.architectures: got 'cnnkernels', which is not pretrained")


def test_mixes_say_what_to_write():
    config = changed("architectures", "unknown", to={"network": "pretrained"})
    config["datasets"]["kernels"] = {"source": "pretrained", "folder": "nowhere"}
    found = lines(selected(config, datasets=["kernels"]))
    assert any(line.endswith("expected all pretrained or none (write `datasets: [kernels]`)") for line in found)
    assert any(line.endswith("expected all pretrained or none (write `architectures: [unknown]`)") for line in found)
    config = changed("architectures", "mine", to={"network": "cdbn"})
    (line,) = lines(selected(config, architectures=["mine"]))
    assert line.endswith(" (make two experiments, each with its own `pathvars.results`)")


def test_a_control_without_its_kind_holds_nothing():
    (line,) = lines(selected(changed("architectures", "c", to={"of": "templates"}), architectures=["c"]))
    assert line.startswith("architectures.c.control: got nothing, expected one of random_labels, frozen, ")


def test_a_folder_that_is_not_there_is_reported_beside_other_problems(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    config = changed("datasets", "images", to={"source": "folder", "folder": "nowhere"})
    config["datasets"]["file"] = {"source": "arrays", "file": "nowhere.npz"}
    config["datasets"]["kernels"] = {"source": "pretrained", "folder": "nowhere"}
    found = places(selected(config, datasets=["images", "file", "kernels"], architectures=["gone"]))
    assert [place for place in found if place.startswith("datasets")] == [
        "datasets.file.file",
        "datasets.images.folder",
        "datasets.kernels.folder",
    ]
    assert "experiment.architectures[3]" in found


def test_more_than_twenty_problems_are_counted():
    config = selected(CONFIG, architectures=[f"none{number}" for number in range(30)])
    assert len(lines(config)) == 21
    assert lines(config)[-1] == "and 10 more"


MISTAKES = {  # place -> value: of the schema, of names, of definitions, of what does not fit together
    ("training", "epochs"): -1,
    ("training", "loss"): "mze",
    ("training", "weight_decay"): {"conv9": 1},
    ("training", "scored_images"): 3,
    ("trainning",): {},
    ("pathvars",): "results",
    ("comparison", "n_resamples"): "many",
    ("movie", "hold_first"): [],
    ("experiment", "seeds", 0): -1,
    ("experiment", "stages"): ["trian"],
    ("experiment", "datasets", 1): "lost",
    ("experiment", "architectures", 3): "templtes",
    ("datasets", "second", "width"): [0.3, 0.1],
    ("datasets", "third", "source"): "foldr",
    ("datasets", "small", "image_size"): [12, 12],
    ("architectures", "first", "kernels"): "few",
    ("architectures", "other", "widths"): [3, 3],
    ("architectures", "net", "network"): "lenet",
    ("architectures", "grid", "vary"): {"training.epochs": [1, 0]},
}


def mistaken(*places) -> dict:
    """Return the config with these mistakes; their definitions are right otherwise, and are selected."""
    config = changed("training", "epochs", to=2)
    config["experiment"] = {key: [*items] for key, items in config["experiment"].items()}
    for place in places:
        if place[0] == "datasets":
            config["datasets"][place[1]] = {"source": "waveforms", "inside_frame": False}
        elif place[0] == "architectures":
            config["architectures"][place[1]] = {"network": "templates", "kernel_size": 5}
        if place[0] in ("datasets", "architectures"):
            config["experiment"][place[0]].append(place[1])
    for place in sorted(places, key=lambda place: place[:1] == ("experiment",)):
        *above, last = place
        inside = config
        for key in above:
            inside = inside.setdefault(key, {}) if isinstance(inside, dict) else inside[key]
        if isinstance(inside, list) and place[1] in ("datasets", "architectures"):
            inside.append(MISTAKES[place])
        else:
            inside[last] = MISTAKES[place]
    return config


@cache
def without_positions(*mistakes) -> set[str]:
    """Return the lines without positions in the selection and without what is expected, as both depend on it."""
    found = lines(mistaken(*mistakes))
    return {re.sub(r"(?<=s)\[\d+\]", "", line.partition(", expected ")[0]) for line in found}


@pytest.mark.parametrize("first", rows([(place,) for place in MISTAKES], *[(place,) for place in MISTAKES][::4]))
def test_of_two_mistakes_none_hides_the_other_and_both_together_make_no_third(first):
    alone = without_positions(first)
    for second in MISTAKES:
        if second != first and not small_beside_a_definition(first, second):
            assert without_positions(first, second) == alone | without_positions(second), second


def small_beside_a_definition(first, second) -> bool:
    """Whether one of two mistakes, an image that is too small, concerns the architecture that the other one brings."""
    kinds = {place[:2] == ("datasets", "small") or place[0] for place in (first, second)}
    return kinds == {True, "architectures"}


def test_mistakes_of_every_step_are_reported_in_one_go():
    found = lines(mistaken(*MISTAKES))
    assert len(found) == MOST + 1
    count = len(MISTAKES) - 1 + 3  # the small images fit none of three architectures, which is reported for each
    assert found[-1] == f"and {count - MOST} more"


def test_a_config_from_before_the_renaming_is_refused_once(tmp_path, monkeypatch):
    """The source of a dataset decides which keys it has, and the network of an architecture comes after both."""
    monkeypatch.chdir(tmp_path)
    config = changed("experiment", to={"datasets": ["origin"], "architectures": ["published"], "seeds": [0]})
    config["datasets"]["origin"] = {"source": "published", "folder": "published", "scaled": True}
    config["architectures"]["published"] = {"network": "published"}
    config["pictures"] = {"colour_map": "gray", "for": "wall"}
    assert places(config) == [
        *("architectures.published.network", "datasets.origin.folder", "datasets.origin.scaled"),
        *("datasets.origin.source", "pictures", "pictures.colour_map", "figures.for"),
    ]


JUNK = [None, True, -1, 1.5, float("nan"), "", "x", [], [[]], [None], {}, {"x": []}, {3: 1}, {"of": [1]}, b"x"]


@pytest.mark.parametrize("value", JUNK, ids=repr)
def test_anything_anywhere_beside_another_mistake_is_refused_in_lines(value):
    spots = [*MISTAKES, ("experiment",), ("datasets",), ("architectures",), ("training",), ("experiment", "seeds")]
    spots += [("datasets", "second"), ("architectures", "first"), ("architectures", "first", "of"), ("movie",)]
    for place in spots:
        if place[:2] in (("experiment", "datasets"), ("experiment", "architectures")):
            continue
        config = mistaken(("training", "loss"), ("architectures", "net", "network"))
        inside = config
        for key in place[:-1]:
            inside = inside.setdefault(key, {}) if isinstance(inside, dict) else inside[key]
        inside[place[-1]] = value
        assert all(lines(config))
