"""The frames of the movie: a template that is drawn once, and what changes from frame to frame."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import NamedTuple

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from kernelscope.figures import captions, kernel_grid, montage, raster, styling
from kernelscope.figures.colormaps import limit
from kernelscope.figures.history import curves
from kernelscope.figures.raster import above, text
from kernelscope.measures import kernels


class FrameTemplate:
    """A template of the figure that `compose` makes from parts of the given sizes, (h, w) each.

    `compose` may pad parts, but neither change nor hide them.
    """

    def __init__(self, compose: Callable[..., np.ndarray], sizes: list[tuple[int, int]]):
        self.sizes = sizes
        self.still = compose(*(raster.blank(*size, _marker(i)) for i, size in enumerate(sizes)))
        self.places = [_place(self.still, _marker(i)) for i in range(len(sizes))]

    def at(self, *parts: np.ndarray) -> np.ndarray:
        """Return `compose(*parts)` in a small part of its time."""
        whole = self.still.copy()
        for part, (height, width), (row, col) in zip(parts, self.sizes, self.places, strict=True):
            whole[row : row + height, col : col + width] = part
        return whole


def _marker(number: int) -> tuple[int, int, int]:
    """Return a color that nothing else in a figure has."""
    return (1, 255 - number // 256, number % 256)


def _place(image: np.ndarray, color: tuple[int, int, int]) -> tuple[int, int]:
    """Return where this color begins."""
    return divmod(int((image == color).all(-1).argmax()), image.shape[1])


GAP = 12
WIDTH, WIDEST = 960, 1280  # least and largest width of a frame, pixels, if its widest bank allows


def frames(
    layers: dict[str, np.ndarray],
    factors: dict[str, np.ndarray],
    words: list[str],
    epochs: np.ndarray,
    title: str,
    strip: "Strip | Noted",
    colormap: str,
    change: bool = True,
) -> Iterator[np.ndarray]:
    """Yield one frame per snapshot, (h, w, 3) uint8 with even h and w, all of the same size.

    Parameters
    ----------
    layers : dict
        Name -> kernels (t, out, in, k, k).
    factors : dict
        Name -> decay factors (t,), NaN where unknown.
    words : list of str
        The name of each snapshot.
    epochs : array (t,)
        The epoch of each snapshot.
    title : str
        The title of all frames.
    strip : Strip or Noted
        Loss and accuracy.
    colormap : str
        The color map of the kernels.
    change : bool
        Whether the first snapshot is the untrained state, so that there is a change to draw.
    """
    banks = [bank for name, values in layers.items() for bank in of_layer(name, values, factors[name], colormap)]
    banks = banks if change else banks[::2]
    lines = [text(line, 16) for line in words]
    longest = max(line.shape[1] for line in lines)
    lines = [raster.padded(line, right=longest - line.shape[1]) for line in lines]
    stage = None
    for t, epoch in enumerate(epochs):
        parts = [lines[t], strip.at(float(epoch)), *(bank.image(t) for bank in banks)]
        stage = stage or FrameTemplate(partial(composed, title, banks), [part.shape[:2] for part in parts])
        yield stage.at(*parts)


class Bank(NamedTuple):
    """The content of one panel: kernels (t, out, in, k, k), or their change, on one scale for the whole run."""

    caption: str
    values: np.ndarray
    scale: float
    colormap: str

    def image(self, t: int) -> np.ndarray:
        """Return the panel at snapshot t."""
        out, channels, k, _ = self.values.shape[1:]
        factor = kernel_grid.enlargement(out, channels, k, tallest=300)
        return kernel_grid.grid_image(self.values[t], self.scale, factor, self.colormap)


def of_layer(name: str, values: np.ndarray, factors: np.ndarray, colormap: str) -> tuple[Bank, Bank]:
    """Return the panels of a layer: its kernels, and their change."""
    change = kernels.change(values, values[:1], factors)
    scale = limit(change[1:]) if len(values) > 1 else 1.0
    return (
        Bank(f"{name}, kernels", values, limit(values), colormap),
        Bank(f"{name}, {captions.change(factors[-1])}", change, scale, colormap),
    )


def composed(title: str, banks: list[Bank], line: np.ndarray, strip: np.ndarray, *drawn: np.ndarray) -> np.ndarray:
    """Return a frame from its parts: the line with the time, the strip, and an image of each bank.

    Kernels and their change are side by side if they are narrow, and one above the other if they are wide.
    """
    panels = [
        montage.panel(bank.caption, montage.with_scale(image, bank.scale, bank.colormap))
        for bank, image in zip(banks, drawn, strict=True)
    ]
    rows = [raster.flow(*panels[i : i + 2], width=WIDEST, gap=2 * GAP) for i in range(0, len(panels), 2)]
    head = above(text(title, 20, bold=True), line)
    body = above(head, raster.flow(*rows, width=WIDEST, gap=2 * GAP), gap=GAP)
    body = raster.padded(body, right=max(0, WIDTH - 2 * GAP - body.shape[1]))
    return raster.even(raster.padded(above(body, strip, gap=GAP), GAP, GAP, GAP, GAP))


class Strip:
    """Loss and accuracy over the epochs, drawn once; `at` adds the cursor."""

    def __init__(self, history: dict[str, list[float]], constant_loss: float):
        page = Figure(figsize=(9.36, 1.9), dpi=100)
        canvas = FigureCanvasAgg(page)
        self.axes = page.subplots(1, 2)
        page.subplots_adjust(left=0.07, right=0.985, top=0.95, bottom=0.25, wspace=0.2)
        curves(history, constant_loss, *self.axes)
        for axes in self.axes:
            styling.legend(axes)
        canvas.draw()
        self.background = np.asarray(canvas.buffer_rgba())[..., :3].copy()

    def at(self, epoch: float) -> np.ndarray:
        """Return the strip with the cursor at an epoch."""
        image = self.background.copy()
        height = image.shape[0]
        for axes in self.axes:
            (x, bottom), (_, top) = axes.transData.transform([(epoch, axes.get_ylim()[0]), (epoch, axes.get_ylim()[1])])
            image[height - round(top) : height - round(bottom), round(x) - 1 : round(x) + 1] = (230, 150, 0)
        return image


class Noted(NamedTuple):
    """A strip with words below it, or words alone if neither loss nor accuracy is known."""

    strip: Strip | None
    words: str

    def at(self, epoch: float) -> np.ndarray:
        """Return the strip at an epoch, with the words below it."""
        line = text(self.words, 13, raster.GRAY)
        return line if self.strip is None else above(self.strip.at(epoch), line, gap=GAP // 2)


def with_held_ends(frame_list: list[np.ndarray], first: int, last: int) -> Iterable[np.ndarray]:
    """Yield all frames, the first `first` times and the last `last` times."""
    yield from [frame_list[0]] * (first - 1)
    yield from frame_list
    yield from [frame_list[-1]] * (last - 1)
