"""Read YAML text, and say in which line it is no YAML, or has a key twice, and what to write there."""

import re
from collections import defaultdict
from collections.abc import Iterator

import yaml

from experiment.config.problems import ConfigError, Problem, place, refuse_at
from kernelscope.refusal import listed, quoted, refusal

MERGE = "tag:yaml.org,2002:merge"
NO_VALUES = (MERGE, "tag:yaml.org,2002:value")  # tags of `<<` and `=`
CLOSING = {"[": "]", "{": "}"}
NO_SPACE = re.compile(r"[\w.-]+:[^\s:/\\]")  # a key and its value without a space between them
CAUSES = "`key: value` lines (usual causes: a tab, no space after a colon, an open bracket or quote)"
NO_COLON = re.compile(r"[A-Za-z_][\w.-]*( [^\s:]+)?")  # a key and perhaps a value
EXPECTED = {  # part of the parser's words -> what is expected at the place that it names
    "could not determine a constructor": "plain keys and values, as tags are not read",
    "found unhashable key": "a word as the key",
    "undefined alias": "quotes around a value that begins with *",
    "second occurrence": "quotes around a value that begins with &",
    "another document": "a single document, without ---",
    "sequence entries are not allowed": "each `- value` on a line of its own, or values in brackets",
    "mapping keys are not allowed": "quotes around a value that begins with ?",
    "for merging": "a mapping after <<",
    "chomping or indentation": "the text on the lines below, or quotes around a value that begins with | or >",
    "found unknown escape": "single quotes around a text with a backslash",
    "found '-'": "keys or `- value` lines, not both in one block",
    "found '?'": "keys or `- value` lines, not both in one block",
    "found ']'": "no ], as no [ is open",
    "found '}'": "no }, as no { is open",
    "found '<scalar>'": "nothing after a closing quote (inside single quotes, write '' for a quote)",
}


def read(path: object, text: str) -> object:
    """Return what YAML text says; ConfigError, with the name of its file, if it is not YAML, or has a key twice."""
    loader = None
    try:
        loader = yaml.SafeLoader(text)
        node = loader.get_single_node()
        if node is None:
            return None
        if repeated := list(repeated_keys(path, node)):
            raise ConfigError(*repeated)
        check_values(path, loader, node, set())
        return loader.construct_document(node)
    except yaml.reader.ReaderError as error:
        line, column = text.count("\n", 0, error.position), error.position - text.rfind("\n", 0, error.position) - 1
        refuse_at(place_in(path, line, column), f"the character {error.character:#x}", "printable text")
    except yaml.MarkedYAMLError as error:
        line, column, expected = fault(text.splitlines(), error)
        refuse_at(place_in(path, line, column), quoted(line_of(text.splitlines(), line).strip(" ")), expected)
    finally:
        if loader:
            loader.dispose()


def place_in(path: object, line: int, column: int) -> str:
    """Return the place of a character as people count: `mine.yaml line 2, column 1`."""
    return f"{path} line {line + 1}, column {column + 1}"


def repeated_keys(path: object, node: yaml.Node) -> Iterator[Problem]:
    """Yield a problem for each key that its mapping has more than once, as YAML would keep only the last."""
    lines: dict[tuple, list[int]] = defaultdict(list)
    for keys, number, line in keys_of(node, (), set()):
        lines[keys, number].append(line + 1)
    for (keys, _), numbers in lines.items():
        if (count := len(numbers)) > 1:
            same = f"line {numbers[0]}" if len(set(numbers)) == 1 else f"lines {listed(numbers[:-1])} and {numbers[-1]}"
            got = f"it {'twice' if count == 2 else f'{count} times'} in {path} ({same})"
            yield Problem(None, refusal(place(keys), got, "once"))


