"""docs/benchmarks.md: the targets, the measured values, and how long each benchmark took."""

import re
from pathlib import Path

from harness import ROOT, listing
from harness.targets import reached, wanted

PAGE = ROOT / "docs" / "benchmarks.md"
HEAD = """# Benchmarks: what was wanted and what was reached

`make bench` writes this page from the targets in `benchmarks/*.py` and what they measured; do not edit it. A number is
the worst row of its table. It is not reported if other work used the machine or if repeats disagree; the measured
value is then in parentheses. `load` is the load average when the benchmark began, with the work of the benchmark before
it. `+ changes` after a commit means that there were uncommitted changes.

"""
COLUMNS = ("what", "target", "reached", "commit", "date", "load", "machine")
TOOK = re.compile(r"^\* `(\w+)`: (\d+) s(?:, (.+))?$", re.MULTILINE)


def rows(folder: Path) -> list[list[str]]:
    """Return the cells of every target of every benchmark, from its table, or from the old page without a table."""
    cells, kept = [], known()
    for name in listing.names():
        for target in () if listing.error(name) else listing.targets(name):
            unit = listing.module(name).TABLES[target.table][target.column]
            key = target.what, wanted(target, unit)
            words, *when = reached(target, unit, folder)
            if key in kept and not (folder / f"{target.table}.csv").exists():
                words, *when = kept[key]
            elif words == "not measured" and (why := listing.missing(name)):
                words = f"not measured: {why}"
            cells.append([*key, words, *when])
    return cells


def known() -> dict[tuple[str, str], list[str]]:
    """Return {(what, target): other cells} of all measured targets on the old page."""
    lines = PAGE.read_text().splitlines() if PAGE.exists() else []
    table = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines if line.startswith("| ")]
    return {tuple(cells[:2]): cells[2:] for cells in table if not cells[2].startswith("not measured")}


def last() -> tuple[dict[str, float], dict[str, str]]:
    """Return from the old page how long each benchmark took, and why some have no result."""
    lines = TOOK.findall(PAGE.read_text()) if PAGE.exists() else []
    return {name: int(took) for name, took, _ in lines}, {name: why for name, _, why in lines if why}


def page(folder: Path, took: dict[str, float], failed: dict[str, str]) -> str:
    """Return the page; `failed` is {name: why the benchmark has no result}."""
    lines = [" | ".join(cell.replace("|", "/") for cell in line) for line in (COLUMNS, *rows(folder))]
    table = "\n".join(f"| {line} |" for line in lines).replace("\n", f"\n{'|---' * len(COLUMNS)}|\n", 1)
    names = sorted({*took, *failed}, key=lambda name: took.get(name, 0))
    ends = {name: f"{took.get(name, 0):.0f} s{', ' + failed[name] if name in failed else ''}" for name in names}
    each = "\n".join(f"* `{name}`: {end}" for name, end in ends.items())
    total = f"\nEach benchmark took, of {sum(took.values()) / 60:.0f} minutes:\n\n"
    return HEAD + table + "\n" + (total + each + "\n" if names else "")
