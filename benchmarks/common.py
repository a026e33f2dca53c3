"""What the benchmarks share: the library on the path, and two ways timed in turn."""

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "workflow"), str(ROOT / "workflow" / "scripts")]


def seconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def in_turn(first: Callable, second: Callable, repeats: int) -> tuple[float, float, float]:
    """Medians of both (seconds), and of the ratios first / second, pair by pair; a first round is not counted."""
    first(), second()
    pairs = [(seconds(first), seconds(second)) for _ in range(repeats)]
    medians = [statistics.median(column) for column in zip(*pairs, strict=True)]
    return medians[0], medians[1], statistics.median(a / b for a, b in pairs)
