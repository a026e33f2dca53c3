"""The schema of the config and its parts."""

from functools import cache
from pathlib import Path

import yaml

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's is faster, which counts at every start
ARCHITECTURE = {"$ref": "#/$defs/architecture"}  # the schema of an architecture, which a sweep varies
VARIED = ("kernels", "kernel_size", "stride", "widths", "network")  # its keys that a sweep may vary, beside training
SCHEMA = Path(__file__).parents[2] / "schemas" / "config.schema.yaml"


@cache
def schema() -> dict:
    """Return the schema of the config."""
    return LOADER(SCHEMA.read_text(encoding="utf-8")).get_single_data()


def resolve(node: dict) -> dict:
    """Return a node of the schema with its `$ref` followed; keys beside the `$ref` take precedence."""
    if "$ref" not in node:
        return node
    definition = resolve(schema()["$defs"][node["$ref"].rsplit("/", 1)[1]])
    return definition | {key: value for key, value in node.items() if key != "$ref"}


def chosen(node: dict, value) -> dict:
    """Return the schema of a value, which may depend on its `source`."""
    node = resolve(node)
    choices = node.get("by_source")
    return resolve(by_source(value, choices)) if choices else node


def by_source(definition: dict | None, choices: dict[str, dict]) -> dict:
    """Return the choice for the source that a definition names, or the first one if it names none; {} if unknown."""
    source = (definition or {}).get("source", next(iter(choices)))
    return choices.get(source, {}) if isinstance(source, str) else {}


def item_node(node: dict, key: str) -> dict:
    """Return the schema of the value at a key; {} if the schema knows no such key."""
    named, extra = node.get("patternProperties", {}).values(), node.get("additionalProperties")
    others = [node.get("properties", {}).get(key), *named, extra if isinstance(extra, dict) else {}]
    return next(filter(None, others), {})


def node_at(node: dict, keys: str) -> dict:
    """Return the schema of the value at dotted keys below a node; {} if the schema knows no such key."""
    for key in keys.split("."):
        node = item_node(resolve(node), key)
    return node


def stages() -> list[str]:
    """Return the names of all stages."""
    return node_at(schema(), "experiment.stages")["items"]["enum"]
