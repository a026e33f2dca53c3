"""The figure of two towers: kernels as in Krizhevsky et al. (2012), Fig. 3, and the specialization of every seed."""

import numpy as np
from matplotlib.figure import Figure

from kernelscope.comparison.towers import PLURAL
from kernelscope.figures import drawing, kernel_tiles, styling

GAP = 14  # pixels between the towers
PER_ROW = 16


def sheet(bank: np.ndarray, alive: np.ndarray, width: int = 60) -> np.ndarray:
    """Return kernels (out, 3, k, k) in color, 16 in a row: the first half, tower 1, above the second half, tower 2.

    Each kernel is on its own scale, with black dashes around it if it is dead (out,).
    """
    tiles = [kernel_tiles.colored(kernel, width, living) for kernel, living in zip(bank, alive, strict=True)]
    half = len(bank) // 2
    halves = [drawing.in_lines(part, PER_ROW, gap=4) for part in (tiles[:half], tiles[half:])]
    return drawing.painted(drawing.above(*halves, gap=GAP))


def figure(title: str, rows: list[dict], seed: int, bank: np.ndarray, alive: np.ndarray, part: str) -> Figure:
    """Draw the kernels of one seed, and a column for each of all seeds.

    Parameters
    ----------
    title : str
        The title of the figure.
    rows : list of dict
        Rows of towers.csv.
    seed : int
        The seed whose kernels are drawn.
    bank : array (out, 3, k, k)
        Its kernels.
    alive : bool array (out,)
        Which of them are alive.
    part : str
        towers.TOWER, or towers.HALF for a network without towers.
    """
    page = styling.page((12, 8.4))
    styling.headed(page, title)
    above, below = page.subplots(2, 1, height_ratios=[3, 2])
    above.imshow(sheet(bank, alive), interpolation="antialiased")
    above.set(xticks=[], yticks=[])
    styling.plain(above, "left", "bottom", grid=False)
    chosen = next(row for row in rows if row["seed"] == seed)
    words = f"seed {seed}: {part} 1 above, {part} 2 below; mean color index {number(chosen['color_1'])} and "
    words += f"{number(chosen['color_2'])} (p = {number(chosen['p'], 4)})\neach kernel on its own scale, zero is gray; "
    above.set_title(f"{words}dashed: dead", fontsize=styling.TITLE, loc="left")
    draw_seeds(below, rows, part)
    return page


def draw_seeds(axes, rows: list[dict], part: str) -> None:
    """Draw the specialization of each seed beside its null, from 0 to the 95 % point, and its untrained state."""
    tested = [row for row in rows if row["p"] == row["p"] and row["p"] is not None]
    place = np.arange(len(tested))
    axes.bar(place, [row["null_95"] for row in tested], width=0.8, color=styling.GRID, label="permuted (95 %)")
    untrained = [row["untrained_specialization"] for row in tested]
    axes.plot(place, untrained, "o", color=styling.FAINT, label="untrained", markersize=4)
    for tower, color in ((1, styling.BLUE), (2, styling.VERMILLION)):
        points = [(i, row["specialization"]) for i, row in enumerate(tested) if row["colored_tower"] == tower]
        if points:
            axes.plot(*zip(*points, strict=True), "o", color=color, label=f"trained, more color in {part} {tower}")
    axes.set_xticks(place, [str(row["seed"]) for row in tested])
    axes.set_ylim(bottom=0)
    axes.set(xlabel="seed", ylabel=f"specialization: difference of the\n{PLURAL[part]}' mean color index")
    styling.plain(axes)
    styling.legend(axes, ncols=2, loc="lower left", bbox_to_anchor=(0, 1.0))


def number(value: float | None, digits: int = 2) -> str:
    """Return a number as text; "unknown" for None and NaN."""
    return "unknown" if value is None or value != value else f"{value:.{digits}f}"
