"""A config held against its schema: one clear line for the first thing that is wrong, and defaults filled in."""

import difflib
import math
import re
from functools import cache
from itertools import count
from pathlib import Path

import jsonschema
import yaml

SCHEMA = Path(__file__).parents[1] / "schemas" / "config.schema.yaml"


LONGEST = 300  # characters of a line
MOST = 1_000_000  # values in a config


class ConfigError(ValueError):
    """Where, what was found, what is allowed: in one line that can be printed; a long one loses its middle."""

    def __init__(self, text: str):
        line = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in " ".join(text.split()))
        super().__init__(line if len(line) <= LONGEST else f"{line[:180]} ... {line[-110:]}")


@cache
def schema() -> dict:
    return yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))


def resolve(node: dict) -> dict:
    """The schema of a node with its `$ref` followed; what stands beside the `$ref` counts more."""
    if "$ref" not in node:
        return node
    return {
        **resolve(schema()["$defs"][node["$ref"].rsplit("/", 1)[1]]),
        **{k: v for k, v in node.items() if k != "$ref"},
    }


def check(config: dict) -> None:
    """Raise ConfigError for one error, the least deep."""
    try:
        check_plain(config, (), count(1))
        errors = list(Validator(schema()).iter_errors(config))
    except RecursionError:
        raise ConfigError(
            "config: found a list or mapping that contains itself or is too deep; allowed: a tree"
        ) from None
    if errors:
        raise ConfigError(
            line(min(errors, key=lambda error: (len(error.absolute_path), [str(p) for p in error.absolute_path])))
        )


def each_once(validator, wanted, items, schema):
    """`uniqueItems` for plain items, in one pass; of others, the schema of the items says what is wrong."""
    plain = isinstance(items, list) and all(isinstance(item, str | int | float) for item in items)
    if wanted and plain and len({(isinstance(item, bool), item) for item in items}) < len(items):
        yield jsonschema.ValidationError("more than once")


Validator = jsonschema.validators.extend(jsonschema.Draft202012Validator, {"uniqueItems": each_once})


def check_plain(value, where: tuple, numbers) -> None:
    """Only what JSON can say: keys are words, numbers are finite; and not endless. `numbers` counts the values."""
    if next(numbers) > MOST:
        raise ConfigError(f"config: found more than {MOST} values; allowed: fewer")
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise ConfigError(f"{place(where)}: found the key {shown(key)}; allowed: words (write it in quotes)")
            check_plain(item, (*where, key), numbers)
    elif isinstance(value, list):
        for i, item in enumerate(value):
            check_plain(item, (*where, i), numbers)
    elif isinstance(value, float) and not math.isfinite(value):
        raise ConfigError(f"{place(where)}: found {value}; allowed: a finite number")
    elif isinstance(value, int) and abs(value) > 10**15:
        raise ConfigError(f"{place(where)}: found a whole number beyond 10^15; allowed: a smaller one")
    elif not isinstance(value, str | int | float | bool | None):
        raise ConfigError(f"{place(where)}: found {shown(value)}; allowed: a word, a number, true, false or null")


