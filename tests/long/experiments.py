"""Run hundreds of small odd experiments from end to end, and report how many of each kind there were and what is wrong.

Every kind of images, kernels, networks, controls and devices takes its turn. To run only some of them:

python tests/long/experiments.py --numbers 17 23
"""

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
sys.path.insert(0, str(Path(__file__).parents[1] / "support/running"))
sys.path.insert(0, str(Path(__file__).parents[2] / "workflow"))
sys.path.insert(0, str(Path(__file__).parents[2] / "workflow" / "scripts"))

from odd.carried_out import Outcome, outcome
from odd.strata import Stratum

DIMENSIONS = Stratum._fields[:4]  # those that docs/robustness.md lists


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--experiments", type=int, default=500, help="experiments to carry out")
    parser.add_argument("--numbers", type=int, nargs="+", help="numbers of the experiments, instead of the first")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="a folder for the experiments in which something is wrong")
    arguments = parser.parse_args()
    numbers = arguments.numbers or range(arguments.experiments)
    outcomes = campaign(numbers, arguments.seed, arguments.keep)
    print("\n".join(table(outcomes)))
    print(json.dumps(summary(outcomes)))
    sys.exit(0 if all(map(good, outcomes)) else 1)


def campaign(numbers: Iterable[int], seed: int, keep: Path | None = None) -> list[Outcome]:
    """Return the outcomes of some experiments, each of which is printed as soon as it has ended."""
    outcomes = []
    with tempfile.TemporaryDirectory() as scratch:
        for number in numbers:
            ended = outcome(number, seed, (keep or Path(scratch)) / str(number))
            outcomes.append(ended)
            print(f"{number}: {ended.seconds:.0f} s, {', '.join(filter(None, ended.kinds))}", flush=True)
            for line in ended.reasons:
                print(f"  ended: {line}", flush=True)
            for line in ended.problems:
                print(f"  WRONG: {line}", flush=True)
    return outcomes


def good(ended: Outcome) -> bool:
    return not ended.problems


def summary(outcomes: list[Outcome]) -> dict:
    """Return how many experiments there were, how many ended early with a reason or are wrong, and their seconds."""
    early = sum(bool(ended.reasons) and good(ended) for ended in outcomes)
    return {
        "experiments": len(outcomes),
        "early_experiments": early,
        "wrong_experiments": sum(not good(ended) for ended in outcomes),
        "seconds_each": round(sum(ended.seconds for ended in outcomes) / max(1, len(outcomes))),
    }


def table(outcomes: list[Outcome]):
    """Yield the lines of a Markdown table with a row for everything that an experiment may have."""
    yield "| what | experiments | made completely | refused or failed with a reason | wrong |"
    yield "|---|---:|---:|---:|---:|"
    for dimension in DIMENSIONS:
        for kind, count in sorted(Counter(getattr(ended.kinds, dimension) for ended in outcomes).items()):
            if kind:
                of_kind = [ended for ended in outcomes if getattr(ended.kinds, dimension) == kind]
                early = sum(bool(ended.reasons) and good(ended) for ended in of_kind)
                bad = sum(not good(ended) for ended in of_kind)
                yield f"| {dimension}: {kind} | {count} | {count - early - bad} | {early} | {bad} |"


if __name__ == "__main__":
    main()
