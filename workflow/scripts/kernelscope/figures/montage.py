"""The montage of a run: a page per conv layer, and a column per kernel with its number, name, states and norm."""

from functools import partial
from typing import NamedTuple

import numpy as np

from kernelscope.figures import captions, colormaps, drawing, table
from kernelscope.figures.colormaps import largest
from kernelscope.figures.drawing import GRAY, RED, SMALL, Drawing, above, beside, text
from kernelscope.figures.kernel_tiles import colored, tile
from kernelscope.figures.styling import Look, Use
from kernelscope.measures import kernels

TILE = {"screen": 92, "slide": 84, "paper": 70}  # pixels of a kernel
COLUMN = 122  # pixels of a column of a slide, for its words


class Layer(NamedTuple):
    """A layer to draw.

    untrained (None if unknown) and trained: kernels (out, in, k, k). response (out,): the largest response of each
    kernel to the training images, None if unknown. min_max_normalized: whether the size of the weights is lost.
    factor: the decay factor of the trained kernels, NaN if unknown. limit: the end of the color scale of the run.
    names: number of a kernel -> what it responds to, where that is known.
    """

    untrained: np.ndarray | None
    trained: np.ndarray
    response: np.ndarray | None
    min_max_normalized: bool = False
    factor: float = np.nan
    limit: float = 1.0
    names: dict[int, captions.Name] = {}  # noqa: RUF012, never changed

    @property
    def change(self) -> np.ndarray | None:
        """Return the change of the kernels, (out, in, k, k); None if the untrained state is unknown."""
        return None if self.untrained is None else kernels.change(self.trained, self.untrained, self.factor)

    @property
    def alive(self) -> np.ndarray:
        """Return which kernels (out,) are alive; all, if their responses are unknown."""
        if self.response is None:
            return np.ones(len(self.trained), bool)
        return kernels.alive(kernels.norms(self.trained), self.response)


def pages(layers: dict[str, Layer], look: Look) -> dict[str, Drawing]:
    """Return a page per layer, by name."""
    drawn = {}
    for number, (name, layer) in enumerate(layers.items()):
        in_color = number == 0 and colormaps.has_composite(layer.trained.shape[1], look.channel_colors)
        drawn[name] = table.as_large_as_fits(partial(page, name, layer, in_color), look)
    return drawn


def page(name: str, layer: Layer, in_color: bool, look: Look) -> Drawing:
    """Return the page of one layer."""
    chosen = strongest(layer, look.use.kernels)
    strips = table.strips(columns_of(layer, chosen, in_color, look), look.use.width)
    return table.sheet(look, captions.bank(name, layer.trained), legend(layer, look.colormap, len(chosen)), strips)


def strongest(layer: Layer, most: int) -> list[int]:
    """Return the kernels to draw in the order of their numbers: all, or those with the largest norm that are alive."""
    if len(layer.trained) <= most:
        return list(range(len(layer.trained)))
    norm = np.where(layer.alive, np.nan_to_num(kernels.norms(layer.trained)), -1.0)
    return sorted(np.argsort(-norm, kind="stable")[:most].tolist())


def legend(layer: Layer, colormap: str, drawn: int) -> list[Drawing]:
    """Return the color scale, what dashes mean, and how many kernels are drawn if these are not all."""
    parts = [drawing.ramp(colormap, "−max", "max of the kernel")]
    if not layer.min_max_normalized:
        parts = [drawing.weights(layer.limit, colormap)]
    if drawn < len(layer.trained):
        words = f"{drawn} of {len(layer.trained)} kernels: those with the largest norm"
        parts.append(text(words, SMALL, GRAY))
    if not layer.alive.all():
        parts.append(text("dashed: dead", SMALL, GRAY))
    if (channels := layer.trained.shape[1]) > 1:
        parts.append(text(f"a kernel is a block of channels, 0 to {channels - 1}, row by row", SMALL, GRAY))
    return [*parts, *captions.unproven(layer.names)]


