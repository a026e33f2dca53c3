"""Put what a schema finds wrong into words: what a config holds, what is expected there, and a hint."""

import math

import jsonschema

from experiment.config.nodes import resolve
from experiment.config.problems import Problem, at_parent, one_of, problem
from kernelscope.refusal import did_you_mean, quoted

NUMBER_HINT = "YAML reads this as a word; write 0.001 or 1.0e-3, without quotes"
NAME = "the name"
VARIED = ("kernels", "kernel_size", "stride", "widths", "network", "training.KEY")
YAML_WORDS = {None: "null", True: "true", False: "false"}


def reported(error: jsonschema.ValidationError, path: tuple) -> Problem:
    """Return the problem at `path` for an error of the schema."""
    say = SPECIAL.get(error.validator)
    words = say(error, path[-1]) if say else wrong_value(error)
    return at_parent(path, *words) if words[0].startswith(NAME) else problem(path, *words)


def wrong_value(error: jsonschema.ValidationError) -> tuple[str, ...]:
    value, node = error.instance, error.schema
    if error.validator in SIZES and node.get("minItems", 0) != node.get("maxItems"):
        words, count = SIZES[error.validator], error.validator_value
        return given(value), f"{words[0]} {count} {words[1]}{'s' * (count != 1)}"
    if error.validator == "type" and error.validator_value == "array" and type(value) in (str, int, float):
        return given(value), expected(node), f"write [{value}]"
    if isinstance(value, str) and looks_like_number(value) and "type" in node:
        return given(value), expected(node), NUMBER_HINT
    choices = ["null" if choice is None else choice for choice in resolve(node).get("enum", ())]
    return given(value), expected(node), did_you_mean(value, choices) if isinstance(value, str) else ""


def missing_key(error: jsonschema.ValidationError, key: str) -> tuple[str, ...]:
    return "nothing", expected(error.schema["properties"][key])


def unknown_key(error: jsonschema.ValidationError, key: str) -> tuple[str, ...]:
    if patterns := error.schema.get("patternProperties"):
        return f"{NAME} {quoted(key)}", allowed({"pattern": next(iter(patterns))})
    keys = list(error.schema.get("properties", {}))
    return "an unknown key", one_of(keys), did_you_mean(key, keys)


def unknown_name(error: jsonschema.ValidationError, key: str) -> tuple[str, ...]:
    names = resolve(error.schema["propertyNames"])
    if "training" in names["pattern"]:  # what a sweep may vary
        return "an unknown key", one_of(VARIED), did_you_mean(key, VARIED)
    return f"{NAME} {quoted(key)}", allowed(names)


def repeated_item(error: jsonschema.ValidationError, index: int) -> tuple[str, ...]:
    return f"{given(error.instance[index])} a second time", "each value once"


SPECIAL = {
    **{"required": missing_key, "additionalProperties": unknown_key},
    **{"propertyNames": unknown_name, "uniqueItems": repeated_item},
}


def given(value: object) -> str:
    """Return a value in words: null, true and false as in YAML, others quoted."""
    return YAML_WORDS[value] if value is None or isinstance(value, bool) else quoted(value)


def looks_like_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def expected(node: dict) -> str:
    """Return what a schema node admits as the end of a refusal."""
    return "one of " * (len(resolve(node).get("enum", ())) > 1) + allowed(node)


def allowed(node: dict) -> str:
    """Return what a schema node admits, in words."""
    node = resolve(node)
    if "enum" in node:
        return ", ".join("null" if choice is None else str(choice) for choice in node["enum"])
    if "oneOf" in node:
        return " or ".join(map(allowed, node["oneOf"])) + f", with {node['oneOf'][0]['maxItems']} entries at most"
    if "pattern" in node:
        return allowed_names(node["pattern"])
    kinds = node.get("type", "anything")
    kinds = [kinds] if isinstance(kinds, str) else kinds
    words = " or ".join(WORDS.get(kind, kind) for kind in kinds if kind != "null") + bounds(node)
    if "items" in node:
        count = f" of {node['minItems']}" if node.get("minItems") == node.get("maxItems") and "minItems" in node else ""
        words += f"{count}, each {allowed(node['items'])}"
    return words + (", or null" if "null" in kinds else "")


def allowed_names(pattern: str) -> str:
    """Return what a pattern of the schema admits, in words."""
    if pattern.startswith("^results"):
        return "results, or results/NAME, where NAME is not data, runs, compare or logs"
    marks = "-, _ and ." if "_.-" in pattern else "- and _"
    return f"a name of letters, digits, {marks}, at most 64, starting with a letter or digit"


WORDS = {
    **{"integer": "a whole number", "number": "a number", "string": "a word", "boolean": "true or false"},
    **{"array": "a list", "object": "a mapping of keys to values", "null": "null"},
}
BOUNDS = {"minimum": "at least", "exclusiveMinimum": "above", "maximum": "at most", "exclusiveMaximum": "below"}
SIZES = {
    **{"minLength": ("at least", "letter"), "maxLength": ("at most", "letter")},
    **{"minItems": ("at least", "value"), "maxItems": ("at most", "value")},
    **{"minProperties": ("at least", "key"), "maxProperties": ("at most", "key")},
}


def bounds(node: dict) -> str:
    parts = [f"{words} {node[key]}" for key, words in BOUNDS.items() if key in node]
    return " " + " and ".join(parts) if parts else ""
