"""Fixed sentences about two towers, from towers.csv: does one specialize in color, in every run, and which one?"""

from collections.abc import Sequence

import numpy as np
from scipy import stats

from kernelscope.comparison.towers import PLURAL, TOWER
from kernelscope.stats.intervals import mean, proportion
from kernelscope.stats.text import LEVEL, p_text, percent, two


def towers(rows: list[dict], joined: Sequence[dict] = (), part: str = TOWER) -> list[str]:
    """Return all sentences about one architecture.

    joined: the rows of its control without towers, if there is one. part: what its kernels are in, TOWER, or HALF for a
    network without towers.
    """
    tested = [row for row in rows if row["p"] is not None]
    if not tested:
        return [f"No kernel of a {part} is alive in any seed: nothing to compare. [towers.csv]"]
    sentences = [
        specialized(tested, part),
        chosen([row for row in tested if row["p"] <= LEVEL], part),
        same_start(tested, part),
        beside(tested, [row for row in joined if row["p"] is not None]),
        oriented(tested),
    ]
    return [sentence for sentence in sentences if sentence]


def specialized(rows: list[dict], part: str = TOWER) -> str:
    """Return in how many seeds the towers, or halves, differ more than under permuted kernels."""
    beyond, n = sum(row["p"] <= LEVEL for row in rows), len(rows)
    share, low, high = proportion(beyond, n)
    held = sum(row["p_holm"] <= LEVEL for row in rows)
    size, null, before = (values(rows, name) for name in ("specialization", "null_mean", "untrained_specialization"))
    start = sum(row["untrained_p"] <= LEVEL for row in rows)
    every = "in every run" if beyond == n else "not in every run"
    return (
        f"The {PLURAL[part]}' mean color index differs more than dealt at random (p ≤ {LEVEL}) in {beyond} of {n} "
        f"seeds ({percent(share)}, 95 % interval {percent(low)} to {percent(high)}; {held} after Holm), so {every}: "
        f"specialization {with_interval(size)}, dealt at random {two(null.mean())}, untrained {two(before.mean())} "
        f"(p ≤ {LEVEL} in {start}). [towers.csv]"
    )


def chosen(rows: list[dict], part: str = TOWER) -> str:
    """Return which tower has the color, over the seeds in which one has."""
    if not rows:
        return ""
    first, n = sum(row["colored_tower"] == 1 for row in rows), len(rows)
    p = stats.binomtest(first, n).pvalue
    return (
        f"Where one {part} has the color, it is {part} 1 in {first} of {n} seeds and {part} 2 in {n - first} "
        f"(against chance {p_text(p)}). [towers.csv]"
    )


def same_start(rows: list[dict], part: str = TOWER) -> str:
    """Return whether the tower with more color is the tower that had more before training."""
    n = len(rows)
    if n > 1 and len({row["untrained_specialization"] for row in rows}) == 1:
        return ""  # all seeds had the same initial weights, so this repeats `chosen`
    same = sum(row["colored_tower"] == row["untrained_tower"] for row in rows)
    p = stats.binomtest(same, n).pvalue
    return (
        f"The {part} with more color is the one that had more untrained in {same} of {n} seeds "
        f"(against chance {p_text(p)}). [towers.csv]"
    )


def beside(rows: list[dict], joined: list[dict]) -> str:
    """Return the same about the halves of a network that is joined from the start."""
    if not joined:
        return ""
    counts = [[sum(row["p"] <= LEVEL for row in table), len(table)] for table in (rows, joined)]
    p = stats.fisher_exact([[hit, n - hit] for hit, n in counts]).pvalue
    u = stats.mannwhitneyu(*(values(table, "specialization") for table in (rows, joined))).pvalue
    return (
        f"The halves of the joined network differ in {counts[1][0]} of {counts[1][1]} seeds (Fisher {p_text(p)}), by "
        f"{with_interval(values(joined, 'specialization'))} (Mann-Whitney {p_text(u)}). [towers.csv]"
    )


def oriented(rows: list[dict]) -> str:
    """Return how many kernels are oriented, compared with the untrained kernels."""
    trained, null = (values(rows, name) for name in ("oriented", "oriented_null"))
    return (
        f"Of the kernels alive {with_interval(trained)} are oriented (R > 0.5), of the untrained ones "
        f"{two(null.mean())}. [towers.csv]"
    )


def values(rows: list[dict], name: str) -> np.ndarray:
    """Return the values of a column, without empty cells."""
    return np.array([row[name] for row in rows if row[name] is not None], float)


def with_interval(numbers: np.ndarray) -> str:
    """Return the mean with its interval, in words."""
    middle, low, high = mean(numbers, 0)
    interval = "" if low is None else f" (95 % interval {two(low)} to {two(high)}, n = {len(numbers)})"
    return f"{two(middle)}{interval}"
