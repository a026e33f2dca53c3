"""Figures of the measures of a run over its training, beside their nulls."""

import textwrap

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from kernelscope.figures import styling
from kernelscope.measures.curves import Curve

PANELS = {  # measure -> what a reader calls it, and what it says
    "lag1": "smoothness: correlation of neighboring weights",
    "low_frequency_share": "share of low frequencies",
    "spectral_entropy": "spectral entropy (1: white noise)",
    "orientation_concentration": "orientation R (1: one direction)",
    "separability": "separability (1: rows times columns)",
    "total_variation": "roughness: total variation / Σ|w|",
    "initial_ratio": "left of the start (ratio)",
    "norm": "norm",
}
UNBOUNDED = ("norm", "total_variation", "initial_ratio")
BAND = "#bbbbbb"
COLUMNS = 4  # panels side by side
MOST_LAYERS = len(styling.SERIES)  # each in a color of its own; depth.py draws more
FEW = 3  # at most this many snapshots are marked, because a line between so few says nothing about what is between


def measures_figure(
    curves: dict[str, dict[str, Curve]], title: str, note: str, factors: dict, time: str, min_max_normalized: bool
) -> Figure:
    """Draw a panel per measure: a thin line per kernel, a thick line per layer for their median.

    Parameters
    ----------
    curves : dict
        Layer -> measure -> curve, as of `curves.read`. The band of a layer is from the mean of the re-initialized null
        to its 99 % point on the tested side: gray for a single layer, else a dashed line at the 99 % point.
    title, note : str
        The words above and below.
    factors : dict
        Layer -> decay factor at the end, NaN if unknown.
    time : str
        The unit of the steps.
    min_max_normalized : bool
        Whether the size of the weights is lost, and so their norm.
    """
    panels = panels_of(min_max_normalized)
    page = styling.page((13, 6.6))
    styling.headed(page, title)
    styling.noted(page, note)
    axes = page.subplots(2, COLUMNS, sharex=True).ravel()
    for panel, (measure, words) in zip(axes, panels.items(), strict=False):
        style(panel)
        for number, of_layer in enumerate(curves.values()):
            trajectory(panel, of_layer[measure], styling.series(number), alone=len(curves) == 1)
        if all(np.isnan(of_layer[measure].values).all() for of_layer in curves.values()):
            styling.empty(panel, "not defined")
        span(panel, [of_layer["norm"] for of_layer in curves.values()])
        labeled(panel, measure, words)
    below(axes, len(panels), time or "trained")
    named = {
        layer: f"{styling.label(layer)}{remark(of_layer, factors[layer], min_max_normalized)}"
        for layer, of_layer in curves.items()
    }
    lines = [Line2D([], [], color=styling.series(i), linewidth=2.5) for i in range(len(named))]
    page.legend(lines, named.values(), loc="outside lower right", ncols=1, frameon=False, fontsize=styling.TEXT)
    return page


def panels_of(min_max_normalized: bool) -> dict[str, str]:
    """Return the measures that have a panel, with their words; min_max_normalized: whether norms are lost."""
    return {name: words for name, words in PANELS.items() if name != "norm" or not min_max_normalized}


def labeled(panel, measure: str, words: str) -> None:
    """Limit a panel to what its measure can be, and draw its title."""
    panel.set_ylim(*([0, None] if measure in UNBOUNDED else [-0.4, 1] if measure == "lag1" else [0, 1]))
    panel.set_title(textwrap.fill(words, 22), fontsize=styling.TEXT, loc="left")


def below(axes, count: int, words: str) -> None:
    """Draw the words below the lowest panels, and nothing in place of those after the first `count`."""
    for panel in axes[count:]:
        panel.set_axis_off()
    for panel in axes[-COLUMNS:]:
        panel.set_xlabel(words, fontsize=styling.TEXT)


def span(axes, curves_of_layers: list[Curve]) -> None:
    """Limit the axis of time to the steps; with one snapshot there is no time, so its points are in the middle."""
    last = max(curve.steps[-1] for curve in curves_of_layers)
    if all(len(curve.steps) == 1 for curve in curves_of_layers):
        axes.set_xlim(last - 1, last + 1)
        axes.set_xticks([])
    else:
        axes.set_xlim(0, max(last, 1))


def remark(of_layer: dict[str, Curve], factor: float, min_max_normalized: bool) -> str:
    """Return words behind the name of a layer: its decay factor, and what its panels do not show."""
    norms, words = of_layer["norm"].values[-1], []
    if not np.isnan(factor):
        words.append(f"decay factor {factor:.2g}")
    if np.isnan(norms).any() and not min_max_normalized:
        words.append(f"{np.isnan(norms).sum()} of {len(norms)} not finite")
    elif not all(curve.power for curve in of_layer.values()):
        words.append("too small to test")
    return f" ({', '.join(words)})" if words else ""


def trajectory(axes, curve: Curve, color: str, alone: bool) -> None:
    """Draw one measure of one layer over the steps, `alone` or among others."""
    if curve.band and alone:
        axes.axhspan(*sorted(curve.band), color=BAND, alpha=0.5, linewidth=0)
    elif curve.band:
        axes.axhline(curve.band[1], color=color, linestyle="--", linewidth=1)
    if np.isnan(curve.values).all():
        return
    if len(curve.steps) == 1:  # a line of one point is invisible
        axes.plot(np.repeat(curve.steps, curve.values.size), curve.values[0], "o", color=color, markersize=4, alpha=0.5)
        return
    lines = [np.column_stack([curve.steps, values]) for values in curve.values.T]
    axes.add_collection(LineCollection(lines, colors=color, linewidths=0.6, alpha=0.35 if alone else 0.2))
    few = {"marker": "o"} if len(curve.steps) <= FEW else {}
    axes.plot(curve.steps, quantiles(curve, 0.5)[0], color=color, linewidth=2.5, **few)
    axes.autoscale_view()


def quantiles(curve: Curve, *shares: float) -> np.ndarray:
    """Return quantiles (shares, t) over the kernels that have a value; NaN at steps where no kernel has."""
    values = np.full((len(shares), len(curve.steps)), np.nan)
    has_values = ~np.isnan(curve.values).all(1)
    values[:, has_values] = np.nanquantile(curve.values[has_values], shares, axis=1)
    return values


def style(axes, ticks: int = 2) -> None:
    """Draw plain axes with few ticks."""
    styling.plain(axes)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(ticks, steps=[1, 2, 5, 10] if ticks > 2 else [1, 5, 10]))
