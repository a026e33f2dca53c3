"""Figures of the measures of a run over its training: beside their nulls, and which layer settles first."""

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from kernelscope.curves import Curve
from kernelscope.settling import SETTLED

PANELS = {  # measure -> what a reader calls it
    "lag1": "lag-1 autocorrelation",
    "low_frequency_share": "low-frequency share",
    "spectral_entropy": "spectral entropy",
    "orientation_concentration": "orientation R",
    "separability": "separability",
    "total_variation": "total variation / Σ|w|",
    "initial_share": "initial noise left (r²)",
    "norm": "norm",
}
LAYER_COLOURS = ("#1f5a9e", "#c0392b", "#3a8f4d", "#8e5ea2", "#b8860b")
BAND = "#bbbbbb"


def measures_figure(curves: dict[str, dict[str, Curve]], title: str, note: str) -> Figure:
    """A row per layer, a column per measure, a thin line per kernel and a thick one for their median.

    curves: those of curves.read. The grey band reaches from the mean of the re-initialised null to its 99 % point on
    the tested side.
    """
    height = 1.45 + 1.6 * len(curves)  # inches
    page = Figure(figsize=(2.0 * len(PANELS), height))
    page.subplots_adjust(0.05, 0.72 / height, 0.985, 1 - 0.73 / height, 0.28, 0.18)
    page.text(0.01, 1 - 0.12 / height, title, fontsize=14, fontweight="bold", va="top")
    page.text(0.01, 0.1 / height, note, fontsize=9, color="#666666")
    axes = page.subplots(len(curves), len(PANELS), sharex=True, squeeze=False)
    for (layer, of_layer), colour, line in zip(curves.items(), cycled(len(curves)), axes, strict=True):
        for measure, panel in zip(PANELS, line, strict=True):
            trajectory(panel, of_layer[measure], colour)
            panel.set_xlim(0, max(of_layer["norm"].steps[-1], 1))
            panel.set_ylim(*([0, None] if measure in ("norm", "total_variation") else [0, 1]))
            if measure == "lag1":
                panel.set_ylim(-0.4, 1)
        line[0].set_ylabel(f"{layer}{remark(of_layer)}", fontsize=9, fontweight="bold")
    for panel, words in zip(axes[0], PANELS.values(), strict=True):
        panel.set_title(words, fontsize=9, y=1.02)  # a place given saves a fifth of the drawing
    for panel in axes[-1]:
        panel.set_xlabel("step", fontsize=8)
    return page


def remark(of_layer: dict[str, Curve]) -> str:
    """A line below the name of a layer: what its panels do not show."""
    norms = of_layer["norm"].values[-1]
    if np.isnan(norms).any():
        return f"\n({np.isnan(norms).sum()} of {len(norms)} not finite)"
    return "\n(too small to test)" * (not all(curve.power for curve in of_layer.values()))


def trajectory(axes, curve: Curve, colour: str) -> None:
    """One measure of one layer over the steps."""
    style(axes)
    if curve.band:
        axes.axhspan(*sorted(curve.band), color=BAND, alpha=0.5, linewidth=0)
    if np.isnan(curve.values).all():
        axes.text(0.5, 0.5, "not defined", transform=axes.transAxes, ha="center", fontsize=8, color="#888888")
        return
    lines = [np.column_stack([curve.steps, values]) for values in curve.values.T]
    axes.add_collection(LineCollection(lines, colors=colour, linewidths=0.6, alpha=0.35))
    axes.plot(curve.steps, quantiles(curve, 0.5)[0], color=colour, linewidth=2)
    axes.autoscale_view()


def settling_figure(curves: dict[str, dict[str, Curve]], title: str, note: str) -> Figure:
    """Cosine to the untrained and to the last kernels over the steps: a median line and quartile band per layer."""
    page = Figure(figsize=(10, 4.2))
    page.subplots_adjust(0.065, 0.2, 0.985, 0.88, 0.16)
    page.suptitle(title, fontsize=14, fontweight="bold", x=0.01, ha="left")
    page.text(0.01, 0.02, note, fontsize=9, color="#666666")
    left, right = page.subplots(1, 2)
    for axes, measure, words in (
        (left, "cosine_untrained", "cosine to the untrained kernel"),
        (right, "cosine_last", "cosine to the last kernel"),
    ):
        style(axes, ticks=5)
        for (layer, of_layer), colour in zip(curves.items(), cycled(len(curves)), strict=True):
            quartile_band(axes, of_layer[measure], layer, colour)
        axes.set(xlabel="step (updates of the weights)", ylabel=words, ylim=(-0.2, 1.02))
        axes.set_xlim(0, max(max(of_layer[measure].steps[-1] for of_layer in curves.values()), 1))
    left.legend(frameon=False, fontsize=9, loc="lower left")
    right.axhline(SETTLED, color="#888888", linestyle="--", linewidth=1)
    right.text(0, SETTLED, " settled", fontsize=8, color="#666666", va="bottom")
    return page


def quartile_band(axes, curve: Curve, label: str, colour: str) -> None:
    if np.isnan(curve.values).all():
        axes.plot([], [], color=colour, label=f"{label} (not defined)")
        return
    low, middle, high = quantiles(curve, 0.25, 0.5, 0.75)
    axes.fill_between(curve.steps, low, high, color=colour, alpha=0.18, linewidth=0)
    axes.plot(curve.steps, middle, color=colour, linewidth=2, label=f"{label}: median and quartiles of its kernels")


def quantiles(curve: Curve, *shares: float) -> np.ndarray:
    """Over the kernels that have a value, (shares, t); NaN at steps where none has."""
    found = np.full((len(shares), len(curve.steps)), np.nan)
    known = ~np.isnan(curve.values).all(1)
    found[:, known] = np.nanquantile(curve.values[known], shares, axis=1)
    return found


def cycled(count: int) -> list[str]:
    return [LAYER_COLOURS[i % len(LAYER_COLOURS)] for i in range(count)]


def style(axes, ticks: int = 2) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=7)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(ticks, steps=[1, 2, 5, 10] if ticks > 2 else [1, 5, 10]))  # each takes ms
    axes.grid(axis="y", color="#e8e8e8", linewidth=0.6)
