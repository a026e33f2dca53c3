"""Old names of keys and values, so that a config from before a renaming is refused with the new name."""

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from experiment.config.nodes import LOADER
from experiment.config.problems import ConfigError, Problem, problem
from kernelscope.refusal import quoted, refusal

TABLE = Path(__file__).parents[2] / "schemas" / "renamed.yaml"
SECTIONS = ("keys", "values", "columns", "files")
ANY = "*"
DEEPEST = 6  # keys of the longest path of a config


@cache
def table() -> dict[str, dict]:
    """Return old -> new of each section; a planning process reads it only where it refuses something."""
    read = LOADER(TABLE.read_text(encoding="utf-8")).get_single_data()
    return {section: read.get(section) or {} for section in SECTIONS}


def check_targets(words: Iterable[str]) -> None:
    """Raise ConfigError with a line for each word of a command that ends in the old name of a file of the results."""
    paths = [word for word in words if word.endswith((".csv", ".png"))]
    news = {path: table()["files"].get(Path(path).name) for path in paths}
    if lines := [refusal(path, "the old name of a file", new) for path, new in news.items() if new is not None]:
        raise ConfigError(*lines)


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
    olds = [(old, new) for old in places if isinstance(old[-1], str) and (new := new_key(old)) is not None]
    yield from (problem(old, "the old name", new) for old, new in olds)
    if not olds and isinstance(values[-1], str) and (new := new_value(path, values[-1])) is not None:
        yield problem(path, f"the old value {quoted(values[-1])}", quoted(new))


def paths(path: tuple, value: object) -> Iterator[tuple]:
    """Yield a path and those of all mappings' keys below it."""
    yield path
    if isinstance(value, dict) and len(path) < DEEPEST:
        for key in value:
            yield from paths((*path, key), value[key])


def new_key(path: tuple) -> str | None:
    """Return the new dotted path of a key, with its own names in place of `*`; None if it is not an old one."""
    for old, new in table()["keys"].items():
        if (names := matched(old, path)) is not None:
            return "".join(part if part != ANY else names.pop(0) for part in split_stars(new))
    return None


def new_value(path: tuple, value: str) -> str | None:
    """Return the new word for an old one at a place or in the list there."""
    for pattern, words in table()["values"].items():
        if value in words and matched(pattern, path) is not None:
            return words[value]
    return None


def matched(pattern: str, path: tuple) -> list[str] | None:
    """Return what `*` stands for if a path fits a pattern."""
    parts, wanted = keys(path), pattern.split(".")
    if len(wanted) != len(parts) or any(want not in (ANY, part) for want, part in zip(wanted, parts, strict=True)):
        return None
    return [part for want, part in zip(wanted, parts, strict=True) if want == ANY]


def keys(path: tuple) -> list[str]:
    """Return the keys of a path without indices; a key that a sweep varies as the key of its architecture."""
    words = [part for part in path if isinstance(part, str)]
    if words[0] == "architectures" and len(words) > 3 and words[2] == "vary":
        return [*words[:2], *words[3].split(".")]
    return words


def split_stars(new: str) -> list[str]:
    """Return the pieces of a dotted path, with each `*` a piece of its own."""
    return [piece for chunk in new.split(ANY) for piece in (chunk, ANY)][:-1]


def below(value: object, part: object) -> object:
    """Return what a mapping or list holds at a key or index; None if nothing."""
    try:
        return value[part] if isinstance(value, dict | list) else None
    except (KeyError, IndexError, TypeError):
        return None
