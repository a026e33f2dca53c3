"""What a trained network sees: the feature map of every kernel (responses.py) for an image of each class."""

from functools import partial
from typing import NamedTuple

import numpy as np
from PIL import Image

from kernelscope.figures import captions, colormaps, drawing, kernel_tiles, styling, table
from kernelscope.figures.drawing import GRAY, SMALL, Drawing, text
from kernelscope.figures.styling import Look

TILE = {"screen": 92, "slide": 92, "paper": 72}  # pixels of a kernel and of a map
SMALLEST = 4  # rows of a map that is drawn; of smaller maps the numbers are written
MOST_CLASSES = {"screen": 12, "slide": 3, "paper": 12}
MAPS = "magma"


class Layer(NamedTuple):
    """One layer: responses (n, out, h, w), kernels (out, in, k, k), the end of their color scale, and their names."""

    responses: np.ndarray
    bank: np.ndarray
    limit: float
    names: dict[int, captions.Name]  # of the kernels, where it is known what they respond to
    sees_images: bool = False  # whether it is the first layer, so that three channels are red, green and blue


def pages(images: np.ndarray, class_names: list[str], layers: dict[str, Layer], look: Look) -> dict[str, Drawing]:
    """Return a page per layer, with a row per class and a column per kernel, by name.

    Parameters
    ----------
    images : array (n, h, w) or (n, h, w, 3) uint8
        An image of each class.
    class_names : list of str
        The names of the classes.
    layers : dict
        Name -> layer. Each kernel has one scale over the classes.
    look : Look
    """
    compose = partial(page, drawing.in_rgb(images, look.channel_colors), class_names)
    return {name: table.as_large_as_fits(partial(compose, name, layer), look) for name, layer in layers.items()}


def page(inputs: np.ndarray, class_names: list[str], name: str, layer: Layer, look: Look) -> Drawing:
    """Return the page of one layer."""
    responses, bank, names = layer.responses, layer.bank, layer.names
    out, h, w = responses.shape[1:]
    kernels, classes, use = list(range(out)), list(range(len(class_names))), look.use
    notes = []
    if out > use.kernels - 1:
        order = np.argsort(-np.nan_to_num(responses).max((0, 2, 3)), kind="stable")
        kernels = sorted(order[: use.kernels - 1].tolist())
        notes.append(f"{len(kernels)} of {out} kernels: those that respond most")
    if len(classes) > MOST_CLASSES[use.name]:
        classes = classes[: MOST_CLASSES[use.name]]
        notes.append(f"{len(classes)} of {len(class_names)} classes")
    drawn = [class_names[label] for label in classes]
    columns = [image_column(inputs[classes], drawn, TILE[use.name] - use.smaller)]
    columns += [kernel_column(layer, responses[classes, i], drawn, i, look) for i in kernels]
    scales = [scale_of(layer, look)]
    scales.append(
        drawing.ramp(MAPS, "maps: 0", "max of the kernel")
        if min(h, w) >= SMALLEST
        else text(f"maps of {h} x {w}: the largest number", SMALL, GRAY)
    )
    scales += [*(text(words, SMALL, GRAY) for words in notes), *captions.unproven(names)]
    return table.sheet(look, f"{captions.bank(name, bank)}, maps of {h} x {w}", scales, lines(columns, use))


def lines(columns: list[dict], use: styling.Use) -> list[Drawing]:
    """Return the columns in lines; each line begins with the images."""
    images, *kernels = columns
    fitting = max(1, (use.width - 2 * table.MARGIN - table.LABELS) // (TILE[use.name] + 30 + table.GAP) - 1)
    count = max(1, -(-len(kernels) // fitting))
    size = max(1, -(-len(kernels) // count))
    return [
        strip
        for start in range(0, len(kernels), size)
        for strip in table.strips([images, *kernels[start : start + size]], use.width, size + 1)
    ]


def image_column(inputs: np.ndarray, class_names: list[str], side: int) -> dict[str, Drawing]:
    """Return the column of the images themselves."""
    cells = {
        "": text("image", SMALL, bold=True),
        "kernel": drawing.blank(1, 1),
        "largest response": drawing.blank(1, 1),
    }
    size = round(inputs.shape[2] * side / inputs.shape[1]), side
    drawn = (Image.fromarray(image).resize(size, Image.Resampling.BILINEAR) for image in inputs)
    return cells | dict(zip(class_names, map(np.asarray, drawn), strict=True))


def in_color(layer: Layer) -> bool:
    """Whether the kernels of the layer see red, green and blue."""
    return layer.sees_images and layer.bank.shape[1] == 3


def scale_of(layer: Layer, look: Look) -> Drawing:
    """Return what the colors of the kernels mean."""
    if in_color(layer):
        return text(f"kernels in color: gray is zero, the limit is {drawing.number(layer.limit)}", SMALL, GRAY)
    return drawing.weights(layer.limit, look.colormap)


def kernel_column(layer: Layer, responses, class_names, index, look: Look) -> dict[str, Drawing]:
    """Return one kernel: number and name, weights, largest response, and a map or a number per class on that scale."""
    draw = kernel_tiles.of_images if in_color(layer) else kernel_tiles.tile
    largest = float(np.max(responses, initial=0, where=np.isfinite(responses)))
    side = TILE[look.use.name] - look.use.smaller
    cells = {
        "": captions.kernel(index, layer.names.get(index), side + 30),
        "kernel": draw(layer.bank[index], layer.limit, side, look.colormap),
        "largest response": response_label(responses, largest),
    }
    for label, plane in zip(class_names, responses, strict=True):
        if min(plane.shape) < SMALLEST:
            words = drawing.number(float(plane.max())) if np.isfinite(plane).all() else "not finite"
            cells[label] = drawing.middle(text(words, SMALL), side)
        else:
            drawn = colormaps.colors(plane, 0, max(largest, 1e-12), MAPS)
            cells[label] = drawing.enlarged(drawn, max(1, side // max(plane.shape)))
            if max(plane.shape) > side:
                cells[label] = kernel_tiles.resampled(drawn, side)
    return cells


def response_label(responses: np.ndarray, largest: float) -> Drawing:
    """Return the label of a kernel's largest response; bold if it is silent or not finite."""
    if not np.isfinite(responses).all():
        return text("not finite", SMALL, bold=True)
    return text(f"{largest:.2g}", SMALL) if largest > 0 else text("silent here", SMALL, bold=True)
