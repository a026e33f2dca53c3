"""The kernels of every conv layer in pixel space: their projections, and the images that they respond to most."""

from functools import partial

import numpy as np

from kernelscope.figures import captions, drawing, kernel_tiles, styling, table
from kernelscope.figures.colormaps import largest
from kernelscope.figures.drawing import GRAY, SMALL, Drawing, text
from kernelscope.measures import kernels

TILE = {"screen": 96, "slide": 96, "paper": 72}  # pixels of a kernel
COLUMN = {"screen": 100, "slide": 122, "paper": 84}
LINEAR = "linear: the kernels before it, at their places, weighted and summed"
RECTIFIED = "rectified: the same without negative weights behind a ReLU"
MAXIMIZED = "maximized: the image that it responds to most"
GAIN = "response to it, in units of the response to the best patch"


def pages(
    banks: dict[str, np.ndarray],
    pixels: dict[str, np.ndarray],
    limits: dict[str, float],
    responses: dict[str, np.ndarray],
    names: dict[str, dict[int, captions.Name]],
    title: str,
    note: str,
    colormap: str,
    use: str,
) -> dict[str, Drawing]:
    """Return a page per conv layer, with a column per kernel, by name.

    Parameters
    ----------
    banks : dict
        Layer -> kernels (out, in, k, k).
    pixels : dict
        `linear/<layer>`, `rectified/<layer>` and `maximized/<layer>` (out, channels, field, field), and `gain/<layer>`
        (out,).
    limits : dict
        Layer -> the end of the color scale of its kernels.
    responses : dict
        Layer -> the largest response of each kernel to the images (out,).
    names : dict
        Layer -> number of a kernel -> what it responds to, where that is known.
    title, note : str
        The lines above.
    colormap : str
        The color map of kernels and projections.
    use : str
        What the figure is made for.
    """
    drawn = {}
    for name, bank in banks.items():
        rows = {LINEAR: pixels[f"linear/{name}"], RECTIFIED: pixels[f"rectified/{name}"]}
        if np.array_equal(rows[LINEAR], bank, equal_nan=True):  # the first layer is in pixels already
            rows = {"kernel": bank}
        rows[MAXIMIZED] = pixels[f"maximized/{name}"]
        gain = dict(enumerate(kernel_labels(kernels.norms(bank), responses[name], pixels[f"gain/{name}"])))
        head = f"{title} · {heading(name, bank, rows[MAXIMIZED].shape[-1])}"
        about = rows, gain, limits[name], names.get(name, {}), colormap
        drawn[name] = table.as_large_as_fits(partial(page, head, note, *about), styling.USES[use])
    return drawn


def heading(name: str, bank: np.ndarray, field: int) -> str:
    """Return the heading of a layer whose kernels (out, in, k, k) see `field` pixels."""
    seen = "" if field == bank.shape[-1] else f", in the {field} x {field} pixels that they see"
    return captions.bank(name, bank) + seen


def page(
    title: str, note: str, rows: dict, gain: dict[int, str], limit: float, names: dict, colormap: str, use: styling.Use
) -> Drawing:
    """Return the page of one layer; `gain`: kernel -> words about its response."""
    chosen = list(gain)
    scales = [drawing.weights(limit, colormap)]
    scales.append(text("images in pixels: each on its own scale", SMALL, GRAY))
    if len(chosen) > use.kernels:
        finite = [i for i in chosen if gain[i][0].isdigit()] or chosen
        scales.append(text(f"{len(finite[: use.kernels])} of {len(chosen)} kernels", SMALL, GRAY))
        chosen = finite[: use.kernels]
    scales += captions.unproven(names)
    columns = [column(i, rows, gain[i], limit, names.get(i), colormap, use) for i in chosen]
    parts = [*table.head(title, note, use.width), drawing.flow(*scales, width=use.width - 2 * table.MARGIN, gap=24)]
    return table.page([*parts, *table.strips(columns, use.width)], gap=10 if use.height else table.MARGIN)


def column(
    i: int, rows: dict, gain: str, limit: float, name: captions.Name | None, colormap: str, use: styling.Use
) -> dict[str, Drawing]:
    """Return the cells of one kernel by the label of their row."""
    is_alive = (gain[0].isdigit() and "weak" not in gain) or gain == "no patch"
    cells = {"": captions.kernel(i, name, COLUMN[use.name])}
    for label, bank in rows.items():
        own = limit if label == "kernel" else float(largest(bank[i]))
        draw = kernel_tiles.colored if bank.shape[1] == 3 else None
        width = TILE[use.name] - use.smaller
        cells[label] = (
            draw(bank[i], width, is_alive) if draw else kernel_tiles.tile(bank[i], own, width, colormap, is_alive)
        )
    cells[GAIN] = text(gain, SMALL, bold=not is_alive)
    return cells


def kernel_labels(norm: np.ndarray, response: np.ndarray, gain: np.ndarray) -> list[str]:
    """Return the gain of each kernel in words, or what is wrong with the kernel."""
    alive = kernels.alive(norm, response)
    return [kernel_label(*kernel) for kernel in zip(norm, response, gain, alive, strict=True)]


def kernel_label(norm: float, response: float, gain: float, alive: bool) -> str:
    """Return the words about one kernel."""
    if not (np.isfinite(norm) and np.isfinite(response)):
        return "not finite"
    if not response > 0:
        return "dead"
    words = "no patch" if np.isnan(gain) else f"{gain:.1f}×"
    return words if alive else f"{words} weak"
