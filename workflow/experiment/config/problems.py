"""Problems of a config: the place of each and the line that reports it, and the error that carries all of them."""

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple, NoReturn

from kernelscope.refusal import one_line, quoted, refusal

MOST = 20  # lines


class Problem(NamedTuple):
    """One problem: the keys and indices that lead to the bad value, and the line that reports it.

    `path` is None for what is not in a config file; `others` lead to values that do not fit together
    with the bad one.
    """

    path: tuple | None
    line: str
    others: tuple[tuple, ...] = ()


class ConfigError(ValueError):
    """Problems of a config, one printable line each; `more` counts those without a line."""

    def __init__(self, *problems: Problem | str, more: int = 0):
        self.problems = tuple(each if isinstance(each, Problem) else Problem(None, each) for each in problems)
        self.more = more
        super().__init__("\n".join(self.lines))

    @property
    def lines(self) -> list[str]:
        """Return a line for each problem, and one that counts the rest."""
        return [one_line(problem.line) for problem in self.problems] + [f"and {self.more} more"] * (self.more > 0)


class Problems(list):
    """The problems of steps that do not depend on each other, collected before any is reported."""

    def attempt(self, step: Callable, *arguments):
        """Return the result of `step`; None if it is refused."""
        try:
            return step(*arguments)
        except ConfigError as error:
            self += error.problems
            return None

    def report(self) -> None:
        """Raise ConfigError if there is any problem: each once, sorted by place, at most `MOST`."""
        by_line: dict[str, Problem] = {}
        for each in self:
            others = by_line[each.line].others if each.line in by_line else ()
            by_line[each.line] = each._replace(others=tuple(dict.fromkeys((*others, *each.others))))
        found = sorted(by_line.values(), key=lambda problem: order(problem.path or ()))
        if found:
            raise ConfigError(*found[:MOST], more=len(found) - MOST)


def problem(path: Iterable, got: str, expected: str, hint: str = "", beside: Iterable[tuple] = ()) -> Problem:
    """Return a problem whose line begins with its place; `beside` are the places that it does not fit together with."""
    return Problem(tuple(path), refusal(place(path), got, expected, hint), tuple(beside))


def one_of(choices: Iterable[object]) -> str:
    """Return `one of a, b`, or the only choice."""
    words = [str(choice) for choice in choices]
    return "one of " * (len(words) > 1) + ", ".join(words)


def at_parent(path: Iterable, *words: str) -> Problem:
    """Return the problem of a key that cannot be shown as a place: the line begins with the place above it."""
    path = tuple(path)
    return Problem(path, problem(path[:-1], *words).line)


def refuse_at(where: object, got: str, expected: str, hint: str = "") -> NoReturn:
    """Raise ConfigError for what is no value of a config: a file, or a line of it."""
    raise ConfigError(refusal(where, got, expected, hint)) from None


def refuse(path: Iterable, got: str, expected: str, hint: str = "", beside: Iterable[tuple] = ()) -> NoReturn:
    """Raise ConfigError for a single problem."""
    raise ConfigError(problem(path, got, expected, hint, beside)) from None


def completed(path: tuple, error: Exception, beside: Iterable[str] = ()) -> Problem:
    """Return the problem that the library reports: its message (`.key: got ...`) after the place that it completes.

    `beside` are keys of the same mapping that the value may not fit together with.
    """
    text = str(error) or type(error).__name__
    keys = re.findall(r"\.(\w+)", text.partition(":")[0]) if text.startswith(".") else []
    line = one_line(place(path) + ("" if keys else ": ") + text)
    return Problem((*path, *keys), line, tuple((*path, key) for key in beside if key not in keys))


def place(path: Iterable) -> str:
    """Return `training.epochs` or `experiment.seeds[2]`; "config" for the whole."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{key_text(part)}" for part in path)
    return text.removeprefix(".") or "config"


def key_text(key: object) -> str:
    """Return a key as it is if it is a plain word or dotted words, else quoted and shortened."""
    return key if isinstance(key, str) and re.fullmatch(r"\w[\w.-]{0,79}", key) else quoted(key)


def order(path: tuple) -> list[tuple]:
    """Return what sorts places: indices as numbers, keys as text."""
    names = [part if isinstance(part, int | str) else quoted(part) for part in path]
    return [(0, part, "") if type(part) is int else (1, 0, str(part)) for part in names]
