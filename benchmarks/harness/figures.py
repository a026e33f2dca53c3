"""The look of the benchmarks' figures."""

from matplotlib import ticker
from matplotlib.figure import Figure

from harness.tables import Table
from kernelscope.figures.styling import SERIES

MARKERS = "os^Dvp*"


def look(number: int) -> dict:
    """Return the style of one curve: distinct in color, in gray, and for color-blind readers."""
    return {"color": SERIES[number % len(SERIES)], "marker": MARKERS[number % len(MARKERS)]}


def logarithmic(axis, ticks: list[float] | None = None) -> None:
    """Put plain numbers on a logarithmic axis: `ticks`, or 1, 2 and 5 of every decade, or more in a narrow range."""
    low, high = axis.get_view_interval()
    default = ticker.LogLocator(subs=(1, 2, 5)) if high > 8 * low else ticker.MaxNLocator(5)
    axis.set_major_locator(ticker.FixedLocator(ticks) if ticks else default)
    axis.set_major_formatter("{x:g}")
    axis.set_minor_locator(ticker.NullLocator())


def shares(
    table: Table, names: str, words: str, target: float, label: str | None = None, worst: str | None = None
) -> Figure:
    """Draw the column `share` as one bar for each value of the column `names`, with the target as a line and the
    column `worst` as marks."""
    page = Figure(figsize=(8, 2.6), layout="constrained")
    axes, rows = page.subplots(), table.column(names)
    axes.barh(rows, [100 * share for share in table.column("share")], color="#1f5a9e", label=label)
    if worst:
        marks = [100 * share for share in table.column(worst)]
        axes.plot(marks, rows, "|", color=SERIES[1], markersize=18, markeredgewidth=2, label="worst")
    axes.axvline(100 * target, color="#888888", linestyle="--", label="target")
    axes.set(xlabel=f"{words} (%)")
    plain(axes)
    axes.grid(visible=False, axis="y")
    axes.invert_yaxis()
    axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    return page


def plain(axes) -> None:
    """Remove the box and draw a faint grid."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(color="#e4e4e4")
    axes.set_axisbelow(True)
