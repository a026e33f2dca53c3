"""The kernels of every conv layer in pixel space: their projections, and the images that they respond to most."""

from functools import partial

import numpy as np

from kernelscope.figures import captions, drawing, kernel_tiles, table
from kernelscope.figures.colormaps import largest
from kernelscope.figures.drawing import GRAY, SMALL, Drawing, text
from kernelscope.figures.styling import Look
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
    look: Look,
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
    look : Look
    """
    drawn = {}
    for name, bank in banks.items():
        rows = {LINEAR: pixels[f"linear/{name}"], RECTIFIED: pixels[f"rectified/{name}"]}
        if np.array_equal(rows[LINEAR], bank, equal_nan=True):  # the first layer is in pixels already
            rows = {"kernel": bank}
        rows[MAXIMIZED] = pixels[f"maximized/{name}"]
        gain = dict(enumerate(kernel_labels(kernels.norms(bank), responses[name], pixels[f"gain/{name}"])))
        field = rows[MAXIMIZED].shape[-1]
        seen = "" if field == bank.shape[-1] else f", in the {field} x {field} pixels that they see"
        about = captions.bank(name, bank) + seen, rows, gain, limits[name], names.get(name, {})
        drawn[name] = table.as_large_as_fits(partial(page, *about), look)
    return drawn


def page(words: str, rows: dict, gain: dict[int, str], limit: float, names: dict, look: Look) -> Drawing:
    """Return the page of one layer; `gain`: kernel -> words about its response."""
    chosen, use = list(gain), look.use
    scales = [drawing.weights(limit, look.colormap)]
    scales.append(text("images in pixels: each on its own scale", SMALL, GRAY))
    if len(chosen) > use.kernels:
        finite = [i for i in chosen if gain[i][0].isdigit()] or chosen
        scales.append(text(f"{len(finite[: use.kernels])} of {len(chosen)} kernels", SMALL, GRAY))
        chosen = finite[: use.kernels]
    scales += captions.unproven(names)
    columns = [column(i, rows, gain[i], limit, names.get(i), look) for i in chosen]
    return table.sheet(look, words, scales, table.strips(columns, use.width))


def column(i: int, rows: dict, gain: str, limit: float, name: captions.Name | None, look: Look) -> dict[str, Drawing]:
    """Return the cells of one kernel by the label of their row."""
    is_alive = (gain[0].isdigit() and "weak" not in gain) or gain == "no patch"
    cells, width = {"": captions.kernel(i, name, COLUMN[look.use.name])}, TILE[look.use.name] - look.use.smaller
    for label, bank in rows.items():
        own = limit if label == "kernel" else float(largest(bank[i]))
        cells[label] = kernel_tiles.of_images(bank[i], own, width, look.colormap, is_alive)
    cells[GAIN] = text(gain, SMALL, bold=not is_alive)
    return cells


def kernel_labels(norm: np.ndarray, response: np.ndarray, gain: np.ndarray) -> list[str]:
    """Return the gain of each kernel in words, or what is wrong with the kernel."""
    return list(map(kernel_label, norm, response, gain, kernels.alive(norm, response)))


def kernel_label(norm: float, response: float, gain: float, alive: bool) -> str:
    """Return the words about one kernel."""
    if not (np.isfinite(norm) and np.isfinite(response)):
        return "not finite"
    if not response > 0:
        return "dead"
    words = "no patch" if np.isnan(gain) else f"{gain:.1f}×"
    return words if alive else f"{words} weak"
