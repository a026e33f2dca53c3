"""The figure of kinds: their shares, which directions and frequencies kernels cover, and which colors they oppose."""

import numpy as np
from matplotlib.figure import Figure

from kernelscope.figures import styling
from kernelscope.kinds.kernel_kinds import BLOB, COLORED, ORIENTED
from kernelscope.kinds.kinds_table import TRAINED, UNTRAINED
from kernelscope.measures.color import OPPONENT

PARTS = {1: styling.BLUE, 2: styling.VERMILLION}
BAR = 0.76  # height of a bar
HUES = {  # their red, green and blue
    **{"red": (1, 0, 0), "green": (0, 1, 0), "blue": (0, 0, 1)},
    **{"cyan": (0, 1, 1), "magenta": (1, 0, 1), "yellow": (1, 1, 0)},
}


def figure(title: str, table: list[dict], shares: list[dict], controls: dict[str, list[dict]], part: str) -> Figure:
    """Draw the kinds of kernels of one architecture.

    Parameters
    ----------
    title : str
    table, shares : list of dict
        Rows of kinds.csv and of kind_shares.csv.
    controls : dict
        Name of a control -> its rows of kind_shares.csv.
    part : str
        What a kernel is in, `tower` or `half`.
    """
    page = styling.page((13, 4.8))
    styling.headed(page, title)
    grid = page.add_gridspec(1, 3, width_ratios=[1.4, 1, 1])
    draw_shares(page.add_subplot(grid[0]), shares, controls)
    living = [row for row in table if row["state"] == TRAINED and row["alive"]]
    draw_directions(page.add_subplot(grid[1], projection="polar"), living, part)
    draw_colors(page.add_subplot(grid[2], projection="polar"), living, part)
    return page


def draw_shares(axes, shares: list[dict], controls: dict[str, list[dict]]) -> None:
    """Draw the share of each kind with its interval, beside the shares of untrained kernels and of controls."""
    place = np.arange(len(shares))[::-1]
    for row, y in zip(shares, place, strict=True):
        axes.barh(y, 100 * (row[TRAINED] or 0), BAR, color=styling.GRID)
        if row["low"] is not None:
            axes.plot([100 * row["low"], 100 * row["high"]], [y, y], color=styling.BLACK, linewidth=1.5)
    axes.plot([100 * (row[UNTRAINED] or 0) for row in shares], place, "o", color=styling.FAINT, label="untrained")
    colors = (styling.VERMILLION, styling.BLUE, styling.BLACK)
    for (name, rows), color in zip(controls.items(), colors, strict=False):
        axes.plot([100 * (row[TRAINED] or 0) for row in rows], place, "D", color=color, markersize=4, label=name)
    axes.set_yticks(place, [row["kind"] for row in shares])
    axes.set(xlabel="living kernels (%): mean, 95 % interval over seeds")
    axes.set_xlim(0, 100)
    styling.plain(axes)
    styling.legend(axes, ncols=2, loc="lower left", bbox_to_anchor=(0, 1.0))


def draw_directions(axes, living: list[dict], part: str) -> None:
    """Draw the frequency (radius) and direction of the strokes (angle) of oriented kernels; both ends of a stroke."""
    for number, color in PARTS.items():
        of_part = [row for row in living if row["kind"] in ORIENTED and row["part"] == number]
        angle = np.radians([row["orientation"] for row in of_part])
        radius = [row["frequency"] for row in of_part]
        axes.plot([*angle, *(angle + np.pi)], [*radius, *radius], ".", color=color, label=f"{part} {number}", alpha=0.7)
    axes.set_rlim(0, 0.5)
    axes.set_rticks([0.125, 0.25, 0.5])
    axes.set_title("oriented kernels: angle of the\nstroke, cycles per pixel", fontsize=styling.TITLE)
    axes.set_rlabel_position(-67)
    axes.legend(loc="lower left", bbox_to_anchor=(-0.2, -0.3), fontsize=styling.TITLE, frameon=False)


def draw_colors(axes, living: list[dict], part: str) -> None:
    """Draw the color index (radius) and the opponent axis (angle, twice) of kernels; larger dots are color blobs."""
    for number, color in PARTS.items():
        of_part = [row for row in living if row["color_axis"] is not None and row["part"] == number]
        angle, radius = np.radians([row["color_axis"] for row in of_part]), [row["color_index"] for row in of_part]
        size = [22 if row["kind"] == BLOB else 6 for row in of_part]
        axes.scatter([*angle, *(angle + np.pi)], radius * 2, size * 2, color=color, alpha=0.6, label=f"{part} {number}")
    for name, channels in HUES.items():
        red_green, yellow_blue = OPPONENT @ np.array(channels, float)
        axes.text(np.arctan2(yellow_blue, red_green), 1.15, name, ha="center", va="center", fontsize=styling.TEXT)
    axes.set_rlim(0, 1)
    axes.set_rticks([COLORED, 1])
    axes.set_xticklabels([])
    axes.set_rlabel_position(-67)
    axes.set_title("color index, and two opposed\ncolors; large: color blobs", fontsize=styling.TITLE, y=1.12)
