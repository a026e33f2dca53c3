"""How many mutants the tests kill: the arithmetic and the rows of its table."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from kernelscope.stats import intervals

ENDS = ("killed", "timeout", "survived", "no tests")
NOTICED = ENDS[:2]
STATUS = dict.fromkeys((1, 2, 3, -11), "killed")  # of pytest: failed, failed to collect, its own error; a crash
STATUS |= dict.fromkeys((-24, -9, 24, 36, 152, 255), "timeout")
STATUS |= {0: "survived", 5: "no tests", 33: "no tests"}
HEAD = "| module | subject | mutants | tried | killed | timeout | survived | no tests | score | 95 % interval |"


class Result(NamedTuple):
    """What became of one mutant."""

    module: str
    line: int
    function: str
    change: str
    status: str
    name: str = ""  # for mutmut


def status(name: str, exit_code: int | None) -> str:
    """Return one of ENDS for an exit status of mutmut's children; ValueError for one that says nothing."""
    if exit_code not in STATUS:
        raise ValueError(f"{name}: got the exit status {exit_code}, expected one of {sorted(STATUS)}")
    return STATUS[exit_code]


class Score(NamedTuple):
    """The share of mutants that the tests kill, in a module or in several."""

    mutants: int  # in all
    ends: Counter  # of those that were tried
    share: float
    low: float
    high: float


def score(ends: Iterable[str], mutants: int) -> Score:
    """Return the score of one module with its exact 95 % interval, which has no width if every mutant was tried."""
    counts = Counter(ends)
    share, low, high = intervals.proportion(sum(counts[name] for name in NOTICED), counts.total())
    return Score(mutants, counts, share, *((low, high) if counts.total() < mutants else (share, share)))


def together(scores: list[Score]) -> Score:
    """Return the score of several modules: each counts by its number of mutants, not by the number that was tried.

    The interval is the normal one of a stratified sample, with the correction for a finite number of mutants. Its
    variances are those of shares with one more mutant killed and one more survived: all of a few may die by chance.
    """
    sizes = np.array([one.mutants for one in scores], float)
    tried = np.array([one.ends.total() for one in scores], float)
    shares, weights = np.array([one.share for one in scores]), sizes / sizes.sum()
    safe = (shares * tried + 1) / (tried + 2)
    variances = safe * (1 - safe) / tried * (1 - tried / sizes)
    share, half = float(weights @ shares), 1.96 * float(np.sqrt(weights**2 @ variances))
    ends = sum((one.ends for one in scores), Counter())
    return Score(int(sizes.sum()), ends, share, max(0.0, share - half), min(1.0, share + half))


def row(name: str, subject: str, one: Score) -> str:
    """Return a line of the table, under HEAD."""
    counts = [one.mutants, one.ends.total(), *(one.ends[end] for end in ENDS)]
    shares = f"{one.share:.1%}", f"{one.low:.1%} to {one.high:.1%}"
    return f"| {' | '.join(map(str, (name, subject, *counts, *shares)))} |"


def table(results: list[Result], mutants: dict[str, int], subjects: dict[str, str]) -> str:
    """Return a row for every module that has mutants, then one for all."""
    ends = {name: [one.status for one in results if one.module == name] for name in subjects if mutants.get(name)}
    scores = {name: score(found, mutants[name]) for name, found in ends.items() if found}
    rows = [row(name, subjects[name], one) for name, one in scores.items()]
    rule = "|---|---|" + "---:|" * (HEAD.count("|") - 3)
    return "\n".join([HEAD, rule, *rows, row("**all**", "", together(list(scores.values())))])


def survivors(results: list[Result]) -> list[str]:
    """Return a line for every mutant that no test noticed, by module and line."""
    alive = sorted((one for one in results if one.status not in NOTICED), key=lambda one: one[:3])
    found, module = [], None
    for one in alive:
        found += [] if one.module == module else ["", f"**{one.module}.py**", ""]
        module = one.module
        mark = " (no test runs it)" if one.status == "no tests" else ""
        found.append(f"* {one.line} `{one.function}`: {one.change}{mark}")
    return found[1:]


def changed(before: list[Result], after: list[Result]) -> list[str]:
    """Return how many mutants of both measurements were noticed in each, and those that were noticed in one alone."""
    pairs = [(one, other) for one in before for other in after if one.name == other.name]
    noticed = [(one.status in NOTICED, other.status in NOTICED) for one, other in pairs]
    first, second = (sum(pair[i] for pair in noticed) for i in (0, 1))
    differing = [other for (_, other), (a, b) in zip(pairs, noticed, strict=True) if a != b]
    words = {True: "noticed now", False: "no longer noticed"}
    rows = [f"* {one.module}.py:{one.line} {one.change}: {words[one.status in NOTICED]}" for one in differing]
    return [f"{len(pairs)} mutants in both; noticed: {first} before, {second} after", *sorted(rows)]
