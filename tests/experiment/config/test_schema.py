import copy
import datetime
import math

import pytest
import yaml
from projects import ROOT

from experiment.config import schema
from experiment.config.messages import given
from experiment.config.problems import ConfigError

CONFIG = yaml.safe_load((ROOT / "config" / "config.yaml").read_text())
SMALL = {
    "experiment": {"datasets": ["d"], "architectures": ["a"], "seeds": [0]},
    "datasets": {"d": {}},
    "architectures": {"a": {"network": "templates"}},
}


def with_value(path, value, config=SMALL):
    """Return the config with `value` at a path of keys; mappings on the way are made."""
    config = copy.deepcopy(config)
    node = config
    for key in path[:-1]:
        node = node.setdefault(key, {}) if isinstance(node, dict) else node[key]
    node[path[-1]] = value
    return config


def lines(config):
    """Return the lines that refuse a config."""
    with pytest.raises(ConfigError) as caught:
        schema.check(config)
    assert str(caught.value).split("\n") == caught.value.lines
    assert all(line.isprintable() for line in caught.value.lines)
    return caught.value.lines


def message(config):
    """Return the only line that refuses a config."""
    (line,) = lines(config)
    return line


def test_the_small_config_and_the_one_of_the_repository_are_valid():
    assert schema.check(SMALL) is None
    assert schema.check(CONFIG) is None


def test_the_schema_itself_is_valid_and_describes_every_key_with_a_default():
    schema.jsonschema.Draft202012Validator.check_schema(schema.schema())
    for section in ("dataset", "training"):
        for key, node in schema.schema()["$defs"][section]["properties"].items():
            assert "default" in schema.resolve(node), key
            assert schema.resolve(node)["description"], key


