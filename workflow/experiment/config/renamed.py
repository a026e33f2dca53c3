"""Old names of keys and values, so that a config from before a renaming is refused with the new name."""

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from experiment.config.nodes import LOADER
from experiment.config.problems import Problem, place, problem
from kernelscope.refusal import quoted

TABLE = Path(__file__).parents[2] / "schemas" / "renamed.yaml"
SECTIONS = ("keys", "values", "columns", "files")
ANY = "*"
DEEPEST = 6  # keys of the longest path of a config


@cache
def table() -> dict[str, dict]:
    """Return old -> new of each section; a planning process reads it only where it refuses something."""
    read = LOADER(TABLE.read_text(encoding="utf-8")).get_single_data()
    return {section: read.get(section) or {} for section in SECTIONS}


def old_names(paths: Iterable[tuple], config: dict) -> list[Problem]:
    """Return a problem, with the new name, for each old key or value at or below these paths."""
    return list(dict.fromkeys(problem for path in paths for problem in new_names(path, config)))


def renamed(problems: Iterable[Problem], config: dict) -> list[Problem]:
    """Return problems, with the new names in place of those that come from an old key or value."""
    found: dict[Problem, None] = {}
    for each in problems:
        news = list(new_names(each.path, config)) if each.path else []
        found |= dict.fromkeys(news or [each])
    return list(found)


def new_names(path: tuple, config: dict) -> Iterator[Problem]:
    """Yield a problem for each old key on the way to a place or below it; else for an old value there."""
    values = [config]
    for part in path:
        values.append(below(values[-1], part))
    places = [*(path[:end] for end in range(1, len(path))), *paths(path, values[-1])]
    places = [each for each in places if isinstance(each[-1], str) and not is_complete(each, config)]
    olds = [(old, new) for old in places if (new := new_path(old)) is not None]
    yield from (problem(old, "the old name", place(new)) for old, new in olds)
    if not olds and isinstance(values[-1], str) and (new := new_value(path, values[-1])) is not None:
        yield problem(path, f"the old value {quoted(values[-1])}", quoted(new))


def is_complete(path: tuple, config: dict) -> bool:
    """Whether a path is that of an architecture with a network, which may have any name, also an old one."""
    if len(path) != 2 or path[0] != "architectures":
        return False
    settings = below(config["architectures"], path[1])
    return isinstance(settings, dict) and not settings.keys().isdisjoint(("network", "of"))


def paths(path: tuple, value: object) -> Iterator[tuple]:
    """Yield a path and those of all mappings' keys below it."""
    yield path
    if isinstance(value, dict) and len(path) < DEEPEST:
        for key in value:
            yield from paths((*path, key), value[key])


def new_path(path: tuple) -> tuple | None:
    """Return the new path of a key, with its own names in place of `*`; None if it is not an old one."""
    words = keys(path)
    for old, new in table()["keys"].items():
        # A varied key may go on with a layer group, which no old name has.
        length = max(3, old.count(".") + 1) if is_varied(path) else len(words)
        if (names := matched(old, words[:length])) is not None:
            found = (*completed(new, names), *words[length:])
            return (*found[:2], "vary", ".".join(found[2:])) if is_varied(path) else found
    return None


def completed(new: str, names: list[str]) -> tuple:
    """Return a path from dotted keys, with names in place of stars."""
    names = iter(names)
    return tuple(next(names) if part == ANY else part for part in new.split("."))


def new_value(path: tuple, value: str) -> str | None:
    """Return the new word for an old one at a place or in the list there."""
    for pattern, words in table()["values"].items():
        if value in words and matched(pattern, keys(path)) is not None:
            return words[value]
    return None


def matched(pattern: str, parts: list[str]) -> list[str] | None:
    """Return what `*` stands for if keys fit a pattern."""
    wanted = pattern.split(".")
    if len(wanted) != len(parts) or any(want not in (ANY, part) for want, part in zip(wanted, parts, strict=True)):
        return None
    return [part for want, part in zip(wanted, parts, strict=True) if want == ANY]


def keys(path: tuple) -> list[str]:
    """Return the keys of a path without indices; a key that a sweep varies as the key of its architecture."""
    words = [part for part in path if isinstance(part, str)]
    if is_varied(path):
        return [*words[:2], *words[3].split(".")]
    return words


def is_varied(path: tuple) -> bool:
    """Whether a path leads to a key that a sweep varies, or below it."""
    return len(path) > 3 and path[0] == "architectures" and path[2] == "vary" and isinstance(path[3], str)


def below(value: object, part: object) -> object:
    """Return what a mapping or list holds at a key or index; None if nothing."""
    try:
        return value[part] if isinstance(value, dict | list) else None
    except (KeyError, IndexError, TypeError):
        return None
