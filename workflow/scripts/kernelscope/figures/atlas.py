"""The atlas of one run: a column per kernel with what it is, what it responds to, and what it is needed for."""

from functools import partial
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw

from kernelscope.figures import captions, drawing, kernel_tiles, styling, table
from kernelscope.figures.colormaps import NOT_FINITE, largest
from kernelscope.figures.drawing import BLACK, GRAY, SMALL, Drawing, above, beside, text
from kernelscope.figures.styling import Look
from kernelscope.stats.pvalues import LEVEL

COLUMN = {"screen": 102, "slide": 142, "paper": 102}  # pixels of a kernel and of its words
CURVES = {name: styling.rgb(styling.series(i)) for i, name in enumerate(("bar", "corner", "arc"))}
FEATURES = "responds most to"
FRAME = (230, 60, 50)
GRAY_WORDS = "gray words: no evidence that it is more than an untrained kernel"


class Layer(NamedTuple):
    """One conv layer: kernels (out, in, k, k), in pixels (out, channels, field, field), and images that excite them."""

    trained: np.ndarray
    change: np.ndarray
    pixels: dict[str, np.ndarray]  # empty for the layer that sees pixels itself
    top_image: np.ndarray  # (out, m)
    top_row: np.ndarray  # (out, m), of the upper left pixel of the field
    top_col: np.ndarray
    top_response: np.ndarray
    field: int
    tuning: list[dict]  # rows of tuning.csv
    limit: float  # of the color scale of the run
    features: bool = True  # whether the places of features in the images are known


def pages(
    layers: dict[str, Layer], rows: list[dict], tests: dict[tuple[str, int], dict], images: np.ndarray, look: Look
) -> dict[str, Drawing]:
    """Return a page per layer, by name.

    Parameters
    ----------
    layers : dict
        Name -> layer.
    rows : list of dict
        Rows of atlas.csv.
    tests : dict
        (layer, kernel) -> claim -> row of kernel_tests.csv with `p_corrected`: what decides which words are gray.
    images : array (n, h, w) or (n, h, w, channels) uint8
        The images that the run was probed with.
    look : Look
    """
    pages, images = {}, drawing.in_rgb(images, look.channel_colors)
    for name, layer in layers.items():
        own = [row | {"tests": tests.get((name, int(row["kernel"])), {})} for row in rows if row["layer"] == name]
        pages[name] = table.as_large_as_fits(partial(page, name, layer, own, images), look)
    return pages


def page(name: str, layer: Layer, rows: list[dict], images: np.ndarray, look: Look) -> Drawing:
    """Return the page of one layer."""
    words = captions.bank(name, layer.trained)
    if layer.trained.shape[1] > 1:
        words += f"; a kernel sees {layer.field} x {layer.field} pixels"
    chosen = clearest(rows, look.use.kernels)
    few = f"{len(chosen)} of {len(rows)} kernels: the clearest" * (len(chosen) < len(rows))
    strips = table.strips([cells(layer, row, images, look) for row in chosen], look.use.width)
    key = drawing.flow(*legend(layer, look.colormap, few), width=look.use.width - 2 * table.MARGIN, gap=18)
    return table.sheet(look, words, [key], strips, gap=8)


def clearest(rows: list[dict], most: int) -> list[dict]:
    """Return all rows, or those of the kernels whose feature is most above chance, in the order of their numbers."""
    if len(rows) <= (most := most - 1):
        return rows
    score = lambda row: (row["alive"], bool(row["description"]), row["z"] or 0.0, row["selectivity"] or 0.0)  # noqa: E731
    return sorted(sorted(rows, key=score, reverse=True)[:most], key=lambda row: int(row["kernel"]))


def legend(layer: Layer, colormap: str, few: str) -> list[Drawing]:
    """Return what colors, curves and gray words mean."""
    parts = [drawing.weights(layer.limit, colormap)]
    parts += [text(few, SMALL, GRAY)] * bool(few)
    curves = [text(name, SMALL, color, bold=True) for name, color in CURVES.items()]
    parts.append(beside(text("tuning over angle:", SMALL, GRAY), *curves, gap=8))
    if layer.trained.shape[1] == 3 and not layer.pixels:
        parts.append(text("red, green, blue, and all in color", SMALL, GRAY))
    parts.append(text(GRAY_WORDS, SMALL, GRAY))
    if not all(np.isfinite(bank).all() for bank in (layer.trained, *layer.pixels.values())):
        parts.append(text("not finite", SMALL, NOT_FINITE, bold=True))
    return parts


def cells(layer: Layer, row: dict, images: np.ndarray, look: Look) -> dict[str, Drawing]:
    """Return the cells of one kernel by the label of their row."""
    i, use, colormap, alive = int(row["kernel"]), look.use, look.colormap, row["alive"]
    width = COLUMN[use.name]
    side = width if not use.height else 84 - use.smaller
    tuning = [line for line in layer.tuning if int(line["kernel"]) == i]
    finite = np.isfinite(layer.trained[i]).all() and all(line["trained"] is not None for line in tuning)
    wrong = [] if alive else [text("dead" if finite else "not finite", SMALL, bold=True)]
    own = lambda bank: own_tile(layer, bank[i], side, colormap, alive)  # noqa: E731
    cell_of = {
        "": above(text(f"kernel {i}", SMALL, bold=True), *wrong, align=0.5),
        "trained": own(layer.trained),
        "change since untrained": own(layer.change),
    }
    for name, bank in layer.pixels.items():
        cell_of[f"in pixels: {name}"] = kernel_tiles.tile(bank[i], float(largest(bank[i])), side, colormap, alive)
    places = zip(layer.top_image[i], layer.top_row[i], layer.top_col[i], layer.top_response[i], strict=True)
    thumbnails = [
        thumbnail(images[image], top, left, layer.field, side) for image, top, left, response in places if response > 0
    ]
    best = thumbnails[: 1 if use.height else None] or [text("none", SMALL, bold=True)]
    label = "image that it responds to most, and where" if use.height else "images that it responds to most, and where"
    cell_of[label] = above(*best, gap=3)
    height = 46 if not use.height else max(28, 46 - use.smaller)
    cell_of["response to bars, corners and arcs at each angle"] = tuning_plot(tuning, width, height)
    cell_of = {label: drawing.centered(cell, width) for label, cell in cell_of.items()}
    return cell_of | {label: cell for label, cell in words(row, width).items() if layer.features or label != FEATURES}


