"""The blocks of code and commands in README and docs."""

import re
from collections.abc import Iterator
from pathlib import Path

from projects import ROOT

PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "config/README.md")),
    *(path for path in sorted((ROOT / "docs").rglob("*.md")) if path.name not in ("log.md", "cli.md")),
]
FENCED = re.compile(r"^```(\S*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"(?:^|\n\n)((?:    \S.*\n)+)")  # after an empty line, so no part of a list
COMMAND = re.compile(
    r"(?:make|snakemake|kernelscope(?!:)|\.venv/bin/\w+|PYTHONPATH=\S+ \S+|pip|export|docker|apptainer|cd|python3?)\b"
)


def fenced(language: str) -> list[tuple[str, int, str]]:
    """Return (page, number, text) of every fenced block of a language."""
    found = ((path, [text for kind, text in FENCED.findall(read(path)) if kind == language]) for path in PAGES)
    return [(name(path), number, text) for path, texts in found for number, text in enumerate(texts, 1)]


def commands() -> dict[str, list[str]]:
    """Return {command without its comment: pages} of every line of an indented block that is a command."""
    found = {}
    for path in PAGES:
        for line in lines(FENCED.sub("", read(path))):
            if COMMAND.match(line):
                found.setdefault(re.sub(r"\s+# .*", "", line), []).append(name(path))
    return found


def lines(text: str) -> Iterator[str]:
    for block in INDENTED.findall(text):
        yield from (line.strip() for line in block.splitlines())


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()
