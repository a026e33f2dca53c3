"""Tables in Markdown."""

from collections.abc import Sequence


def written(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table of cells that are text already."""
    first, *others = ("| " + " | ".join(line) + " |" for line in (head, *rows))
    return "\n".join([first, "|---" * len(head) + "|", *others])


def read(document: str, first: str) -> list[dict[str, str]]:
    """Return the rows of the table whose first column is named `first`; ValueError where there is none."""
    lines = document.split("\n")
    start = next((i for i, line in enumerate(lines) if line.startswith(f"| {first} |")), None)
    if start is None:
        raise ValueError(f"found no table that begins with the column {first!r}")
    head, found = cells(lines[start]), []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        found.append(dict(zip(head, cells(line), strict=True)))
    return found


def cells(line: str) -> list[str]:
    return [cell.strip().strip("`") for cell in line.strip("|").split("|")]
