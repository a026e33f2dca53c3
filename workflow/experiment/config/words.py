"""What a part of the schema allows, in words, for refusals and for the reference in config/README.md."""

import re

from experiment.config.nodes import resolve

WORDS = {
    **{"integer": "a whole number", "number": "a number", "string": "a word", "boolean": "true or false"},
    **{"array": "a list", "object": "a mapping of keys to values", "null": "null"},
}
TEXTS = {4000: "a path", 1000: "a pattern of file names"}  # by the greatest length of a text


def expected(node: dict) -> str:
    """Return what a schema node allows as the end of a refusal."""
    return "one of " * (len(resolve(node).get("enum", ())) > 1) + allowed(node)


def allowed(node: dict) -> str:
    """Return what a schema node allows, in words."""
    node = resolve(node)
    if "words" in node:
        return node["words"]
    if "enum" in node:
        return ", ".join("null" if choice is None else str(choice) for choice in node["enum"])
    if "oneOf" in node:
        return f"a list or a mapping with at most {node['oneOf'][0]['maxItems']} entries"
    if "pattern" in node:
        return allowed_names(node["pattern"])
    kinds = node.get("type", "anything")
    kinds = [kinds] if isinstance(kinds, str) else kinds
    words = " or ".join(single(kind, node) for kind in kinds if kind != "null")
    return words + (", or null" if "null" in kinds else "")


def single(kind: str, node: dict) -> str:
    """Return what a node allows of one type."""
    if kind == "string":
        return TEXTS.get(node.get("maxLength"), WORDS["string"])
    if kind == "array" and "items" in node:
        return listed(node)
    return WORDS.get(kind, kind) + bounds(node)


def listed(node: dict) -> str:
    """Return what a list may hold: `a list of 2 numbers from 0 to 1`."""
    item = resolve(node["items"])
    if "enum" in item:
        return f"a list with any of {allowed(item)}"
    if "words" in item:
        return f"a list with any of {item['words']}"
    if "pattern" in item:
        return "a list of names (" + allowed(item).removeprefix("a name of ") + ")"
    count = f"{node['minItems']} " if node.get("minItems", 0) == node.get("maxItems") else ""
    return f"a list of {count}" + re.sub("number|word", r"\g<0>s", allowed(item).removeprefix("a "), count=1)


def allowed_names(pattern: str) -> str:
    """Return what a pattern of the schema allows, in words."""
    if pattern.startswith("^results"):
        return "results, or results/NAME, where NAME is not data, runs, compare or logs"
    marks = "-, _ and ." if "_.-" in pattern else "- and _"
    return f"a name of letters, digits, {marks}, at most 64, starting with a letter or digit"


def bounds(node: dict) -> str:
    """Return the range of a number: ` from 0 to 1`, ` above 0 and up to 1,000`."""
    low, above, high, below = (
        f"{node[key]:,}" if key in node else None
        for key in ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum")
    )
    start = f" above {above}" if above else f" from {low}" if high or below else f" of at least {low}" if low else ""
    end = f" to {high}" if high else f" to below {below}" if below else ""
    return start + (f" and up{end}" if above and high else end)
