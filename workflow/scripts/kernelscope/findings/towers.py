"""Fixed sentences about two towers, from towers.csv: does one specialise on colour, in every run, and which one?"""

from collections.abc import Sequence

import numpy as np
from scipy import stats

from kernelscope.comparison.towers import PLURAL, TOWER
from kernelscope.stats.intervals import mean, proportion
from kernelscope.stats.text import LEVEL, p_text, percent, two


def towers(rows: list[dict], joined: Sequence[dict] = (), part: str = TOWER) -> list[str]:
    """All that is said of one architecture; joined: the rows of its control without towers, if there is one.

    part: what its kernels are in, TOWER, or HALF of a network without towers.
    """
    tested = [row for row in rows if row["p"] is not None]
    if not tested:
        return [f"No kernel of a {part} is alive in any seed: nothing to compare. [towers.csv]"]
    said = [
        specialised(tested, part),
        chosen([row for row in tested if row["p"] <= LEVEL], part),
        same_start(tested, part),
        beside(tested, [row for row in joined if row["p"] is not None]),
        oriented(tested),
    ]
    return [sentence for sentence in said if sentence]


def specialised(rows: list[dict], part: str = TOWER) -> str:
    """In how many seeds the towers, or halves, differ more than the same kernels dealt at random."""
    beyond, n = sum(row["p"] <= LEVEL for row in rows), len(rows)
    share, low, high = proportion(beyond, n)
    held = sum(row["p_holm"] <= LEVEL for row in rows)
    size, null, before = (values(rows, name) for name in ("specialisation", "null_mean", "untrained_specialisation"))
    start = sum(row["untrained_p"] <= LEVEL for row in rows)
    every = "in every run" if beyond == n else "not in every run"
    return (
        f"The {PLURAL[part]}' mean colour index differs more than dealt at random (p ≤ {LEVEL}) in {beyond} of {n} "
        f"seeds ({percent(share)}, 95 % interval {percent(low)} to {percent(high)}; {held} after Holm), so {every}: "
        f"specialisation {with_interval(size)}, dealt at random {two(null.mean())}, untrained {two(before.mean())} "
        f"(p ≤ {LEVEL} in {start}). [towers.csv]"
    )


def chosen(rows: list[dict], part: str = TOWER) -> str:
    """Which tower it is that has the colour, of the seeds in which one has."""
    if not rows:
        return ""
    first, n = sum(row["coloured_tower"] == 1 for row in rows), len(rows)
    p = stats.binomtest(first, n).pvalue
    return (
        f"Where one {part} has the colour, it is {part} 1 in {first} of {n} seeds and {part} 2 in {n - first} "
        f"(against chance {p_text(p)}). [towers.csv]"
    )


def same_start(rows: list[dict], part: str = TOWER) -> str:
    """Whether the tower that has more colour is the one that had more before any training."""
    n = len(rows)
    if n > 1 and len({row["untrained_specialisation"] for row in rows}) == 1:
        return ""  # one start for all: that is `chosen` once more
    same = sum(row["coloured_tower"] == row["untrained_tower"] for row in rows)
    p = stats.binomtest(same, n).pvalue
    return (
        f"The {part} with more colour is the one that had more untrained in {same} of {n} seeds "
        f"(against chance {p_text(p)}). [towers.csv]"
    )


def beside(rows: list[dict], joined: list[dict]) -> str:
    """The same of the halves of a network that is joined from the start."""
    if not joined:
        return ""
    counts = [[sum(row["p"] <= LEVEL for row in of), len(of)] for of in (rows, joined)]
    p = stats.fisher_exact([[hit, n - hit] for hit, n in counts]).pvalue
    u = stats.mannwhitneyu(*(values(of, "specialisation") for of in (rows, joined))).pvalue
    return (
        f"The halves of the joined network differ in {counts[1][0]} of {counts[1][1]} seeds (Fisher {p_text(p)}), by "
        f"{with_interval(values(joined, 'specialisation'))} (Mann-Whitney {p_text(u)}). [towers.csv]"
    )


def oriented(rows: list[dict]) -> str:
    own, null = (values(rows, name) for name in ("oriented", "oriented_null"))
    return (
        f"Of the kernels alive {with_interval(own)} are oriented (R > 0.5), of the untrained ones {two(null.mean())}. "
        "[towers.csv]"
    )


def values(rows: list[dict], name: str) -> np.ndarray:
    return np.array([row[name] for row in rows if row[name] is not None], float)


def with_interval(numbers: np.ndarray) -> str:
    middle, low, high = mean(numbers, 0)
    interval = "" if low is None else f" (95 % interval {two(low)} to {two(high)}, n = {len(numbers)})"
    return f"{two(middle)}{interval}"
