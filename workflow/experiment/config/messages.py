"""What is wrong with a config, in words: where, what was found, what is allowed."""

import difflib
import math
import re

import jsonschema

from experiment.config.nodes import resolve


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
        return ", ".join("null" if choice is None else str(choice) for choice in node["enum"])
    if "pattern" in node:
        if node["pattern"].startswith("^results"):
            return "results, or results/NAME, where NAME is not data, runs, compare or logs"
        marks = "-, _ and ." if "_.-" in node["pattern"] else "- and _"
        return f"a name of letters, digits, {marks}, at most 64, starting with a letter or digit"
    kinds = node.get("type", "anything")
    kinds = [kinds] if isinstance(kinds, str) else kinds
    words = " or ".join(WORDS.get(kind, kind) for kind in kinds if kind != "null") + bounds(node)
    if "items" in node:
        count = f" of {node['minItems']}" if node.get("minItems") == node.get("maxItems") and "minItems" in node else ""
        words += f"{count}, each {allowed(node['items'])}"
    return words + (", or null" if "null" in kinds else "")


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
