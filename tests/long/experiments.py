"""Run hundreds of small odd experiments from end to end, and report how many of each kind there were and what is wrong.

Every kind of images, kernels, networks, controls and devices takes its turn. To run only some of them, or to go on
where the last call with --save ended, for at most an hour:

python tests/long/experiments.py --numbers 17 23
python tests/long/experiments.py --save --minutes 60
"""

import argparse
import hashlib
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
sys.path.insert(0, str(Path(__file__).parents[1] / "support/running"))
sys.path.insert(0, str(Path(__file__).parents[2] / "workflow"))
sys.path.insert(0, str(Path(__file__).parents[2] / "workflow" / "scripts"))

import kept
from odd.carried_out import Outcome, outcome
from odd.strata import Stratum, stratum

os.environ.setdefault("KERNELSCOPE_TEST_LIMIT", "3600")  # seconds of an experiment, also on a busy machine
DIMENSIONS = Stratum._fields[:4]  # those that docs/robustness.md lists
MADE, EARLY, WRONG = ENDS = "made", "early", "wrong"  # completely, refused or failed with a reason, anything else
WRITERS = ("datasets", "experiments", "images", "networks", "of_others", "strata", "weights")  # of experiments
HEAD = ("what", "experiments#", "made completely#", "refused or failed with a reason#", "wrong#")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--experiments", type=int, default=500, help="experiments to carry out")
    parser.add_argument("--numbers", type=int, nargs="+", help="numbers of the experiments, instead of the first")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--minutes", type=float, default=float("inf"), help="begin no experiment after so long")
    parser.add_argument("--save", action="store_true", help="go on with docs/robustness.json, and keep what is found")
    parser.add_argument("--keep", type=Path, help="a folder for the experiments in which something is wrong")
    arguments = parser.parse_args()
    found = before = start(arguments.seed, kept.load("experiments") if arguments.save else {})
    numbers = arguments.numbers or [n for n in range(arguments.experiments) if n not in done(before)]
    for found in campaign(numbers, before, arguments.keep, 60 * arguments.minutes):
        if arguments.save:
            kept.keep("experiments", found, table(found))
    print("\n".join(table(found)))
    sys.exit(0 if good(found) else 1)


def campaign(
    numbers: Iterable[int], found: dict, keep: Path | None = None, seconds: float = float("inf")
) -> Iterator[dict]:
    """Carry out some experiments; yield everything that was found after each of them."""
    limit = time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as scratch:
        for number in numbers:
            if time.monotonic() > limit:
                return
            ended = outcome(number, found["seed"], (keep or Path(scratch)) / str(number))
            print(f"{number}: {ended.seconds:.0f} s, {', '.join(filter(None, ended.kinds))}", flush=True)
            for line in ended.reasons:
                print(f"  ended: {line}", flush=True)
            for line in ended.problems:
                print(f"  WRONG: {line}", flush=True)
            found = added(found, number, ended)
            yield found


def start(seed: int, found: dict) -> dict:
    """Return what is kept of the same experiments, or nothing yet; a change of what writes them makes others."""
    support = Path(__file__).parents[1] / "support" / "odd"
    digest = hashlib.sha256(b"".join((support / f"{name}.py").read_bytes() for name in WRITERS)).hexdigest()[:16]
    nothing = {"of": digest, "seed": seed, "date": kept.today()} | {end: [] for end in ENDS}
    return found if (found.get("of"), found.get("seed")) == (digest, seed) else nothing


def good(found: dict) -> bool:
    return not found[WRONG]


def done(found: dict) -> set[int]:
    """Return the numbers of the experiments that need not be run again; wrong ones are."""
    return {*found[MADE], *found[EARLY]}


def added(found: dict, number: int, ended: Outcome) -> dict:
    """Return what was found, with the outcome of another experiment, in place of an earlier one of the same number."""
    its = WRONG if ended.problems else EARLY if ended.reasons else MADE
    others = {end: [n for n in found[end] if n != number] for end in ENDS}
    others[its] = sorted([*others[its], number])
    return found | others | {"date": kept.today()}


def table(found: dict) -> list[str]:
    """Return the lines of a Markdown table with a row for everything that an experiment may have."""
    ends = {number: end for end in ENDS for number in found[end]}
    kinds = {number: stratum(number, found["seed"]) for number in ends}
    rows = [("all", len(ends), *(len(found[end]) for end in ENDS))]
    for dimension in DIMENSIONS:
        for kind in sorted({getattr(its, dimension) for its in kinds.values()} - {""}):
            of_kind = Counter(ends[number] for number, its in kinds.items() if getattr(its, dimension) == kind)
            rows.append((f"{dimension}: {kind}", of_kind.total(), *(of_kind[end] for end in ENDS)))
    return kept.written(HEAD, rows)


if __name__ == "__main__":
    main()
