"""The file that a bad value came from, where several are laid over each other."""

import pytest
import yaml

from experiment.config import origins
from experiment.config.origins import Layer
from experiment.config.problems import ConfigError, Problem
from experiment.plan import loading

LAYERS = [
    Layer(
        "base", {"experiment": {"seeds": [0, 1, 2]}, "training": {"epochs": 3, "loss": "mse"}, "datasets": {"d": {}}}
    ),
    Layer("first", {"experiment": {"seeds": [-1]}, "training": {"epochs": -1}}),
    Layer("--config", {"movie": 3, "training": {"loss": "mze"}}),
]


@pytest.mark.parametrize(
    ("path", "other", "name"),
    [
        (("training", "epochs"), None, "first"),  # the last that sets it
        (("training", "loss"), None, "--config"),
        (("movie",), None, "--config"),
        (("movie", "hold_first"), None, "--config"),  # or what it would be in
        (("datasets", "d", "folder"), None, "base"),
        (("experiment", "seeds", 0), None, "first"),
        (("datasets", "d"), ("training", "epochs"), "first"),  # or, of two values, the later one
        (("training", "epochs"), ("datasets", "d"), "first"),
    ],
)
def test_the_last_layer_that_sets_a_place_is_named(path, other, name):
    error = origins.named(ConfigError(Problem(path, "line", other), more=2), LAYERS)
    assert error.lines == [f"{name}: line", "and 2 more"]
    assert error.problems[0].path == path


def test_without_a_place_or_without_layers_nothing_is_named():
    assert origins.named(ConfigError("line"), LAYERS).lines == ["line"]
    assert origins.named(ConfigError(Problem(("movie",), "line")), []).lines == ["line"]


def test_files_are_named_from_the_working_folder_if_they_are_below_it(tmp_path, monkeypatch):
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    for path in (tmp_path / "a.yaml", tmp_path / "below" / "b.yaml"):
        path.write_text("movie: 3")
    layers = origins.from_files([tmp_path / "a.yaml", tmp_path / "below" / "b.yaml"], {"training": 3})
    assert layers == [
        (str(tmp_path / "a.yaml"), {"movie": 3}),
        ("b.yaml", {"movie": 3}),
        ("--config", {"training": 3}),
    ]


def test_a_file_that_is_a_template_leaves_all_unnamed_as_it_may_set_anything(tmp_path):
    (tmp_path / "a.yaml").write_text("__use_yte__: true\nmovie: 3\n")
    assert origins.from_files([tmp_path / "a.yaml"], {"training": 3}) == []


def test_each_line_of_a_config_of_several_files_has_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, config in {
        "a.yaml": {"training": {"epochs": -1, "loss": "mze"}, "experiment": {"architectures": ["templtes"]}},
        "b.yaml": {"training": {"epochs": -2}, "architectures": {"templates": {"kernel": 3}}},
    }.items():
        (tmp_path / name).write_text(yaml.safe_dump(config))
    with pytest.raises(ConfigError) as caught:
        loading.load(["a.yaml", "b.yaml"])
    starts = ("b.yaml: architectures.templates.kernel: ", "b.yaml: training.epochs: got -2", "a.yaml: training.loss: ")
    assert len(caught.value.lines) == 3
    for line, start in zip(caught.value.lines, starts, strict=True):
        assert line.startswith(start)


def test_problems_of_several_files_as_files_are_all_reported(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text("a: [")
    with pytest.raises(ConfigError) as caught:
        loading.load(["a.yaml", "missing.yaml"])
    assert [line.split()[0] for line in caught.value.lines] == ["a.yaml", "missing.yaml:"]
