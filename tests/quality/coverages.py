"""Line and branch coverage of the parts of the workflow, from the report of coverage.py."""

from pathlib import Path

from quality.settings import CORE, LIBRARY, ROOT

FEW = 15  # files that the page lists
PARTS = {
    "core": lambda path: is_core(path),
    "the rest of the library": lambda path: path.is_relative_to(LIBRARY) and not is_core(path),
    "scripts": lambda path: path.parent == LIBRARY.parent,
    "experiment and commands": lambda path: not path.is_relative_to(LIBRARY.parent),
    "**all**": lambda path: True,
}


def is_core(path: Path) -> bool:
    """Whether this is a module of the core, named `package.module` in settings.toml."""
    return path.is_relative_to(LIBRARY) and ".".join(path.relative_to(LIBRARY).with_suffix("").parts) in CORE


COUNTS = "num_statements", "covered_lines", "num_branches", "covered_branches"


def files(report: dict) -> dict[Path, dict[str, int]]:
    """Return {path from the root: counts of lines and branches}."""
    return {(ROOT / name).relative_to(ROOT): one["summary"] for name, one in report["files"].items()}


def sums(summaries: list[dict[str, int]]) -> dict[str, int]:
    return {key: sum(one[key] for one in summaries) for key in COUNTS}


def share(covered: int, of: int) -> str:
    """Return a percentage that is 100 only if nothing is missing."""
    if covered == of:
        return "100 %"
    return f"{min(covered / of, 0.999) * 100:.1f} %"


def row(name: str, count: int, one: dict[str, int]) -> str:
    lines = share(one["covered_lines"], one["num_statements"])
    branches = share(one["covered_branches"], one["num_branches"])
    return f"| {name} | {count} | {one['num_statements']} | {lines} | {one['num_branches']} | {branches} |"


def table(report: dict) -> str:
    """Return a row for each part of the workflow."""
    head = "| part | files | lines | covered | branches | covered |", "|---|---:|---:|---:|---:|---:|"
    found = files(report)
    chosen = {part: [one for path, one in found.items() if has(path)] for part, has in PARTS.items()}
    return "\n".join([*head, *(row(part, len(ones), sums(ones)) for part, ones in chosen.items())])


def least(report: dict) -> str:
    """Return the files with the most lines and branches that no test runs."""
    missing = {
        path: one["num_statements"] - one["covered_lines"] + one["num_branches"] - one["covered_branches"]
        for path, one in files(report).items()
    }
    most = sorted(missing, key=lambda path: (-missing[path], path))[:FEW]
    words = [f"`{path.relative_to('workflow')}` {missing[path]}" for path in most if missing[path]]
    return f"Most lines and branches missed: {', '.join(words) or 'none'}."
