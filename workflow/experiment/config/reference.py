"""Write the reference of all config keys from the schema: `make reference` puts it into config/README.md."""

import json
import sys
from pathlib import Path

from experiment.config.nodes import resolve, schema
from experiment.config.words import allowed

START, END = "<!-- keys: made by `make reference` -->", "<!-- end of keys -->"
WITHOUT = {"network": "required unless `of` is given", "of": "none", "vary": "none"}  # defaults that are no values


def table(title: str, node: dict, level: int = 2) -> list[str]:
    """Return a heading and a row for each key; keys with keys of their own get their own table."""
    node = resolve(node)
    lines = [f"{'#' * level} {title}", "", node.get("description", ""), ""]
    plain, nested = [], []
    for key, child in node.get("properties", {}).items():
        child = resolve(child)
        (nested if "properties" in child and key not in ("weight_decay", "init_std") else plain).append((key, child))
    if plain:
        lines += ["| key | meaning | allowed | default |", "|---|---|---|---|"]
        lines += [row(key, child, key in node.get("required", ())) for key, child in plain]
        lines.append("")
    for key, child in nested:
        if key != "training" or title != "`architectures.NAME`":
            lines += table(f"`{key}`", child, level + 1)
    return lines


def row(key: str, node: dict, required: bool) -> str:
    """Return the row of a key: its meaning, what is allowed, and its default."""
    default = "required" if required else WITHOUT.get(key) or default_of(node)
    return f"| `{key}` | {node.get('description', '')} | {words(node)} | {default} |"


def default_of(node: dict) -> str:
    """Return the default of a key as text; for a group of layers, the default of each."""
    if "properties" in node:
        return f"`{json.dumps({key: child.get('default') for key, child in node['properties'].items()})}`"
    return f"`{json.dumps(node['default'])}`" if "default" in node else "the network's own"


def words(node: dict) -> str:
    """Return what is allowed for a key."""
    if "properties" in node:
        return "for each group " + allowed(node["additionalProperties"])
    return allowed(node)


def reference() -> str:
    """Return the tables of all keys."""
    root = schema()
    lines = []
    for key, child in root["properties"].items():
        if key in ("datasets", "architectures"):
            named = next(iter(child["patternProperties"].values()))
            for source, node in named.get("by_source", {"": named}).items():
                lines += table(f"`{key}.NAME`" + f" of source `{source}`" * bool(source), node)
        else:
            lines += table(f"`{key}`", child)
    return "\n".join(lines).rstrip()


def written_into(text: str) -> str:
    """Return `text` with the reference between its two marks."""
    before, rest = text.split(START)
    return f"{before}{START}\n\n{reference()}\n\n{END}{rest.split(END)[1]}"


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.write_text(written_into(target.read_text(encoding="utf-8")), encoding="utf-8")
