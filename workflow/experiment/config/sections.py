"""Where a key belongs that is known, but not where a config has it."""

import difflib
from collections.abc import Iterator

from experiment.config.nodes import node_at, resolve, schema

ALMOST = 0.85  # similarity of a misspelt key to a key of its own mapping
NAMED = "NAME"  # in place of the name of a definition


def nested(key: str, node: dict) -> str:
    """Return `training: {epochs: ...}` for the dotted key `training.epochs`; "" if there is no such key below."""
    parts = key.split(".")
    if len(parts) < 2 or not node_at(node, key) or parts[0] not in node.get("properties", {}):
        return ""
    return "`" + ": {".join(parts) + ": ..." + "}" * (len(parts) - 1) + "`"


def home(key: str, node: dict) -> str:
    """Return where a key belongs: in a mapping below, or else in any section of a config; "" if there is none."""
    if difflib.get_close_matches(key, node.get("properties", {}), 1, ALMOST):
        return ""
    below = [name for name, child in node.get("properties", {}).items() if has(child, key)]
    if not below or node is schema():
        below = [place for place, part in sections() if has(part, key)]
    else:
        below = [f"{name}:" for name in below]
    return "it in " + " or ".join(f"`{place}`" for place in below[:3]) if below else ""


def has(node: dict, key: str) -> bool:
    """Whether a mapping has a key of its own."""
    return key in resolve(node).get("properties", {})


def sections() -> Iterator[tuple[str, dict]]:
    """Yield what a config says of each mapping, to be put before its keys, and its schema."""
    for name, child in schema()["properties"].items():
        for pattern in resolve(child).get("patternProperties", {}).values():
            choices = resolve(pattern).get("by_source", {})
            yield from ((f"{name}.{NAMED}: {{source: {source}}}", choice) for source, choice in choices.items())
            yield f"{name}.{NAMED}:", {"properties": {} if choices else resolve(pattern)["properties"]}
        yield f"{name}:", child
    for inside in ("training", "cdbn"):
        yield f"architectures.{NAMED}.{inside}:", {"$ref": f"#/$defs/{inside}"}
