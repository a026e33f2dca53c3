"""Figures of the measures of a run over its training: beside their nulls, and when its layers settle."""

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from kernelscope.figures import styling
from kernelscope.measures.curves import SETTLED, Curve, settled, snapshot_before

PANELS = {  # measure -> what a reader calls it
    "lag1": "lag-1 autocorrelation",
    "low_frequency_share": "low-frequency share",
    "spectral_entropy": "spectral entropy",
    "orientation_concentration": "orientation R",
    "separability": "separability",
    "total_variation": "total variation / Σ|w|",
    "initial_ratio": "left of the start (ratio)",
    "norm": "norm",
}
UNBOUNDED = ("norm", "total_variation", "initial_ratio")
BAND = "#bbbbbb"
FEW = 3  # at most this many snapshots are marked, because a line between so few says nothing about what is between


def measures_figure(
    curves: dict[str, dict[str, Curve]],
    title: str,
    note: str,
    factors: dict[str, float],
    time: str = "step",
    min_max_normalized: bool = False,
) -> Figure:
    """Draw a row per layer and a column per measure, with a thin line per kernel and a thick line for their median.

    Parameters
    ----------
    curves : dict
        Layer -> measure -> curve, as of `curves.read`. The gray band is from the mean of the re-initialized null to its
        99 % point on the tested side.
    title, note : str
        The words above and below.
    factors : dict
        Layer -> decay factor at the end, NaN if unknown.
    time : str
        The unit of the steps.
    min_max_normalized : bool
        Whether the size of the weights is lost, and so their norm.
    """
    panels = {name: words for name, words in PANELS.items() if name != "norm" or not min_max_normalized}
    height = 1.45 + 1.6 * len(curves)  # inches
    page = Figure(figsize=(2.0 * len(panels), height))
    page.subplots_adjust(0.05, 0.72 / height, 0.985, 1 - 0.73 / height, 0.28, 0.18)
    styling.headed(page, title, y=1 - 0.12 / height, va="top")
    styling.noted(page, note, 0.1 / height)
    axes = page.subplots(len(curves), len(panels), sharex=True, squeeze=False)
    for number, ((layer, of_layer), line) in enumerate(zip(curves.items(), axes, strict=True)):
        for measure, panel in zip(panels, line, strict=True):
            trajectory(panel, of_layer[measure], styling.series(number))
            panel.set_xlim(0, max(of_layer["norm"].steps[-1], 1))
            panel.set_ylim(*([0, None] if measure in UNBOUNDED else [0, 1]))
            if measure == "lag1":
                panel.set_ylim(-0.4, 1)
        line[0].set_ylabel(
            f"{layer}{remark(of_layer, factors[layer], min_max_normalized)}", fontsize=styling.TEXT, fontweight="bold"
        )
    for panel, words in zip(axes[0], panels.values(), strict=True):
        panel.set_title(words, fontsize=styling.TEXT, y=1.02)  # a fixed place saves a fifth of the drawing time
    for panel in axes[-1]:
        panel.set_xlabel(time or "trained", fontsize=styling.TEXT)
    return page


def remark(of_layer: dict[str, Curve], factor: float, min_max_normalized: bool) -> str:
    """Return lines below the name of a layer: its decay factor, and what its panels do not show."""
    norms = of_layer["norm"].values[-1]
    decay = "" if np.isnan(factor) else f"\ndecay factor {factor:.2g}"
    if np.isnan(norms).any() and not min_max_normalized:
        return f"{decay}\n({np.isnan(norms).sum()} of {len(norms)} not finite)"
    return decay + "\n(too small to test)" * (not all(curve.power for curve in of_layer.values()))


def trajectory(axes, curve: Curve, color: str) -> None:
    """Draw one measure of one layer over the steps."""
    style(axes)
    if curve.band:
        axes.axhspan(*sorted(curve.band), color=BAND, alpha=0.5, linewidth=0)
    if np.isnan(curve.values).all():
        styling.empty(axes, "not defined")
        return
    if len(curve.steps) == 1:  # a line of one point is invisible
        axes.plot(np.repeat(curve.steps, curve.values.size), curve.values[0], "o", color=color, markersize=4, alpha=0.5)
        return
    lines = [np.column_stack([curve.steps, values]) for values in curve.values.T]
    axes.add_collection(LineCollection(lines, colors=color, linewidths=0.6, alpha=0.35))
    few = {"marker": "o"} if len(curve.steps) <= FEW else {}
    axes.plot(curve.steps, quantiles(curve, 0.5)[0], color=color, linewidth=2, **few)
    axes.autoscale_view()


def settling_figure(curves: dict[str, dict[str, Curve]], title: str, note: str, time: str = "step") -> Figure:
    """Draw the cosine to the untrained and to the last kernels over the steps: a median and quartile band per layer.

    A bar on the line of SETTLED goes from the last snapshot before a layer's median kernel has settled to the next.
    """
    page = Figure(figsize=(10, 4.2))
    page.subplots_adjust(0.065, 0.2, 0.985, 0.88, 0.16)
    styling.headed(page, title)
    styling.noted(page, note)
    left, right = page.subplots(1, 2)
    for axes, measure, words in (
        (left, "cosine_untrained", "cosine to the untrained kernel"),
        (right, "cosine_last", "cosine to the last kernel"),
    ):
        style(axes, ticks=5)
        for number, (layer, of_layer) in enumerate(curves.items()):
            quartile_band(axes, of_layer[measure], layer, styling.series(number))
        axes.set(
            xlabel="step (updates of the weights)" if time == "step" else time or "trained",
            ylabel=words,
            ylim=(-0.2, 1.02),
        )
        axes.set_xlim(0, max(max(of_layer[measure].steps[-1] for of_layer in curves.values()), 1))
    styling.legend(left, loc="lower left")
    for number, of_layer in enumerate(curves.values()):
        resolution_bar(right, of_layer["cosine_last"], styling.series(number))
    right.axhline(SETTLED, color=styling.QUIET, linestyle="--", linewidth=1)
    right.text(0, SETTLED, " settled", fontsize=styling.TEXT, color=styling.QUIET, va="bottom")
    return page


def resolution_bar(axes, curve: Curve, color: str) -> None:
    """Draw the two snapshots between which the median kernel settles, and all snapshots as ticks below."""
    axes.plot(curve.steps, np.full(len(curve.steps), -0.18), "|", color=styling.QUIET, markersize=5)
    if len(settles := np.sort(steps := settled(curve.steps, curve.values))[: np.isfinite(steps).sum()]):
        median = settles[(len(settles) - 1) // 2 :][:1]
        ends = [*snapshot_before(curve.steps, median), *median]
        axes.plot(ends, [SETTLED, SETTLED], color=color, linewidth=7, alpha=0.6, solid_capstyle="butt", zorder=3)


def quartile_band(axes, curve: Curve, label: str, color: str) -> None:
    """Draw the median over kernels, and a band between the quartiles."""
    if np.isnan(curve.values).all():
        axes.plot([], [], color=color, label=f"{label} (not defined)")
        return
    low, middle, high = quantiles(curve, 0.25, 0.5, 0.75)
    axes.fill_between(curve.steps, low, high, color=color, alpha=0.18, linewidth=0)
    mark = {"marker": "o"} if len(curve.steps) <= FEW else {}
    axes.plot(
        curve.steps, middle, color=color, linewidth=2, **mark, label=f"{label}: median and quartiles of its kernels"
    )


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
