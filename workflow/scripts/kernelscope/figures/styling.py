"""The look that all figures share: type, colours, thin axes.

The colours are those that Okabe and Ito chose so that the colour-blind tell them apart (jfly.uni-koeln.de/color, 2008).
"""

BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY = "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"
BLACK, QUIET, FAINT, GRID = "#000000", "#555555", "#999999", "#e4e4e4"
SERIES = BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY, BLACK
HEAD, TITLE, TEXT = 15, 11, 10  # points: over the page, over a panel, all else


def series(number: int) -> str:
    """A colour for one of several things; the eighth has the first again."""
    return SERIES[number % len(SERIES)]


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255."""
    return tuple(bytes.fromhex(colour[1:]))


def headed(page, words: str, **place) -> None:
    """The title of a page, bold, from the left."""
    page.suptitle(words, fontsize=HEAD, fontweight="bold", x=0.01, ha="left", **place)


def noted(page, words: str, y: float = 0.02) -> None:
    """What a reader should know, small, at the bottom."""
    page.text(0.01, y, words, fontsize=TEXT, color=QUIET)


def empty(axes, words: str) -> None:
    """Instead of curves: why there are none."""
    axes.text(0.5, 0.5, words, transform=axes.transAxes, ha="center", fontsize=TEXT, color=QUIET)


def plain(axes, *more: str, grid: bool = True) -> None:
    """Spines at the left and below (without those named too), ticks of one size, and lines across."""
    axes.spines[["top", "right", *more]].set_visible(False)
    axes.tick_params(labelsize=TEXT)
    axes.xaxis.label.set_size(TEXT)
    axes.yaxis.label.set_size(TEXT)
    if grid:
        axes.grid(axis="y", color=GRID, linewidth=0.6)


def legend(axes, **more) -> None:
    """Nothing where there is nothing to tell apart."""
    if axes.get_legend_handles_labels()[0]:
        axes.legend(frameon=False, fontsize=TEXT, **more)
