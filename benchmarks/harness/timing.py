"""Alternatives timed in turn in one process; the first call never counts."""

import statistics
import time
from collections.abc import Callable

from harness.judging import Cell, faster, typical


def seconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def repeated(action: Callable[[], object], repeats: int) -> list[float]:
    """Return the seconds of every call but the first."""
    action()
    return [seconds(action) for _ in range(repeats)]


def median(action: Callable[[], object], repeats: int) -> float:
    """Return the median seconds as a plain number, for further calculations."""
    return statistics.median(repeated(action, repeats))


def in_turn(first: Callable, second: Callable, repeats: int) -> tuple[Cell, Cell, Cell]:
    """Return the median seconds of both, and the median of the pairwise ratios first / second."""
    before, after = both(first, second, repeats)
    return typical(before), typical(after), faster([a / b for a, b in zip(before, after, strict=True)])


def both(first: Callable, second: Callable, repeats: int) -> tuple[list[float], list[float]]:
    """Return the seconds of both, measured in turn."""
    first(), second()
    before, after = zip(*((seconds(first), seconds(second)) for _ in range(repeats)), strict=True)
    return list(before), list(after)
