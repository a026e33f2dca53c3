"""Mutation scores, the share of mutants that the tests kill, and their table."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from kernelscope.stats import intervals

ENDS = ("killed", "timeout", "survived", "no tests")
NOTICED = ENDS[:2]
STATUS = dict.fromkeys((1, 2, 3, -11), "killed")  # pytest: tests failed, collection failed, internal error; a crash
STATUS |= dict.fromkeys((-24, -9, 24, 36, 152, 255), "timeout")
STATUS |= {0: "survived", 5: "no tests", 33: "no tests"}
HEAD = "| module | subject | mutants | tried | killed | timeout | survived | no tests | score | 95 % interval |"


class Result(NamedTuple):
    """The fate of one mutant."""

    module: str
    line: int
    function: str
    change: str
    status: str
    name: str = ""  # for mutmut


def status(name: str, exit_code: int | None) -> str:
    """Return one of ENDS for an exit status of mutmut's children; ValueError for an unknown status."""
    if exit_code not in STATUS:
        raise ValueError(f"{name}: got the exit status {exit_code}, expected one of {sorted(STATUS)}")
    return STATUS[exit_code]


class Score(NamedTuple):
    """The share of mutants that the tests kill, in one or several modules."""

    mutants: int  # all, tried or not
    ends: Counter  # of the mutants that were tried
    share: float
    low: float
    high: float


def score(ends: Iterable[str], mutants: int) -> Score:
    """Return the score of a module with its exact 95 % interval, which has no width if every mutant was tried."""
    counts = Counter(ends)
    share, low, high = intervals.proportion(sum(counts[name] for name in NOTICED), counts.total())
    return Score(mutants, counts, share, *((low, high) if counts.total() < mutants else (share, share)))


def together(scores: list[Score]) -> Score:
    """Return the score of several modules, weighted by their numbers of mutants, not by the numbers that were tried.

    The interval is the normal interval of a stratified sample, with the finite population correction. Its variances
    come from shares with one more killed and one more surviving mutant, because all of a few may be killed by chance.
    """
    sizes = np.array([part.mutants for part in scores], float)
    tried = np.array([part.ends.total() for part in scores], float)
    shares, weights = np.array([part.share for part in scores]), sizes / sizes.sum()
    safe = (shares * tried + 1) / (tried + 2)
    variances = safe * (1 - safe) / tried * (1 - tried / sizes)
    share, half = float(weights @ shares), 1.96 * float(np.sqrt(weights**2 @ variances))
    ends = sum((part.ends for part in scores), Counter())
    return Score(int(sizes.sum()), ends, share, max(0.0, share - half), min(1.0, share + half))


def row(name: str, subject: str, part: Score) -> str:
    """Return a line of the table, under HEAD."""
    counts = [part.mutants, part.ends.total(), *(part.ends[end] for end in ENDS)]
    share, low, high = (f"{100 * share:.1f} %" for share in (part.share, part.low, part.high))
    shares = share, f"{low} to {high}"
    return f"| {' | '.join(map(str, (name, subject, *counts, *shares)))} |"


def table(results: list[Result], mutants: dict[str, int], subjects: dict[str, str]) -> str:
    """Return a row for every module that has mutants, then one for all."""
    ends = {name: [mutant.status for mutant in results if mutant.module == name] for name in subjects}
    scores = {name: score(tried, mutants[name]) for name, tried in ends.items() if tried and mutants.get(name)}
    rows = [row(name, subjects[name], module_score) for name, module_score in scores.items()]
    rule = "|---|---|" + "---:|" * (HEAD.count("|") - 3)
    return "\n".join([HEAD, rule, *rows, row("**all**", "", together(list(scores.values())))])


def survivors(results: list[Result]) -> list[str]:
    """Return a line for every mutant that no test noticed, by module and line."""
    alive = sorted((mutant for mutant in results if mutant.status not in NOTICED), key=lambda mutant: mutant[:3])
    lines, module = [], None
    for mutant in alive:
        lines += [] if mutant.module == module else ["", f"**{mutant.module}.py**", ""]
        module = mutant.module
        mark = " (no test runs it)" if mutant.status == "no tests" else ""
        lines.append(f"* {mutant.line} `{mutant.function}`: {mutant.change}{mark}")
    return lines[1:]


def changed(before: list[Result], after: list[Result]) -> list[str]:
    """Return how many common mutants each measurement detected, and the mutants that only one of them detected."""
    pairs = [(old, new) for old in before for new in after if old.name == new.name]
    noticed = [(old.status in NOTICED, new.status in NOTICED) for old, new in pairs]
    first, second = (sum(pair[i] for pair in noticed) for i in (0, 1))
    differing = [new for (_, new), (a, b) in zip(pairs, noticed, strict=True) if a != b]
    words = {True: "noticed now", False: "no longer noticed"}
    rows = [f"* {new.module}.py:{new.line} {new.change}: {words[new.status in NOTICED]}" for new in differing]
    return [f"{len(pairs)} mutants in both; noticed: {first} before, {second} after", *sorted(rows)]
