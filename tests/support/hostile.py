"""Broken configs: valid configs with mistakes that must be refused, and junk instead of a config."""

import copy
import datetime
import math
import re
from contextlib import suppress

from configs import BY_LAYER, LONGEST_LINE, RANGES, valid_configs
from hypothesis import strategies as st

MOST_LINES = 21  # that refuse a config: twenty problems, and a count of the rest

TEXTS = (
    *("", " ", ".", "..", "/", "/etc/passwd", "../../x", "a/b", "a\\b", "-rf", "--help", "~", "~root"),
    *("a b", "a\tb", "a\nb", "a\n", "a\r\nb", "a\x00b", "\x1b[31mred", "\x7f", "\x85", "\u2028", "\ud800"),
    *("a; touch pwned", "$(touch pwned)", "`touch pwned`", "a | b", "a > pwned", "a'b", 'a"b', "a & b", "#", "!"),
    *("{}", "{seed}", "{{", "}", "{params.spec}", "{config[training]}", "<results>", "<b>", "&amp;", "%s%n", "%(x)s"),
    *("*", "?", "[a-z]", "**", "?1+1", "=1+1", "é", "e\u0301", "\u202egnp", "\u05d0", "\u200b", "\ufeff", "٣", "Ａ"),
    *("😀", "!!python/object/apply:os.system", "&a", "*a", "_a", "-", "a.b", "x" * 65, "x" * 500),
)
NAME = re.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
KEYS = (None, 0, 3, -1, True, 1.5, math.nan, (1, 2), datetime.date(2026, 1, 2), b"a", 10**400, frozenset({1}))


def one_line(error: Exception) -> str:
    """Return the text of an error, after a check that each line of it is readable: one line per problem of a config."""
    text = str(error)
    lines = getattr(error, "lines", [text])
    assert 1 <= len(lines) <= MOST_LINES
    assert text.split("\n") == lines
    for line in lines:
        assert line
        assert line.isprintable()
        assert len(line) <= LONGEST_LINE, line
    return text


def nested(depth: int, kind: type):
    """Return lists or mappings nested `depth` times."""
    value = 3
    for _ in range(depth):
        value = [value] if kind is list else {"a": value}
    return value


NOWHERE = (  # allowed nowhere in any config
    *(math.nan, math.inf, -math.inf, 10**16, -(10**400), b"a", b"a" * 500, datetime.date(2026, 1, 2), {1, 2}, (1, 2)),
    *({"a" * 500}, 1 + 2j, len, nested(20, list), nested(20, dict), ["a"] * 200, [{}, {}], [None], {3: 3}),
)
WRONG = {  # type of the valid value -> wrong values
    dict: (None, True, 0, "a", []),
    list: (None, False, 3, "a", {}, []),
    bool: (None, 0, 1, "yes", "true", [], {}),
    int: (True, False, -1, 10**15, "3", [], {}, [3]),
    float: (True, False, -1e-9, 1e15, "1e-3", [], {}, [0.5]),
    str: (None, True, 3, 0.5, [], {}, ["a"]),
    type(None): (True, 0, -1, "null", [], {}),
}


def one_of(values: tuple) -> st.SearchStrategy:
    """Return a strategy for one of some values, which are too long to be printed with the strategy."""
    return st.integers(0, len(values) - 1).map(lambda place: copy.deepcopy(values[place]))


def strings() -> st.SearchStrategy:
    """Return a strategy for text that is no name in any config."""
    anything = st.text(st.characters(exclude_categories=()), max_size=100).filter(lambda text: not NAME.fullmatch(text))
    return one_of(TEXTS) | anything


