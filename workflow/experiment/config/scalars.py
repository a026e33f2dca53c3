"""Single values as YAML text: what a text says if it is read as a number, true, false or null, and the way back."""

import math
import re

import yaml

from experiment.config.nodes import LOADER

LONGEST = 40  # characters of a text that is read
YAML_WORDS = {None: "null", True: "true", False: "false"}


class NoValue(ValueError):
    """A text that is neither a number nor true, false or null."""


def read(text: str) -> int | float | bool | None:
    """Return the number, true, false or null that a text says to YAML or, as 1e3, to Python; else raise NoValue."""
    if not text.strip() or len(text) > LONGEST:
        raise NoValue
    try:
        value = LOADER(text).get_single_data()
    except (yaml.YAMLError, ValueError):
        raise NoValue from None
    if isinstance(value, str):
        try:
            value = float(text)
        except ValueError:
            raise NoValue from None
        value = int(value) if value.is_integer() else value
    if not isinstance(value, int | float | bool | None) or (isinstance(value, float) and not math.isfinite(value)):
        raise NoValue
    return value


def is_plain(text: str) -> bool:
    """Whether YAML reads a text without quotes as this text, also in brackets."""
    if not re.fullmatch(r"\w[\w. /-]*", text):
        return False
    try:
        read(text)
    except NoValue:
        return True
    return False


def written(value: object) -> str:
    """Return a value as YAML reads it; a list in brackets."""
    if isinstance(value, list):
        return f"[{', '.join(map(written, value))}]"
    if value is None or isinstance(value, bool):
        return YAML_WORDS[value]
    text = str(value)
    if isinstance(value, str):
        return text if is_plain(text) else repr(text)
    is_short = isinstance(value, float) and "e" in text and "." not in text  # YAML reads 1e-07 as a word
    return text.replace("e", ".0e") if is_short else text