BAD = [
    # unknown keys
    (("trainin",), {}, "trainin: got an unknown key, expected one of experiment, "),
    (("training", "epoch"), 3, "training.epoch: got an unknown key, expected one of optimizer, "),
    (("datasets", "d", "amplitud"), [0, 1], "datasets.d.amplitud: got an unknown key, expected one of source, "),
    (
        ("architectures", "a", "training", "lr"),
        1,
        "architectures.a.training.lr: got an unknown key, expected one of optimizer, ",
    ),
    (("qqqq",), 1, "qqqq: got an unknown key, expected one of experiment, "),
    # wrong types
    (("training", "epochs"), 10.5, "training.epochs: got 10.5, expected a whole number from 1 to 1,000,000, or null"),
    (("training", "epochs"), True, "training.epochs: got true, expected a whole number"),
    (("training", "steps"), None, "training.steps: got null, expected a whole number"),
    (("training", "epochs"), [10], "training.epochs: got [10], expected a whole number"),
    (("training", "learning_rate"), "fast", "training.learning_rate: got 'fast', expected a number above 0"),
    (("training",), [], "training: got [], expected a mapping of keys to values"),
    (("movie",), None, "movie: got null, expected a mapping of keys to values"),
    (("comparison", "ignore_sign"), 1, "comparison.ignore_sign: got 1, expected true or false"),
    (("comparison", "ignore_sign"), "yes", "comparison.ignore_sign: got 'yes', expected true or false"),
    (("experiment", "datasets"), "d", "experiment.datasets: got 'd', expected a list of names (letters"),
    (("experiment", "seeds"), 3, "experiment.seeds: got 3, expected a list of whole numbers from 0 to 999,999,999"),
    (("architectures", "a", "network"), 1, "architectures.a.network: got 1, expected a word"),
    (
        ("datasets", "d"),
        {"source": "pretrained", "folder": "f", "layers": "conv1"},
        "datasets.d.layers: got 'conv1', expected a list of words, or null",
    ),
    (
        (
            "datasets",
            "d",
            "image_size",
        ),
        ["64", 64],
        "datasets.d.image_size[0]: got '64', expected a whole number",
    ),
    # words that are not on the list
    (("training", "device"), "gpu", "training.device: got 'gpu', expected one of auto, cpu, cuda, mps"),
    (("training", "loss"), False, "training.loss: got false, expected one of cross_entropy, l1, mse"),
    (("figures", "colormap"), "jet", "figures.colormap: got 'jet', expected one of RdBu_r, gray"),
    (
        ("datasets", "d", "classes"),
        ["square", "circle"],
        "datasets.d.classes[1]: got 'circle', expected one of square, tri",
    ),
    # lists: empty, double, too short, too long
    (("experiment", "seeds"), [], "experiment.seeds: got [], expected at least 1 value"),
    (("experiment", "datasets"), [], "experiment.datasets: got [], expected at least 1 value"),
    (("datasets", "d", "classes"), [], "datasets.d.classes: got [], expected at least 1 value"),
    (("experiment", "seeds"), [4, 1, 4], "experiment.seeds[2]: got 4 a second time, expected each value once"),
    (("experiment", "seeds"), [1, 1.0], "experiment.seeds[1]: got 1.0 a second time, expected each value once"),
    (("experiment", "architectures"), ["a", "a"], "experiment.architectures[1]: got 'a' a second time"),
    (("datasets", "d", "classes"), ["square"] * 2, "datasets.d.classes[1]: got 'square' a second time"),
    (("datasets", "d", "classes"), "square", "datasets.d.classes: got 'square', expected a list"),
    (
        ("datasets", "d", "width"),
        [0.1],
        "datasets.d.width: got [0.1], expected a list of 2 numbers from 0 to 1",
    ),
    (("datasets", "d", "width"), [0, 0.5, 1], "datasets.d.width: got [0, 0.5, 1], expected a list of 2 num"),
    # out of range
    (("experiment", "seeds"), [0, -1], "experiment.seeds[1]: got -1, expected a whole number from 0 to 999,999,999"),
    (("training", "learning_rate"), 0, "training.learning_rate: got 0, expected a number above 0 and up to 1,000"),
    (("training", "momentum"), 1, "training.momentum: got 1, expected a number from 0 to below 1"),
    (
        ("training", "epochs"),
        10**60,
        "training.epochs: got 1" + 60 * "0" + ", expected a whole number from 1 to 1,000,000, or null",
    ),
    (
        ("training", "weight_decay", "conv1"),
        -0.1,
        "training.weight_decay.conv1: got -0.1, expected a number from 0 to 1,000",
    ),
    (("training", "init_std", "conv"), 0, "training.init_std.conv: got 0, expected a number above 0"),
    (
        ("training", "weight_decay", "conv"),
        None,
        "training.weight_decay.conv: got null, expected a number from 0 to 1,000",
    ),
    (
        ("datasets", "d", "noise"),
        [0, 1.5],
        "datasets.d.noise[1]: got 1.5, expected a number from 0 to 1",
    ),
    # what JSON cannot say
    (
        ("training", "learning_rate"),
        math.nan,
        "training.learning_rate: got nan, expected a number above 0 and up to 1,000",
    ),
    (
        ("training", "learning_rate"),
        math.inf,
        "training.learning_rate: got inf, expected a number above 0 and up to 1,000",
    ),
    (("datasets", "d", "width"), [0.1, -math.inf], "datasets.d.width[1]: got -inf, expected a number from 0 to 1"),
    (
        ("training", "epochs"),
        datetime.date(2026, 1, 2),
        "training.epochs: got datetime.date(2026, 1, 2), expected a w",
    ),
    (("training", 3), 3, "training: got the key 3, expected words as keys (write it in quotes)"),
    (("training", True), 3, "training: got the key True, expected words as keys (write it in quotes)"),
    (("architectures", None), {}, "architectures: got the key None, expected words as keys (write it in quotes)"),
    ((datetime.date(2026, 1, 2),), {}, "config: got the key datetime.date(2026, 1, 2), expected words"),
    (("training", "epochs"), b"1", "training.epochs: got b'1', expected a whole number from 1 to 1,000,000, or null"),
    # results
    (
        ("pathvars", "results"),
        "results/data",
        "pathvars.results: got 'results/data', expected results, or results/NAME",
    ),
    (("pathvars", "results"), "results/../x", "pathvars.results: got 'results/../x', expected results, or results/"),
    (("pathvars", "results"), "/tmp", "pathvars.results: got '/tmp', expected results, or results/NAME"),
    (
        ("pathvars", "results"),
        "results/a/b",
        "pathvars.results: got 'results/a/b', expected results, or results/NAME",
    ),
]