def keys_of(node: yaml.Node, path: tuple, seen: set[int]) -> Iterator[tuple[tuple, int, int]]:
    """Yield the path of each key, a number for its mapping, and its line, from 0."""
    if id(node) in seen:  # an alias
        return
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from keys_of(item, (*path, index), seen)
    elif isinstance(node, yaml.MappingNode):
        for key, item in node.value:
            if isinstance(key, yaml.ScalarNode) and key.tag != MERGE:
                yield (*path, key.value), id(node), key.start_mark.line
                yield from keys_of(item, (*path, key.value), seen)


def check_values(path: object, loader: yaml.SafeLoader, node: yaml.Node, seen: set[int]) -> None:
    """Refuse a value that looks like a date or number and is none; YAML finds this out only as it makes the value."""
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.ScalarNode):
        if node.tag in NO_VALUES:
            return
        try:
            loader.construct_object(node)
        except yaml.YAMLError:
            raise
        except (ArithmeticError, AttributeError, LookupError, ValueError):  # each kind of value has its own
            mark, expected = node.start_mark, "a value that YAML can read, or quotes around a word"
            refuse_at(place_in(path, mark.line, mark.column), quoted(node.value), expected)
    else:
        for item in node.value:
            for part in item if isinstance(item, tuple) else [item]:
                check_values(path, loader, part, seen)


def fault(lines: list[str], error: yaml.MarkedYAMLError) -> tuple[int, int, str]:
    """Return the line and column (from 0) of what makes text no YAML, and what is expected there."""
    mark, words = error.problem_mark, error.problem or ""
    line, column = mark.line, mark.column
    if line_of(lines, line)[column : column + 1] == "\t":
        return line, column, "spaces, as YAML takes no tab for indentation"
    if known := next((expected for part, expected in EXPECTED.items() if part in words), None):
        return line, column, known
    if "cannot start any token" in words:
        return line, column, f"quotes around a value that begins with {line_of(lines, line)[column]}"
    if "mapping values are not allowed" in words:
        return second_colon(lines, line, column)
    if "found '<block" in words:
        return above(lines, line) or (line, column, "the same indentation as the lines of the same block")
    if error.context_mark is None:
        return line, column, CAUSES
    begin = error.context_mark.line, error.context_mark.column
    opened = line_of(lines, begin[0])[begin[1] : begin[1] + 1]
    if opened in CLOSING:
        return *begin, f"a {CLOSING[opened]} that closes the {opened}, and a comma after each value before it"
    if opened in ("'", '"'):
        return *begin, f"a second {opened} that closes the text"
    return missing_colon(lines, begin[0]) if "expected ':'" in words else (line, column, CAUSES)


def second_colon(lines: list[str], line: int, column: int) -> tuple[int, int, str]:
    """Return what is wrong where a colon follows a value: it, or the line above, or the indentation."""
    if ": " in lines[line][:column]:
        return line, column, "one key on a line, and quotes around a value with a colon"
    indent = len(lines[line]) - len(lines[line].lstrip())
    return above(lines, line) or (line, indent, "the indentation of the line above, as that key has a value")


def above(lines: list[str], line: int) -> tuple[int, int, str] | None:
    """Return what is wrong with the line above one, except comments; None if it has a key."""
    numbers = [number for number in range(line) if lines[number].strip() and lines[number].lstrip()[0] != "#"]
    if not numbers:
        return None
    text = lines[numbers[-1]].strip()
    return missing_colon(lines, numbers[-1]) if NO_SPACE.match(text) or NO_COLON.fullmatch(text) else None


def missing_colon(lines: list[str], line: int) -> tuple[int, int, str]:
    """Return what is wrong with a line that has no colon with a space behind it."""
    text = lines[line]
    if found := NO_SPACE.search(text):
        return line, found.end() - 1, "a space after the colon"
    return line, len(text) - len(text.lstrip()), "`key: value`, with a colon and a space after the key"


def line_of(lines: list[str], number: int) -> str:
    """Return a line; "" after the last one."""
    return lines[number] if number < len(lines) else ""