def places(node, path=()) -> list[tuple]:
    """Return the paths of all nodes below the root."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [below for key, value in items for below in ((*path, key), *places(value, (*path, key)))]


def at(config, path: tuple):
    for key in path:
        config = config[key]
    return config


def checked(config: dict) -> list[tuple]:
    """Return the paths whose values are checked: not the values of an architecture that is not selected."""
    selected = config["experiment"]["architectures"]
    return [path for path in places(config) if path[0] != "architectures" or len(path) < 2 or path[1] in selected]


def put(config: dict, path: tuple, value) -> None:
    at(config, path[:-1])[path[-1]] = value


# Each of these functions makes one mistake.


def wrong_value(draw, config):
    path = draw(st.sampled_from(checked(config)))
    put(config, path, draw(one_of(NOWHERE) | strings()))


def wrong_type(draw, config):
    path = draw(st.sampled_from(checked(config)))
    wrong = [value for value in WRONG[type(at(config, path))] if value is not None or not set(path) & set(BY_LAYER)]
    put(config, path, draw(one_of(tuple(wrong))))


def unknown_key(draw, config):
    mappings = [(), *(path for path in checked(config) if isinstance(at(config, path), dict))]
    path = draw(st.sampled_from(mappings))
    keys = strings() | one_of(KEYS)
    if path not in (("datasets",), ("architectures",)) and at(config, path):
        existing = st.sampled_from(list(at(config, path)))
        keys |= st.builds(lambda key, change: change(key), existing, st.sampled_from(MISSPELT))
    at(config, path)[draw(keys)] = draw(st.sampled_from([{}, [], 3, None, "a"]))


MISSPELT = (lambda key: key + "s", lambda key: key[1:], lambda key: key.upper(), lambda key: key + " ", "_{}".format)


def repeated(draw, config):
    lists = [config["experiment"][kind] for kind in ("datasets", "architectures", "seeds")]
    lists += [settings["classes"] for settings in config["datasets"].values() if "classes" in settings]
    chosen = draw(st.sampled_from(lists))
    again = draw(st.sampled_from(chosen))
    chosen.insert(draw(st.integers(0, len(chosen))), float(again) if isinstance(again, int) else again)


def undefined(draw, config):
    kind = draw(st.sampled_from(["datasets", "architectures"]))
    if draw(st.booleans()):
        config["experiment"][kind].append("not-defined-" + "x" * 52)
    else:
        del config[kind][draw(st.sampled_from(config["experiment"][kind]))]


def missing(draw, config):
    required = [("experiment",), ("datasets",), ("architectures",)]
    required += [("experiment", kind) for kind in config["experiment"]]
    selected = {name: config["architectures"][name] for name in config["experiment"]["architectures"]}
    required += [("architectures", name, "of" if "of" in net else "network") for name, net in selected.items()]
    required += [("architectures", name, "control") for name, net in selected.items() if "of" in net]
    path = draw(st.sampled_from(required))
    del at(config, path[:-1])[path[-1]]


def impossible_dataset(draw, config):
    settings = config["datasets"][draw(st.sampled_from(config["experiment"]["datasets"]))]
    backwards = st.sampled_from(RANGES).map(lambda key: {key: [1, 0.5]})
    zero = st.sampled_from(["amplitude", "width"]).map(lambda key: {key: [0, 0.5]})
    wide = {"inside_frame": True, "classes": ["square", "triangle"], "width": [0.6, 0.9]}
    settings |= draw(backwards | zero | st.just(wide))


def impossible_network(draw, config):
    settings = config["architectures"][draw(st.sampled_from(config["experiment"]["architectures"]))]
    if draw(st.booleans()):
        settings["kernel_size"] = 64
        config["datasets"][config["experiment"]["datasets"][0]]["image_size"] = [63, 64]
    else:
        change = {"network": draw(strings())}, {"network": "templates", "widths": [3, 3]}
        settings |= draw(st.sampled_from(change))


def foreign_layer(draw, config):
    settings = config["architectures"][draw(st.sampled_from(config["experiment"]["architectures"]))]
    mapping = draw(st.sampled_from([config, settings])).setdefault("training", {})
    mapping.setdefault(draw(st.sampled_from(BY_LAYER)), {})[draw(strings() | st.just("conv9"))] = 0.5


def wrong_results(draw, config):
    taken = st.sampled_from(["results/data", "results/", "results/a/b", "results/../..", "/tmp/x", "results/.x"])
    below = strings().map("results/{}".format)
    config["pathvars"] = {"results": draw(taken | below | strings())}


MISTAKES = (wrong_value, wrong_type, unknown_key, repeated, undefined, missing)
MISTAKES += (impossible_dataset, impossible_network, foreign_layer, wrong_results)


@st.composite
def invalid_configs(draw):
    """Draw a config with at least one mistake for which it must be refused."""
    config = copy.deepcopy(draw(valid_configs()))
    more = draw(st.lists(st.sampled_from(checked(config)), max_size=2))
    draw(st.sampled_from(MISTAKES))(draw, config)
    for path in more:
        with suppress(LookupError, TypeError):  # an earlier mistake may have removed this path
            put(config, path, draw(one_of(NOWHERE)))
    return config


def junk() -> st.SearchStrategy:
    """Return a strategy for anything that YAML can express, and more."""
    leaf = st.none() | st.booleans() | st.integers() | st.floats() | strings() | one_of(NOWHERE)
    common = st.sampled_from(["experiment", "datasets", "architectures", "training", "pathvars", "seeds", "results"])
    keys = common | strings() | one_of(KEYS)
    return st.recursive(leaf, lambda below: st.lists(below, max_size=4) | st.dictionaries(keys, below, max_size=4))