@pytest.mark.parametrize(("path", "value", "start"), BAD)
def test_a_bad_value_gives_one_line_with_where_what_and_what_is_allowed(path, value, start):
    assert message(with_value(path, value)).startswith(start)


@pytest.mark.parametrize(
    ("path", "value", "number"),
    [
        (("training", "learning_rate"), "1e-3", "0.001"),
        (("training", "learning_rate"), "1e-7", "1.0e-07"),
        (("training", "epochs"), "1e3", "1000"),
        (("training", "weight_decay", "conv"), "1e-3", "0.001"),
        (("training", "init_std", "conv"), "1e-3", "0.001"),
        (("datasets", "d", "amplitude"), ["1e-1", 0.5], "0.1"),
    ],
)
def test_a_number_that_yaml_reads_as_a_word_gives_a_hint(path, value, number):
    assert isinstance(yaml.safe_load("x: 1e-3")["x"], str)  # as YAML does
    assert not isinstance(yaml.safe_load(number), str)
    assert message(with_value(path, value)).endswith(f" (YAML reads this as a word; write {number})")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("datasets", "d", "train_images"), "3000"),
        (("training", "epochs"), "null"),
        (("comparison", "ignore_sign"), "true"),
        (("datasets", "d"), {"source": "folder", "folder": "x", "resize": "null"}),
    ],
)
def test_a_value_in_quotes_gets_a_hint(path, value):
    word = value if isinstance(value, str) else value["resize"]
    assert message(with_value(path, value)).endswith(f" (without quotes: {word})")


@pytest.mark.parametrize(("value", "path"), [("0", ("training", "epochs")), ("true", ("training", "epochs"))])
def test_a_value_that_would_not_be_allowed_either_gets_no_hint(value, path):
    assert "(" not in message(with_value(path, value))


def test_a_word_that_is_no_number_gives_no_hint():
    assert "YAML" not in message(with_value(("training", "learning_rate"), "fast"))
    assert "YAML" not in message(with_value(("training", "learning_rate"), "nan"))


@pytest.mark.parametrize("section", ["experiment", "datasets", "architectures"])
def test_a_missing_section_is_named(section):
    config = {key: value for key, value in SMALL.items() if key != section}
    assert message(config) == f"{section}: got nothing, expected a mapping of keys to values"


def test_a_missing_key_is_named_with_its_place():
    selected = {"datasets": ["d"], "architectures": ["a"]}
    line = "experiment.seeds: got nothing, expected a list of whole numbers from 0 to 999,999,999"
    assert message(with_value(("experiment",), selected)) == line


@pytest.mark.parametrize("config", [None, [], "experiment", 3])
def test_a_config_that_is_no_mapping_is_refused(config):
    assert message(config) == f"config: got {given(config)}, expected a mapping of keys to values"


