"""The mutants of a module as mutmut makes them: their names, and the place and text of each change."""

import ast
import difflib
from collections.abc import Iterator

AROUND = 25  # characters of context on each side of a change
SEPARATOR = "ǁ"  # in mutmut's names of methods: xǁClassǁmethod


def changes(mutated: str, source: str, names: list[str]) -> dict[str, tuple[int, str, str]]:
    """Return {name: (line of the source, function, change)} of mutants.

    `mutated` is mutmut's version of `source`, with every function beside its mutants, which have the `names`.
    """
    texts, places = dict(functions(mutated)), {name: line for name, line, _ in defined(source)}
    by_name = {}
    for name in names:
        original = name.partition("__mutmut_")[0]
        function = original[2:].replace(SEPARATOR, ".")  # after `x_` or `xǁ`
        offset, change = difference(texts[f"{original}__mutmut_orig"], texts[name])
        by_name[name] = places[function] + offset, function, change
    return by_name


def defined(source: str) -> Iterator[tuple[str, int, ast.AST]]:
    """Yield (name, line, node) of the functions of a module and of the methods of its classes."""
    for node in ast.parse(source).body:
        for inner in node.body if isinstance(node, ast.ClassDef) else [node]:
            if isinstance(inner, ast.FunctionDef):
                yield f"{node.name}.{inner.name}" if inner is not node else inner.name, inner.lineno, inner


def left_out(source: str) -> list[str]:
    """Return the functions that mutmut does not change because it does not know their decorators."""
    plain = "staticmethod", "classmethod"
    decorated = ((name, [ast.unparse(mark) for mark in node.decorator_list]) for name, _, node in defined(source))
    return [name for name, words in decorated if words and not (len(words) == 1 and words[0] in plain)]


def functions(source: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the name of each function and its lines, starting at `def`, with the name removed."""
    lines = source.splitlines()
    for _, line, node in defined(source):
        text = lines[line - 1 : node.end_lineno]
        yield node.name, [text[0].replace(node.name, "", 1), *text[1:]]


def difference(before: list[str], after: list[str]) -> tuple[int, str]:
    """Return the first line that differs, counted from 0, and its change in words."""
    opcodes = difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    _, i, j, k, m = next(code for code in opcodes if code[0] != "equal")
    old, new = (" ".join(line.strip() for line in lines) for lines in (before[i:j], after[k:m]))
    return i, "`{}` becomes `{}`".format(*without_the_same(old, new))


def without_the_same(old: str, new: str) -> list[str]:
    """Return both texts without their common beginning and end, except for some characters around the change."""
    shared = alike(old, new)
    begin = max(0, shared - AROUND)
    end = max(0, min(alike(old[::-1], new[::-1]), min(len(old), len(new)) - shared) - AROUND)
    before, after = ("…" if begin > 1 else old[:begin]), ("…" if end > 1 else old[len(old) - end :])
    return [f"{before}{text[begin : len(text) - end]}{after}" for text in (old, new)]


def alike(first: str, second: str) -> int:
    """Return the length of the common beginning of two texts."""
    pairs = enumerate(zip(first, second, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(first), len(second)))
