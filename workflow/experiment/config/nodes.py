"""The schema of the config and its parts."""

from functools import cache
from pathlib import Path

import yaml

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's is faster, which counts at every start
SCHEMA = Path(__file__).parents[2] / "schemas" / "config.schema.yaml"


@cache
def schema() -> dict:
    """Return the schema of the config."""
    return LOADER(SCHEMA.read_text(encoding="utf-8")).get_single_data()


def resolve(node: dict) -> dict:
    """Return a node of the schema with its `$ref` followed; keys beside the `$ref` take precedence."""
    if "$ref" not in node:
        return node
    return {
        **resolve(schema()["$defs"][node["$ref"].rsplit("/", 1)[1]]),
        **{k: v for k, v in node.items() if k != "$ref"},
    }


def chosen(node: dict, value) -> dict:
    """Return the schema of a value, which may depend on its `source`."""
    node = resolve(node)
    choices = node.get("by_source")
    return resolve(choices[source(value, choices)]) if choices else node


def source(value, choices: dict) -> str:
    """Return the source that a definition names, or the first choice if it names none."""
    return (value or {}).get("source", next(iter(choices)))


def item_node(node: dict, key: str) -> dict:
    """Return the schema of the value at a key; {} if the schema knows no such key."""
    patterns = node.get("patternProperties", {})
    extra = node.get("additionalProperties")
    return (
        node.get("properties", {}).get(key)
        or next(iter(patterns.values()), None)
        or (extra if isinstance(extra, dict) else {})
    )
