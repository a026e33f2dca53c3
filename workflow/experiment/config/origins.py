"""Find the config file that a bad value came from, where several are laid over each other."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from experiment.config import files
from experiment.config.problems import ConfigError, Problem

DEFAULT = Path(__file__).parents[3] / "config" / "config.yaml"
OPTION = "--config"
SELECTION = (("experiment", "datasets"), ("experiment", "architectures"))


class Layer(NamedTuple):
    """One of the mappings that make up a config: its name for people, and what it sets."""

    name: str
    config: dict

    @property
    def is_default(self) -> bool:
        """Whether this is the config of the default experiment."""
        return os.path.realpath(self.name) == str(DEFAULT.resolve())


def named(error: ConfigError, layers: Iterable[Layer]) -> ConfigError:
    """Return an error whose lines begin with the names of the layers, the last of which counts most."""
    layers = list(layers)
    lines = [problem._replace(line=f"{origin(problem, layers)}{problem.line}") for problem in error.problems]
    return ConfigError(*lines, more=error.more)


def origin(problem: Problem, layers: list[Layer]) -> str:
    """Return `FILE: ` for the layers that a bad value, and those beside it, came from; "" if it is in none of them.

    The default config fits together, so where a value of another layer is involved, only such layers are named. If none
    is, one of them has selected what does not fit together.
    """
    if problem.path is None or not layers:
        return ""
    for paths in (problem.others, SELECTION if problem.others else ()):
        places = [path for path in paths if any(depth(path, layer.config) == len(path) for layer in layers)]
        numbers = sorted({number(path, layers) for path in (problem.path, *places)})
        if names := [layers[index].name for index in numbers if not layers[index].is_default]:
            return f"{' and '.join(names)}: "
    return f"{layers[number(problem.path, layers)].name}: "


def number(path: tuple, layers: list[Layer]) -> int:
    """Return the number of the last layer that sets a path, or else the longest part of it."""
    return max(range(len(layers)), key=lambda index: (depth(path, layers[index].config), index))


def depth(path: tuple, config: object) -> int:
    """Return how many keys of a path a mapping has, from its top."""
    for number, part in enumerate(path):
        try:
            config = config[part]
        except (KeyError, IndexError, TypeError):
            return number
    return len(path)


def from_files(paths: Iterable[str | Path], options: dict | None = None) -> list[Layer]:
    """Return a layer for each file, and for what `--config` sets; none if a file cannot be read, as a template."""
    try:
        layers = [Layer(from_working_folder(path), files.read(path)) for path in paths]
    except ConfigError:
        return []
    return [*layers, Layer(OPTION, dict(options))] if options else layers


def from_working_folder(path: str | Path) -> str:
    """Return a path from the working folder if it is below it, else as it is."""
    relative = os.path.relpath(path) if str(path) else ""
    return str(path) if not relative or relative.startswith("..") else relative
