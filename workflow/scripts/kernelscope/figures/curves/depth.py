"""Figures of a run with many layers: each measure, and when the layers settle, by depth."""

import itertools
from collections.abc import Iterator

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from kernelscope.figures import styling
from kernelscope.figures.curves.measures import COLUMNS, below, labeled, panels_of, quantiles, style
from kernelscope.figures.curves.settling import axis_of_time, without_time
from kernelscope.measures.curves import SETTLED, Curve, settled

SHADE = "#f1f1f1"
STATES = {"untrained": styling.FAINT, "trained": styling.BLUE}
MOST_STAGES = 8  # of which the names are written
LIKENESS = "viridis"


def measures_figure(
    curves: dict[str, dict[str, Curve]], title: str, note: str, time: str, min_max_normalized: bool
) -> Figure:
    """Draw a panel per measure, with the layers from the input to the output.

    Parameters
    ----------
    curves : dict
        Layer -> measure -> curve, as of `curves.read`. A dot is the median of the kernels of a layer at the last
        snapshot, and its bar goes from their lower to their upper quartile; gray: at the first snapshot, if there are
        several. A dash is the 99 % point of re-initialized kernels.
    title, note : str
        The words above and below.
    time : str
        The unit of the steps.
    min_max_normalized : bool
        Whether the size of the weights is lost, and so their norm.
    """
    panels = panels_of(min_max_normalized)
    page = styling.page((13, 6.6))
    styling.headed(page, f"{title} · {len(curves)} layers")
    ends = states(curves, time)
    words = "dot: median of the kernels of a layer; bar: their quartiles", named_stages(list(curves)), note
    styling.noted(page, "\n".join(filter(None, words)))
    axes = page.subplots(2, COLUMNS, sharex=True).ravel()
    for panel, (measure, words) in zip(axes, panels.items(), strict=False):
        style(panel)
        shade(panel, list(curves))
        drawn = [by_layer(panel, curves, measure, place, color) for place, color in ends.values()]
        if not any(drawn):
            styling.empty(panel, "not defined")
        null_dashes(panel, curves, measure)
        labeled(panel, measure, words)
    below(axes, len(panels), "layer, from the input")
    lines = [Line2D([], [], color=color, marker="o", markersize=4) for _, color in ends.values()]
    lines.append(Line2D([], [], color=styling.VERMILLION, linewidth=1.5))
    named = [*ends, "99 % of untrained kernels"]
    page.legend(lines, named, loc="outside lower right", ncols=3, frameon=False, fontsize=styling.TEXT)
    return page


