"""The schema of the config, and its parts."""

from functools import cache
from pathlib import Path

import yaml

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # that of libyaml is faster, at every start
SCHEMA = Path(__file__).parents[2] / "schemas" / "config.schema.yaml"


@cache
def schema() -> dict:
    return LOADER(SCHEMA.read_text(encoding="utf-8")).get_single_data()


def resolve(node: dict) -> dict:
    """The schema of a node with its `$ref` followed; what stands beside the `$ref` counts more."""
    if "$ref" not in node:
        return node
    return {
        **resolve(schema()["$defs"][node["$ref"].rsplit("/", 1)[1]]),
        **{k: v for k, v in node.items() if k != "$ref"},
    }


def chosen(node: dict, value) -> dict:
    """The schema of a value, where that depends on its `source`."""
    node = resolve(node)
    choices = node.get("by_source")
    return resolve(choices[source(value, choices)]) if choices else node


def source(value, choices: dict) -> str:
    """What a definition names as its source, or the first of the choices if it names none."""
    return (value or {}).get("source", next(iter(choices)))
