"""How telling units of every layer are: histograms over all seeds (Lee et al., ICML 2009, Figs. 4 and 5)."""

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from kernelscope import look

AXES = {
    "precision": ("area under the precision-recall curve", "networks of one class: each unit as its detector", (0, 1)),
    "entropy": ("H(class | unit active), bits", "network of the mixture", None),
}


def figure(values: dict[str, dict[str, np.ndarray]], null: dict[str, dict[str, float]], most_bits: float) -> Figure:
    """A panel per measure; values: measure -> layer -> units, null: the mean of the same under shuffled labels."""
    page = Figure(figsize=(11, 3.6), layout="constrained")
    for axes, measure in zip(page.subplots(1, len(values), squeeze=False)[0], values, strict=True):
        label, title, limits = AXES[measure]
        bins = np.linspace(*(limits or (0, most_bits)), 21)
        for number, (layer, units) in enumerate(values[measure].items()):
            known = units[np.isfinite(units)]
            if not len(known):
                continue
            share = np.full(len(known), 1 / len(known))
            words = f"{layer}, {len(known)} units, mean {known.mean():.2f} (shuffled {null[measure][layer]:.2f})"
            axes.hist(
                known, bins, weights=share, histtype="step", linewidth=1.8, color=look.series(number), label=words
            )
        axes.set(xlabel=label, ylabel="share of the units")
        axes.set_title(title, fontsize=look.TITLE, loc="left")
        look.plain(axes)
        axes.set_ylim(0, 1.4 * axes.get_ylim()[1])  # room for the legend
        look.legend(axes, loc="upper left")
    return page


def drawn(page: Figure) -> np.ndarray:
    """A figure as a picture (h, w, 3) uint8."""
    canvas = FigureCanvasAgg(page)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3].copy()
