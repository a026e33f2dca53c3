"""Run all benchmarks, the shortest first, and write the results of their targets to docs/benchmarks.md.

.venv/bin/python benchmarks [--small] [--page] [--to FOLDER] [NAME ...]

A failing benchmark does not stop the others, but sets the exit status to 1. If names are given, the other benchmarks
keep their results. Small sizes cannot decide targets, so --small does not change docs/benchmarks.md.
"""

import sys
import time
from collections.abc import Iterable

from harness import BENCHMARKS, ROOT, listing, processes, report, tables


def order(names: Iterable[str], took: dict[str, float]) -> list[str]:
    """Return the names by the time that they took, but each after the benchmarks whose results it needs."""

    def key(name: str) -> tuple[float, bool]:
        needs = () if listing.error(name) else getattr(listing.module(name), "AFTER", ())
        return max(took.get(other, 0) for other in (name, *needs)), bool(needs)

    return sorted(names, key=key)


def run(name: str, arguments: list[str]) -> str:
    """Run a benchmark; return why it has no result, or ""."""
    if why := listing.error(name):
        return f"failed: {why}"
    if why := listing.missing(name) or ("--small" in arguments and listing.missing_results(name)):
        return f"left out: {why}"
    try:
        status = processes.run(
            [sys.executable, BENCHMARKS / f"{name}.py", *arguments],
            ROOT,
            quiet=False,
            grace=4 * processes.GRACE,
            every=2.0,
        ).status
    except SystemExit as error:
        if not isinstance(error.code, str):  # a SIGTERM to this process
            raise
        return f"failed: {error}"
    return f"failed with exit status {status}" if status else ""


def main() -> None:
    options = tables.Options(__doc__, "small sizes, to see that all of them work")
    options.add_argument(
        "--page", action="store_true", help="only write docs/benchmarks.md from the tables as they are"
    )
    options.add_argument("names", nargs="*", help=f"of {', '.join(listing.names())}; all by default")
    arguments = options.parse_args()
    if unknown := [name for name in arguments.names if name not in listing.names()]:
        options.error(f"names: got {', '.join(unknown)}, expected some of {', '.join(listing.names())}")
    times, before = report.last()
    took, failed = {}, {}
    names = [] if arguments.page else order(arguments.names or listing.names(), times)
    passed = ["--to", str(arguments.to.resolve()), *["--small"] * arguments.small]
    for number, name in enumerate(names):
        left = sum(times.get(other, 0) for other in names[number:])
        rest = "" if arguments.small else f"; about {left / 60:.0f} minutes left, as last time"
        print(f"\n[{number + 1} of {len(names)}] {name}{rest}", flush=True)
        started = time.monotonic()
        if why := run(name, passed):
            failed[name] = why
            print(f"{name}: {why}", flush=True)
        took[name] = time.monotonic() - started
    if not arguments.small:
        failures = {name: why for name, why in before.items() if name not in took} | failed
        report.PAGE.write_text(report.page(arguments.to, times | took, failures))
        print(f"\nwritten: {report.PAGE.relative_to(ROOT)}")
    if wrong := [name for name, why in failed.items() if why.startswith("failed")]:
        sys.exit(f"failed: {', '.join(wrong)}")


if __name__ == "__main__":
    main()
