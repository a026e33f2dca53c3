"""The figure of a sweep: the kernels of two conditions, and how each factor affects each outcome."""

import numpy as np
from matplotlib.figure import Figure

from kernelscope.figures import captions, drawing, kernel_tiles, styling
from kernelscope.figures.colormaps import largest
from kernelscope.stats.factor_rows import ALL_BASES, PAIR, rows_where, smallest_corrected, with_corrected, words
from kernelscope.stats.pvalues import LEVEL
from kernelscope.stats.text import p_text

SHOWN = (  # outcome, words
    ("initial_ratio", "what is left of the\nstart (ratio)"),
    ("alive", "living kernels"),
    ("structured", "of these beyond\nwhite noise"),
    ("change_structured", "the same of\ntheir change"),
    ("arcs", "changes that prefer\narcs to bars, corners"),
    ("accuracy", "test accuracy"),
    ("failed", "failed runs"),
)
MOST_KERNELS = 6
ENDS = ("low", "high")


def extremes(conditions: list[dict]) -> list[dict]:
    """Return the rows of conditions.csv with the most and with the least left of the start."""
    measured = [row for row in conditions if row["initial_ratio_mean"] is not None]
    ordered = sorted(measured, key=lambda row: -row["initial_ratio_mean"])
    return ordered[:1] + ordered[1:][-1:]


def figure(title: str, effects: list[dict], levels: list[dict], conditions: list[tuple], use: str) -> Figure:
    """Draw the kernels of some conditions, the outcomes at each level of each factor, and what each factor explains.

    Parameters
    ----------
    title : str
        The title of the figure.
    effects, levels : list of dict
        Rows of effects.csv and levels.csv of one design.
    conditions : list of tuples
        For each condition its row of conditions.csv, and its kernels untrained, trained, and their change. Each kernel
        is drawn on its own scale.
    use : str
        What the figure is made for.

    Returns
    -------
    Figure
        A panel has the outcome's mean at every level of the factor with its 95 % interval; the last column has the
        share of the variance that each factor explains.
    """
    outcomes = [(name, text) for name, text in SHOWN if any(row["outcome"] == name for row in levels)]
    if use == "slide":
        title += f" · {min(MOST_OUTCOMES, len(outcomes))} of {len(outcomes)} outcomes" * (len(outcomes) > MOST_OUTCOMES)
        outcomes = outcomes[:MOST_OUTCOMES]
    factors = list(dict.fromkeys(row["factor"] for row in levels if PAIR not in row["factor"]))
    high = max(1, len(conditions)) * 1.5, max(1, len(outcomes)) * 1.6 + 0.7
    page = styling.page((15, 0.8 + sum(high)))
    styling.headed(page, title)
    above, below = page.subfigures(2, 1, height_ratios=high)
    for axes, (row, *states) in zip(above.subplots(len(conditions), 1, squeeze=False)[:, 0], conditions, strict=True):
        draw_kernels(axes, row, *states)
    grid = {"squeeze": False, "width_ratios": [1] * max(1, len(factors)) + [1.4]}
    panels = below.subplots(max(1, len(outcomes)), max(1, len(factors)) + 1, **grid)
    for line, (outcome, text) in zip(panels, outcomes, strict=False):
        line[0].set_ylabel(text)
        tested = {row["term"]: row for row in with_corrected(rows_where(effects, outcome=outcome, base=ALL_BASES))}
        for axes, factor in zip(line[:-1], factors, strict=True):
            draw_levels(axes, rows_where(levels, outcome=outcome, factor=factor), is_first=factor == factors[0])
        draw_shares(line[-1], factors, tested)
    for axes, factor in zip(panels[0], factors, strict=False):
        axes.set_title(words(factor), fontsize=styling.TITLE, fontweight="bold")
    panels[0][-1].set_title("explains of the variance", fontsize=styling.TITLE, fontweight="bold")
    styling.noted(below, NOTE.format(runs=counted(effects)))
    return page


MOST_OUTCOMES = 2  # on a slide
NOTE = (
    "Dots: mean over conditions, 95 % interval. Bars: share of the variance that the factor alone explains at its "
    "levels,\nwith its p, corrected over the factors; gray: no evidence. Kernels are those of {runs}runs that did not "
    "fail."
)


