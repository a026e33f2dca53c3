"""Old names in a config are refused with the new ones."""

import re

import pytest
from default_config import CONFIG, changed
from projects import ROOT

from experiment.config import renamed
from experiment.config.nodes import resolve, schema
from experiment.config.problems import ConfigError
from experiment.config.schema import item_node
from experiment.plan.experiment import Experiment

GIVEN = {
    "keys": {
        "training.rate": "training.learning_rate",
        "architectures.*.training.rate": "architectures.*.training.learning_rate",
        "datasets.*.shapes": "datasets.*.classes",
        "drawing": "figures",
        "drawing.map": "figures.colormap",
        "architectures.old_net": "architectures.templates",
    },
    "values": {
        "training.loss": {"l2": "mse"},
        "datasets.*.classes": {"box": "square"},
        "architectures.*.network": {"template": "templates"},
        "experiment.architectures": {"template": "templates"},
    },
    "columns": {},
    "files": {},
}


def lines(config) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        Experiment(config)
    return caught.value.lines


@pytest.fixture
def table(monkeypatch):
    monkeypatch.setattr(renamed, "table", lambda: GIVEN)


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (("training", "rate"), 1, ["training.rate: got the old name, expected training.learning_rate"]),
        (
            ("architectures", "templates", "training"),
            {"rate": 1},
            [
                "architectures.templates.training.rate: got the old name, expected "
                "architectures.templates.training.learning_rate"
            ],
        ),
        (
            ("datasets", "waveforms", "shapes"),
            ["square", "triangle"],
            ["datasets.waveforms.shapes: got the old name, expected datasets.waveforms.classes"],
        ),
        (("drawing",), {}, ["drawing: got the old name, expected figures"]),
        (
            ("drawing",),
            {"map": "gray"},
            [
                "drawing: got the old name, expected figures",
                "drawing.map: got the old name, expected figures.colormap",
            ],
        ),
        (("training", "loss"), "l2", ["training.loss: got the old value 'l2', expected 'mse'"]),
        (
            ("datasets", "waveforms", "classes"),
            ["triangle", "box"],
            ["datasets.waveforms.classes[1]: got the old value 'box', expected 'square'"],
        ),
        (
            ("architectures", "templates", "network"),
            "template",
            ["architectures.templates.network: got the old value 'template', expected 'templates'"],
        ),
        (
            ("experiment", "architectures"),
            ["stacked", "template"],
            ["experiment.architectures[1]: got the old value 'template', expected 'templates'"],
        ),
    ],
)
def test_an_old_name_is_refused_with_the_new_one(table, path, value, expected):
    assert lines(changed(*path, to=value)) == expected


def test_an_old_name_in_a_sweep_is_refused_with_the_new_one(table):
    vary = {"training.rate": [1], "network": {"short": "template"}}
    config = changed("architectures", "grid", to={"network": "templates", "vary": vary})
    config["experiment"]["architectures"] = ["grid"]
    assert lines(config) == [
        "architectures.grid.vary.network.short: got the old value 'template', expected 'templates'",
        "architectures.grid.vary.training.rate: got the old name, expected "
        "architectures.grid.vary.training.learning_rate",
    ]


def test_an_old_name_of_a_definition_is_refused_where_the_rest_of_it_is_missing(table):
    config = changed("architectures", "old_net", to={"kernels": 3})
    config["experiment"]["architectures"] = ["old_net"]
    assert lines(config) == ["architectures.old_net: got the old name, expected architectures.templates"]


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        ({"kernels": 3}, "architectures.old_net: got the old name, expected architectures.templates"),
        ({"network": "template"}, "architectures.old_net.network: got the old value 'template', expected 'templates'"),
        (
            {"network": "templates", "vary": {"training.rate": [1]}},
            "architectures.old_net.vary.training.rate: got the old name, "
            "expected architectures.old_net.vary.training.learning_rate",
        ),
        (
            {"network": "templates", "vary": {"training.rate.conv": [1]}},
            "architectures.old_net.vary.training.rate.conv: got the old name, "
            "expected architectures.old_net.vary.training.learning_rate.conv",
        ),
        (
            {"network": "templates", "vary": {"network": ["stacked", "template"]}},
            "architectures.old_net.vary.network[1]: got the old value 'template', expected 'templates'",
        ),
    ],
)
def test_an_old_name_in_a_definition_that_is_not_selected_is_refused(table, definition, expected):
    assert lines(changed("architectures", "old_net", to=definition)) == [expected]