NAMES = ["a/b", "..", ".", "", "a b", "a\nb", "-a", "_a", "é", "a\u2024b", "a" * 65, "{seed}", "~", "a\\b", "a\x00"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("section", ["datasets", "architectures"])
def test_a_name_that_could_be_a_path_or_worse_is_refused(name, section):
    defined = with_value((section, name), SMALL[section][section[0]])
    allowed = "a name of letters, digits, " + {"datasets": "- and _, ", "architectures": "-, _ and ., "}[section]
    assert message(defined).startswith(f"{section}: got the name {name!r}, expected {allowed}")
    words = message(with_value(("experiment", section), [name]))
    assert words.startswith(f"experiment.{section}[0]: got {name!r}, expected {allowed}")


def test_only_the_name_of_an_architecture_may_have_a_point():
    assert schema.check(with_value(("architectures", "a_decay0.5"), SMALL["architectures"]["a"])) is None
    assert message(with_value(("datasets", "a.b"), {})).startswith("datasets: got the name 'a.b'")


@pytest.mark.parametrize("name", ["a", "0", "A-b_9", "x" * 64])
def test_usual_names_are_allowed(name):
    config = with_value(("datasets", name), {})
    assert schema.check(with_value(("experiment", "datasets"), [name], config)) is None


@pytest.mark.parametrize("section", ["datasets", "architectures"])
def test_a_name_that_ends_with_a_newline_is_refused(section):
    config = with_value((section, "abc\n"), SMALL[section][section[0]])
    places = [line.partition(": ")[0] for line in lines(with_value(("experiment", section), ["abc\n"], config))]
    assert places == [section, f"experiment.{section}[0]"]


@pytest.mark.parametrize("folder", ["results\n", "results/x\n"])
def test_a_folder_that_ends_with_a_newline_is_refused(folder):
    message(with_value(("pathvars", "results"), folder))


@pytest.mark.parametrize(
    ("path", "value"),
    [(("training", "weight_decay", "a\nb"), -1.0), (("a\nb",), {1: 2}), (("a\nb",), math.nan)],
)
def test_the_message_is_one_line_even_where_a_key_is_not(path, value):
    message(with_value(path, value))


def test_a_long_value_is_shortened():
    assert "x" * 78 in message(with_value(("training", "device"), "x" * 78))
    words = message(with_value(("training", "device"), "x" * 79))
    assert words == f"training.device: got '{'x' * 76}..., expected one of auto, cpu, cuda, mps"


def test_all_problems_are_reported_sorted_by_place():
    config = with_value(("training",), {"epochs": 0, "loss": "mze", "epoch": 3, "momentum": math.nan, 3: 3})
    config |= {
        "trainin": {},
        "movie": None,
        "experiment": {"datasets": ["d"], "architectures": [], "seeds": [3, -1, 3]},
    }
    config["datasets"] = {"d": {"width": [0.1], "classes": ["square", "circle", "square"]}, "a/b": {}}
    assert [line.partition(": ")[0] for line in lines(config)] == [
        "datasets",
        *("datasets.d.classes[1]", "datasets.d.classes[2]", "datasets.d.width"),
        *("experiment.architectures", "experiment.seeds[1]", "experiment.seeds[2]"),
        *("movie", "trainin", "training"),
        *("training.epoch", "training.epochs", "training.loss", "training.momentum"),
    ]


def test_indices_are_sorted_as_numbers():
    places = [line.partition(": ")[0] for line in lines(with_value(("experiment", "seeds"), [*range(9), "a", *"bc"]))]
    assert places == [f"experiment.seeds[{index}]" for index in (9, 10, 11)]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("training",), [math.nan]),  # neither a number below
        (("training", "weight_decay"), [math.nan, 10**20]),
        (("experiment", "seeds"), [math.nan]),  # nor too few values without it
        (("experiment", "datasets"), {3: 3}),
        (("architectures", "a", "vary"), {"kernels": [math.nan]}),
        (("datasets", "d"), {"source": math.nan, "amplitud": 3}),  # nor a key of another source
        (("datasets", "d"), {"source": "webcam", "amplitud": 3}),
        (("training", "learning_rate"), "1e-3"),
    ],
)
def test_what_follows_from_a_problem_is_not_reported(path, value):
    message(with_value(path, value))


def test_of_many_problems_twenty_are_reported_and_the_rest_is_counted():
    found = lines(with_value(("experiment", "seeds"), list(range(-25, 0))))
    assert len(found) == 21
    assert found[19].startswith("experiment.seeds[19]: got -6, expected ")
    assert found[20] == "and 5 more"
    assert len(lines(with_value(("experiment", "seeds"), list(range(-20, 0))))) == 20


