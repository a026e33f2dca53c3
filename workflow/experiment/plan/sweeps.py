"""Sweeps: an architecture that says what to `vary`, and the architectures that this stands for, one for each choice."""

import copy
import itertools
import math
import re

from experiment.config.schema import ConfigError

SHORT = {"weight_decay": "decay", "initial_sd": "sd", "learning_rate": "rate", "kernel_size": "size"}
GROUP = "conv"  # the layer group that a name leaves out
MOST = 10_000  # architectures of one sweep
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


def expanded(config: dict) -> tuple[dict, dict[str, dict]]:
    """The config with every selected sweep as the architectures it stands for, and architecture -> its levels.

    The levels of an architecture are those of the varied keys, by their labels, behind `base`, the name of the sweep.
    """
    config, levels = copy.deepcopy(config), {}
    selection, defined = config["experiment"]["architectures"], config["architectures"]
    for base in [name for name in selection if "vary" in (defined.get(name) or {})]:
        cells = of(base, defined[base])
        if taken := sorted(cells.keys() & defined.keys()):
            raise ConfigError(f"architectures.{base}.vary: makes {taken[0]!r}, which is defined; allowed: other names")
        place = selection.index(base)
        selection[place : place + 1] = cells
        defined |= {name: settings for name, (settings, _) in cells.items()}
        levels |= {name: {"base": base} | chosen for name, (_, chosen) in cells.items()}
    config["architectures"] = {name: settings for name, settings in defined.items() if "vary" not in (settings or {})}
    return config, levels


def of(base: str, settings: dict) -> dict[str, tuple[dict, dict]]:
    """name -> settings and levels of the architectures that one sweep stands for."""
    factors = {key: labelled(f"architectures.{base}.vary.{key}", key, vary) for key, vary in settings["vary"].items()}
    if (count := math.prod(map(len, factors.values()))) > MOST:
        raise ConfigError(f"architectures.{base}.vary: makes {count} architectures; allowed: at most {MOST}")
    plain = {key: value for key, value in settings.items() if key != "vary"}
    found = {}
    for labels in itertools.product(*factors.values()):
        chosen = dict(zip(factors, labels, strict=True))
        name = "_".join([base, *labels])
        if not NAME.fullmatch(name):
            raise ConfigError(
                f"architectures.{base}.vary: makes the name {name!r}; allowed: letters, digits, -, _ and ., at most 64 "
                "(a mapping gives each value a shorter name)"
            )
        found[name] = with_values(plain, {key: factors[key][label] for key, label in chosen.items()}), chosen
    return found


def labelled(where: str, key: str, values: list | dict) -> dict[str, object]:
    """label -> value of one varied key; of a list the labels are made of the key and the value."""
    if isinstance(values, dict):
        return values
    found = {label(key, value): value for value in values}
    if len(found) < len(values):
        raise ConfigError(f"{where}: found a value more than once; allowed: each only once")
    return found


def label(key: str, value) -> str:
    """`kernels5`, `decay0.5`, `mse`: a word needs no key before it."""
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
    """A copy of settings with the value of each dotted key."""
    settings = copy.deepcopy(settings)
    for key, value in values.items():
        *path, last = key.split(".")
        inside = settings
        for part in path:
            inside = inside.setdefault(part, {})
        inside[last] = value
    return settings
