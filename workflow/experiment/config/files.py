"""Read a config file, JSON or YAML, and refuse anything else in one line."""

import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import yaml

from experiment.config.nodes import stages
from experiment.config.problems import ConfigError, Problem, place
from kernelscope.refusal import did_you_mean, quoted, reason, refusal
from kernelscope.refusal import refuse as refuse_with

CONFIG = "a config file, YAML or JSON in UTF-8"
TREE = "keys and values, such as `experiment: {seeds: [0]}`"
SUFFIXES = (".yaml", ".yml", ".json")
KINDS = {list: "a list", str: "text", int: "a number", float: "a number"}
MERGE = "tag:yaml.org,2002:merge"

refuse = partial(refuse_with, error=ConfigError)


def read(path: str | Path) -> dict:
    """Return the content of a config file; ConfigError, with its name, for all that makes it no config.

    Templates are left to Snakemake, as they may run any code.
    """
    text = text_of(path)
    if "__use_yte__" in text:
        refuse(path, "a template (__use_yte__)", "plain YAML, as templates run code")
    try:
        config = json_of(path, text)
        if config is None:
            config = yaml_of(path, text)
    except RecursionError:
        refuse(path, "lists or mappings that are too deep", "a tree of keys and values")
    if config is None:
        refuse(path, "no keys" if text.strip() else "an empty file", TREE)
    if not isinstance(config, dict):
        refuse(path, f"{KINDS.get(type(config), 'a single value')} at the top", TREE)
    return config


def text_of(path: str | Path) -> str:
    """Return the text of a file; ConfigError if there is none that can be read."""
    file = Path(path)
    check_no_target(str(path), file)
    try:
        if not os.path.lexists(file):
            refuse(path, "no such file", CONFIG, similar(file))
        if file.is_dir():
            refuse(path, "a folder", CONFIG)
        if not file.is_file():
            refuse(path, "a special file", CONFIG)
        return file.read_text(encoding="utf-8-sig")
    except ConfigError:
        raise
    except UnicodeDecodeError as error:
        refuse(path, f"bytes that are not UTF-8 text (byte {error.start + 1})", CONFIG)
    except (OSError, ValueError) as error:  # ValueError: NUL in the name
        refuse(path, f"a file that cannot be read ({reason(error)})", CONFIG)


def check_no_target(name: str, file: Path) -> None:
    """Refuse a target of Snakemake, which takes every word after `--configfile` as a config file."""
    below_results = file.parts[:1] == ("results",) and file.suffix not in (".yaml", ".yml")
    if below_results or (name in ("all", *stages()) and not file.exists()):
        hint = f"write `snakemake {name} --configfile FILE` or `snakemake --configfile FILE -- {name}`"
        refuse(name, "a target", CONFIG, hint)


def similar(file: Path) -> str:
    """Return a hint at a config file beside a missing one, whose name is similar."""
    try:
        names = [path.name for path in file.parent.iterdir() if path.suffix in SUFFIXES]
    except OSError:
        return ""
    return did_you_mean(file.name, sorted(names))


def json_of(path: str | Path, text: str) -> object:
    """Return what JSON text says; None if it is not JSON."""
    repeated: list[str] = []

    def once(pairs: list[tuple[str, object]]) -> dict:
        counts = Counter(key for key, _ in pairs)
        repeated.extend(key for key in counts if counts[key] > 1)
        return dict(pairs)

    try:
        config = json.loads(text, object_pairs_hook=once)
    except ValueError:
        return None
    if repeated:
        raise ConfigError(*(twice(path, "", quoted(key)) for key in dict.fromkeys(repeated)))
    return config


def yaml_of(path: str | Path, text: str) -> object:
    """Return what YAML text says; ConfigError if it is not YAML, or has a key twice."""
    loader = None
    try:
        loader = yaml.SafeLoader(text)
        node = loader.get_single_node()
        if node is None:
            return None
        if repeated := list(repeated_keys(node, (), set())):
            raise ConfigError(*(twice(path, f" line {line}", place(keys)) for line, keys in repeated))
        return loader.construct_document(node)
    except yaml.YAMLError as error:
        refuse(*no_yaml(path, text, error))
    except (ConfigError, RecursionError):
        raise
    except Exception as error:  # YAML has many ways to be wrong
        refuse(path, f"an invalid value ({error})", CONFIG)
    finally:
        if loader:
            loader.dispose()


def repeated_keys(node: yaml.Node, path: tuple, seen: set[int]) -> Iterator[tuple[int, tuple]]:
    """Yield the line and the path of each key that its mapping has already."""
    if id(node) in seen:  # an alias
        return
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from repeated_keys(item, (*path, index), seen)
    elif isinstance(node, yaml.MappingNode):
        keys = set()
        for key, item in node.value:
            if isinstance(key, yaml.ScalarNode) and key.tag != MERGE:
                if (key.tag, key.value) in keys:
                    yield key.start_mark.line + 1, (*path, key.value)
                keys.add((key.tag, key.value))
                yield from repeated_keys(item, (*path, key.value), seen)


def twice(path: str | Path, line: str, key: str) -> Problem:
    return Problem(
        None, refusal(f"{path}{line}", f"{key} a second time", "each key once, as YAML would keep only the last")
    )


def no_yaml(path: str | Path, text: str, error: yaml.YAMLError) -> tuple[str, str, str]:
    """Return where a file is not YAML, what it holds there, and what is expected."""
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return str(path), f"invalid YAML ({str(error).splitlines()[0]})", CONFIG
    where = f"{path} line {mark.line + 1}, column {mark.column + 1}"
    lines = text.splitlines()
    if mark.line < len(lines) and re.match(r" *\t", lines[mark.line]):
        return where, "a tab", "spaces, as YAML takes no tab for indentation"
    return where, f"invalid YAML ({error.problem})", expectation(error)


def expectation(error: yaml.YAMLError) -> str:
    """Return what to write instead of something that is not YAML."""
    if isinstance(error, yaml.constructor.ConstructorError):
        return "plain keys and values, as tags are not read"
    return "`key: value` lines with spaces before them, and closed brackets and quotes"
