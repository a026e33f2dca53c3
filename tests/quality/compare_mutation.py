"""Comparison of two measurements of the same mutants: of two tiers, or before and after a change of the tests.

python tests/quality/compare_mutation.py before.json after.json
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "workflow/scripts"))
sys.path.insert(0, str(Path(__file__).parents[1]))

from quality import scores


def read(path: str) -> list[scores.Result]:
    return [scores.Result(*result) for result in json.loads(Path(path).read_text())["results"]]


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(f"got {len(sys.argv) - 1} files, expected two that `make mutation` wrote: before.json after.json")
    try:
        lines = scores.changed(*map(read, sys.argv[1:]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        sys.exit(f"got {' and '.join(sys.argv[1:])}, expected two files that `make mutation` wrote: {error!r}")
    print(*lines, sep="\n")
