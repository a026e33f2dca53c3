"""When the layers of a run settle: their likeness to the untrained and to the last kernels, over the training."""

import numpy as np
from matplotlib.figure import Figure

from kernelscope.figures import styling
from kernelscope.figures.curves.measures import FEW, quantiles, span, style
from kernelscope.measures.curves import SETTLED, Curve, settled, snapshot_before

ONE_SNAPSHOT = "one snapshot: when kernels settle is unknown"


def settling_figure(curves: dict[str, dict[str, Curve]], title: str, note: str, time: str) -> Figure:
    """Draw the cosine to the untrained and to the last kernels over the steps: a median and quartile band per layer.

    A bar on the line of SETTLED goes from the last snapshot before a layer's median kernel has settled to the next.
    """
    page = styling.page((10, 4.8))
    styling.headed(page, title)
    if all(len(of_layer["norm"].steps) == 1 for of_layer in curves.values()):
        return without_time(page, note)
    styling.noted(page, f"{note}\nline: median of the kernels of a layer; band: their quartiles; ticks: snapshots")
    left, right = page.subplots(1, 2)
    step = axis_of_time(time)
    for axes, state in ((left, "untrained"), (right, "last")):
        measure = f"cosine_{state}"
        style(axes, ticks=5)
        for number, (layer, of_layer) in enumerate(curves.items()):
            quartile_band(axes, of_layer[measure], styling.label(layer), styling.series(number))
        axes.set(xlabel=step, ylabel=f"likeness to the {state} kernel (cosine)")
        axes.set_ylim(min(0.0, axes.dataLim.y0) - 0.08, 1.02)
        span(axes, [of_layer[measure] for of_layer in curves.values()])
    styling.legend(left, loc="best")
    for number, of_layer in enumerate(curves.values()):
        resolution_bar(right, of_layer["cosine_last"], styling.series(number))
    right.axhline(SETTLED, color=styling.QUIET, linestyle="--", linewidth=1)
    right.text(0, SETTLED, " settled", fontsize=styling.TEXT, color=styling.QUIET, va="bottom")
    return page


def resolution_bar(axes, curve: Curve, color: str) -> None:
    """Draw the two snapshots between which the median kernel settles, and all snapshots as ticks below."""
    place = axes.get_xaxis_transform()
    axes.plot(curve.steps, np.full(len(curve.steps), 0.03), "|", transform=place, color=styling.QUIET, markersize=5)
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
    axes.plot(curve.steps, middle, color=color, linewidth=2.5, **mark, label=label)


def without_time(page: Figure, note: str) -> Figure:
    """Return the page of a run with one snapshot, which says that nothing can be drawn."""
    styling.noted(page, note)
    (axes := page.subplots()).set_axis_off()
    styling.empty(axes, ONE_SNAPSHOT)
    return page


def axis_of_time(time: str) -> str:
    """Return the words below an axis of steps; time: the unit, "" if unknown."""
    return "step (updates of the weights)" if time == "step" else time or "trained"
