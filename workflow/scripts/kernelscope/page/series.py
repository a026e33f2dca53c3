"""Arrays that change along their first axis in few bytes: exact at both ends, within a tolerance between.

The slice in the middle is predicted from the first and the last, `a * first + b * last`, and the rest of it is rounded
to steps of twice the tolerance. The slices in the middle of both halves follow in the same way, predicted from what a
reader has by then, and so on. Steps of smooth changes are few and small, so they take 2 to 4 bits each once compressed.
"""

from typing import NamedTuple

import numpy as np

from kernelscope.page.drawn import Start

UNIT = 256  # predictions use multiples of 1/256
MISSING = -(2**15)  # in place of a number of steps: NaN
MOST = 2**15 - 1  # steps
LARGE = 15  # in place of a number of steps that half a byte has no room for


class Series(NamedTuple):
    """An array (t, ...) whose slices between the first and the last may be off by `tolerance`.

    start: what draws the first slice again, bit by bit, if that is known.
    """

    values: np.ndarray
    tolerance: float
    start: Start | None = None


class Encoded(NamedTuple):
    """The parts of a series of t slices of n numbers, m = max(t - 2, 0) of them between the ends.

    step : of the rounding. ends : (2, n) or fewer, float32. factors : (m, 2) int16, of the predictions, in units of
    1/UNIT. steps : (m, n) int16, in the order of `order`.
    """

    step: float
    ends: np.ndarray
    factors: np.ndarray
    steps: np.ndarray


def order(count: int) -> list[tuple[int, int, int]]:
    """Return (before, middle, after) of all slices between the ends of `count`, each after those it is predicted from.

    >>> order(5)
    [(0, 2, 4), (0, 1, 2), (2, 3, 4)]
    """
    gaps, triples = [(0, count - 1)], []
    for before, after in gaps:
        if after - before > 1:
            middle = (before + after) // 2
            triples.append((before, middle, after))
            gaps += [(before, middle), (middle, after)]
    return triples


def encoded(series: Series) -> Encoded | None:
    """Return the parts of a series; None if a number between the ends is infinite or too many steps away.

    NaN stays NaN. The step has six digits, as in the JSON of a payload.
    """
    values = np.ascontiguousarray(series.values, np.float32)
    values = values.reshape(len(values), int(np.prod(values.shape[1:])))
    step = float(f"{max(2 * (1 - 1e-5) * float(series.tolerance), 1e-30):.5e}")
    known = np.where(np.isfinite(values), values, np.float32(0))  # what a reader predicts from
    triples = order(len(values))
    factors = np.zeros((len(triples), 2), np.int16)
    steps = np.full((len(triples), values.shape[1]), MISSING, np.int16)
    for row, (before, middle, after) in enumerate(triples):
        factors[row] = best_factors(known[before], known[after], known[middle])
        guess = predicted(factors[row], known[before], known[after])
        number = np.rint((known[middle] - guess) / step)
        if np.isinf(values[middle]).any() or np.abs(number).max(initial=0) > MOST:
            return None
        steps[row] = np.where(np.isnan(values[middle]), MISSING, number)
        known[middle] = np.where(np.isnan(values[middle]), 0, guess + number * step)
    return Encoded(step, values[[0, -1]] if len(values) > 1 else values, factors, steps)


def predicted(factors: np.ndarray, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Return a x first + b x last in float64, in the order of operations of the page."""
    a, b = factors.astype(float) / UNIT
    return a * first.astype(float) + b * last.astype(float)


def best_factors(first: np.ndarray, last: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Return the two factors of least squares, in units of 1/UNIT, a little drawn to 1/2 so that they always exist."""
    x, y, z = (array.astype(float) for array in (first, last, target))
    xx, yy, xy, xz, yz = (x * x).sum(), (y * y).sum(), (x * y).sum(), (x * z).sum(), (y * z).sum()
    pull = 1e-4 * (xx + yy) + 1e-30
    xx, yy, xz, yz = xx + pull, yy + pull, xz + pull / 2, yz + pull / 2
    both = np.array([xz * yy - yz * xy, yz * xx - xz * xy]) / (xx * yy - xy * xy)
    return np.clip(np.rint(np.nan_to_num(both) * UNIT), -MOST, MOST).astype(np.int16)


def zigzag(numbers: np.ndarray) -> np.ndarray:
    """Return int16 as uint16 that are small where |number| is: 0, -1, 1, -2 ... become 0, 1, 2, 3 ..."""
    return ((numbers << 1) ^ (numbers >> 15)).astype("<u2")


def halves(numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return uint16 as uint8, two numbers in each, the earlier one in its lower half, and those that are LARGE or more.

    >>> halves(np.array([1, 2, 300], "u2"))
    (array([33, 15], dtype=uint8), array([300], dtype=uint16))
    """
    flat = numbers.ravel()
    small = np.pad(np.minimum(flat, LARGE).astype(np.uint8), (0, flat.size % 2))
    return small[0::2] | small[1::2] << 4, flat[flat >= LARGE]