def words(row: dict, width: int) -> dict[str, Drawing]:
    """Return the cells with text; gray where there is no evidence that untrained kernels do worse."""
    selective, lost = "none", "nothing"
    if row["selective_class"]:
        selective = f"{row['selective_class']} {decimals(row['selectivity'])}"
        selective += f"\nuntrained {decimals(row['selectivity_null'])}"
    if row["ablation_drop"] is not None and round(100 * row["ablation_drop"]) > 0:
        drop, low, high = (drawing.number(round(100 * row[f"ablation_{name}"])) for name in ("drop", "low", "high"))
        lost = f"{drop}\u00a0%\n({low} to {high})"
        lost += f"\nmost of {row['ablation_class']}" if row["ablation_class"] else ""
    feature = (row["description"] or "no feature").replace("; ", "\n")
    said = {"selective for": ("class", selective), "accuracy lost without it": ("needed", lost)}
    said[FEATURES] = ("feature", feature)
    return {label: written(phrase, is_shown(row["tests"], claim), width) for label, (claim, phrase) in said.items()}


def is_shown(tests: dict[str, dict], claim: str) -> bool:
    """Whether a claim about a kernel is significant, from its corrected p."""
    p = tests.get(claim, {}).get("p_corrected")
    return p is not None and p <= LEVEL


def decimals(value: float | None) -> str:
    """Return a number with two decimals; "" for None."""
    return "" if value is None else f"{value:.2f}"


def written(phrase: str, strong: bool, width: int) -> Drawing:
    """Return words in lines as wide as a column."""
    return drawing.paragraph(phrase, width, SMALL, BLACK if strong else GRAY, align=0.5)


def own_tile(layer: Layer, kernel: np.ndarray, width: int, colormap: str, alive: bool) -> np.ndarray:
    """Return a kernel of a layer; if the layer sees red, green and blue, with a colored version in fourth place."""
    drawn = kernel_tiles.tile(kernel, layer.limit, width, colormap, alive)
    if layer.pixels or len(kernel) != 3:
        return drawn
    k = (drawn.shape[0] - 3) // 2
    color = Image.fromarray(kernel_tiles.in_color(kernel[None])[0]).resize((k, k), Image.Resampling.NEAREST)
    drawn = drawn.copy()
    drawn[-k - 1 : -1, -k - 1 : -1] = np.asarray(color)
    return drawn


def thumbnail(image: np.ndarray, top: int, left: int, field: int, width: int) -> np.ndarray:
    """Return the whole image, about `width` wide, with a frame around the field that the kernel responds to."""
    drawn = Image.fromarray(kernel_tiles.resampled(drawing.in_rgb(image[None])[0], width - 2))
    corners = np.rint(np.array([left, top, left + field, top + field]) * (drawn.width / image.shape[1]))
    ends = np.array([drawn.width, drawn.height] * 2) - 1
    ImageDraw.Draw(drawn).rectangle(np.clip(corners - [0, 0, 1, 1], 0, ends).tolist(), outline=FRAME, width=2)
    return np.asarray(drawn)


def tuning_plot(rows: list[dict], width: int, height: int) -> Drawing:
    """Return a plot of the responses to bars, corners and arcs over their angle, from zero to the largest response."""
    image = Image.new("RGB", (width - 2, height), "white")
    draw = ImageDraw.Draw(image)
    for angle in (0, 90, 180, 270, 360):
        col = round(angle / 360 * (width - 5)) + 1
        draw.line([(col, 0), (col, height)], fill=(225, 225, 225))
    draw.line([(0, height - 1), (width, height - 1)], fill=(150, 150, 150))
    strongest = max((row["trained"] or 0 for row in rows), default=0)
    if any(row["trained"] is None for row in rows) or not strongest > 0:
        finite = all(row["trained"] is not None for row in rows)
        return drawing.middle(text("silent" if finite else "not finite", SMALL, bold=True), height)
    for stimulus, color in CURVES.items():
        points = [(row["angle"], row["trained"]) for row in rows if row["stimulus"] == stimulus]
        points += [(angle + 180, value) for angle, value in points] if stimulus == "bar" else []
        points = [*sorted(points), (360, min(points)[1])] if points else []
        across, up = (width - 5) / 360, (height - 8) / strongest
        draw.line([(1 + across * x, height - 3 - up * max(y, 0)) for x, y in points], fill=color, width=2)
    labels = [text(label, SMALL, GRAY) for label in ("0°", "180°", "360°")]
    gap = (width - 2 - sum(label.width for label in labels)) // 2
    return above(np.asarray(image), beside(*labels, gap=gap))
