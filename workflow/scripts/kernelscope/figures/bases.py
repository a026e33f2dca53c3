"""Draw the bases of a convolutional deep belief network, layer by layer and class by class."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from kernelscope.figures import colormaps, drawing, kernel_tiles, styling, table
from kernelscope.figures.colormaps import largest
from kernelscope.figures.drawing import GRAY, SMALL, Drawing, above, beside, text
from kernelscope.io.notes import Note, beyond

GAP = 14
PER_ROW = 12
MOST = 24  # bases of a layer that are drawn
SHOWN = 12  # bases of each network, if there is a network for each class
FACTORS = {"conv2": 2}  # enlargement in a network of one class, where it is not 1
SMALL_FACTOR, LARGE = 2, 4  # enlargement of deeper layers and of the first layer
BETWEEN = 4  # pixels between two bases
DOTS = 100  # pixels for an inch of a chart


class Network(NamedTuple):
    """The name of a network, the words about it, and the arrays of its bases.npz."""

    name: str
    words: str
    arrays: dict[str, np.ndarray]


def inside(use: str) -> int:
    """Return the width of a page without its margins."""
    return styling.USES[use].width - 2 * table.MARGIN


def enlarged(pixels: np.ndarray, factor: int, width: int) -> np.ndarray:
    """Return pixels (h, w, 3) enlarged by a factor, or by as much as gives at most `width`."""
    large = drawing.enlarged(pixels, max(1, min(factor, width // pixels.shape[1])))
    return large if large.shape[1] <= width else kernel_tiles.resampled(large, width)


def tiles(bank: np.ndarray, factor: int, colormap: str, width: int, per_row: int = PER_ROW) -> Drawing:
    """Return planes (n, side, side) in lines of at most `width`, each on its own scale, at most MOST of them."""
    bank = bank[:MOST]
    limit = largest(bank, (1, 2))[:, None, None]
    drawn = [enlarged(plane, factor, width // 4) for plane in colormaps.signed(bank, limit, colormap)]
    fitting = (width + BETWEEN) // (drawn[0].shape[1] + BETWEEN)
    return drawing.in_lines(drawn, min(per_row, fitting), BETWEEN)


def titled(words: str, more: str, image: Drawing, width: int) -> Drawing:
    """Return a figure with words above it."""
    lines = [drawing.paragraph(words, width, 15, bold=True), drawing.paragraph(more, width, SMALL, GRAY)]
    return above(*lines, image, gap=3)


def first_of(words: str, bank: np.ndarray) -> str:
    """Return words, and how many of the bases (n, ...) are drawn if these are not all."""
    return words + f", the first {MOST} of {len(bank)}" * (len(bank) > MOST)


def banks(network: Network) -> dict[str, np.ndarray]:
    """Return layer -> bases (out, 1, field, field), as linear combinations of the bases of the first layer."""
    return {key.removeprefix("linear/"): bank for key, bank in network.arrays.items() if key.startswith("linear/")}


def deepest(all_networks: list[Network]) -> Network:
    """Return the network with most layers."""
    return max(all_networks, key=lambda network: len(banks(network)))


def cuts(all_networks: list[Network], is_of_classes: bool) -> Iterator[Note]:
    """Yield the notes about the bases that are not in the figure of `classes`, or else of `networks`."""
    for network in all_networks:
        for layer, bank in banks(network).items():
            is_drawn = layer == "conv1" or (layer == "conv2" and network is deepest(all_networks))
            most = SHOWN * (layer != "conv1") if is_of_classes else MOST * is_drawn
            yield beyond(f"bases of {layer} of {network.name}", len(bank), most, "not in the figure bases")


def first_layer(network: Network, colormap: str, width: int) -> Drawing:
    """Return the bases of the first layer of a network, below its name."""
    bank = network.arrays["linear/conv1"][:, 0]
    return titled(network.name, first_of(network.words, bank), tiles(bank, LARGE, colormap, width), width)


def networks(all_networks: list[Network], colormap: str, use: str) -> Drawing:
    """Return Fig. 2 for one dataset: the deepest network, both ways, and the first layers of the others.

    They are side by side if there is room.
    """
    main, width = deepest(all_networks), inside(use)
    left = [first_layer(main, colormap, width)]
    if "linear/conv2" in main.arrays:
        linear, patches = main.arrays["linear/conv2"][:, 0], main.arrays["patches/conv2"]
        ways = {"as linear combinations of the first": linear, "mean of the image where each is on": patches}
        which = first_of("its second layer", linear)
        for words, bank in ways.items():
            left.append(titled(which, words, tiles(bank, SMALL_FACTOR, colormap, width, 8), width))
    others = [first_layer(network, colormap, width) for network in all_networks if network is not main]
    columns = above(*left, gap=GAP), above(*others, example(main.arrays, colormap, width), gap=GAP)
    is_wide = sum(column.width for column in columns) + 3 * GAP > width
    return above(*columns, gap=GAP) if is_wide else beside(*columns, gap=3 * GAP)


def example(arrays: dict[str, np.ndarray], colormap: str, width: int) -> Drawing:
    """Return a crop and its reconstruction by the first layer, untrained and trained, all on the scale of the crop."""
    limit = largest(arrays["example/crop"])
    names = {"crop": "a crop", "untrained": "reconstructed, untrained", "trained": "reconstructed, trained"}
    drawn = []
    for name, words in names.items():
        error = "as the network sees it" if name == "crop" else f"error {rounded(arrays[f'error/{name}'])}"
        plane = enlarged(colormaps.signed(arrays[f"example/{name}"], limit, colormap), 2, width // 4)
        drawn.append(above(text(words, SMALL), text(error, SMALL, GRAY), plane, gap=2))
    return beside(*drawn, gap=GAP)


def rounded(value: float) -> str:
    """Return a number with two digits, or that it is unknown, as in a network that diverged."""
    return f"{value:.2f}" if np.isfinite(value) else "unknown"


def page(title: str, rows: list, notes: list[str], colormap: str, use: str) -> Drawing:
    """Return a whole figure: title, rows, color scale and notes; on a slide and in a paper as large as fits."""
    width, lines = inside(use), [drawing.ramp(colormap, "below zero", "above zero")]
    lines += [drawing.paragraph(line, width, SMALL, GRAY) for line in notes]
    head = drawing.paragraph(title, width, drawing.TITLE, bold=True)
    body = drawing.flow(*rows, width=width, gap=2 * GAP)
    return table.page([head, body, above(*lines, gap=4)])


def classes(all_networks: list[Network], colormap: str, use: str) -> Drawing:
    """Return Fig. 3: a column for each network, with its deeper layers in rows; a failed network may lack some."""
    width, layers, columns = inside(use), [layer for layer in banks(deepest(all_networks)) if layer != "conv1"], []
    for network in all_networks:
        cells, own = {"": text(network.name, drawing.HEADING, bold=True)}, banks(network)
        for number, layer in enumerate(layers, 2):
            cells[f"layer {number}"] = (
                tiles(own[layer][:SHOWN, 0], FACTORS.get(layer, 1), colormap, width - table.LABELS, 3)
                if layer in own
                else text("not trained", SMALL, GRAY)
            )
        columns.append(cells)
    return above(*table.strips(columns, width, len(columns)), gap=GAP)


AXES = {
    "precision": ("area under the precision-recall curve", "networks of one class: each unit as its detector", (0, 1)),
    "entropy": ("H(class | unit active), bits", "network of the mixture", None),
}


def figure(
    values: dict[str, dict[str, np.ndarray]], null: dict[str, dict[str, float]], most_bits: float, use: str
) -> Figure:
    """Draw a panel per measure: the histogram of its units, layer by layer.

    Parameters
    ----------
    values : dict
        Measure -> layer -> values (units,).
    null : dict
        Measure -> layer -> mean of the values under shuffled labels.
    most_bits : float
        Upper end of the axis of entropies.
    use : str
        What the figure is made for.
    """
    page = styling.page((min(11, inside(use) / DOTS), 3.6))
    for axes, measure in zip(page.subplots(1, len(values), squeeze=False)[0], values, strict=True):
        label, title, limits = AXES[measure]
        bins = np.linspace(*(limits or (0, most_bits)), 21)
        for number, (layer, units) in enumerate(values[measure].items()):
            defined = units[np.isfinite(units)]
            if not len(defined):
                continue
            share = np.full(len(defined), 1 / len(defined))
            chance = null[measure][layer]
            words = f"{layer}, {len(defined)} unit{'s' * (len(defined) > 1)}, mean {defined.mean():.2f}"
            words += f" (shuffled {chance:.2f})" * bool(np.isfinite(chance))
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
    page.set_dpi(DOTS)
    canvas = FigureCanvasAgg(page)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3].copy()