def draw_kernels(axes, row: dict, untrained: np.ndarray, trained: np.ndarray, change: np.ndarray) -> None:
    """Draw at most MOST_KERNELS kernels untrained, trained, and as their change, each on its own scale."""
    states = {"untrained": untrained, "trained": trained, "change": change}
    drawn = []
    for bank in states.values():
        tiles = [kernel_tiles.of_images(kernel, float(largest(kernel)), 90, "RdBu_r") for kernel in bank[:MOST_KERNELS]]
        drawn.append(drawing.beside(*tiles, gap=kernel_tiles.GAP))
    whole = drawing.beside(*drawn, gap=50)
    axes.imshow(drawing.painted(whole), interpolation="antialiased", extent=(0, whole.width, whole.height, 0))
    axes.set_xticks([drawn[0].width * (0.5 + i) + 50 * i for i in range(3)], states)
    axes.set(yticks=[], anchor="W")
    styling.plain(axes, "left", "bottom", grid=False)
    axes.tick_params(length=0)
    few = f"; the first {MOST_KERNELS} of {len(trained)} kernels" * (len(trained) > MOST_KERNELS)
    axes.set_title(heading(row) + few, fontsize=styling.TITLE, fontweight="bold", loc="left")


def heading(row: dict) -> str:
    """Return an architecture and how its runs ended, from its row of conditions.csv."""
    details = [f"test accuracy {captions.percent(row['accuracy_mean'])}"]
    if row["initial_ratio_mean"] is not None:
        decay = "" if row["decay_factor"] is None else f" (decay factor {row['decay_factor']:.2g})"
        details.append(f"left of the start {row['initial_ratio_mean']:.2g}{decay}")
    return f"{row['arch']}: {', '.join(details)}; {row['failures']} of {row['runs']} failed"


def draw_levels(axes, rows: list[dict], is_first: bool) -> None:
    """Draw the mean of an outcome at every level of a factor, from rows of levels.csv."""
    place, middle = np.arange(len(rows)), np.array([row["mean"] for row in rows])
    spread = np.abs([[row["mean"] if row[end] is None else row[end] for row in rows] for end in ENDS] - middle)
    axes.errorbar(place, middle, yerr=spread, fmt="o-", color=styling.BLUE, capsize=3)
    axes.set_xticks(place, [row["level"] for row in rows])
    axes.set_xlim(-0.5, len(rows) - 0.5)
    axes.set_ylim(0, 1.1)
    axes.set_yticks([0, 0.5, 1], None if is_first else ["", "", ""])
    styling.plain(axes)


def draw_shares(axes, factors: list[str], tested: dict[str, dict]) -> None:
    """Draw a bar for each factor: the share of the variance that it explains, with its corrected p."""
    place = np.arange(len(factors))
    shares = [tested[factor]["share"] if factor in tested else 0.0 for factor in factors]
    is_shown = [factor in tested and tested[factor]["corrected"] <= LEVEL for factor in factors]
    axes.barh(place, shares, color=[styling.BLUE if strong else styling.FAINT for strong in is_shown])
    for i, (factor, share) in enumerate(zip(factors, shares, strict=True)):
        label = f" {captions.percent(share, 0)}" + (f" ({p_of(tested[factor])})" if factor in tested else "")
        axes.text(share, i, label, va="center", fontsize=styling.TEXT)
    axes.set_yticks(place, [words(factor).replace("\n", " ") for factor in factors])
    axes.set(xlim=(0, 1.9), xticks=[0, 0.5, 1], ylim=(len(factors) - 0.4, -0.6))
    styling.plain(axes, grid=False)


def p_of(row: dict) -> str:
    """Return the corrected p of a row of effects.csv in words."""
    return p_text(row["corrected"], smallest_corrected(row))


def counted(effects: list[dict]) -> str:
    """Return how many runs the kernels are from, as the beginning of a phrase; "" if that is unknown."""
    runs = [rows_where(effects, outcome=outcome) for outcome in ("initial_ratio", "accuracy")]
    return f"the {runs[0][0]['runs']} of {runs[1][0]['runs']} " if all(runs) else ""
