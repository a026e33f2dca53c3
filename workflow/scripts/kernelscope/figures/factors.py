"""The figure of a sweep: the kernels of two conditions, and how each factor affects each outcome."""

import numpy as np
from matplotlib.figure import Figure

from kernelscope.figures import kernel_grid, raster, styling
from kernelscope.stats.factor_rows import ALL_BASES, PAIR, rows_where, with_corrected, words
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
TINT = "#f2c14e"  # background of a panel, the stronger the more of the variance its factor explains


def extremes(conditions: list[dict]) -> list[dict]:
    """Return the rows of conditions.csv with the most and with the least left of the start."""
    measured = [row for row in conditions if row["initial_ratio_mean"] is not None]
    ordered = sorted(measured, key=lambda row: -row["initial_ratio_mean"])
    return ordered[:1] + ordered[1:][-1:]


def figure(title: str, effects: list[dict], levels: list[dict], conditions: list[tuple]) -> Figure:
    """Draw the kernels of some conditions, and below them a panel for each outcome and factor.

    Parameters
    ----------
    title : str
        The title of the figure.
    effects, levels : list of dict
        Rows of effects.csv and levels.csv of one design.
    conditions : list of tuples
        For each condition its row of conditions.csv, and its kernels untrained, trained, and their change. Each kernel
        is drawn on its own scale.

    Returns
    -------
    Figure
        A panel has the outcome's mean at every level of the factor with its 95 % interval, and what the factor
        explains.
    """
    outcomes = [(name, text) for name, text in SHOWN if any(row["outcome"] == name for row in levels)]
    factors = list(dict.fromkeys(row["factor"] for row in levels if PAIR not in row["factor"]))
    page = Figure(figsize=(15, 1.2 + 1.5 * len(conditions) + 1.5 * max(1, len(outcomes))), layout="constrained")
    styling.headed(page, title)
    above, below = page.subfigures(
        2, 1, height_ratios=[max(1, len(conditions)) * 1.5, max(1, len(outcomes)) * 1.5 + 0.5]
    )
    for line, (row, *states) in zip(above.subplots(len(conditions), 3, squeeze=False), conditions, strict=True):
        draw_kernels(line, row, *states)
    panels = below.subplots(max(1, len(outcomes)), max(1, len(factors)), squeeze=False, sharex="col", sharey="row")
    for line, (outcome, text) in zip(panels, outcomes, strict=False):
        line[0].set_ylabel(text)
        tested = {row["term"]: row for row in with_corrected(rows_where(effects, outcome=outcome, base=ALL_BASES))}
        for axes, factor in zip(line, factors, strict=True):
            draw_levels(axes, rows_where(levels, outcome=outcome, factor=factor), tested.get(factor))
    for axes, factor in zip(panels[0], factors, strict=False):
        axes.set_title(words(factor), fontsize=styling.TITLE, fontweight="bold")
    below.supxlabel(
        "Dots: the mean over conditions with its 95 % interval. %: the share of the variance that the factor alone "
        "explains at these levels, the yellower the more,\nwith its p, corrected over the factors. Kernels are "
        f"those of {counted(effects)}runs that did not fail.",
        **{"fontsize": styling.TEXT, "color": styling.QUIET, "x": 0.01, "ha": "left"},
    )
    return page


def draw_kernels(axes, row: dict, untrained: np.ndarray, trained: np.ndarray, change: np.ndarray) -> None:
    """Draw at most MOST_KERNELS kernels untrained, trained, and as their change, each on its own scale."""
    states = {"untrained": untrained, "trained": trained, "change": change}
    for panel, (state, bank) in zip(axes, states.items(), strict=True):
        bank = bank[:MOST_KERNELS]
        panel.imshow(
            kernel_grid.grid_image(bank, raster.largest(bank, (1, 2, 3)), 8, "RdBu_r"),
            interpolation="antialiased",
        )
        panel.set(xticks=[], yticks=[], xlabel=state)
        styling.plain(panel, "left", "bottom", grid=False)
    axes[0].set_title(heading(row), fontsize=styling.TITLE, fontweight="bold", loc="left")


def heading(row: dict) -> str:
    """Return an architecture and how its runs ended, from its row of conditions.csv."""
    details = [f"test accuracy {row['accuracy_mean']:.1%}"]
    if row["initial_ratio_mean"] is not None:
        decay = "" if row["decay_factor"] is None else f" (decay factor {row['decay_factor']:.2g})"
        details.append(f"left of the start {row['initial_ratio_mean']:.2f}{decay}")
    return f"{row['arch']}: {', '.join(details)}; {row['failures']} of {row['runs']} failed"


def draw_levels(axes, rows: list[dict], effect: dict | None) -> None:
    """Draw the mean of an outcome at every level of a factor, from rows of levels.csv and of `with_corrected`."""
    place, middle = np.arange(len(rows)), np.array([row["mean"] for row in rows])
    spread = np.abs([[row["mean"] if row[end] is None else row[end] for row in rows] for end in ENDS] - middle)
    axes.errorbar(place, middle, yerr=spread, fmt="o-", color=styling.BLUE, capsize=3)
    axes.set_xticks(place, [row["level"] for row in rows])
    axes.set_xlim(-0.5, len(rows) - 0.5)
    axes.set_ylim(0, 1.3)
    axes.set_yticks([0, 0.5, 1])
    styling.plain(axes)
    if effect:
        axes.set_facecolor((*np.array(styling.rgb(TINT)) / 255, min(1, effect["share"] * 1.5)))
        text = f"{effect['share']:.0%} ({p_text(effect['corrected'])})"
        axes.text(0.5, 0.97, text, transform=axes.transAxes, ha="center", va="top", fontsize=styling.TEXT)


def counted(effects: list[dict]) -> str:
    """Return how many runs the kernels are from, as the beginning of a phrase; "" if that is unknown."""
    runs = [rows_where(effects, outcome=outcome) for outcome in ("initial_ratio", "accuracy")]
    return f"the {runs[0][0]['runs']} of {runs[1][0]['runs']} " if all(runs) else ""
