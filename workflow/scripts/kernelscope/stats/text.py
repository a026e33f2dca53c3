"""Numbers, p values and intervals as text."""

import numpy as np

from kernelscope.stats import intervals

LEVEL = 0.05
SMALLEST_P = 0.001  # a smaller p is said to be below it
P_DIGITS = 2  # significant digits of any other p


def interval(values: list[float], least: float = -1) -> str:
    """Mean of numbers from `least` to 1, their 95 % t interval and n; for two both of them, which says as much.

    Equal numbers have no interval: that they differ by nothing says nothing of the next one.
    """
    n, (middle, low, high) = len(values), intervals.mean(np.array(values, float), least)
    if n < 3:
        return (
            f"{two(middle)} (" + (f"{two(min(values))} and {two(max(values))}, " if n > 1 else "") + f"n = {seeds(n)})"
        )
    if low is None:
        return f"{two(middle)} (in each of {seeds(n)})"
    return f"{two(middle)} (95 % interval {two(low)} to {two(high)}, n = {seeds(n)})"


def two(value: float) -> str:
    """A number with two digits behind the point, and no minus sign before a zero."""
    return f"{value:z.2f}"


def percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def seeds(count: int) -> str:
    return "1 seed" if count == 1 else f"{count} seeds"


def trainings(count: int) -> str:
    return "1 training" if count == 1 else f"{count} trainings"


def p_text(p: float) -> str:
    return f"p < {SMALLEST_P}" if p < SMALLEST_P else f"p = {p:.{P_DIGITS}g}"