@pytest.mark.parametrize(
    ("path", "value", "meant"),
    [
        (("training", "loss"), "mze", "mse"),
        (("training", "schedule"), "onecycle", "one_cycle"),
        (("datasets", "d", "classes"), ["trianlge"], "triangle"),
        (("datasets", "d", "source"), "arays", "arrays"),
        (("datasets", "d"), {"source": "photos", "photos": ["cat", "cofee"]}, "coffee"),
        (("experiment", "stages"), ["finding"], "findings"),
        (("architectures", "a", "control"), "frosen", "frozen"),
        (("architectures", "a", "vary"), {"kernel": [3]}, "kernels"),
        (("trainin",), {}, "training"),
        (("training", "weigth_decay"), {}, "weight_decay"),
    ],
)
def test_a_word_like_an_allowed_one_gets_a_suggestion(path, value, meant):
    assert message(with_value(path, value)).endswith(f" (did you mean {meant!r}?)")


def test_a_single_value_in_place_of_a_list_gets_the_list_as_a_suggestion():
    assert message(with_value(("experiment", "seeds"), 3)).endswith(" (write [3])")
    assert message(with_value(("datasets", "d", "classes"), "square")).endswith(" (write [square])")
    assert "write" not in message(with_value(("experiment", "seeds"), {"a": 3}))


@pytest.mark.parametrize(
    ("path", "value", "hint"),
    [
        (("datasets", "d", "image_size"), 64, "write [64, 64]"),
        (("datasets", "d", "image_size"), "32, 64", "write [32, 64]"),
        (("datasets", "d", "image_size"), 3, "write a list such as [64, 64]"),
        (("experiment", "seeds"), "0, 1", "write [0, 1]"),
        (("datasets", "d", "classes"), "square, triangle", "write [square, triangle]"),
    ],
)
def test_a_list_that_is_suggested_is_allowed(path, value, hint):
    assert message(with_value(path, value)).endswith(f" ({hint})")


@pytest.mark.parametrize(
    ("path", "value", "hint"),
    [
        (("training", "weight_decay"), 0.5, "write {conv: 0.5, linear: 0.5}"),
        (("training", "init_std"), 0.01, "write {conv: 0.01, linear: 0.01}"),
        (("training",), "epochs: 5, steps: null", "write {epochs: 5, steps: null}"),
        (("training",), "epochs:5", "write a space after the colon: `epochs: 5`"),
        (("architectures", "a", "vary"), {"kernels": 3}, "write [3]"),
        (("experiment", "seed"), [3], "did you mean 'seeds'?"),  # which is a key of datasets too
    ],
)
def test_what_is_meant_is_written_out(path, value, hint):
    assert message(with_value(path, value)).endswith(f" ({hint})")


def test_a_list_in_place_of_the_keys_of_a_sweep_gets_no_hint():
    assert message(with_value(("architectures", "a", "vary"), [1])) == (
        "architectures.a.vary: got [1], expected a mapping of keys to values"
    )


def test_a_key_that_is_a_number_is_not_missed():
    line = message(with_value(("architectures", "a", "vary"), {"kernels": {3: 3}}))
    assert line.startswith("architectures.a.vary.kernels: got the key 3, expected words as keys")


def test_a_list_that_would_not_be_allowed_is_not_suggested():
    assert "write" not in message(with_value(("experiment", "seeds"), -1))
    assert "write" not in message(with_value(("experiment", "seeds"), "many"))


@pytest.mark.parametrize(
    ("path", "value", "line"),
    [
        (("training.epochs",), 3, "config: got the key 'training.epochs', expected `training: {epochs: ...}`"),
        (
            ("training", "weight_decay.conv"),
            3,
            "training: got the key 'weight_decay.conv', expected `weight_decay: {conv: ...}`",
        ),
        (
            ("schedule",),
            "constant",
            "schedule: got an unknown key, expected it in `training:` or `architectures.NAME.training:`",
        ),
        (("architectures", "a", "epochs"), 3, "architectures.a.epochs: got an unknown key, expected it in `training:`"),
        (
            ("datasets", "d", "file"),
            "x.npz",
            "datasets.d.file: got an unknown key, expected it in `datasets.NAME: {source: arrays}`",
        ),
    ],
)
def test_a_key_that_belongs_elsewhere_is_sent_there(path, value, line):
    assert message(with_value(path, value)) == line


@pytest.mark.parametrize(("word", "meant"), [("gpu", "cuda"), ("GPU", "cuda"), ("CUDA", "cuda"), ("Auto", "auto")])
def test_case_and_usual_words_get_a_suggestion(word, meant):
    assert message(with_value(("training", "device"), word)).endswith(f" (did you mean {meant!r}?)")


