"""Check that the page's modules join into one script: their imports, their exports, and the syntax of both."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "scripts"))

from kernelscope.page import html

FOLDER = Path(__file__).parent / "page"


def main() -> None:
    sources = {path.relative_to(FOLDER).as_posix(): path.read_text(encoding="utf-8") for path in FOLDER.rglob("*.js")}
    try:
        html.script(sources)
    except ValueError as error:
        sys.exit(f"workflow/page: {error}")


if __name__ == "__main__":
    main()