def place(path) -> str:
    """`training.epochs`, `experiment.seeds[2]`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{key_text(part)}" for part in path)
    return text.removeprefix(".") or "config"


def key_text(key: str) -> str:
    """A key as it is if it is a plain word, else quoted, shortened, on one line."""
    return key if key.isidentifier() or re.fullmatch(r"[\w-]+", key) else shown(key)


def shown(value) -> str:
    """A value as YAML would write it, shortened, on one line."""
    try:
        text = " ".join(repr(value).split())
    except (ValueError, RecursionError):  # thousands of digits, or lists in lists
        text = f"a {type(value).__name__} too long to be shown"
    return text if len(text) <= 80 else text[:77] + "..."


def line(error: jsonschema.ValidationError) -> str:
    where, found = place(error.absolute_path), error.instance
    if error.validator == "additionalProperties":
        return unknown_key(error)
    if error.validator == "required":
        missing = next(key for key in error.validator_value if key not in found)
        return f"{where}: the key {missing!r} is missing"
    if error.validator == "minItems" and not found:
        return f"{where}: found an empty list; allowed: at least {error.validator_value}"
    if error.validator == "uniqueItems":
        twice = next(item for i, item in enumerate(found) if item in found[:i])
        return f"{where}: found {shown(twice)} more than once; allowed: each only once"
    hint = ""
    if isinstance(found, str) and looks_like_number(found) and "type" in error.schema:
        hint = " (YAML reads this as a word; write 0.001 or 1.0e-3, without quotes)"
    return f"{where}: found {shown(found)}; allowed: {allowed(error.schema)}{hint}"


def unknown_key(error: jsonschema.ValidationError) -> str:
    known = error.schema.get("properties", {})
    patterns = error.schema.get("patternProperties", {})
    if patterns:
        bad = next(
            key
            for key in error.instance
            if not jsonschema.Draft202012Validator({"type": "string", "pattern": next(iter(patterns))}).is_valid(key)
        )
        names = allowed({"pattern": next(iter(patterns))})
        return f"{place(error.absolute_path)}: found the name {shown(bad)}; allowed: {names}"
    bad = next(key for key in error.instance if key not in known)
    close = difflib.get_close_matches(bad, known, 1)
    suggestion = f" (did you mean {close[0]!r}?)" if close else ""
    return f"{place(error.absolute_path)}: unknown key {shown(bad)}{suggestion}; allowed: {', '.join(known)}"


def looks_like_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def allowed(node: dict) -> str:
    """What a schema node admits, in words."""
    node = resolve(node)
    if "enum" in node:
        return ", ".join(str(choice) for choice in node["enum"])
    if "pattern" in node:
        if node["pattern"].startswith("^results"):
            return "results, or results/NAME, where NAME is not data, runs, compare or logs"
        return "a name of letters, digits, - and _, at most 64, starting with a letter or digit"
    kinds = node.get("type", "anything")
    kinds = [kinds] if isinstance(kinds, str) else kinds
    words = " or ".join(WORDS.get(kind, kind) for kind in kinds) + bounds(node)
    if "items" in node:
        count = f" of {node['minItems']}" if node.get("minItems") == node.get("maxItems") and "minItems" in node else ""
        return f"{words}{count}, each {allowed(node['items'])}"
    return words


WORDS = {
    **{"integer": "a whole number", "number": "a number", "string": "a word", "boolean": "true or false"},
    **{"array": "a list", "object": "a mapping of keys to values", "null": "null"},
}


def bounds(node: dict) -> str:
    parts = []
    for key, words in (
        ("minimum", "at least"),
        ("exclusiveMinimum", "above"),
        ("maximum", "at most"),
        ("exclusiveMaximum", "below"),
    ):
        if key in node:
            parts.append(f"{words} {node[key]}")
    return " " + " and ".join(parts) if parts else ""


def filled(value, node: dict):
    """A checked value with every default that it leaves out, whole numbers as int where the schema wants them."""
    node = resolve(node)
    if node.get("type") == "object":
        value = {} if value is None else value
        full = {key: filled(value[key], item_node(node, key)) for key in value}
        for key, child in node.get("properties", {}).items():
            child = resolve(child)
            if key not in full and "default" in child:
                full[key] = filled(child["default"], child)
        return full
    if node.get("type") == "array":
        return [filled(item, node.get("items", {})) for item in value]
    if node.get("type") == "integer":
        return int(value)
    kinds = node.get("type", ())
    return (
        float(value)
        if value is not None and ("number" in kinds if isinstance(kinds, list) else kinds == "number")
        else value
    )


def item_node(node: dict, key: str) -> dict:
    patterns = node.get("patternProperties", {})
    extra = node.get("additionalProperties")
    return (
        node.get("properties", {}).get(key)
        or next(iter(patterns.values()), None)
        or (extra if isinstance(extra, dict) else {})
    )
