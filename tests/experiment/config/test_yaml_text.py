"""Text that is no YAML: each mistake is one line with its place, the text there and what to write, in plain words."""

import pytest

from experiment.config import yaml_text
from experiment.config.problems import ConfigError

TAB = "spaces, as YAML takes no tab for indentation"
COLON = "`key: value`, with a colon and a space after the key"
SPACE = "a space after the colon"
INDENT = "the same indentation as the lines of the same block"
AFTER_QUOTE = "nothing after a closing quote (inside single quotes, write '' for a quote)"
MIXED = "keys or `- value` lines, not both in one block"
VALUE = "a value that YAML can read, or quotes around a word"
MISTAKES = {  # text -> line, column, what is there, what is expected
    "training:\n\tepochs: 3\n": (2, 1, r"'\tepochs: 3'", TAB),
    "training:\n  a: 1\n \t b: 3\n": (3, 2, r"'\t b: 3'", TAB),
    "a: 1\tb: 2": (1, 5, r"'a: 1\tb: 2'", TAB),
    "training:\n  epochs 3\n  batch_size: 4\n": (2, 3, "'epochs 3'", COLON),
    "training:\n  seed: 1\n  epochs 3\n  batch_size: 4\n": (3, 3, "'epochs 3'", COLON),
    "training:\n  epochs:3\n\n  # more\n  batch_size: 4\n": (2, 10, "'epochs:3'", SPACE),
    "training:\n  seed: 1\n  epochs:3\n  batch_size: 4\n": (3, 10, "'epochs:3'", SPACE),
    "a: b: c\n": (1, 5, "'a: b: c'", "one key on a line, and quotes around a value with a colon"),
    "a: 1\n b: 2\n": (2, 2, "'b: 2'", "the indentation of the line above, as that key has a value"),
    "a:\n  b: 1\n c: 2\n": (3, 2, "'c: 2'", INDENT),
    "a:\n  - 1\n - 2\n": (3, 2, "'- 2'", INDENT),
    "a: [1,\n  2]\n  b: 3\n": (3, 3, "'b: 3'", INDENT),
    "- a: 1\nb: 2\n": (2, 1, "'b: 2'", MIXED),
    "a: 1\n- b\n": (2, 1, "'- b'", MIXED),
    "training: {epochs: [1, 2\n": (
        *(1, 20, "'training: {epochs: [1, 2'"),
        "a ] that closes the [, and a comma after each value before it",
    ),
    "a: 1\nb: {c: 1\nd: 2\n": (2, 4, "'b: {c: 1'", "a } that closes the {, and a comma after each value before it"),
    "a: {b: 1 c: 2}": (1, 4, "'a: {b: 1 c: 2}'", "a } that closes the {, and a comma after each value before it"),
    "a: [1]]\n": (1, 7, "'a: [1]]'", "no ], as no [ is open"),
    "a: {b: 1}}\n": (1, 10, "'a: {b: 1}}'", "no }, as no { is open"),
    "a: 1\nb: 'cpu\nc: 3\n": (2, 4, '"b: \'cpu"', "a second ' that closes the text"),
    'a: "x\nb: 2\n': (1, 4, "'a: \"x'", 'a second " that closes the text'),
    "a: 'it's'\n": (1, 8, "\"a: 'it's'\"", AFTER_QUOTE),
    'a: "\\q"\n': (1, 6, "'a: \"\\\\q\"'", "single quotes around a text with a backslash"),
    "a: *x": (1, 4, "'a: *x'", "quotes around a value that begins with *"),
    "a: @x": (1, 4, "'a: @x'", "quotes around a value that begins with @"),
    "a: %x": (1, 4, "'a: %x'", "quotes around a value that begins with %"),
    "a: &x 1\nb: &x 2\n": (2, 4, "'b: &x 2'", "quotes around a value that begins with &"),
    "a: - 1": (1, 4, "'a: - 1'", "each `- value` on a line of its own, or values in brackets"),
    "a: 1\n---\nb: 2\n": (2, 1, "'---'", "a single document, without ---"),
    "a: !!python/name:os.system": (1, 4, "'a: !!python/name:os.system'", "plain keys and values, as tags are not read"),
    "a: !own 3": (1, 4, "'a: !own 3'", "plain keys and values, as tags are not read"),
    "? [1]\n: 3\n": (1, 3, "'? [1]'", "a word as the key"),
    "<<: 3\n": (1, 5, "'<<: 3'", "a mapping after <<"),
    "a: 1\nb: 2026-99-99": (2, 4, "'2026-99-99'", VALUE),
    "a: 0x_": (1, 4, "'0x_'", VALUE),
    "%YAML 3\na: 1\n": (1, 8, "'%YAML 3'", yaml_text.CAUSES),
}
OF_THE_PARSER = ("block end", "found", "scanning", "parsing", "token", "scalar", "mapping values")


@pytest.mark.parametrize("text", MISTAKES)
def test_a_mistake_is_shown_with_its_line_and_what_to_write(text):
    with pytest.raises(ConfigError) as caught:
        yaml_text.read("mine.yaml", text)
    line, column, got, expected = MISTAKES[text]
    assert caught.value.lines == [f"mine.yaml line {line}, column {column}: got {got}, expected {expected}"]
    assert not any(words in caught.value.lines[0] for words in OF_THE_PARSER)


def test_each_expectation_for_the_words_of_the_parser_is_reached():
    """Every row of the table has a mistake above; otherwise the parser's words have changed."""
    reached = {expected for *_, expected in MISTAKES.values()}
    unreached = {part for part, expected in yaml_text.EXPECTED.items() if expected not in reached}
    assert unreached <= {"mapping keys are not allowed", "chomping or indentation"}


def test_what_looks_like_a_mistake_and_is_none_is_read():
    text = "a: &a {x: 1}\nb: {<<: *a, y: 3}\nc: 12:30\nd: C:\\x\ne: 'it''s'\nf: |\n  a: b: c\n"
    assert yaml_text.read("mine.yaml", text) == {
        **{"a": {"x": 1}, "b": {"x": 1, "y": 3}, "c": 750, "d": "C:\\x", "e": "it's", "f": "a: b: c\n"},
    }
