"""How measures change over the training: curves with their nulls, and when each kernel settles."""

import csv
import re
from pathlib import Path
from typing import NamedTuple

import numpy as np

from kernelscope.io.files import damaged, opened

NO_POWER, CONTROL = "no power", "random labels"  # cells that measured_rows.py writes
COLUMNS = ("step", "layer", "kernel", "channel", "measure", "value", "null", "null_mean", "null_99", "p", "p_corrected")
WHOLE = re.compile(r"\n(\d+,[^,\n]*,\d+,,[^\n]*)")  # a row with a kernel and no channel: one in ten


class Curve(NamedTuple):
    """One measure of the n kernels of a layer at t steps; NaN where a cell is empty.

    band: mean and 99 % point of the null at the last step, None without one; power: whether its p says anything;
    p_corrected at the last step.
    """

    steps: np.ndarray  # (t,)
    values: np.ndarray  # (t, n)
    band: tuple[float, float] | None
    power: bool
    p_corrected: np.ndarray  # (n,)


def read(path: str | Path) -> dict[str, dict[str, Curve]]:
    """layer -> measure -> its curve; the null of random labels is left out. ValueError where the file is damaged."""
    with opened(path) as handle:
        try:
            text = handle.read().decode()
            if text.partition("\n")[0] != ",".join(COLUMNS):
                raise ValueError("it has other columns")
            rows = csv.reader(WHOLE.findall(text), strict=True)
            return curves([row for row in rows if row[6] != CONTROL])
        except (ValueError, IndexError, csv.Error) as error:
            raise damaged(path, error) from None


def curves(rows: list[list[str]]) -> dict[str, dict[str, Curve]]:
    """The curves of rows of cells, as COLUMNS, in any order."""
    grouped: dict[str, dict[str, list]] = {}
    for row in rows:
        grouped.setdefault(row[1], {}).setdefault(row[4], []).append(row)
    return {layer: {name: curve(mine) for name, mine in of.items()} for layer, of in grouped.items()}


def curve(rows: list[list[str]]) -> Curve:
    at, kernels = [int(row[0]) for row in rows], [int(row[2]) for row in rows]
    steps, place = np.unique(at, return_inverse=True)
    values = np.full((len(steps), max(kernels) + 1), np.nan)
    values[place, kernels] = [number(row[5]) for row in rows]
    last = [row for row, step in zip(rows, at, strict=True) if step == steps[-1]]
    corrected = np.full(values.shape[1], np.nan)
    for row in last:
        corrected[int(row[2])] = number(row[10])
    band = next(((number(row[7]), number(row[8])) for row in last if row[7]), None)
    return Curve(steps, values, band, all(row[9] != NO_POWER for row in last), corrected)


def at_end(measured: dict[str, Curve], kernel: int) -> dict[str, tuple[float, float]]:
    """measure -> value and corrected p of one kernel at the last step."""
    return {name: (one.values[-1, kernel], one.p_corrected[kernel]) for name, one in measured.items()}


def number(cell: str) -> float:
    """NaN for an empty cell and for `no power`."""
    return float(cell) if cell and cell != NO_POWER else np.nan


SETTLED = 0.9  # a kernel has settled once its cosine to its last state stays at or above this


def settled(steps: np.ndarray, cosines: np.ndarray) -> np.ndarray:
    """The first step from which on the cosine to the last state stays at or above SETTLED, (n,); NaN for none.

    steps (t,) ascending, cosines (t, n).
    """
    stays = np.logical_and.accumulate((cosines >= SETTLED)[::-1])[::-1]
    return np.where(stays.any(0), steps[stays.argmax(0)], np.nan)
