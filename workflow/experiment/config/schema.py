"""Check a config against its schema, with all problems at once, and fill in the defaults."""

import math
import operator
import re
from collections.abc import Callable, Iterator
from functools import cache, partial, reduce
from itertools import count

import jsonschema
from jsonschema import ValidationError

from experiment.config import renamed
from experiment.config.messages import SPECIAL, given, reported
from experiment.config.nodes import by_source as node_by_source
from experiment.config.nodes import chosen, item_node, resolve, schema
from experiment.config.problems import MOST, ConfigError, Problem, at_parent, order, problem, refuse
from kernelscope.refusal import quoted

Found = tuple[tuple, Callable[[], Problem]]  # the path of a problem, and what puts it into words

MOST_VALUES = 1_000_000  # of a config
LARGEST = 10**15


def check(config: dict) -> None:
    """Raise ConfigError for all that JSON or the schema does not allow, sorted by place."""
    try:
        found = problems_of(config)
    except RecursionError:
        refuse((), "a list or mapping that contains itself or is too deep", "a tree")
    if found:
        first = [say() for _, say in found[:MOST]]
        raise ConfigError(*renamed.renamed(first, config), more=max(0, len(found) - MOST))


def problems_of(config: dict) -> list[Found]:
    """Return the problems of a config, sorted by place, without any below another: it would follow from that one."""
    unfit: list[Found] = []
    check_plain(config, (), count(1), unfit)
    plain = without(config, {path for path, _ in unfit}) if unfit else config
    found = [*schema_problems(plain, original=config), *unfit]  # at one place, the schema's counts, as it has a range
    kept: list[Found] = []
    for path, say in sorted(found, key=lambda one: order(one[0])):
        if not kept or path[: len(kept[-1][0])] != kept[-1][0]:
            kept.append((path, say))
    return kept


def schema_problems(value: object, node: dict | None = None, path: tuple = (), original=None) -> Iterator[Found]:
    """Yield what the schema, or a part of it, finds wrong with the value at `path`; `original` is what to quote."""
    for error in validator().iter_errors(value) if node is None else validator().descend(value, node):
        where = (*path, *error.relative_path)
        if original is not None and error.validator not in SPECIAL:
            error.instance = reduce(operator.getitem, error.relative_path, original)
            if error.validator == "minProperties" and len(error.instance) >= error.validator_value:
                continue  # its keys are reported
        yield where, partial(reported, error, where)


def unknown_keys(validator, wanted, value, schema):
    """`additionalProperties`, with an error at each unknown key."""
    if isinstance(value, dict):
        known, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
        for key in value:
            if key in known or any(re.search(pattern, key) for pattern in patterns):
                continue
            if wanted is False:
                yield ValidationError("", path=[key])
            else:
                yield from validator.descend(value[key], wanted, path=key)


def missing_keys(validator, wanted, value, schema):
    """`required`, with an error at each missing key."""
    if isinstance(value, dict):
        yield from (ValidationError("", path=[key]) for key in wanted if key not in value)


def key_names(validator, wanted, value, schema):
    """`propertyNames`, with an error at each key."""
    if isinstance(value, dict):
        for key in value:
            if any(validator.descend(key, wanted)):
                yield ValidationError("", path=[key])


def each_once(validator, wanted, items, schema):
    """`uniqueItems` for plain items, in one pass; for others, the schema of the items says what is wrong."""
    seen = set()
    if wanted and isinstance(items, list) and all(isinstance(item, str | int | float) for item in items):
        for index, item in enumerate(items):
            same = isinstance(item, bool), item
            if same in seen:
                yield ValidationError("", path=[index])
            seen.add(same)


def by_type(validator, choices, value, schema):
    """`oneOf` where each choice has a type of its own: the schema of the type that a value has."""
    node = next((choice for choice in choices if validator.is_type(value, choice["type"])), None)
    yield from validator.descend(value, node) if node else [ValidationError("")]


def by_source(validator, choices, value, schema):
    """The schema of a definition follows from its `source`."""
    if isinstance(value, dict):
        schema = node_by_source(value, choices) or {"properties": {"source": {"enum": list(choices)}}}
        yield from validator.descend(value, schema)


CHECKS = {"additionalProperties": unknown_keys, "required": missing_keys, "propertyNames": key_names}
CHECKS |= {"uniqueItems": each_once, "oneOf": by_type, "by_source": by_source}
Validator = jsonschema.validators.extend(jsonschema.Draft202012Validator, CHECKS)


@cache
def validator() -> jsonschema.protocols.Validator:
    """Return what checks values against parts of the schema."""
    return Validator(schema())


def check_plain(value: object, path: tuple, numbers: Iterator[int], found: list[Found]) -> None:
    """Find what JSON cannot say: keys that are not words, numbers that are not finite; `numbers` counts the values."""
    if next(numbers) > MOST_VALUES:
        refuse((), f"more than {MOST_VALUES} values", "fewer")
    if isinstance(value, dict):
        for key, item in value.items():
            if isinstance(key, str):
                check_plain(item, (*path, key), numbers, found)
            else:
                words = f"the key {quoted(key)}", "words as keys", "write it in quotes"
                found.append(((*path, key), partial(at_parent, (*path, key), *words)))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            check_plain(item, (*path, index), numbers, found)
    elif words := not_plain(value):
        found.append((path, partial(problem, path, *words)))


def not_plain(value: object) -> tuple[str, str] | None:
    """Return what a value is and what is expected if JSON cannot say it; None if it can."""
    if isinstance(value, float) and not math.isfinite(value):
        return given(value), "a finite number"
    if isinstance(value, int) and abs(value) > LARGEST:
        return given(value), "a whole number up to 10^15"
    if not isinstance(value, str | int | float | bool | None):
        return given(value), "a word, a number, true, false or null"
    return None


def without(value: object, bad: set[tuple], path: tuple = ()) -> object:
    """Return a copy in which bad values are text and bad keys are left out."""
    if path in bad:
        return quoted(value)
    if isinstance(value, dict):
        return {key: without(value[key], bad, (*path, key)) for key in value if isinstance(key, str)}
    if isinstance(value, list):
        return [without(item, bad, (*path, index)) for index, item in enumerate(value)]
    return value


def filled(value, node: dict):
    """Return a checked value with the defaults that it leaves out; whole numbers are int where the schema says so."""
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
    if isinstance(value, str):
        return value
    return int(value) if "integer" in kinds else float(value) if "number" in kinds else value
