"""Count the tests of each file in `make test` and in `make test-all`, and write the counts into docs/testing.md.

python tests/quality/count_tests.py [--check]
"""

import argparse
import subprocess
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from quality import pages, settings

PAGE = settings.ROOT / "docs/testing.md"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit status 1 if the page says otherwise")
    check = parser.parse_args().check
    part = table(*(counted(listed(tier)) for tier in ("test", "test-all")))
    if not check:
        print(part)
        pages.write(PAGE, "tiers", part)
    elif pages.replaced(PAGE.read_text(), "tiers", part) != PAGE.read_text():
        sys.exit(f"{PAGE.name}: the table of tiers is not what the tests are now; `make tiers` writes it")


def listed(tier: str) -> list[str]:
    """Return the names of a tier's tests, as collected by pytest."""
    line = [sys.executable, "-m", "pytest", "--collect-only", "--quiet", *settings.TIERS[tier]]
    done = subprocess.run(line, cwd=settings.ROOT, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        sys.exit(f"{done.stdout}pytest cannot collect the tests of `make {tier}`: exit status {done.returncode}")
    return [name for name in done.stdout.splitlines() if "::" in name]


def counted(names: list[str]) -> Counter[tuple[str, str]]:
    """Return the number of cases of each (file below tests/, function); two folders may have files of the same name."""
    parts = (name.split("::") for name in names)
    return Counter(
        (file.removeprefix("tests/").removesuffix(".py"), function.split("[")[0]) for file, function, *_ in parts
    )


def table(quick: Counter, everything: Counter) -> str:
    """Return a row for each test of which `make test` omits cases, and a sentence with the sums."""
    rows = [
        f"| `{file}` | {function.removeprefix('test_').replace('_', ' ')} | {quick[file, function]} | {count} |"
        for (file, function), count in sorted(everything.items())
        if quick[file, function] < count
    ]
    head = ["| file | test | cases in `make test` | in `make test-all` |", "|---|---|---:|---:|"]
    sums = f"`make test` runs {quick.total():,} of the {everything.total():,} cases of `make test-all`. It leaves out:"
    return "\n".join([sums, "", *head, *rows])


if __name__ == "__main__":
    main()
