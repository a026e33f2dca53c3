"""Write docs/reference/glossary.md from the glossary: `make reference`."""

import sys
from pathlib import Path

from documents import tables
from kernelscope.statements import glossary
from kernelscope.statements.glossary import Term

HEAD = """# Glossary

The words of findings, page, figures and docs, one word for one thing. `make reference` writes this page from
`workflow/scripts/kernelscope/statements/glossary.yaml`; [methods](../explanation/methods.md) has the formulas.

"""
COLUMNS = ("term", "meaning", "unit", "compared with", "columns")


def text() -> str:
    """Return the page."""
    return f"{HEAD}{tables.written(COLUMNS, [row(of) for of in glossary.entries()])}\n"


def row(of: Term) -> tuple[str, ...]:
    """Return the row of a term."""
    return of.term, of.meaning, of.unit, of.yardstick, ", ".join(f"`{column}`" for column in of.columns)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(text(), encoding="utf-8", newline="\n")
