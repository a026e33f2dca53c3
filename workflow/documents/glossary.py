"""Write docs/reference/glossary.md from the glossary: `make docs`."""

import sys
from pathlib import Path

import documents  # noqa: F401  # puts the library on the path
from kernelscope.statements import glossary
from kernelscope.statements.glossary import Term

HEAD = """# Glossary

The words of findings, page, figures and docs, one word for one thing. `make docs` writes this page from
`workflow/scripts/kernelscope/statements/glossary.yaml`; [methods](../explanation/methods.md) has the formulas.

| term | meaning | unit | compared with | columns |
|---|---|---|---|---|
"""


def text() -> str:
    """Return the page."""
    return HEAD + "".join(f"{row(of)}\n" for of in glossary.entries())


def row(of: Term) -> str:
    """Return the row of a term."""
    columns = ", ".join(f"`{column}`" for column in of.columns)
    return f"| {' | '.join((of.term, of.meaning, of.unit, of.yardstick, columns))} |"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(text(), encoding="utf-8", newline="\n")
