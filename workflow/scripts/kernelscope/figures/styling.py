"""The style that all figures share, and the sizes of what a figure is used for: a screen, a slide, a paper.

The colors are the palette of Okabe and Ito, which color-blind readers can distinguish (jfly.uni-koeln.de/color, 2008).
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from matplotlib.figure import Figure
from matplotlib.text import Text

from kernelscope.figures.drawing import spelled
from kernelscope.io.notes import Note, beyond

BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY = "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"
BLACK, QUIET, FAINT, GRID = "#000000", "#555555", "#999999", "#e4e4e4"
SERIES = BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY, BLACK
HEAD, TITLE, TEXT = 14, 11, 10  # points on a screen: the title of the page, of a panel, everything else; the smallest


class Use(NamedTuple):
    """What a figure is made for. A logical pixel is what drawing.py counts in; its smallest letters have 12.

    width, height: of a sheet of kernels in logical pixels, None for as high as needed. scale: pixels of a PNG for each.
    points: of a PDF or SVG for each. kernels: how many of a layer are drawn at most; no PNG has more than 32,767 rows
    of pixels then, which browsers can draw. letters: size of the letters of a chart relative to a screen. inches:
    sides of a chart, None for its own. dpi: of its PNG. smaller: logical pixels by which kernels are smaller than
    usual, so that a slide is not overfull.
    """

    name: str
    width: int
    height: int | None
    scale: int
    points: float
    kernels: int
    letters: float
    inches: tuple[float | None, float | None]
    dpi: int
    smaller: int = 0


MM = 1 / 25.4  # inches
COLUMNS = 85 * MM, 174 * MM  # inches: one and both columns of a page of a paper
PAPER = 986  # logical pixels of both columns: 12 of them are letters of 6 points
USES = {
    "screen": Use("screen", 1320, None, 1, 0.75, 128, 1.0, (None, None), 150),
    "slide": Use("slide", 960, 540, 2, 1.0, 6, 1.4, (40 / 3, 7.5), 144),  # 1920 x 1080, letters of 24 pixels and more
    "paper": Use("paper", PAPER, None, 2, 72 * COLUMNS[1] / PAPER, 64, 0.7, (COLUMNS[1], None), 300),
}


class Look(NamedTuple):
    """What the sheets of kernels of one figure have in common: the words above, the color map, and the use.

    channel_colors : of composites; None: the default
    """

    title: str
    note: str
    colormap: str
    use: Use
    channel_colors: Sequence[str] | None = None


def look(title: str, note: str, spec: dict) -> Look:
    """Return a look with the color map and the use that the spec of a job asks for."""
    return Look(title, note, spec["colormap"], USES[spec["for"]], spec.get("channel_colors"))


def cut_kernels(figure: str, layers: dict[str, int], use: str, others: int = 0) -> Iterator[Note]:
    """Yield a note for each layer of which a figure has not all kernels.

    Parameters
    ----------
    figure : name of the figure
    layers : layer -> its number of kernels
    use : what the figure is made for
    others : columns of the figure without a kernel, which take the place of kernels
    """
    for layer, count in layers.items():
        yield cut(figure, f"kernels of {layer}", count, USES[use].kernels - others, use)


def cut(figure: str, item: str, count: int, most: int, use: str) -> Note:
    """Return the note about kernels, classes, seeds or types, of which a figure has at most so many."""
    return beyond(item, count, most, f"not in {figure}, which is made for a {use}")


def fitted(page, use: Use):
    """Return a chart with the sides and the size of letters of a use; its layout must be constrained."""
    if use.name == "screen":
        return page
    width, height = page.get_size_inches()
    new_width = use.inches[0]
    page.set_size_inches(new_width, use.inches[1] or height * new_width / width)
    for axes in page.axes:
        for axis in (axes.xaxis, axes.yaxis):
            for label in (axis.label, axis.offsetText):
                label.set_fontsize(label.get_fontsize() * use.letters)
            for ticks in (axis.get_major_ticks(), axis.get_minor_ticks()):
                for tick in ticks:
                    for label in (tick.label1, tick.label2):
                        label.set_fontsize(label.get_fontsize() * use.letters)
            axis.set_tick_params(labelsize=axis.get_tick_params().get("labelsize", TEXT) * use.letters)
    scaled = {id(text) for axes in page.axes for axis in (axes.xaxis, axes.yaxis) for text in axis.findobj(Text)}
    for text in page.findobj(lambda artist: isinstance(artist, Text) and id(artist) not in scaled):
        text.set_fontsize(text.get_fontsize() * use.letters)
    return page


def page(inches: tuple[float, float]) -> Figure:
    """Return an empty chart with a margin, whose parts make room for each other."""
    figure = Figure(figsize=inches, layout="constrained")
    figure.get_layout_engine().set(w_pad=0.1, h_pad=0.1)
    return figure


def series(number: int) -> str:
    """Return the color of one of several things; the eighth has the color of the first."""
    return SERIES[number % len(SERIES)]


def rgb(color: str) -> tuple[int, int, int]:
    """Return red, green and blue, 0 to 255."""
    return tuple(bytes.fromhex(color[1:]))


def headed(page, words: str) -> None:
    """Draw the title of a page, bold, from the left."""
    page.suptitle(spelled(words), fontsize=HEAD, fontweight="bold", x=0.01, ha="left", parse_math=False)


def noted(page, words: str) -> None:
    """Draw what a reader should know, quietly, at the bottom."""
    page.supxlabel(spelled(words), fontsize=TEXT, color=QUIET, x=0.01, ha="left", parse_math=False)


def empty(axes, words: str) -> None:
    """Draw, instead of curves, why there are none."""
    axes.text(0.5, 0.5, words, transform=axes.transAxes, ha="center", fontsize=TEXT, color=QUIET)


def plain(axes, *more: str, grid: bool = True) -> None:
    """Draw spines on the left and below (except those named), ticks of one size, and horizontal grid lines."""
    axes.spines[["top", "right", *more]].set_visible(False)
    axes.tick_params(labelsize=TEXT)
    axes.xaxis.label.set_size(TEXT)
    axes.yaxis.label.set_size(TEXT)
    if grid:
        axes.grid(axis="y", color=GRID, linewidth=0.6)


def label(name: str) -> str:
    """Return a name as a legend shows it: matplotlib would leave out a name that begins with an underscore."""
    return " " * name.startswith("_") + spelled(name)


def legend(axes, **more) -> None:
    """Draw a legend, if there is anything to distinguish."""
    if axes.get_legend_handles_labels()[0]:
        axes.legend(**{"frameon": False, "fontsize": TEXT} | more)
