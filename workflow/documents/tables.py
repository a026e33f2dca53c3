"""Tables in Markdown."""

from collections.abc import Sequence

from kernelscope.refusal import refuse


def written(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table of text cells."""
    first, *others = ("| " + " | ".join(line) + " |" for line in (head, *rows))
    return "\n".join([first, "|---" * len(head) + "|", *others])


def read(document: str, first: str) -> list[dict[str, str]]:
    """Return the rows of the table whose first column is named `first`; ValueError if there is no such table."""
    lines = document.split("\n")
    start = next((i for i, line in enumerate(lines) if line.startswith(f"| {first} |")), None)
    if start is None:
        refuse("tables of the document", f"none with the first column {first!r}", "one such table")
    head, rows = cells(lines[start]), []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append(dict(zip(head, cells(line), strict=True)))
    return rows


def cells(line: str) -> list[str]:
    return [cell.strip().strip("`") for cell in line.strip("|").split("|")]