def columns_of(layer: Layer, chosen: list[int], in_color: bool, look: Look) -> list[dict[str, Drawing]]:
    """Return a column for each of the chosen kernels."""
    change, alive = layer.change, layer.alive.tolist()
    return [column(layer, i, change, alive[i], in_color, look) for i in chosen]


def column(layer: Layer, i: int, change: np.ndarray | None, alive: bool, in_color: bool, look: Look) -> dict:
    """Return the cells of one kernel by the label of their row."""
    width = TILE[look.use.name] - look.use.smaller
    words = COLUMN if look.use.height else width
    shared = 0.0 if layer.min_max_normalized else layer.limit

    def drawn(bank: np.ndarray | None, limit: float) -> np.ndarray | Drawing:
        if bank is None:
            return drawing.paragraph("not published", words, SMALL, GRAY)
        return tile(bank[i], limit or float(largest(bank[i])), width, look.colormap, alive)

    cells = {
        "": captions.kernel(i, layer.names.get(i), words),
        "untrained": drawn(layer.untrained, shared),
        "trained": drawn(layer.trained, shared),
        **({} if layer.min_max_normalized else {"trained, on its own scale": drawn(layer.trained, 0.0)}),
        captions.change(layer.factor): drawn(change, shared),
    }
    if in_color:
        mixed = partial(colored, width=width, alive=alive, channel_colors=look.channel_colors)
        cells["trained, in color: gray is zero"] = mixed(layer.trained[i])
        cells["change, in color"] = drawn(None, 0.0) if change is None else mixed(change[i])
    if not layer.min_max_normalized:
        cells["norm"] = norm_label(layer, i, alive)
    return {label: drawing.centered(cell, words) for label, cell in cells.items()}


def norm_label(layer: Layer, i: int, alive: bool) -> Drawing:
    """Return the norm of a kernel and what is wrong with it, so that its own scale does not make it look alive."""
    norm = float(kernels.norms(layer.trained[i : i + 1])[0])
    if not np.isfinite(norm):
        return text("not finite", SMALL, RED)
    if alive:
        return text(f"{norm:.2f}", SMALL)
    return text(f"{norm:.2f} {'dead' if layer.response[i] <= 0 else 'weak'}", SMALL, bold=True)


MOST = 16  # kernels of a pretrained run


def drawn_of(runs: dict[str, Layer], use: Use) -> list[tuple[str, int]]:
    """Return (run, kernel) of every column: the first kernels of each run, MOST or as many as there is room for."""
    most = max(1, min(MOST, use.kernels // len(runs)))
    return [(name, i) for name, layer in runs.items() for i in range(min(most, len(layer.trained)))][: use.kernels]


def of_runs(runs: dict[str, Layer], zero: str, notes: list[str], look: Look) -> Drawing:
    """Return the first layers of pretrained runs: a column per kernel below the name of its run.

    runs: name and time of a run -> its first layer. zero: what the middle of the color map means.
    """
    size = look.use
    shown, total = drawn_of(runs, size), sum(len(layer.trained) for layer in runs.values())
    parts = table.head(look.title, "", size.width)
    scale = drawing.ramp(look.colormap, f"below {zero}", f"above {zero}")
    if len(shown) < total:
        scale = beside(scale, text(f"{len(shown)} of {total} kernels", SMALL, GRAY), gap=24, align=0.5)
    columns, in_color = [], all(layer.trained.shape[1] == 3 for layer in runs.values())
    for name, layer in runs.items():
        label = drawing.paragraph(name.replace(" · ", "\n"), TILE[size.name] + 24, SMALL, bold=True, align=0.5)
        numbers = [i for run, i in shown if run == name]
        drawn = columns_of(layer._replace(min_max_normalized=True), numbers, in_color, look)
        for i, cells in zip(numbers, drawn, strict=True):
            columns.append(cells | {"": above(label, text(f"kernel {i}", SMALL), gap=2, align=0.5)})
    lines = [drawing.paragraph(line, size.width - 2 * table.MARGIN, color=GRAY) for line in notes]
    return table.page([*parts, scale, *table.strips(columns, size.width), above(*lines, gap=4)])
