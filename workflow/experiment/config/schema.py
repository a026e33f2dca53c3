"""A config held against its schema: one clear line for the first thing that is wrong, and defaults filled in."""

import math
from itertools import count

import jsonschema

from experiment.config.messages import line, place, shown
from experiment.config.nodes import chosen, resolve, schema, source

LONGEST = 300  # characters of a line
MOST = 1_000_000  # values in a config


class ConfigError(ValueError):
    """Where, what was found, what is allowed: in one line that can be printed; a long one loses its middle."""

    def __init__(self, text: str):
        line = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in " ".join(text.split()))
        super().__init__(line if len(line) <= LONGEST else f"{line[:180]} ... {line[-110:]}")


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


def by_source(validator, choices, value, schema):
    """The schema of a definition follows from its `source`."""
    if isinstance(value, dict):
        name = source(value, choices)
        known = isinstance(name, str) and name in choices
        schema = choices[name] if known else {"properties": {"source": {"enum": list(choices)}}}
        yield from validator.descend(value, schema)


Validator = jsonschema.validators.extend(
    jsonschema.Draft202012Validator, {"uniqueItems": each_once, "by_source": by_source}
)


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


def filled(value, node: dict):
    """A checked value with every default that it leaves out, whole numbers as int where the schema wants them."""
    node = chosen(node, value)
    kinds = node.get("type", ())
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if "object" in kinds:
        value = {} if value is None else value
        full = {key: filled(value[key], item_node(node, key)) for key in value}
        for key, child in node.get("properties", {}).items():
            child = resolve(child)
            if key not in full and "default" in child:
                full[key] = filled(child["default"], child)
        return full
    if value is None:
        return None
    if "array" in kinds:
        return [filled(item, node.get("items", {})) for item in value]
    return int(value) if "integer" in kinds else float(value) if "number" in kinds else value


def item_node(node: dict, key: str) -> dict:
    patterns = node.get("patternProperties", {})
    extra = node.get("additionalProperties")
    return (
        node.get("properties", {}).get(key)
        or next(iter(patterns.values()), None)
        or (extra if isinstance(extra, dict) else {})
    )