def test_a_mapping_in_place_of_a_list_is_quoted_with_its_keys():
    assert message(with_value(("experiment", "seeds"), {0: 1})).startswith("experiment.seeds: got {0: 1}, expected ")


@pytest.mark.parametrize(
    ("value", "line"),
    [
        (3, "got 3, expected a list or a mapping with at most 100 entries"),
        ([], "got [], expected at least 1 value"),
        ({}, "got {}, expected at least 1 key"),
        ({"a/b": 3}, "got the name 'a/b', expected a name of letters"),
    ],
)
def test_the_values_of_a_sweep_are_a_list_or_named(value, line):
    assert line in message(with_value(("architectures", "a", "vary"), {"kernels": value}))


def defaults(node):
    return {key: schema.resolve(child)["default"] for key, child in node["properties"].items()}


def test_what_is_left_out_gets_the_default_of_the_schema():
    full = schema.filled(SMALL, schema.schema())
    parts = schema.schema()["$defs"]
    assert full["datasets"]["d"] == defaults(parts["dataset"])
    decay = {"conv": 0.5, "linear": 0.5}
    none = {"conv": None, "linear": None}
    nested = {"weight_decay": decay, "init_std": none, "augmentation": defaults(parts["augmentation"])}
    assert full["training"] == defaults(parts["training"]) | nested
    for section in ("comparison", "figures", "movie"):
        assert full[section] == defaults(schema.schema()["properties"][section])
    assert full["architectures"]["a"]["network"] == "templates"
    stages = schema.schema()["properties"]["experiment"]["properties"]["stages"]["default"]
    assert full["experiment"] == SMALL["experiment"] | {"stages": stages}
    assert schema.check(full) is None


def test_what_is_given_stays_and_its_neighbors_get_their_defaults():
    full = schema.filled(with_value(("training", "weight_decay"), {"conv": 2, "conv1": 3}), schema.schema())
    assert full["training"]["weight_decay"] == {"conv": 2, "linear": 0.5, "conv1": 3}
    assert full["training"]["steps"] == 300


def test_whole_numbers_become_int_and_numbers_float():
    config = with_value(("training",), {"epochs": 5.0, "learning_rate": 1, "init_std": {"conv": 1}})
    config = with_value(("datasets", "d", "width"), [0, 1], config)
    full = schema.filled(config, schema.schema())
    assert type(full["training"]["epochs"]) is int
    assert type(full["training"]["learning_rate"]) is float
    assert type(full["training"]["init_std"]["conv"]) is float
    assert [type(value) for value in full["datasets"]["d"]["width"]] == [float, float]


def test_filling_changes_neither_the_config_nor_the_schema_and_a_second_time_nothing():
    config, node = copy.deepcopy(CONFIG), copy.deepcopy(schema.schema())
    full = schema.filled(config, schema.schema())
    assert config == CONFIG
    assert schema.filled(full, schema.schema()) == full
    full["training"]["weight_decay"]["conv"] = 77
    full["datasets"]["waveforms"]["classes"].append("sawtooth")
    assert schema.schema() == node


def test_the_config_of_the_repository_states_the_defaults_of_the_schema():
    parts = schema.schema()["$defs"]
    full = schema.filled({}, parts["training"])
    assert CONFIG["training"] == full
    assert {"source": "waveforms", **CONFIG["datasets"]["waveforms"]} == defaults(parts["dataset"])
    for section in ("comparison", "figures", "movie"):
        assert CONFIG[section] == defaults(schema.schema()["properties"][section])


def test_a_list_that_contains_itself_gives_one_line():
    endless = []
    endless.append(endless)
    assert message({"experiment": endless}) == (
        "config: got a list or mapping that contains itself or is too deep, expected a tree"
    )


def test_a_number_of_thousands_of_digits_gives_one_line():
    assert message(with_value(("experiment", "seeds"), [10**5000])).startswith(
        "experiment.seeds[0]: got a value of type int, too long to print"
    )
