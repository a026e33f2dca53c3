"""Sweeps: an architecture that says what to `vary` stands for an architecture for each choice of values."""

import copy
import itertools
import math
import re
from collections.abc import Iterator

from experiment.config.nodes import ARCHITECTURE, VARIED, node_at, resolve
from experiment.config.problems import Problem, Problems, one_of, problem, refuse
from experiment.config.schema import schema_problems
from experiment.plan.architecture_settings import network_names, unknown_network
from kernelscope.refusal import did_you_mean, quoted

SHORT = {"weight_decay": "decay", "init_std": "std", "learning_rate": "rate", "kernel_size": "size"}
GROUP = "conv"  # the layer group that a name leaves out
MOST = 10_000  # architectures of one sweep
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


def expanded(config: dict, problems: Problems) -> tuple[dict, dict[str, dict]]:
    """Return the config with every selected sweep as its architectures, and architecture -> its levels.

    The levels of an architecture are the labels of the varied keys, after `base`, the name of the sweep. Names that are
    not defined, and sweeps with a problem, are collected in `problems` and left out of the selection.
    """
    problems += undefined(config)
    config, levels = copy.deepcopy(config), {}
    selection, defined = config["experiment"], config["architectures"]
    for kind in ("datasets", "architectures"):
        selection[kind] = [name for name in selection[kind] if name in config[kind]]
    names = selection["architectures"]
    for base in [name for name in names if "vary" in (defined.get(name) or {})]:
        cells = problems.attempt(conditions_of, base, defined) or {}
        place = names.index(base)
        names[place : place + 1] = cells
        defined |= {name: settings for name, (settings, _) in cells.items()}
        levels |= {name: {"base": base} | chosen for name, (_, chosen) in cells.items()}
    config["architectures"] = {name: settings for name, settings in defined.items() if "vary" not in (settings or {})}
    return config, levels


def undefined(config: dict) -> Iterator[Problem]:
    """Yield a problem for each selected name that is not defined."""
    for kind in ("datasets", "architectures"):
        names = list(config[kind])
        expected = one_of(names) if names else f"a name from `{kind}:`, and none is defined there"
        for index, name in enumerate(config["experiment"][kind]):
            if name not in config[kind]:
                yield problem(("experiment", kind, index), quoted(name), expected, did_you_mean(name, names))


def conditions_of(base: str, defined: dict[str, dict]) -> dict[str, tuple[dict, dict]]:
    """Return name -> settings and levels of the architectures that one sweep stands for."""
    path, settings = ("architectures", base, "vary"), defined[base]
    problems = Problems(wrong_values(path, settings["vary"]))
    problems.report()
    factors = {key: problems.attempt(labeled, (*path, key), key, values) for key, values in settings["vary"].items()}
    problems.report()
    if (count := math.prod(map(len, factors.values()))) > MOST:
        refuse(path, f"{count} architectures", f"at most {MOST}")
    plain = {key: value for key, value in settings.items() if key != "vary"}
    cells = {}
    for labels in itertools.product(*factors.values()):
        chosen = dict(zip(factors, labels, strict=True))
        name = "_".join([base, *labels])
        if not NAME.fullmatch(name):
            expected = "a name of letters, digits, -, _ and ., at most 64"
            refuse(path, f"the name {quoted(name)}", expected, "a mapping gives each value a shorter name")
        cells[name] = with_values(plain, {key: factors[key][label] for key, label in chosen.items()}), chosen
    if taken := sorted(cells.keys() & defined.keys()):
        refuse(path, f"{taken[0]!r}, which is defined already", "other names")
    return cells


def wrong_values(path: tuple, vary: dict) -> Iterator[Problem]:
    """Yield a problem for each varied key that no architecture has, and for each value that is not allowed there."""
    for key, values in vary.items():
        node = node_at(ARCHITECTURE, key)
        if not node:
            yield problem((*path, key), "an unknown key", one_of(varied()), did_you_mean(key, varied()))
            continue
        for place, value in values.items() if isinstance(values, dict) else enumerate(values):
            wrong = [say() for _, say in schema_problems(value, node, (*path, key, place))]
            if key == "network" and not wrong and value not in network_names():
                wrong = [unknown_network((*path, key, place), value)]
            yield from wrong


def varied() -> list[str]:
    """Return the keys that a sweep may vary."""
    training = resolve(node_at(ARCHITECTURE, "training"))["properties"]
    return [*VARIED, *(f"training.{key}" for key in training)]


def labeled(path: tuple, key: str, values: list | dict) -> dict[str, object]:
    """Return label -> value of one varied key; the labels for a list are made of the key and the value."""
    if isinstance(values, dict):
        return values
    if any(isinstance(value, dict) for value in values):
        refuse(path, "a list of mappings", "a mapping from a short name to each value")
    labels = {label(key, value): value for value in values}
    if len(labels) < len(values):
        refuse(path, "a value more than once", "each value once")
    return labels


def label(key: str, value) -> str:
    """Return `kernels5`, `decay0.5` or `mse`: a word needs no key before it."""
    if isinstance(value, str):
        return value
    *_, group, last = ["", *key.removeprefix("training.").split(".")]
    words = SHORT.get(last, last) if not group else SHORT.get(group, group) + (last != GROUP) * f"-{last}-"
    return words + written(value)


def written(value) -> str:
    if isinstance(value, list):
        return "x".join(map(written, value))
    if value is None or isinstance(value, bool):
        return {None: "-default", True: "-yes", False: "-no"}[value]
    return f"{value:g}".replace("+", "")


def with_values(settings: dict, values: dict[str, object]) -> dict:
    """Return a copy of settings with the value of each dotted key."""
    settings = copy.deepcopy(settings)
    for key, value in values.items():
        *path, last = key.split(".")
        inside = settings
        for part in path:
            inside = inside.setdefault(part, {})
        inside[last] = value
    return settings
