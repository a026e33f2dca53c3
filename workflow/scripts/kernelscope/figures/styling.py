"""The style that all figures share: fonts, colors, thin axes.

The colors are the palette of Okabe and Ito, which color-blind readers can distinguish (jfly.uni-koeln.de/color, 2008).
"""

BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY = "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"
BLACK, QUIET, FAINT, GRID = "#000000", "#555555", "#999999", "#e4e4e4"
SERIES = BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY, BLACK
HEAD, TITLE, TEXT = 15, 11, 10  # points: the title of the page, of a panel, everything else


def series(number: int) -> str:
    """Return the color of one of several things; the eighth has the color of the first."""
    return SERIES[number % len(SERIES)]


def rgb(color: str) -> tuple[int, int, int]:
    """Return red, green and blue, 0 to 255."""
    return tuple(bytes.fromhex(color[1:]))


def headed(page, words: str, **place) -> None:
    """Draw the title of a page, bold, from the left."""
    page.suptitle(words, fontsize=HEAD, fontweight="bold", x=0.01, ha="left", **place)


def noted(page, words: str, y: float = 0.02) -> None:
    """Draw what a reader should know, small, at the bottom."""
    page.text(0.01, y, words, fontsize=TEXT, color=QUIET)


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


def legend(axes, **more) -> None:
    """Draw a legend, if there is anything to distinguish."""
    if axes.get_legend_handles_labels()[0]:
        axes.legend(frameon=False, fontsize=TEXT, **more)
