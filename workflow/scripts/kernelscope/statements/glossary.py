"""The glossary: one word for one thing, with its meaning, unit and yardstick."""

from pathlib import Path
from typing import NamedTuple

import yaml

FILE = Path(__file__).with_suffix(".yaml")


class Term(NamedTuple):
    """A word of findings, page, figures and docs.

    meaning: in a line. unit, yardstick: of its number, "" if it has none. columns: of tables, which hold it.
    instead_of: words that are not used for it.
    """

    term: str
    meaning: str
    unit: str = ""
    yardstick: str = ""
    columns: tuple[str, ...] = ()
    instead_of: tuple[str, ...] = ()


def entries() -> list[Term]:
    """Return all entries in the order of the file."""
    rows = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return [
        Term(**{name: tuple(value) if isinstance(value, list) else value for name, value in row.items()})
        for row in rows
    ]


def tips() -> list[dict[str, str]]:
    """Return term, meaning, unit and yardstick of all entries, as the page embeds them for its tooltips."""
    return [dict(zip(Term._fields[:4], of[:4], strict=True)) for of in entries()]
