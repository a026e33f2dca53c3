"""Parts of a page between two marks, written by a command."""

import sys
from pathlib import Path


def replaced(text: str, name: str, part: str) -> str:
    """Return the page with `part` between `<!-- name -->` and `<!-- end of name -->`; ValueError without the marks."""
    begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
    if text.count(begin) != 1 or text.count(end) != 1 or text.index(begin) > text.index(end):
        raise ValueError(f"got no part {name!r} in the page, expected one {begin.strip()} before one {end}")
    before, rest = text.split(begin)
    return f"{before}{begin}\n{part}\n\n{end}{rest.split(end)[1]}"


def require(page: Path, name: str) -> None:
    """Exit with one line if the page has no such part, before a long measurement starts."""
    try:
        replaced(page.read_text(), name, "")
    except (OSError, ValueError) as error:
        sys.exit(f"--page: {page}: {error}")


def write(page: Path, name: str, part: str) -> None:
    page.write_text(replaced(page.read_text(), name, part))
