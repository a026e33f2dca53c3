"""What the long tests found: docs/robustness.json keeps it, and the tables of docs/robustness.md are made from it."""

import json
import time
from collections.abc import Iterable
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
DATA, PAGE = "robustness.json", "robustness.md"


def load(part: str, docs: Path = DOCS) -> dict:
    """Return what a long test found so far; {} if nothing is kept."""
    path = docs / DATA
    return json.loads(path.read_text(encoding="utf-8")).get(part, {}) if path.exists() else {}


def keep(part: str, found: dict, lines: Iterable[str], docs: Path = DOCS) -> None:
    """Keep what a long test found, and write the lines of its table into the page, in place of the old table."""
    path, page = docs / DATA, docs / PAGE
    everything = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    everything = dict(sorted((everything | {part: found}).items()))
    path.write_text(json.dumps(everything, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if page.exists():
        page.write_text(replaced(page.read_text(encoding="utf-8"), list(lines)), encoding="utf-8")


def replaced(page: str, table: list[str]) -> str:
    """Return a page with this table in place of the table that has the same first line, if there is one."""
    lines = page.split("\n")
    if table[0] not in lines:
        return page
    start = lines.index(table[0])
    end = next((i for i in range(start, len(lines)) if not lines[i].startswith("|")), len(lines))
    return "\n".join(lines[:start] + table + lines[end:])


def today() -> str:
    return time.strftime("%Y-%m-%d")


def written(head: tuple[str, ...], rows: Iterable[tuple]) -> list[str]:
    """Return the lines of a Markdown table; columns whose head ends with `#` are numbers."""
    names = [name.removesuffix("#") for name in head]
    marks = ["---:" if name.endswith("#") else "---" for name in head]
    first = [f"| {' | '.join(names)} |", f"|{'|'.join(marks)}|"]
    return first + [f"| {' | '.join(map(str, row))} |" for row in rows]
