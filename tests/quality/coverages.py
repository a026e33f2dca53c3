"""Line and branch coverage of the workflow's parts, from the report of coverage.py."""

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
    """Whether a file is a module of the core, which settings.toml names as `package.module`."""
    return path.is_relative_to(LIBRARY) and ".".join(path.relative_to(LIBRARY).with_suffix("").parts) in CORE


COUNTS = "num_statements", "covered_lines", "num_branches", "covered_branches"


def files(report: dict) -> dict[Path, dict[str, int]]:
    """Return {path from the root: counts of lines and branches}."""
    return {(ROOT / name).relative_to(ROOT): entry["summary"] for name, entry in report["files"].items()}


def sums(summaries: list[dict[str, int]]) -> dict[str, int]:
    return {key: sum(summary[key] for summary in summaries) for key in COUNTS}


def share(covered: int, total: int) -> str:
    """Return a percentage that is 100 only if nothing is missing."""
    if covered == total:
        return "100 %"
    return f"{min(covered / total, 0.999) * 100:.1f} %"


def row(name: str, count: int, total: dict[str, int]) -> str:
    lines = share(total["covered_lines"], total["num_statements"])
    branches = share(total["covered_branches"], total["num_branches"])
    return f"| {name} | {count} | {total['num_statements']} | {lines} | {total['num_branches']} | {branches} |"


def table(report: dict) -> str:
    """Return a row for each part of the workflow."""
    head = "| part | files | lines | covered | branches | covered |", "|---|---:|---:|---:|---:|---:|"
    summaries = files(report)
    chosen = {part: [summary for path, summary in summaries.items() if has(path)] for part, has in PARTS.items()}
    return "\n".join([*head, *(row(part, len(group), sums(group)) for part, group in chosen.items())])


def least(report: dict) -> str:
    """Return in words the files with the most lines and branches that no test runs."""
    missing = {
        path: counts["num_statements"] - counts["covered_lines"] + counts["num_branches"] - counts["covered_branches"]
        for path, counts in files(report).items()
    }
    most = sorted(missing, key=lambda path: (-missing[path], path))[:FEW]
    words = [f"`{path.relative_to('workflow')}` {missing[path]}" for path in most if missing[path]]
    return f"Most lines and branches missed: {', '.join(words) or 'none'}."