def settling_figure(curves: dict[str, dict[str, Curve]], title: str, note: str, time: str) -> Figure:
    """Draw the median likeness of each layer to its last kernels over the training, and when its kernels settle.

    Left: layers down, snapshots to the right. Right: the median step at which the kernels of a layer settle, with
    their quartiles.
    """
    page = styling.page((12, 6.2))
    styling.headed(page, f"{title} · {len(curves)} layers")
    measured = {layer: of_layer["cosine_last"] for layer, of_layer in curves.items()}
    if all(len(curve.steps) == 1 for curve in measured.values()):
        return without_time(page, note)
    words = (
        "right: a dot is the median of the kernels of a layer, its bar their quartiles",
        named_stages(list(curves)),
        note,
    )
    styling.noted(page, "\n".join(filter(None, words)))
    left, right = page.subplots(1, 2)
    steps = np.unique(np.concatenate([curve.steps for curve in measured.values()]))
    likeness = np.full((len(measured), len(steps)), np.nan)
    for row, curve in enumerate(measured.values()):
        likeness[row, np.searchsorted(steps, curve.steps)] = quantiles(curve, 0.5)[0]
    image = left.imshow(likeness, aspect="auto", vmin=0, vmax=1, cmap=LIKENESS, interpolation="nearest")
    bar = page.colorbar(image, ax=left, shrink=0.8)
    bar.ax.tick_params(labelsize=styling.TEXT)
    bar.set_label("likeness to the last kernel (cosine), median", fontsize=styling.TEXT)
    places = range(0, len(steps), -(-len(steps) // 7))
    left.set_xticks(places, [f"{steps[place]:g}" for place in places])
    styling.plain(left, "left", "bottom", grid=False)
    left.set(xlabel=f"{axis_of_time(time)}, at the snapshots", ylabel="layer, from the input")
    ticks = layer_ticks(len(measured))
    left.set_yticks(ticks, [str(tick + 1) for tick in ticks])
    settling_by_layer(right, measured)
    right.set(
        xlabel="layer, from the input", ylabel=f"settled: cosine stays at {SETTLED} or above, {time or 'trained'}"
    )
    return page


def settling_by_layer(axes, measured: dict[str, Curve]) -> None:
    """Draw the median step and the quartiles at which the kernels of each layer settle."""
    style(axes, ticks=5)
    shade(axes, list(measured))
    for number, curve in enumerate(measured.values(), 1):
        if len(steps := settled(curve.steps, curve.values)[np.isfinite(curve.values).any(0)]):
            low, middle, high = np.quantile(
                np.nan_to_num(steps, nan=curve.steps[-1]), [0.25, 0.5, 0.75], method="nearest"
            )
            axes.plot([number, number], [low, high], color=styling.BLUE, linewidth=1.5)
            axes.plot([number], [middle], "o", color=styling.BLUE, markersize=4)
    axes.set_ylim(0, None)


def states(curves: dict[str, dict[str, Curve]], time: str) -> dict[str, tuple[int, str]]:
    """Return the name of each state that is drawn -> its place among the snapshots and its color."""
    first, *rest = next(iter(next(iter(curves.values())).values())).steps
    if not rest:
        return {"trained": (-1, STATES["trained"])}
    named = "untrained" if first == 0 else f"{time or 'at'} {first}"
    return {named: (0, STATES["untrained"]), f"{time or 'at'} {rest[-1]}": (-1, STATES["trained"])}


def by_layer(axes, curves: dict[str, dict[str, Curve]], measure: str, place: int, color: str) -> bool:
    """Draw the median and the quartiles of a measure at one snapshot; return whether any layer has a value."""
    drawn = False
    for number, of_layer in enumerate(curves.values(), 1):
        values = of_layer[measure].values[place] if measure in of_layer else np.array([])
        if len(values := values[np.isfinite(values)]):
            low, middle, high = np.quantile(values, [0.25, 0.5, 0.75])
            axes.plot([number, number], [low, high], color=color, linewidth=1.5)
            axes.plot([number], [middle], "o", color=color, markersize=3.5)
            drawn = True
    return drawn


def null_dashes(axes, curves: dict[str, dict[str, Curve]], measure: str) -> None:
    """Draw the 99 % point of the null of each layer that has one."""
    for number, of_layer in enumerate(curves.values(), 1):
        if measure in of_layer and of_layer[measure].band:
            axes.hlines(of_layer[measure].band[1], number - 0.4, number + 0.4, color=styling.VERMILLION, linewidth=1.5)


def stages(layers: list[str]) -> list[tuple[str, int, int]]:
    """Return the name of each stage of a network, and the numbers of its first and last layer, from 1.

    A stage is a run of layers whose names begin alike, up to the first dot: layer1.0.conv1 is in layer1.
    """
    found: list[tuple[str, int, int]] = []
    for number, layer in enumerate(layers, 1):
        name = layer.partition(".")[0]
        if found and found[-1][0] == name:
            found[-1] = (name, found[-1][1], number)
        else:
            found.append((name, number, number))
    return found


def shade(axes, layers: list[str]) -> None:
    """Shade every other stage, and show the numbers of layers below."""
    for _, first, last in shaded(layers):
        axes.axvspan(first - 0.5, last + 0.5, color=SHADE, linewidth=0, zorder=0)
    axes.set_xlim(0.5, len(layers) + 0.5)
    ticks = layer_ticks(len(layers))
    axes.set_xticks([tick + 1 for tick in ticks], [str(tick + 1) for tick in ticks])


def shaded(layers: list[str]) -> Iterator[tuple[str, int, int]]:
    """Yield every other stage, if there are several."""
    yield from stages(layers)[1::2]


def named_stages(layers: list[str]) -> str:
    """Return which layers are in which stage; "" if there is one stage, or too many to name."""
    found = stages(layers)
    if not 1 < len(found) <= MOST_STAGES:
        return ""
    named = (f"{name} {first}" + f" to {last}" * (last > first) for name, first, last in found)
    return f"stages, white and shaded in turn: {', '.join(named)}"


def layer_ticks(count: int) -> list[int]:
    """Return the places, from 0, of the first layer and of round numbers: at most nine, whose numbers are written."""
    every = next(
        step for power in itertools.count() for step in (10**power, 2 * 10**power, 5 * 10**power) if 8 * step >= count
    )
    return [0, *range(max(every, 2) - 1, count, every)]
