"""Write the numbers of README, docs and docs/numbers.json from the results of the default experiment."""

import argparse
import sys
from datetime import date
from pathlib import Path

from documents import entries, facts
from kernelscope.io import files

ROOT = Path(__file__).parents[1]
KEPT = ROOT / "docs" / "numbers.json"


def main() -> None:
    parser = argparse.ArgumentParser(prog="write_numbers.py", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit status 1 if anything differs")
    check = parser.parse_args().check
    try:
        lines = write(check)
    except (ValueError, OSError) as error:
        sys.exit(f"kernelscope: {error}")
    print("\n".join(lines) or "all numbers are as the results have them")
    sys.exit(1 if check and lines else 0)


def write(check: bool) -> list[str]:
    """Return a line for each number that differs; write the new numbers unless `check` is set."""
    old = entries.loads(KEPT.read_text(encoding="utf-8", errors="replace")) if KEPT.exists() else []
    new = entries.merged(old, facts.entries(ROOT, date.today().isoformat()))
    names = {entry.file for entry in new if entry.file}
    compared = entries.comparable(old, new) if check else new
    if len(compared) < len(new):
        print(
            f"docs/numbers.json is from other versions or another processor: {len(new) - len(compared)} of {len(new)} "
            "numbers are not compared"
        )
    documents, lines = entries.changed(old, compared, {name: content(ROOT / name) for name in names})
    if not check:
        for name in names:
            if not name.endswith(".png") and documents[name] != content(ROOT / name):
                (ROOT / name).write_text(documents[name], encoding="utf-8")
        KEPT.write_text(entries.dumps(new), encoding="utf-8")
    return lines


def content(path: Path) -> str:
    """Return the text of a document, or the sha256 of a figure."""
    return files.digest_of(path) if path.suffix == ".png" else path.read_text(encoding="utf-8")


if __name__ == "__main__":
    main()
