"""Numbers, p values and intervals as text."""

import math

import numpy as np

from kernelscope.stats import intervals

LEAST_P = 1e-6  # smaller p are written as below this


def interval(values: list[float], least: float = -1, most: float = 1) -> str:
    """Return the mean, its 95 % t interval and n in words.

    Two values are listed instead of an interval, which would say no more. Equal values have no interval either, because
    their zero spread says nothing about the next value.

    Parameters
    ----------
    values : list of float
        Numbers from `least` to `most`.
    least, most : float

    Returns
    -------
    str
        `0.67 (95 % interval 0.61 to 0.73, n = 10 seeds)`.
    """
    n, (middle, low, high) = len(values), intervals.mean(np.array(values, float), least, most)
    if n < 3:
        return (
            f"{two(middle)} (" + (f"{two(min(values))} and {two(max(values))}, " if n > 1 else "") + f"n = {seeds(n)})"
        )
    if low is None:
        return f"{two(middle)} (in each of {seeds(n)})"
    return f"{two(middle)} (95 % interval {two(low)} to {two(high)}, n = {seeds(n)})"


def two(value: float) -> str:
    """Return a number with two decimals, and no minus sign before a zero."""
    return f"{value:z.2f}"


def seeds(count: int) -> str:
    """Return a number of seeds in words."""
    return "1 seed" if count == 1 else f"{count} seeds"


def left_out(failed: int, total: int) -> str:
    """Return how many seeds take no part because their training failed, "" if none."""
    return f"{failed} of {seeds(total)} left out: failed" * bool(failed)


def joined(*reasons: str) -> str:
    """Return the reasons that apply, as one text."""
    return "; ".join(filter(None, reasons))


def of_columns(reasons: dict[str, str]) -> str:
    """Return the reason of each empty column, with the columns that share one together: `a, b: why; c: why`."""
    columns: dict[str, list[str]] = {}
    for column, reason in reasons.items():
        columns.setdefault(reason, []).append(column)
    return joined(*(f"{', '.join(names)}: {reason}" for reason, names in columns.items()))


def plain(p: float) -> str:
    """Return a p with two digits, rounded up, so that it is never below what is possible; at least LEAST_P."""
    p = max(p, LEAST_P)
    scale = 10.0 ** (math.floor(math.log10(p)) - 1)
    return f"{math.ceil(p / scale * (1 - 1e-9)) * scale:.2g}"


def p_text(p: float | None, smallest: float | None = None) -> str:
    """Return p in words: `p ≤ 0.001` at the smallest p that is possible, else `p = 0.012`, or `p < 1e-06`."""
    if p is None:
        return "not tested"
    if p < LEAST_P:
        return f"p < {plain(p)}"
    return f"p {'≤' if at_floor(p, smallest) else '='} {plain(p)}"


def at_floor(p: float, smallest: float | None) -> bool:
    """Return whether p is the smallest that is possible."""
    return smallest is not None and p <= smallest * (1 + 1e-9)
