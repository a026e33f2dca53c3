"""Read a config file, JSON or YAML, and refuse anything else in one line."""

import json
import os
from pathlib import Path

from experiment.config import yaml_text
from experiment.config.nodes import stages
from experiment.config.problems import ConfigError, refuse_at
from kernelscope.refusal import did_you_mean, reason

CONFIG = "a config file, YAML or JSON in UTF-8"
TREE = "keys and values, such as `experiment: {seeds: [0]}`"
SUFFIXES = (".yaml", ".yml", ".json")
KINDS = {list: "a list", str: "text", int: "a number", float: "a number"}


def read(path: str | Path) -> dict:
    """Return the content of a config file; ConfigError, with its name, for all that makes it no config.

    Templates are left to Snakemake, as they may run any code.
    """
    text = text_of(path)
    if "__use_yte__" in text:
        refuse_at(path, "a template (__use_yte__)", "plain YAML, as templates run code")
    try:
        config = json_of(path, text)
        if config is None:
            config = yaml_text.read(path, text)
    except RecursionError:
        refuse_at(path, "lists or mappings that are too deep", "a tree of keys and values")
    if config is None:
        refuse_at(path, "no keys" if text.strip() else "an empty file", TREE)
    if not isinstance(config, dict):
        refuse_at(path, f"{KINDS.get(type(config), 'a single value')} at the top", TREE)
    return config


def text_of(path: str | Path) -> str:
    """Return the text of a file; ConfigError if there is none that can be read."""
    file = Path(path)
    check_no_target(str(path), file)
    try:
        if not os.path.lexists(file):
            refuse_at(path, "no such file", CONFIG, similar(file))
        if file.is_dir():
            refuse_at(path, "a folder", CONFIG)
        if not file.is_file():
            refuse_at(path, "a special file", CONFIG)
        return file.read_text(encoding="utf-8-sig")
    except ConfigError:
        raise
    except UnicodeDecodeError as error:
        refuse_at(path, f"bytes that are not UTF-8 text (byte {error.start + 1})", CONFIG)
    except (OSError, ValueError) as error:  # ValueError: NUL in the name
        refuse_at(path, f"a file that cannot be read ({reason(error)})", CONFIG)


def check_no_target(name: str, file: Path) -> None:
    """Refuse a target of Snakemake, which takes every word after `--configfile` as a config file."""
    below_results = file.parts[:1] == ("results",) and file.suffix not in (".yaml", ".yml")
    if below_results or (name in ("all", *stages()) and not file.exists()):
        hint = f"write `snakemake {name} --configfile FILE` or `snakemake --configfile FILE -- {name}`"
        refuse_at(name, "a target", CONFIG, hint)


def similar(file: Path) -> str:
    """Return a hint at a config file beside a missing one, whose name is similar."""
    try:
        names = [path.name for path in file.parent.iterdir() if path.suffix in SUFFIXES]
    except OSError:
        return ""
    return did_you_mean(file.name, sorted(names))


def json_of(path: str | Path, text: str) -> object:
    """Return what JSON text says; None if it is not JSON; ConfigError if it has a key twice."""
    is_once = True

    def made(pairs: list[tuple[str, object]]) -> dict:
        nonlocal is_once
        is_once &= len(mapping := dict(pairs)) == len(pairs)
        return mapping

    try:
        config = json.loads(text, object_pairs_hook=made)
    except ValueError:
        return None
    return config if is_once else yaml_text.read(path, text.replace("\t", " "))  # which knows the lines
