"""Parts of a page that a command writes, between two marks."""

import sys
from pathlib import Path


def replaced(text: str, name: str, part: str) -> str:
    """Return the page with another part between `<!-- name -->` and `<!-- end of name -->`; ValueError without them."""
    begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
    if text.count(begin) != 1 or text.count(end) != 1 or text.index(begin) > text.index(end):
        raise ValueError(f"got no part {name!r} in the page, expected one {begin.strip()} before one {end}")
    before, rest = text.split(begin)
    return f"{before}{begin}\n{part}\n\n{end}{rest.split(end)[1]}"


def require(page: Path, name: str) -> None:
    """Exit with a line if the page has no such part: before a long measurement."""
    try:
        replaced(page.read_text(), name, "")
    except (OSError, ValueError) as error:
        sys.exit(f"--page: {page}: {error}")


def write(page: Path, name: str, part: str) -> None:
    page.write_text(replaced(page.read_text(), name, part))
