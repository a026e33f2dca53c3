"""What `--config` sets. Snakemake passes every number inside it as text: `--config 'training={epochs: 3}'`."""

from experiment.config import scalars
from experiment.config.nodes import ARCHITECTURE, by_source, item_node, node_at, resolve, schema

NULLS = ("null", "~", "")


def typed(options: dict) -> dict:
    """Return what `--config` sets, with numbers, true, false and null in place of texts where the schema wants them.

    A mapping that contains itself is returned as it is: it is refused with the whole config.
    """
    try:
        return of_type(options, schema())
    except RecursionError:
        return options


def of_type(value: object, node: dict) -> object:
    """Return a value with texts read as its part of the schema wants them."""
    node = resolve(node)
    if isinstance(value, dict) and "by_source" in node:
        node = resolve(by_source(value, node["by_source"]))
    if isinstance(value, dict):
        return {key: swept(value[key]) if key == "vary" else of_type(value[key], item_node(node, key)) for key in value}
    if isinstance(value, list):
        return [of_type(item, node.get("items", {})) for item in value]
    return from_text(value, node) if isinstance(value, str) else value


def swept(vary: object) -> object:
    """Return what a sweep varies, with each value as its key wants it."""
    if not isinstance(vary, dict):
        return vary
    read = {}
    for key, values in vary.items():
        node = node_at(ARCHITECTURE, str(key))
        if isinstance(values, dict):
            values = {name: of_type(value, node) for name, value in values.items()}
        elif isinstance(values, list):
            values = [of_type(value, node) for value in values]
        read[key] = values
    return read


def from_text(text: str, node: dict) -> object:
    """Return the value that a text says, where only such a value is allowed."""
    kinds, choices = node.get("type", ()), node.get("enum", ())
    if "null" in kinds and text in NULLS:
        return None
    if text in choices or ("string" in kinds and "integer" not in kinds) or not (kinds or choices):
        return text
    try:
        value = scalars.read(text)
        return text if "string" in kinds and not isinstance(value, int) else value
    except scalars.NoValue:
        return text