@pytest.mark.parametrize("definition", [{"network": "templates", "kernels": 3}, {"of": "templates"}])
def test_a_whole_definition_may_have_an_old_name(table, definition):
    Experiment(changed("architectures", "old_net", to=definition))


def test_a_problem_in_a_whole_definition_with_an_old_name_stays_as_it_is(table):
    (line,) = lines(changed("architectures", "old_net", to={"network": "templates", "kernels": -1}))
    assert line.startswith("architectures.old_net.kernels: got -1, expected a whole number")


@pytest.mark.parametrize("definition", [{"kernels": 3}, {"network": "resnet"}, {"vary": {"training.lr": [1]}}])
def test_all_else_in_definitions_that_are_not_selected_stays_unchecked(table, definition):
    Experiment(changed("architectures", "other", to=definition))


def test_other_problems_stay_as_they_are(table):
    config = changed("training", "rate", to=1)
    config["training"]["epochs"] = -1
    epochs, rate = lines(config)
    assert epochs.startswith("training.epochs: got -1, expected a whole number")
    assert rate.startswith("training.rate: got the old name")
    (loss,) = lines(changed("training", "loss", to="l3"))
    assert loss.startswith("training.loss: got 'l3', expected one of")


def test_the_table_is_read_only_where_something_is_refused(monkeypatch):
    monkeypatch.setattr(renamed, "table", lambda: pytest.fail("read"))
    Experiment(CONFIG)


def test_the_table_in_the_repository_has_four_sections_and_new_names_that_exist():
    assert renamed.table().keys() == set(renamed.SECTIONS)
    assert list(unknown(renamed.table())) == []


def unknown(table):
    """Yield new keys that the schema does not have, and old keys that it still has."""
    for old, new in table["keys"].items():
        if old.count("*") != new.count("*") or not known(new.split(".")):
            yield new
        if (
            "*" not in old[-1]
            and known(old.split("."))
            and old.split(".")[:-1] not in (["architectures"], ["datasets"])
        ):
            yield old
    for place in table["values"]:
        if not known(place.split(".")):
            yield place


def known(keys, node=None) -> bool:
    """Whether the schema has a key; `*` and any name below `datasets` and `architectures` is a definition."""
    node = resolve(node or schema())
    if not keys:
        return True
    if "by_source" in node:
        return any(known(keys, choice) for choice in node["by_source"].values())
    return bool(below := item_node(node, keys[0])) and known(keys[1:], below)


def test_that_check_finds_names_that_do_not_exist():
    assert list(unknown(GIVEN)) == []
    assert list(unknown({"keys": {"training.rate": "training.speed"}, "values": {}})) == ["training.speed"]
    assert list(unknown({"keys": {"training.loss": "training.momentum"}, "values": {}})) == ["training.loss"]
    assert list(unknown({"keys": {"datasets.*.shapes": "datasets.classes.*.a"}, "values": {}})) == [
        "datasets.classes.*.a"
    ]
    assert list(unknown({"keys": {}, "values": {"training.speed": {}}})) == ["training.speed"]


@pytest.mark.parametrize("section", ["columns", "files"])
def test_no_old_name_of_a_column_or_file_is_in_use(section):
    old = set(renamed.table()[section]) - {"words", "of", "cells", "why", "undefined"}  # these are English words too
    texts = {path: path.read_text() for kind in ("py", "smk", "js") for path in (ROOT / "workflow").rglob(f"*.{kind}")}
    assert texts
    for path, text in texts.items():
        assert not {name for name in old if re.search(rf"[\"'`/]{re.escape(name)}[\"'`]", text)}, path
