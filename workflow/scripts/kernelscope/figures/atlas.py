"""The atlas of one run: a column per kernel with what it is, what it responds to, and what it is needed for."""

import textwrap
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw

from kernelscope.figures import captions, kernel_grid, raster, styling
from kernelscope.figures.raster import above, beside, text
from kernelscope.stats.pvalues import LEVEL

GAP = 14
COLUMN = 98  # pixels of a kernel
PER_STRIP = 12
LABELS = 112  # pixels of the words at the left
LETTERS = 16  # of 11 pixels, which fit into a column
LINE = 13
CURVES = {name: styling.rgb(styling.series(i)) for i, name in enumerate(("bar", "corner", "arc"))}
FEATURES = "responds most to"


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
    features: bool = True  # whether the places of features in the images are known


def sheet(
    layers: dict[str, Layer], rows: list[dict], images: np.ndarray, title: str, note: str, colormap: str
) -> np.ndarray:
    """Return the whole atlas as an image (h, w, 3) uint8.

    Parameters
    ----------
    layers : dict
        Name -> layer.
    rows : list of dict
        Rows of atlas.csv.
    images : array (n, h, w) or (n, h, w, 3) uint8
        The images that the run was probed with.
    title, note : str
        The lines above the atlas.
    colormap : str
        The color map of the kernels.
    """
    first = next(iter(layers.values()))
    key = [text("red, green, blue, and all in color", 12, raster.GRAY)] if first.trained.shape[1] == 3 else []
    key.append(text("tuning over angle:", 12, raster.GRAY))
    key += [text(name, 12, color, bold=True) for name, color in CURVES.items()]
    if not all(
        np.isfinite(bank).all() for layer in layers.values() for bank in (layer.trained, *layer.pixels.values())
    ):
        key.append(text("not finite", 12, raster.NOT_FINITE, bold=True))
    scale = raster.ramp(colormap, "kernels, each on its own scale: −max", "+max")
    parts = [text(title, 20, bold=True), text(note, 13, raster.GRAY), beside(scale, *key, gap=GAP)]
    for name, layer in layers.items():
        rows_of_layer = [row for row in rows if row["layer"] == name]
        parts += [heading(name, layer), *strips(layer, rows_of_layer, images, colormap)]
    return raster.padded(above(*parts, gap=GAP), GAP, GAP, GAP, GAP)


def heading(name: str, layer: Layer) -> np.ndarray:
    """Return the heading of a layer."""
    out, channels, k, _ = layer.trained.shape
    words = f"{name}: {captions.kernels(out)} of {k} x {k}"
    if channels > 1:
        words += f" x {channels} channels; a kernel sees {layer.field} x {layer.field} pixels"
    return text(words, 16, bold=True)


