"""The rows of measures.csv: the measures of kernels that are tested together, each value with its null."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from kernelscope.measures import nulls
from kernelscope.stats import pvalues

COLUMNS = (
    *("step", "layer", "kernel", "channel", "measure", "value"),
    *("null", "null_mean", "null_99", "p", "p_corrected"),
)
ANGLES = ("orientation",)  # an angle cannot be larger or smaller, so it has no p


class Null(NamedTuple):
    """The null of one measure: values (n_resamples,), and the side that is tested, as in `pvalues.p_value`.

    power: whether the test has power at this kernel size. last: whether it applies only to the last snapshot.
    """

    name: str
    values: np.ndarray
    side: str
    power: bool = True
    last: bool = False


class Group(NamedTuple):
    """Values that are corrected together: those of a layer's whole kernels, of all its planes, or of the layer itself.

    kernel, channel: the cells of the n rows. values: measure -> (s, n), for the last s snapshots. nulls: measure ->
    Null. controls: measure -> values (m,) of control runs.
    """

    kernel: list[str]
    channel: list[str]
    values: dict[str, np.ndarray]
    nulls: dict[str, Null]
    controls: dict[str, np.ndarray]


def of_group(layer: str, group: Group, steps: list[str]) -> Iterator[tuple[str, ...]]:
    """Yield the rows of one group.

    There is a row for each snapshot, member of the group and measure, and for each null of the measure.

    Parameters
    ----------
    layer : name of the layer
    group : values and nulls
    steps : steps of the snapshots

    Yields
    ------
    tuple of str
        Cells, in the order of COLUMNS.
    """
    for measure, steps_measured, values, null in _blocks(group, steps):
        yield from _block_rows(steps_measured, layer, group, measure, values, null)


def _blocks(group: Group, steps: list[str]) -> Iterator[tuple[str, list[str], np.ndarray, Null | None]]:
    """Yield measure, steps, values (steps, n), and the null that these values share."""
    for measure, values in group.values.items():
        null, steps_measured = group.nulls.get(measure), steps[len(steps) - len(values) :]
        if null and null.last and len(values) > 1:
            yield measure, steps_measured[:-1], values[:-1], None
            steps_measured, values = steps_measured[-1:], values[-1:]
        yield measure, steps_measured, values, null
        if measure in group.controls and measure not in ANGLES:
            yield measure, steps_measured[-1:], values[-1:], Null(nulls.RANDOM_LABELS, group.controls[measure], "both")


def _block_rows(steps: list[str], layer: str, group: Group, measure: str, values: np.ndarray, null: Null | None):
    """Return the rows of values (steps, n) of one measure that share a null."""
    size = values.size
    columns = [
        [step for step in steps for _ in group.kernel],
        [layer] * size,
        group.kernel * len(steps),
        group.channel * len(steps),
        [measure] * size,
        texts(values),
        *([[""] * size] * 5 if null is None else _null_columns(values, null)),
    ]
    return zip(*columns, strict=True)


def _null_columns(values: np.ndarray, null: Null) -> list[list[str]]:
    """Return the columns from `null` to `p_corrected`."""
    finite = null.values[np.isfinite(null.values)]
    mean = np.full(values.shape, finite.mean() if len(finite) else np.nan)
    columns = [[null.name] * values.size, texts(mean), texts(pvalues.point(values, null.values, null.side))]
    if not null.power:
        return columns + [[nulls.NO_POWER if is_finite else "" for is_finite in np.isfinite(values).ravel()]] * 2
    p = pvalues.p_value(values, null.values, null.side)
    return [*columns, texts(p), texts(pvalues.corrected(p))]


def texts(values: np.ndarray) -> list[str]:
    """Return numbers as text with the 7 digits that a float32 holds; "" for numbers that are not finite."""
    flat = values.ravel()
    cells = ("%.7g\n" * len(flat) % tuple((flat + 0.0).tolist())).split("\n")[:-1]
    for i in np.flatnonzero(~np.isfinite(flat)):
        cells[i] = ""
    return cells
