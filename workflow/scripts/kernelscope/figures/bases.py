"""Draw the bases of a convolutional deep belief network, layer by layer and class by class."""

from typing import NamedTuple

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from kernelscope.figures import raster, styling
from kernelscope.figures.raster import above, beside, text

GAP = 14
PER_ROW = 12
MOST = 24  # bases of a layer that are drawn
SHOWN = 12  # bases of each network, if there is a network for each class
FACTORS = {"linear/conv2": 2}  # enlargement in a network of one class, where it is not 1
SMALL, LARGE = 2, 4  # enlargement of deeper layers and of the first layer


class Network(NamedTuple):
    """The name of a network, the words about it, and the arrays of its bases.npz."""

    name: str
    words: str
    arrays: dict[str, np.ndarray]


def tiles(bank: np.ndarray, factor: int, colormap: str, per_row: int = PER_ROW) -> np.ndarray:
    """Return planes (n, side, side) side by side, each on its own scale, at most MOST of them."""
    bank = bank[:MOST]
    limit = raster.largest(bank, (1, 2))[:, None, None]
    drawn = raster.enlarged(raster.signed(bank, limit, colormap), factor)
    rows = -(-len(bank) // per_row)
    whole = np.full((rows * per_row, *drawn.shape[1:]), 255, np.uint8)
    whole[: len(drawn)] = drawn
    return raster.grid(whole.reshape(rows, per_row, *drawn.shape[1:]), color=raster.WHITE)


def titled(words: str, more: str, image: np.ndarray) -> np.ndarray:
    """Return a figure with two lines of words above it."""
    return above(text(words, 15, bold=True), text(more, 12, raster.GRAY), image, gap=3)


def networks(all_networks: list[Network], colormap: str) -> np.ndarray:
    """Return Fig. 2 for one dataset: the network with most layers, both ways, beside the first layers of the others."""
    main = max(all_networks, key=lambda network: sum(key.startswith("linear/") for key in network.arrays))
    left = [titled(main.name, main.words, tiles(main.arrays["linear/conv1"][:, 0], LARGE, colormap))]
    if "linear/conv2" in main.arrays:
        linear, patches = main.arrays["linear/conv2"][:, 0], main.arrays["patches/conv2"]
        ways = {
            "as linear combinations of the first": linear,
            "mean of the image where each is on": patches,
        }
        which = f"its second layer, the first {MOST} of {len(linear)}" if len(linear) > MOST else "its second layer"
        left += [titled(which, words, tiles(bank, SMALL, colormap, 8)) for words, bank in ways.items()]
    others = [
        titled(network.name, network.words, tiles(network.arrays["linear/conv1"][:, 0], LARGE, colormap))
        for network in all_networks
        if network is not main
    ]
    return beside(above(*left, gap=GAP), above(*others, example(main.arrays, colormap), gap=GAP), gap=3 * GAP)


def example(arrays: dict[str, np.ndarray], colormap: str) -> np.ndarray:
    """Return a crop and its reconstruction by the first layer, untrained and trained, all on the scale of the crop."""
    limit = raster.largest(arrays["example/crop"])
    names = {"crop": "a crop", "untrained": "reconstructed, untrained", "trained": "reconstructed, trained"}
    drawn = []
    for name, words in names.items():
        error = f"error {arrays[f'error/{name}']:.2f}" if name != "crop" else "as the network sees it"
        plane = raster.enlarged(raster.signed(arrays[f"example/{name}"], limit, colormap), 2)
        drawn.append(above(text(words, 12), text(error, 12, raster.GRAY), plane, gap=2))
    return beside(*drawn, gap=GAP)


def page(title: str, rows: list[np.ndarray], notes: list[str], colormap: str) -> np.ndarray:
    """Return a whole figure: title, rows, color scale and notes."""
    lines = [raster.ramp(colormap, "below zero", "above zero"), *(text(line, 12, raster.GRAY) for line in notes)]
    whole = above(text(title, 20, bold=True), *rows, above(*lines, gap=4), gap=2 * GAP)
    return raster.padded(whole, GAP, GAP, GAP, GAP)


def classes(all_networks: list[Network], colormap: str) -> np.ndarray:
    """Return Fig. 3: a column for each network, with its deeper layers in rows."""
    layers = [key for key in all_networks[0].arrays if key.startswith("linear/") and key != "linear/conv1"]
    columns = []
    for network in all_networks:
        rows = [tiles(network.arrays[layer][:SHOWN, 0], FACTORS.get(layer, 1), colormap, 3) for layer in layers]
        width = max(row.shape[1] for row in rows)
        columns.append([text(network.name, 16, bold=True), *(raster.centered(row, width) for row in rows)])
    heights = [max(column[n].shape[0] for column in columns) for n in range(len(layers) + 1)]
    head = [
        raster.middle(text(words, 14, bold=True), height)
        for words, height in zip([" ", *(f"layer {n + 2}" for n in range(len(layers)))], heights, strict=True)
    ]
    bodies = [
        above(
            *(raster.padded(part, bottom=height - part.shape[0]) for part, height in zip(column, heights, strict=True)),
            gap=GAP,
        )
        for column in columns
    ]
    return beside(above(*head, gap=GAP), *bodies, gap=2 * GAP)


AXES = {
    "precision": ("area under the precision-recall curve", "networks of one class: each unit as its detector", (0, 1)),
    "entropy": ("H(class | unit active), bits", "network of the mixture", None),
}


def figure(values: dict[str, dict[str, np.ndarray]], null: dict[str, dict[str, float]], most_bits: float) -> Figure:
    """Draw a panel per measure: the histogram of its units, layer by layer.

    Parameters
    ----------
    values : dict
        Measure -> layer -> values (units,).
    null : dict
        Measure -> layer -> mean of the values under shuffled labels.
    most_bits : float
        Upper end of the axis of entropies.
    """
    page = Figure(figsize=(11, 3.6), layout="constrained")
    for axes, measure in zip(page.subplots(1, len(values), squeeze=False)[0], values, strict=True):
        label, title, limits = AXES[measure]
        bins = np.linspace(*(limits or (0, most_bits)), 21)
        for number, (layer, units) in enumerate(values[measure].items()):
            defined = units[np.isfinite(units)]
            if not len(defined):
                continue
            share = np.full(len(defined), 1 / len(defined))
            words = f"{layer}, {len(defined)} units, mean {defined.mean():.2f} (shuffled {null[measure][layer]:.2f})"
            axes.hist(
                defined, bins, weights=share, histtype="step", linewidth=1.8, color=styling.series(number), label=words
            )
        axes.set(xlabel=label, ylabel="share of the units")
        axes.set_title(title, fontsize=styling.TITLE, loc="left")
        styling.plain(axes)
        axes.set_ylim(0, 1.4 * axes.get_ylim()[1])  # room for the legend
        styling.legend(axes, loc="upper left")
    return page


def as_image(page: Figure) -> np.ndarray:
    """Return a matplotlib figure as an image (h, w, 3) uint8."""
    canvas = FigureCanvasAgg(page)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3].copy()