def strips(layer: Layer, rows: list[dict], images: np.ndarray, colormap: str) -> list[np.ndarray]:
    """Return the columns of a layer, at most PER_STRIP side by side; a row of cells has one height within a strip."""
    columns = [cells(layer, row, images, colormap) for row in rows]
    lines = -(-len(columns) // PER_STRIP)
    size = -(-len(columns) // max(lines, 1))  # lines of nearly the same length
    return [strip(columns[i : i + size]) for i in range(0, len(columns), max(size, 1))]


def strip(columns: list[dict[str, np.ndarray]]) -> np.ndarray:
    """Return columns side by side, with the labels of their rows on the left."""
    lines = []
    for label in columns[0]:
        height = max(column[label].shape[0] for column in columns)
        name = above(*(text(line, 12, raster.GRAY) for line in textwrap.wrap(label, 17))) if label else None
        lead = raster.blank(height, LABELS)
        if name is not None:
            height = max(height, name.shape[0])
            lead = raster.blank(height, LABELS)
            lead[: name.shape[0], : min(LABELS, name.shape[1])] = name[:, :LABELS]
        tiles = [raster.padded(column[label], bottom=height - column[label].shape[0]) for column in columns]
        lines.append(beside(lead, *tiles, gap=6))
    return above(*lines, gap=5)


def cells(layer: Layer, row: dict, images: np.ndarray, colormap: str) -> dict[str, np.ndarray]:
    """Return the cells of one kernel by the label of their row."""
    i = int(row["kernel"])
    tuning = [line for line in layer.tuning if int(line["kernel"]) == i]
    finite = np.isfinite(layer.trained[i]).all() and all(line["trained"] is not None for line in tuning)
    wrong = [] if row["alive"] else [text("dead or weak" if finite else "not finite", 11, raster.RED)]
    cell_of = {
        "": above(text(f"kernel {i}", 12, bold=True), *wrong),
        "trained": own_tile(layer, layer.trained[i], colormap),
        "change since untrained": own_tile(layer, layer.change[i], colormap),
    }
    cell_of |= {f"in pixels: {name}": kernel_tile(bank[i], colormap) for name, bank in layer.pixels.items()}
    places = zip(layer.top_image[i], layer.top_row[i], layer.top_col[i], layer.top_response[i], strict=True)
    thumbnails = [
        thumbnail(images[image], top, left, layer.field) for image, top, left, response in places if response > 0
    ]
    cell_of["images that it answers to most, and where"] = above(*thumbnails or [text("none", 11, raster.RED)], gap=3)
    cell_of["response to bars, corners and arcs at each angle, from 0"] = tuning_plot(tuning)
    cell_of = {label: raster.centered(cell, COLUMN) for label, cell in cell_of.items()}
    return cell_of | {label: cell for label, cell in words(row).items() if layer.features or label != FEATURES}


def words(row: dict) -> dict[str, np.ndarray]:
    """Return the cells with text; gray where untrained kernels do as well."""
    selective = "none"
    if row["selective_class"]:
        selective = (
            f"{row['selective_class']} {number(row['selectivity'])}; untrained {number(row['selectivity_null'])}"
        )
    lost = "nothing"
    if row["ablation_drop"] is not None and round(100 * row["ablation_drop"]) > 0:
        drop, low, high = (raster.number(round(100 * row[f"ablation_{name}"])) for name in ("drop", "low", "high"))
        lost = f"{drop}\u00a0%; ({low} to {high})"
        lost += f"; most of {row['ablation_class']}" if row["ablation_class"] else ""
    return {
        "selective for": written(selective, beyond(row["selectivity_p"])),
        "accuracy lost without it": written(lost, beyond(row["ablation_p"])),
        FEATURES: written(row["description"] or "no feature", bool(row["description"]) and beyond(row["feature_p"])),
    }


def beyond(p: float | None) -> bool:
    """Return whether p is significant."""
    return p is not None and p <= LEVEL


def number(value: float | None) -> str:
    """Return a number with two decimals; "" for None."""
    return "" if value is None else f"{value:.2f}"


def written(string: str, strong: bool) -> np.ndarray:
    """Return words wrapped into a column."""
    color = raster.BLACK if strong else raster.GRAY
    lines = [line for part in string.split("; ") for line in textwrap.wrap(part, LETTERS)]
    return above(*(raster.centered(text(line, 11, color)[:, :COLUMN], COLUMN) for line in lines))


def own_tile(layer: Layer, kernel: np.ndarray, colormap: str) -> np.ndarray:
    """Return a kernel of a layer; if the layer sees red, green and blue, with a colored version in fourth place."""
    drawn = kernel_tile(kernel, colormap)
    if layer.pixels or len(kernel) != 3:
        return drawn
    k = (drawn.shape[0] - 3) // 2
    colors = np.asarray(Image.fromarray(kernel_grid.in_color(kernel[None])[0]).resize((k, k), Image.Resampling.NEAREST))
    drawn[-k - 1 : -1, -k - 1 : -1] = colors
    return drawn


def kernel_tile(kernel: np.ndarray, colormap: str) -> np.ndarray:
    """Return a kernel (in, k, k) on its own scale, about COLUMN wide, with several channels as a block."""
    channels, k, _ = kernel.shape
    cols = int(np.ceil(np.sqrt(channels)))
    factor = max(1, (COLUMN - cols - 1) // (cols * k))
    drawn = kernel_grid.block(kernel, float(raster.largest(kernel)), factor, colormap)
    return drawn if drawn.shape[1] <= COLUMN else resampled(drawn, COLUMN)


def thumbnail(image: np.ndarray, top: int, left: int, field: int) -> np.ndarray:
    """Return the whole image, about COLUMN wide, with a frame around the field that the kernel responds to."""
    in_rgb = np.repeat(image[..., None], 3, -1) if image.ndim == 2 else image
    drawn = Image.fromarray(resampled(in_rgb, COLUMN - 2))
    corners = np.rint(np.array([left, top, left + field, top + field]) * (drawn.width / in_rgb.shape[1]))
    ends = np.array([drawn.width, drawn.height] * 2) - 1
    ImageDraw.Draw(drawn).rectangle(np.clip(corners - [0, 0, 1, 1], 0, ends).tolist(), outline=(230, 60, 50), width=2)
    return np.asarray(drawn)


def resampled(image: np.ndarray, width: int) -> np.ndarray:
    """Return the image resampled to this width."""
    height = max(1, round(image.shape[0] * width / image.shape[1]))
    return np.asarray(Image.fromarray(image).resize((width, height), Image.Resampling.BOX))


def tuning_plot(rows: list[dict], height: int = 58) -> np.ndarray:
    """Return a plot of the responses to bars, corners and arcs over their angle, from zero to the largest response."""
    image = Image.new("RGB", (COLUMN - 2, height), raster.WHITE)
    draw = ImageDraw.Draw(image)
    for angle in (0, 90, 180, 270, 360):
        col = round(angle / 360 * (COLUMN - 5)) + 1
        draw.line([(col, 0), (col, height)], fill=(225, 225, 225))
    draw.line([(0, height - 1), (COLUMN, height - 1)], fill=(150, 150, 150))
    if any(row["trained"] is None for row in rows):
        return raster.middle(text("not finite", 11, raster.RED), height)
    largest = max((row["trained"] for row in rows), default=0)
    if not largest > 0:
        return raster.middle(text("silent", 11, raster.RED), height)
    for stimulus, color in CURVES.items():
        points = [(row["angle"], row["trained"]) for row in rows if row["stimulus"] == stimulus]
        points += [(angle + 180, value) for angle, value in points] if stimulus == "bar" else []
        points = [*sorted(points), (360, min(points)[1])] if points else []
        line = [
            (1 + angle / 360 * (COLUMN - 5), height - 3 - max(value, 0) / largest * (height - 8))
            for angle, value in points
        ]
        draw.line(line, fill=color, width=2)
    return above(np.asarray(image), angle_axis())


def angle_axis() -> np.ndarray:
    """Return the labels below a tuning plot: 0, 180 and 360 degrees at their places."""
    labels = [text(label, 9, raster.GRAY) for label in ("0", "180", "360°")]
    gap = (COLUMN - 2 - sum(label.shape[1] for label in labels)) // 2
    return beside(*labels, gap=gap)
