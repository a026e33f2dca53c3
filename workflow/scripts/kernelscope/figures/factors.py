"""The picture of a sweep: kernels of what was trained in two ways, and what each factor does to each outcome."""

import numpy as np
from matplotlib.figure import Figure

from kernelscope.comparison.factor_rows import of, with_corrected, words
from kernelscope.figures import kernel_grid, raster, styling
from kernelscope.measures import kernels
from kernelscope.stats.text import p_text

SHOWN = (  # outcome, words
    ("initial_share", "initial noise left\nin a kernel (r²)"),
    ("structured", "kernels beyond\nwhite noise"),
    ("change_structured", "the same of\ntheir change"),
    ("bars", "kernels that prefer\nbars to curves"),
    ("accuracy", "test accuracy"),
    ("failed", "failed trainings"),
)
MOST_KERNELS = 6
ENDS = ("low", "high")
TINT = "#f2c14e"  # of a panel whose factor matters: the stronger, the larger the share of the variance


def extremes(cells: list[dict]) -> list[dict]:
    """Of rows of cells.csv that with the most initial noise left, and that with the least."""
    known = [row for row in cells if row["initial_share_mean"] is not None]
    ordered = sorted(known, key=lambda row: -row["initial_share_mean"])
    return ordered[:1] + ordered[1:][-1:]


def figure(title: str, effects: list[dict], levels: list[dict], shown: list[tuple]) -> Figure:
    """effects, levels: rows of effects.csv and levels.csv of one design; shown: (row of cells.csv, untrained, trained).

    On top the kernels of each of `shown`: untrained, trained, change, each kernel on its own scale. Below a panel for
    each outcome and factor: the mean at every level with its 95 % interval, and what the factor explains.
    """
    outcomes = [(name, text) for name, text in SHOWN if any(row["outcome"] == name for row in levels)]
    factors = list(dict.fromkeys(row["factor"] for row in levels))
    page = Figure(figsize=(15, 1.2 + 1.5 * len(shown) + 1.5 * max(1, len(outcomes))), layout="constrained")
    styling.headed(page, title)
    above, below = page.subfigures(2, 1, height_ratios=[max(1, len(shown)) * 1.5, max(1, len(outcomes)) * 1.5 + 0.5])
    for line, (row, untrained, trained) in zip(above.subplots(len(shown), 3, squeeze=False), shown, strict=True):
        draw_kernels(line, row, untrained, trained)
    panels = below.subplots(max(1, len(outcomes)), max(1, len(factors)), squeeze=False, sharex="col", sharey="row")
    for line, (outcome, text) in zip(panels, outcomes, strict=False):
        line[0].set_ylabel(text)
        tested = {row["term"]: row for row in with_corrected(of(effects, outcome=outcome))}
        for axes, factor in zip(line, factors, strict=True):
            draw_levels(axes, of(levels, outcome=outcome, factor=factor), tested.get(factor))
    for axes, factor in zip(panels[0], factors, strict=False):
        axes.set_title(words(factor), fontsize=styling.TITLE, fontweight="bold")
    below.supxlabel(
        "Dots: the mean over cells with its 95 % interval. %: the share of the variance over all trainings that the "
        "factor alone explains, the yellower the more,\nwith its p, corrected over the factors. Kernels are those of "
        f"{counted(effects)}trainings that did not fail.",
        **{"fontsize": styling.TEXT, "color": styling.QUIET, "x": 0.01, "ha": "left"},
    )
    return page


def draw_kernels(axes, row: dict, untrained: np.ndarray, trained: np.ndarray) -> None:
    """Untrained, trained and change of at most MOST_KERNELS kernels, each on its own scale."""
    states = {"untrained": untrained, "trained": trained, "change": kernels.change(trained, untrained)}
    for panel, (state, bank) in zip(axes, states.items(), strict=True):
        bank = bank[:MOST_KERNELS]
        panel.imshow(
            kernel_grid.picture(bank, raster.largest(bank, (1, 2, 3)), 8, "RdBu_r"),
            interpolation="antialiased",
        )
        panel.set(xticks=[], yticks=[], xlabel=state)
        styling.plain(panel, "left", "bottom", grid=False)
    axes[0].set_title(heading(row), fontsize=styling.TITLE, fontweight="bold", loc="left")


def heading(row: dict) -> str:
    """An architecture and how its runs ended, from its row of cells.csv."""
    said = [f"test accuracy {row['accuracy_mean']:.1%}"]
    if row["initial_share_mean"] is not None:
        said.append(f"initial noise {row['initial_share_mean']:.0%}")
    return f"{row['arch']}: {', '.join(said)}; {row['failures']} of {row['runs']} failed"


def draw_levels(axes, rows: list[dict], effect: dict | None) -> None:
    """The mean of an outcome at every level of a factor; rows of levels.csv, and its row of `with_corrected`."""
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
    """Of how many trainings the kernels are, as the beginning of a phrase; "" where that is unknown."""
    runs = [of(effects, outcome=outcome) for outcome in ("initial_share", "accuracy")]
    return f"the {runs[0][0]['runs']} of {runs[1][0]['runs']} " if all(runs) else ""
