"""Draw the bases of a convolutional deep belief network, layer by layer and class by class."""

from typing import NamedTuple

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from kernelscope.figures import colormaps, drawing, styling, table
from kernelscope.figures.colormaps import largest
from kernelscope.figures.drawing import GRAY, SMALL, Drawing, above, beside, text

GAP = 14
PER_ROW = 12
MOST = 24  # bases of a layer that are drawn
SHOWN = 12  # bases of each network, if there is a network for each class
FACTORS = {"linear/conv2": 2}  # enlargement in a network of one class, where it is not 1
SMALL_FACTOR, LARGE = 2, 4  # enlargement of deeper layers and of the first layer
BETWEEN = 4  # pixels between two bases


class Network(NamedTuple):
    """The name of a network, the words about it, and the arrays of its bases.npz."""

    name: str
    words: str
    arrays: dict[str, np.ndarray]


def tiles(bank: np.ndarray, factor: int, colormap: str, per_row: int = PER_ROW) -> Drawing:
    """Return planes (n, side, side) side by side, each on its own scale, at most MOST of them."""
    bank = bank[:MOST]
    limit = largest(bank, (1, 2))[:, None, None]
    drawn = list(drawing.enlarged(colormaps.signed(bank, limit, colormap), factor))
    return drawing.in_lines(drawn, per_row, BETWEEN)


def titled(words: str, more: str, image) -> Drawing:
    """Return a figure with two lines of words above it."""
    return above(text(words, 15, bold=True), text(more, SMALL, GRAY), image, gap=3)


def first_of(words: str, bank: np.ndarray) -> str:
    """Return words, and how many of the bases (n, ...) are drawn if these are not all."""
    return words + f", the first {MOST} of {len(bank)}" * (len(bank) > MOST)


def first_layer(network: Network, colormap: str) -> Drawing:
    """Return the bases of the first layer of a network, below its name."""
    bank = network.arrays["linear/conv1"][:, 0]
    return titled(network.name, first_of(network.words, bank), tiles(bank, LARGE, colormap))


def networks(all_networks: list[Network], colormap: str) -> Drawing:
    """Return Fig. 2 for one dataset: the network with most layers, both ways, beside the first layers of the others."""
    main = max(all_networks, key=lambda network: sum(key.startswith("linear/") for key in network.arrays))
    left = [first_layer(main, colormap)]
    if "linear/conv2" in main.arrays:
        linear, patches = main.arrays["linear/conv2"][:, 0], main.arrays["patches/conv2"]
        ways = {"as linear combinations of the first": linear, "mean of the image where each is on": patches}
        which = first_of("its second layer", linear)
        left += [titled(which, words, tiles(bank, SMALL_FACTOR, colormap, 8)) for words, bank in ways.items()]
    others = [first_layer(network, colormap) for network in all_networks if network is not main]
    return beside(above(*left, gap=GAP), above(*others, example(main.arrays, colormap), gap=GAP), gap=3 * GAP)


def example(arrays: dict[str, np.ndarray], colormap: str) -> Drawing:
    """Return a crop and its reconstruction by the first layer, untrained and trained, all on the scale of the crop."""
    limit = largest(arrays["example/crop"])
    names = {"crop": "a crop", "untrained": "reconstructed, untrained", "trained": "reconstructed, trained"}
    drawn = []
    for name, words in names.items():
        error = f"error {arrays[f'error/{name}']:.2f}" if name != "crop" else "as the network sees it"
        plane = drawing.enlarged(colormaps.signed(arrays[f"example/{name}"], limit, colormap), 2)
        drawn.append(above(text(words, SMALL), text(error, SMALL, GRAY), plane, gap=2))
    return beside(*drawn, gap=GAP)


def page(title: str, rows: list, notes: list[str], colormap: str, use: str) -> Drawing:
    """Return a whole figure: title, rows, color scale and notes; on a slide and in a paper as large as fits."""
    size = styling.USES[use]
    inside = size.width - 2 * table.MARGIN
    lines = [drawing.ramp(colormap, "below zero", "above zero")]
    lines += [drawing.paragraph(line, inside, SMALL, GRAY) for line in notes]
    head = drawing.paragraph(title, inside, drawing.TITLE, bold=True)
    body = drawing.flow(*rows, width=inside, gap=2 * GAP)
    return table.page([head, body, above(*lines, gap=4)])


def classes(all_networks: list[Network], colormap: str) -> Drawing:
    """Return Fig. 3: a column for each network, with its deeper layers in rows."""
    layers = [key for key in all_networks[0].arrays if key.startswith("linear/") and key != "linear/conv1"]
    columns = []
    for network in all_networks:
        cells = {"": text(network.name, drawing.HEADING, bold=True)}
        for number, layer in enumerate(layers):
            bank = network.arrays[layer][:SHOWN, 0]
            cells[f"layer {number + 2}"] = tiles(bank, FACTORS.get(layer, 1), colormap, 3)
        columns.append(cells)
    return above(*table.strips(columns, 10_000, len(columns)))


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
    page = styling.page((11, 3.6))
    for axes, measure in zip(page.subplots(1, len(values), squeeze=False)[0], values, strict=True):
        label, title, limits = AXES[measure]
        bins = np.linspace(*(limits or (0, most_bits)), 21)
        for number, (layer, units) in enumerate(values[measure].items()):
            defined = units[np.isfinite(units)]
            if not len(defined):
                continue
            share = np.full(len(defined), 1 / len(defined))
            words = f"{layer}, {len(defined)} units, mean {defined.mean():.2f} (shuffled {null[measure][layer]:.2f})"
            style = {"histtype": "step", "linewidth": 1.8, "color": styling.series(number)}
            axes.hist(defined, bins, weights=share, label=words, **style)
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
