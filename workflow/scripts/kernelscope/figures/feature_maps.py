"""What a trained network sees: the feature map of every kernel (responses.py) for an image of each class."""

from functools import partial

import numpy as np
from PIL import Image

from kernelscope.figures import captions, colormaps, drawing, kernel_tiles, styling, table
from kernelscope.figures.drawing import GRAY, SMALL, Drawing, text

TILE = {"screen": 92, "slide": 92, "paper": 72}  # pixels of a kernel and of a map
SMALLEST = 4  # rows of a map that is drawn; of smaller maps the numbers are written
MOST_CLASSES = {"screen": 12, "slide": 3, "paper": 12}
MAPS = "magma"


def pages(
    images: np.ndarray,
    class_names: list[str],
    maps: dict[str, np.ndarray],
    banks: dict[str, np.ndarray],
    limits: dict[str, float],
    names: dict[str, dict[int, captions.Name]],
    title: str,
    note: str,
    colormap: str,
    use: str,
) -> dict[str, Drawing]:
    """Return a page per layer, with a row per class and a column per kernel, by name.

    Parameters
    ----------
    images : array (n, h, w) or (n, h, w, 3) uint8
        An image of each class.
    class_names : list of str
        The names of the classes.
    maps : dict
        Layer -> responses (n, out, h, w). Each kernel has one scale over the classes.
    banks : dict
        Layer -> kernels (out, in, k, k).
    limits : dict
        Layer -> the end of the color scale of its kernels.
    names : dict
        Layer -> number of a kernel -> what it responds to, where that is known.
    title, note : str
        The lines above.
    colormap : str
        The color map of the kernels.
    use : str
        What the figure is made for.
    """
    inputs, drawn = drawing.in_rgb(images), {}
    for name, responses in maps.items():
        about = responses, banks[name], limits[name], names.get(name, {}), title, note, colormap
        drawn[name] = table.as_large_as_fits(partial(page, name, inputs, class_names, *about), styling.USES[use])
    return drawn


def page(name, inputs, class_names, responses, bank, limit, names, title, note, colormap, use: styling.Use) -> Drawing:
    """Return the page of one layer."""
    out, h, w = responses.shape[1:]
    kernels, classes = list(range(out)), list(range(len(class_names)))
    notes = []
    if out > use.kernels - 1:
        order = np.argsort(-np.nan_to_num(responses).max((0, 2, 3)), kind="stable")
        kernels = sorted(order[: use.kernels - 1].tolist())
        notes.append(f"{len(kernels)} of {out} kernels: those that respond most")
    if len(classes) > MOST_CLASSES[use.name]:
        classes = classes[: MOST_CLASSES[use.name]]
        notes.append(f"{len(classes)} of {len(class_names)} classes")
    columns = [image_column(inputs[classes], [class_names[i] for i in classes], TILE[use.name] - use.smaller)]
    columns += [
        kernel_column(
            responses[classes, i], [class_names[c] for c in classes], bank[i], limit, i, names.get(i), colormap, use
        )
        for i in kernels
    ]
    scales = [drawing.weights(limit, colormap)]
    scales.append(
        drawing.ramp(MAPS, "maps: 0", "max of the kernel")
        if min(h, w) >= SMALLEST
        else text(f"maps of {h} x {w}: the largest number", SMALL, GRAY)
    )
    scales += [*(text(words, SMALL, GRAY) for words in notes), *captions.unproven(names)]
    words = f"{title} · {captions.bank(name, bank)}, maps of {h} x {w}"
    parts = [*table.head(words, note, use.width), drawing.flow(*scales, width=use.width - 2 * table.MARGIN, gap=24)]
    return table.page([*parts, *lines(columns, use)], gap=10 if use.height else table.MARGIN)


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
    return cells | {
        name: np.asarray(
            Image.fromarray(image).resize(
                (round(image.shape[1] * side / image.shape[0]), side), Image.Resampling.BILINEAR
            )
        )
        for name, image in zip(class_names, inputs, strict=True)
    }


def kernel_column(responses, class_names, kernel, limit, index, name, colormap, use: styling.Use) -> dict[str, Drawing]:
    """Return one kernel: number and name, weights, largest response, and a map or a number per class on that scale."""
    largest = float(np.max(responses, initial=0, where=np.isfinite(responses)))
    side = TILE[use.name] - use.smaller
    cells = {
        "": captions.kernel(index, name, side + 30),
        "kernel": kernel_tiles.tile(kernel, limit, side, colormap),
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
