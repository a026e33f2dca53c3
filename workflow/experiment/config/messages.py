"""Put what a schema finds wrong into words: what a config holds, what is expected there, and a hint."""

import jsonschema

from experiment.config import sections
from experiment.config.hints import hint, space
from experiment.config.nodes import VARIED, resolve
from experiment.config.problems import Problem, at_parent, one_of, problem
from experiment.config.scalars import YAML_WORDS
from experiment.config.words import allowed, expected
from kernelscope.refusal import did_you_mean, quoted

PARENT = ("the name", "the key")  # what was found of a key that cannot be shown as a place


def reported(error: jsonschema.ValidationError, path: tuple) -> Problem:
    """Return the problem at `path` for an error of the schema."""
    say = SPECIAL.get(error.validator)
    words = say(error, path[-1]) if say else wrong_value(error)
    return at_parent(path, *words) if words[0].startswith(PARENT) else problem(path, *words)


def wrong_value(error: jsonschema.ValidationError) -> tuple[str, ...]:
    value, node = error.instance, error.schema
    is_empty_text = error.validator == "minLength" and error.validator_value == 1
    if error.validator in SIZES and node.get("minItems", 0) != node.get("maxItems") and not is_empty_text:
        words, count = SIZES[error.validator], error.validator_value
        return given(value), f"{words[0]} {count} {words[1]}{'s' * (count != 1)}"
    return given(value), expected(node), hint(value, node)


def missing_key(error: jsonschema.ValidationError, key: str) -> tuple[str, ...]:
    return "nothing", expected(error.schema["properties"][key])


def unknown_key(error: jsonschema.ValidationError, key: str) -> tuple[str, ...]:
    if patterns := error.schema.get("patternProperties"):
        return f"the name {quoted(key)}", allowed({"pattern": next(iter(patterns))})
    keys = list(error.schema.get("properties", {}))
    if written_out := sections.nested(key, error.schema):
        return f"the key {quoted(key)}", written_out
    if home := sections.home(key, error.schema):
        return "an unknown key", home
    return "an unknown key", one_of(keys), space(key, keys) or did_you_mean(key, keys)


def unknown_name(error: jsonschema.ValidationError, key: str) -> tuple[str, ...]:
    names = resolve(error.schema["propertyNames"])
    if "training" in names["pattern"]:  # what a sweep may vary
        keys = (*VARIED, "training.KEY")
        return "an unknown key", one_of(keys), did_you_mean(key, keys)
    return f"the name {quoted(key)}", allowed(names)


def repeated_item(error: jsonschema.ValidationError, index: int) -> tuple[str, ...]:
    return f"{given(error.instance[index])} a second time", "each value once"


SPECIAL = {
    **{"required": missing_key, "additionalProperties": unknown_key},
    **{"propertyNames": unknown_name, "uniqueItems": repeated_item},
}


def given(value: object) -> str:
    """Return a value in words: null, true and false as in YAML, others quoted."""
    return YAML_WORDS[value] if value is None or isinstance(value, bool) else quoted(value)


SIZES = {
    **{"minLength": ("at least", "character"), "maxLength": ("at most", "character")},
    **{"minItems": ("at least", "value"), "maxItems": ("at most", "value")},
    **{"minProperties": ("at least", "key"), "maxProperties": ("at most", "key")},
}
