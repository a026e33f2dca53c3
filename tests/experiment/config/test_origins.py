"""The file that a bad value came from, where several are laid over each other."""

import pytest
import yaml

from experiment.config import origins
from experiment.config.origins import Layer
from experiment.config.problems import ConfigError, Problem
from experiment.plan import loading

LAYERS = [
    Layer(
        str(origins.DEFAULT),
        {
            "experiment": {"seeds": [0, 1, 2], "datasets": ["d"]},
            "training": {"epochs": 3, "loss": "mse"},
            "datasets": {"d": {"classes": ["a"]}},
        },
    ),
    Layer("first", {"experiment": {"seeds": [-1]}, "training": {"epochs": -1}}),
    Layer("second", {"experiment": {"datasets": ["d"]}, "datasets": {"d": {"width": 3}}}),
    Layer("--config", {"movie": 3, "training": {"loss": "mze"}}),
]
EPOCHS, LOSS, SEEDS = ("training", "epochs"), ("training", "loss"), ("experiment", "seeds")
CLASSES, WIDTH = ("datasets", "d", "classes"), ("datasets", "d", "width")


@pytest.mark.parametrize(
    ("path", "others", "name"),
    [
        (EPOCHS, (), "first"),  # the last that sets it
        (LOSS, (), "--config"),
        (("movie",), (), "--config"),
        (("movie", "hold_first"), (), "--config"),  # or what it would be in
        (("datasets", "d", "folder"), (), "second"),
        ((*SEEDS, 0), (), "first"),
        (CLASSES, (), str(origins.DEFAULT)),
        (CLASSES, (EPOCHS,), "first"),  # of two values, not the default one
        (EPOCHS, (CLASSES,), "first"),
        (EPOCHS, (SEEDS,), "first"),  # each file once
        (EPOCHS, (WIDTH, LOSS), "first and second and --config"),  # all, if none is the default one
        (WIDTH, (EPOCHS,), "first and second"),
        (EPOCHS, (("datasets", "d", "noise"),), "first"),  # what nothing sets does not count
        (CLASSES, (("datasets", "d", "noise"),), "second"),  # the default values that this file has selected
    ],
)
def test_the_last_layers_that_set_what_does_not_fit_are_named(path, others, name):
    error = origins.named(ConfigError(Problem(path, "line", others), more=2), LAYERS)
    assert error.lines == [f"{name}: line", "and 2 more"]
    assert error.problems[0].path == path


def test_a_problem_of_the_default_config_alone_is_its_own():
    error = origins.named(ConfigError(Problem(CLASSES, "line", (EPOCHS,))), LAYERS[:1])
    assert error.lines == [f"{origins.DEFAULT}: line"]


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
    starts = ("b.yaml: architectures.templates.kernel: ", "a.yaml: experiment.architectures[0]: got 'templtes'")
    starts += ("b.yaml: training.epochs: got -2", "a.yaml: training.loss: ")
    assert len(caught.value.lines) == len(starts)
    for line, start in zip(caught.value.lines, starts, strict=True):
        assert line.startswith(start)


def test_problems_of_several_files_as_files_are_all_reported(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text("a: [")
    with pytest.raises(ConfigError) as caught:
        loading.load(["a.yaml", "missing.yaml"])
    assert [line.split()[0] for line in caught.value.lines] == ["a.yaml", "missing.yaml:"]


PAIRS = {  # what the default config lacks, the first file, the second, the line after the names of the files
    "graticule": (
        *({"datasets": {"w": {"image_size": [64, 64]}}}, {"datasets": {"w": {"graticule": 0.5}}}),
        *({"datasets": {"w": {"trace_colors": []}}}, "datasets.w.graticule: got 0.5"),
    ),
    "setting of another network": (
        *({}, {"architectures": {"mine": {"kernels": 3, "widths": [3, 3]}}}),
        *({"architectures": {"mine": {"network": "templates"}}}, "architectures.mine.widths: got a setting"),
    ),
    "lists as long as kernels": (
        *({"architectures": {"mine": {"network": "cdbn"}}}, {"architectures": {"mine": {"cdbn": {"kernels": [3]}}}}),
        *({"architectures": {"mine": {"cdbn": {"steps": [3, 3]}}}}, "architectures.mine.cdbn.steps: got 2 values"),
    ),
    "control of a control": (
        *({}, {"architectures": {"mine": {"of": "templates", "control": "frozen"}}}),
        *({"architectures": {"mine": {"kernels": 3}}}, "architectures.mine.kernels: got a setting beside `of`"),
    ),
    "kernel larger than the image": (
        *({}, {"architectures": {"mine": {"network": "templates", "kernel_size": 60}}}),
        *({"datasets": {"w": {"image_size": [50, 50]}}}, "architectures.mine on datasets.w: "),
    ),
    "layer that a network lacks": (
        *({}, {"architectures": {"mine": {"network": "templates"}}}),
        *({"training": {"init_std": {"conv2": 0.1}}}, "training.init_std.conv2: got a layer that 'mine'"),
    ),
    "waveform outside its frame": (
        *({}, {"datasets": {"w": {"amplitude": [0.3, 0.4]}}}),
        *({"datasets": {"w": {"line_width": [30.0, 40.0]}}}, "datasets.w."),
    ),
}


@pytest.mark.parametrize("case", PAIRS)
def test_two_values_that_do_not_fit_name_the_files_that_are_laid_over_the_default(tmp_path, monkeypatch, case):
    """As one of the two may be in the default config, which is right by itself."""
    monkeypatch.chdir(tmp_path)
    base, first, second, line = PAIRS[case]
    selection = {"experiment": {"datasets": ["w"], "architectures": ["mine"]}}
    rest = {"datasets": {"w": {"source": "waveforms"}}, "architectures": {"mine": {"network": "templates"}}}
    defined = "architectures" in first or "architectures" in second or "architectures" in base
    given = loading.laid_over({"datasets": rest["datasets"]} if defined else rest, loading.laid_over(selection, base))
    default = loading.laid_over(yaml.safe_load(origins.DEFAULT.read_text()), given)
    for name, config in {"default.yaml": default, "a.yaml": first, "b.yaml": second}.items():
        (tmp_path / name).write_text(yaml.safe_dump(config))
    (tmp_path / "both.yaml").write_text(yaml.safe_dump(loading.laid_over(default, first)))
    (tmp_path / "other.yaml").write_text(yaml.safe_dump(loading.laid_over(default, second)))
    for default_name, files, names in (
        *(("default.yaml", ["a.yaml", "b.yaml"], "a.yaml and b.yaml"), ("both.yaml", ["b.yaml"], "b.yaml")),
        ("other.yaml", ["a.yaml"], "a.yaml"),
    ):
        for module in (origins, loading):
            monkeypatch.setattr(module, "DEFAULT", tmp_path / default_name)
        with pytest.raises(ConfigError) as caught:
            loading.load(files)
        assert any(found.startswith(f"{names}: {line}") for found in caught.value.lines), caught.value.lines
