"""Small tables as text and as HTML, for consoles and notebooks."""

from collections.abc import Sequence
from html import escape


def cell(value) -> str:
    """Return a value in few letters; "" for None and for what is not a number."""
    if value is None or value != value:
        return ""
    return f"{value:z.3g}" if isinstance(value, float) else str(value)


def as_text(rows: Sequence[dict]) -> str:
    """Return rows, which share their keys, as columns of text."""
    lines = [list(rows[0]), *([cell(value) for value in row.values()] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)


def as_html(rows: Sequence[dict]) -> str:
    """Return rows, which share their keys, as an HTML table."""
    tags = lambda tag, cells: "".join(f"<{tag}>{escape(each)}</{tag}>" for each in cells)  # noqa: E731
    body = [f"<tr>{tags('td', map(cell, row.values()))}</tr>" for row in rows]
    return f"<table><tr>{tags('th', rows[0])}</tr>{''.join(body)}</table>"
