"""A number, or the reason why a benchmark does not report it: too few measurements, or too large a spread."""

import math
import statistics
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

LEAST = 3  # repeats, and sizes for a power
WIDEST = 0.5  # interquartile range of the repeats, as a share of their median
COUNTED = 5  # values that are expected at or below a level before their share is reported


class Unreported(NamedTuple):
    """Takes the place of a number; `value` is what was measured anyway, NaN if nothing was."""

    reason: str
    value: float = math.nan


Cell = float | Unreported


def raw(cell):
    """Return the measured value of a cell, reported or not."""
    return cell.value if isinstance(cell, Unreported) else cell


def apply(function: Callable[..., float], *cells: Cell) -> Cell:
    """Return the function of some cells, unreported for the first reason if any of the cells is unreported."""
    value = function(*map(raw, cells))
    reason = next((cell.reason for cell in cells if isinstance(cell, Unreported)), None)
    return value if reason is None else Unreported(reason, value)


def typical(values: Sequence[float]) -> Cell:
    """Return the median of repeated measurements."""
    middle = statistics.median(values)
    if len(values) < LEAST:
        return Unreported(repeated(len(values)), middle)
    low, high = np.quantile(values, [0.25, 0.75])
    if high - low > WIDEST * abs(middle):
        return Unreported(f"half of the repeats are outside {low:.3g} to {high:.3g}", middle)
    return middle


def faster(ratios: Sequence[float]) -> Cell:
    """Return the median ratio of two times; unreported unless all pairs agree which time is shorter."""
    middle = statistics.median(ratios)
    if len(ratios) < LEAST:
        return Unreported(repeated(len(ratios)), middle)
    if min(ratios) <= 1 <= max(ratios):
        return Unreported(f"pairs from {min(ratios):.2f} to {max(ratios):.2f} are on both sides of 1", middle)
    return middle


def share(values: np.ndarray, level: float) -> Cell:
    """Return the share of p-values that are at most `level`."""
    fraction = float(np.mean(values <= level))
    if len(values) * level < COUNTED:
        return Unreported(f"{len(values)} values are too few for a share of {level:g}", fraction)
    return fraction


def power(sizes: Sequence[float], turns: Sequence[Sequence[float]]) -> Cell:
    """Return the power p with which times grow, as size^p.

    turns: for each size, its repeated times. The power is the median over the repeats, and unreported if half the range
    of the repeats is larger than the power itself.
    """
    rows = list(zip(*turns, strict=False))
    if len(sizes) < LEAST:
        return Unreported(f"{len(sizes)} sizes are too few")
    if len(rows) < LEAST:
        return Unreported(repeated(len(rows)))
    powers = [slope(sizes, row) for row in rows]
    middle = statistics.median(powers)
    if (max(powers) - min(powers)) / 2 >= abs(middle):
        return Unreported(f"repeats give powers from {min(powers):.2f} to {max(powers):.2f}", middle)
    return middle


def slope(sizes: Sequence[float], seconds: Sequence[float]) -> float:
    """Return the slope of the line through these points on logarithmic axes."""
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])


def repeated(count: int) -> str:
    return "measured once" if count == 1 else f"measured {count} times only"
