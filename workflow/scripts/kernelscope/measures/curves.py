"""How measures change during training: curves with their nulls, and when each kernel settles."""

import csv
import re
from pathlib import Path
from typing import NamedTuple

import numpy as np

from kernelscope.io.files import damaged, opened

NO_POWER, CONTROL = "no power", "random labels"  # cells that measured_rows.py writes
COLUMNS = ("step", "layer", "kernel", "channel", "measure", "value", "null", "null_mean", "null_99", "p", "p_corrected")
WHOLE = re.compile(r"\n(\d+,[^,\n]*,\d+,,[^\n]*)")  # a row of a whole kernel, which has no channel: one row in ten


class Curve(NamedTuple):
    """One measure of the n kernels of a layer at t steps; NaN for an empty cell.

    steps (t,) ascending; values (t, n). band: mean and 99 % point of the null at the last step, or None without a null.
    power: whether the test has power at this kernel size. p_corrected (n,): corrected p at the last step.
    """

    steps: np.ndarray  # (t,)
    values: np.ndarray  # (t, n)
    band: tuple[float, float] | None
    power: bool
    p_corrected: np.ndarray  # (n,)


def read(path: str | Path) -> dict[str, dict[str, Curve]]:
    """Read the curves of whole kernels from measures.csv, without the null of random labels.

    Returns
    -------
    dict
        layer -> measure -> Curve.

    Raises
    ------
    ValueError
        If the file is damaged.
    """
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
    """Return layer -> measure -> Curve from rows of cells, in the order of COLUMNS; the rows may be in any order."""
    grouped: dict[str, dict[str, list]] = {}
    for row in rows:
        grouped.setdefault(row[1], {}).setdefault(row[4], []).append(row)
    return {
        layer: {name: curve(rows_of_measure) for name, rows_of_measure in measures.items()}
        for layer, measures in grouped.items()
    }


def curve(rows: list[list[str]]) -> Curve:
    """Return the curve of one layer and measure from its rows."""
    step_of_row, kernels = [int(row[0]) for row in rows], [int(row[2]) for row in rows]
    steps, place = np.unique(step_of_row, return_inverse=True)
    values = np.full((len(steps), max(kernels) + 1), np.nan)
    values[place, kernels] = [number(row[5]) for row in rows]
    last = [row for row, step in zip(rows, step_of_row, strict=True) if step == steps[-1]]
    corrected = np.full(values.shape[1], np.nan)
    for row in last:
        corrected[int(row[2])] = number(row[10])
    band = next(((number(row[7]), number(row[8])) for row in last if row[7]), None)
    return Curve(steps, values, band, all(row[9] != NO_POWER for row in last), corrected)


def at_end(measured: dict[str, Curve], kernel: int) -> dict[str, tuple[float, float]]:
    """Return measure -> (value, corrected p) of one kernel at the last step."""
    return {name: (curve.values[-1, kernel], curve.p_corrected[kernel]) for name, curve in measured.items()}


def number(cell: str) -> float:
    """Return a cell as a number; NaN for an empty cell and for `no power`."""
    return float(cell) if cell and cell != NO_POWER else np.nan


SETTLED = 0.9  # a kernel has settled once its cosine with its last state stays at or above this


def settled(steps: np.ndarray, cosines: np.ndarray) -> np.ndarray:
    """Return the step from which on each kernel's cosine with its last state stays at or above SETTLED.

    Parameters
    ----------
    steps : (t,) array
        Steps of the snapshots, ascending; they limit the resolution.
    cosines : (t, n) array
        Cosine of each kernel with its last state (`cosine_last`).

    Returns
    -------
    (n,) float array
        NaN for a kernel that never settles, such as one of zeros.
    """
    stays = np.logical_and.accumulate((cosines >= SETTLED)[::-1])[::-1]
    return np.where(stays.any(0), steps[stays.argmax(0)], np.nan)


def snapshot_before(steps: np.ndarray, settled: np.ndarray) -> np.ndarray:
    """Return the step of the snapshot before each kernel had settled, (n,): it settled between the two.

    It is the step itself for a kernel that has settled at the first snapshot, and NaN for one that never does.
    """
    places = np.searchsorted(steps, np.nan_to_num(settled, nan=steps[0]))
    return np.where(np.isnan(settled), np.nan, steps[np.maximum(places - 1, 0)])
