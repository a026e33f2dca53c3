"""The rows of measures.csv: what was measured of kernels that belong together, each value beside its null."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from kernelscope.measures import nulls
from kernelscope.stats import pvalues

COLUMNS = (
    *("step", "layer", "kernel", "channel", "measure", "value"),
    *("null", "null_mean", "null_99", "p", "p_corrected"),
)
ANGLES = ("orientation",)  # an angle has no larger and smaller, so no p


class Null(NamedTuple):
    """values (draws,) of one measure and the side tested, as in pvalues.p_value.

    power: whether a p says anything at this kernel size. last: whether it stands for the last snapshot alone.
    """

    name: str
    values: np.ndarray
    side: str
    power: bool = True
    last: bool = False


class Group(NamedTuple):
    """What is measured and corrected together: the whole kernels of a layer, all its planes, or the layer itself.

    kernel, channel: the cells of n rows. values: by measure (s, n), for the last s snapshots. nulls: by measure.
    controls: by measure the values (m,) of control runs.
    """

    kernel: list[str]
    channel: list[str]
    values: dict[str, np.ndarray]
    nulls: dict[str, Null]
    controls: dict[str, np.ndarray]


def of_group(layer: str, group: Group, steps: list[str]) -> Iterator[tuple[str, ...]]:
    """A row (texts, as COLUMNS) per snapshot, member of the group and measure, and for each null of that."""
    for measure, which, values, null in _blocks(group, steps):
        yield from _block_rows(which, layer, group, measure, values, null)


def _blocks(group: Group, steps: list[str]) -> Iterator[tuple[str, list[str], np.ndarray, Null | None]]:
    """Measure, steps, values (steps, n), and the null that they share."""
    for measure, values in group.values.items():
        null, which = group.nulls.get(measure), steps[len(steps) - len(values) :]
        if null and null.last and len(values) > 1:
            yield measure, which[:-1], values[:-1], None
            which, values = which[-1:], values[-1:]
        yield measure, which, values, null
        if measure in group.controls and measure not in ANGLES:
            yield measure, which[-1:], values[-1:], Null(nulls.RANDOM_LABELS, group.controls[measure], "both")


def _block_rows(steps: list[str], layer: str, group: Group, measure: str, values: np.ndarray, null: Null | None):
    many = values.size
    columns = [
        [step for step in steps for _ in group.kernel],
        [layer] * many,
        group.kernel * len(steps),
        group.channel * len(steps),
        [measure] * many,
        texts(values),
        *([[""] * many] * 5 if null is None else _null_columns(values, null)),
    ]
    return zip(*columns, strict=True)


def _null_columns(values: np.ndarray, null: Null) -> list[list[str]]:
    finite = null.values[np.isfinite(null.values)]
    mean = np.full(values.shape, finite.mean() if len(finite) else np.nan)
    columns = [[null.name] * values.size, texts(mean), texts(pvalues.point(values, null.values, null.side))]
    if not null.power:
        return columns + [[nulls.NO_POWER if known else "" for known in np.isfinite(values).ravel()]] * 2
    p = pvalues.p_value(values, null.values, null.side)
    return [*columns, texts(p), texts(pvalues.corrected(p))]


def texts(values: np.ndarray) -> list[str]:
    """Numbers with the 7 digits that a float32 holds; what is not finite becomes empty."""
    flat = values.ravel()
    cells = ("%.7g\n" * len(flat) % tuple((flat + 0.0).tolist())).split("\n")[:-1]
    for i in np.flatnonzero(~np.isfinite(flat)):
        cells[i] = ""
    return cells
