"""Hints at what was meant by a value that the schema does not allow."""

from collections.abc import Iterable, Iterator

import jsonschema

from experiment.config import scalars
from experiment.config.nodes import resolve, schema
from experiment.config.scalars import written
from kernelscope.refusal import did_you_mean

MEANT = {"gpu": "cuda", "nvidia": "cuda", "color": "rgb", "grayscale": "gray"}
LARGEST = 10**15  # number that a hint writes out
MOST_ITEMS = 8  # of a list that a hint writes out


def hint(value: object, node: dict) -> str:
    """Return what may help to mend a value: the most similar word, the value without quotes or in brackets."""
    node = resolve(node)
    if "array" in node.get("type", ()) and isinstance(value, str | int | float):
        return as_list(value, node)
    if "oneOf" in node and (isinstance(value, str) or (isinstance(value, int | float) and abs(value) < LARGEST)):
        return f"write {written(list(pieces(value))[:MOST_ITEMS])}"
    is_group = "properties" in node and isinstance(node.get("additionalProperties"), dict)  # a value for each layer
    if is_group and isinstance(value, int | float) and is_valid(value, node["additionalProperties"]):
        return "write {" + ", ".join(f"{key}: {written(value)}" for key in node["properties"]) + "}"
    if not isinstance(value, str):
        return ""
    return as_scalar(value, node) or similar(value, node) or space(value, node.get("properties", ()))


def space(text: str, keys: Iterable[str]) -> str:
    """Return how to write a key and its value that are text, as "epochs:3" or "epochs: 3"; "" without such a key."""
    key, colon, value = text.partition(":")
    if not colon or key not in keys:
        return ""
    return f"write {{{text}}}" if value.startswith(" ") else f"write a space after the colon: `{key}: {value}`"


def is_valid(value: object, node: dict) -> bool:
    return jsonschema.Draft202012Validator({**node, "$defs": schema()["$defs"]}).is_valid(value)


def similar(word: str, node: dict) -> str:
    """Return a suggestion for a word in place of one of several."""
    choices = ["null" if choice is None else choice for choice in node.get("enum", ())]
    meant = MEANT.get(word.casefold())
    return f"did you mean {meant!r}?" if meant in choices else did_you_mean(word, choices)


def as_scalar(text: str, node: dict) -> str:
    """Return how to write a number, true, false or null that is text; "" if it would not be allowed."""
    try:
        value = scalars.read(text)
    except scalars.NoValue:
        return ""
    if not is_valid(value, node):
        return ""
    if written(value) == text:
        return f"without quotes: {text}"
    if isinstance(value, bool):
        return f"write {written(value)}"
    return f"YAML reads this as a word; write {written(value)}"


def as_list(value: object, node: dict) -> str:
    """Return how to write a list with a value, or as long as the list should be."""
    if not isinstance(node.get("items"), dict):
        return ""
    for items in ([value], list(pieces(value)), list(pieces(value)) * node.get("minItems", 0)):
        if 0 < len(items) <= MOST_ITEMS and is_valid(items, node):
            return f"write {written(items)}"
    return f"write a list such as {written(node['default'])}" if node.get("default") else ""


def pieces(value: object) -> Iterator[object]:
    """Yield the values between the commas of a text."""
    for piece in str(value).strip("[]() ").split(","):
        try:
            yield scalars.read(piece.strip())
        except scalars.NoValue:
            yield piece.strip()
