"""The figure of pretrained runs: side by side, and for each run its kernels untrained, trained, and their change."""

from typing import NamedTuple

import numpy as np

from kernelscope.figures import kernel_grid, raster
from kernelscope.figures.raster import above, beside, text
from kernelscope.measures import kernels

GAP = 16
ROWS = {"untrained": "", "trained": "", "change": "estimate of what training put in"}
TILE, WIDEST = 120, 1400  # pixels: of a kernel, and of all runs beside each other
MOST = 16  # kernels of a run


class Run(NamedTuple):
    """A pretrained run: its name, the time of its last snapshot, and its kernels (out, in, k, k).

    The untrained kernels are None if they are unknown.
    """

    label: str
    when: str
    untrained: np.ndarray | None
    trained: np.ndarray


def sheet(runs: list[Run], title: str, zero: str, notes: list[str], colormap: str) -> np.ndarray:
    """Return the whole figure: a column per kernel, a row for each of ROWS, every kernel on its own scale.

    zero: what the middle of the color map means.
    """
    drawn_runs = [run._replace(**{name: some(getattr(run, name)) for name in ("untrained", "trained")}) for run in runs]
    factor = enlargement(drawn_runs)
    blocks = [block(run, factor, colormap) for run in drawn_runs]
    height = (blocks[0].shape[0] - GAP * len(ROWS) - text("x", 15).shape[0]) // len(ROWS)
    names = [raster.middle(above(text(name, 16, bold=True), text(more, 11)), height) for name, more in ROWS.items()]
    head = text(" ", 15)
    column = above(head, *names, gap=GAP)
    body = raster.flow(*blocks, width=WIDEST, gap=2 * GAP)
    lines = [text(line, 13, raster.GRAY) for line in notes]
    lines = [raster.ramp(colormap, f"below {zero}", f"above {zero}"), *lines]
    whole = above(text(title, 20, bold=True), beside(column, body, gap=GAP), above(*lines, gap=4), gap=GAP)
    return raster.padded(whole, GAP, GAP, GAP, GAP)


def some(bank: np.ndarray | None) -> np.ndarray | None:
    """Return at most MOST kernels; None stays None."""
    return None if bank is None else bank[:MOST]


def enlargement(runs: list[Run]) -> int:
    """Return the largest integer factor that fits."""
    largest = max(run.trained.shape[-1] * columns(run) for run in runs)
    across = sum(len(run.trained) for run in runs)
    wide = (WIDEST - 2 * GAP * len(runs)) // across
    return max(1, min(TILE, wide) // largest)


def columns(run: Run) -> int:
    """Return how many channels of a kernel are side by side in its block."""
    return int(np.ceil(np.sqrt(run.trained.shape[1])))


def block(run: Run, factor: int, colormap: str) -> np.ndarray:
    """Return one run: its name, and a line of kernels for each of ROWS."""
    change = None if run.untrained is None else kernels.change(run.trained, run.untrained, np.nan)
    trained = line(run.trained, factor, colormap)
    lines = [
        trained if bank is run.trained else absent(trained.shape) if bank is None else line(bank, factor, colormap)
        for bank in (run.untrained, run.trained, change)
    ]
    return above(text(f"{run.label} · {run.when}", 15, bold=True), *lines, gap=GAP)


def line(bank: np.ndarray, factor: int, colormap: str) -> np.ndarray:
    """Return kernels side by side, each on its own scale."""
    limits = raster.largest(bank, (1, 2, 3))
    return beside(*(kernel_grid.block(k, float(c), factor, colormap) for k, c in zip(bank, limits, strict=True)), gap=5)


def absent(shape: tuple[int, ...]) -> np.ndarray:
    """Return words in a space of the same size."""
    words = raster.centered(text("not published", 13, raster.GRAY), shape[1])
    return raster.middle(words, shape[0])
