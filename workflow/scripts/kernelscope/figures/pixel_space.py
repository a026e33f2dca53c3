"""The kernels of every conv layer in pixel space: their projections, and the images that they respond to most."""

import numpy as np

from kernelscope.figures import captions, raster
from kernelscope.figures.raster import above, beside, text
from kernelscope.measures import kernels

GAP = 14
TILE = 96  # about the side of a drawn tile, in pixels
WIDEST = 1360  # pixels of a line of tiles with the words before it
NARROWEST = 58  # width of the words above a tile, in pixels
ROWS = ("linear", "rectified", "maximized")
SCALE = "each tile on its own scale, zero in the middle"
NOTES = (
    "linear: earlier kernels laid at their places, weighted and summed; rectified: the same without negative weights "
    "behind a ReLU",
    "maximized: the image of the field that the kernel answers to most; 2.0×: over the best patch of the images, "
    "equally strong",
)


def sheet(
    banks: dict[str, np.ndarray],
    pixels: dict[str, np.ndarray],
    responses: dict[str, np.ndarray],
    title: str,
    note: str,
    colormap: str,
) -> np.ndarray:
    """Return a block per conv layer, with a column per kernel; kernels that are dead or weak are marked red.

    Parameters
    ----------
    banks : dict
        Layer -> kernels (out, in, k, k).
    pixels : dict
        `linear/<layer>`, `rectified/<layer>` and `maximized/<layer>` (out, channels, field, field), and `gain/<layer>`
        (out,).
    responses : dict
        Layer -> the largest response of each kernel to the images (out,).
    title, note : str
        The lines above.
    colormap : str
        The color map of kernels and projections.
    """
    scale = beside(raster.ramp(colormap, "−max", "+max"), text(SCALE, 12, raster.GRAY), gap=GAP, align=0.5)
    parts = [
        text(title, 20, bold=True),
        text(note, 13, raster.GRAY),
        scale,
        above(*(text(line, 12, raster.GRAY) for line in NOTES)),
    ]
    for name, bank in banks.items():
        rows = {kind: pixels[f"{kind}/{name}"] for kind in ROWS}
        if np.array_equal(rows["linear"], bank, equal_nan=True):  # the first layer is in pixels already
            rows = {"kernel": bank, "maximized": rows["maximized"]}
        labels = kernel_labels(kernels.norms(bank), responses[name], pixels[f"gain/{name}"])
        parts.append(layer_block(heading(name, bank, rows["maximized"].shape[-1]), rows, labels, colormap))
    return raster.padded(above(*parts, gap=GAP), GAP, GAP, GAP, GAP)


def heading(name: str, bank: np.ndarray, field: int) -> str:
    """Return the heading of a layer whose kernels (out, in, k, k) see `field` pixels."""
    out, channels, k, _ = bank.shape
    size = f"{k} x {k}" + (f" x {channels} channels" if channels > 1 else "")
    seen = "" if field == k else f", in the {field} x {field} pixels that they see"
    return f"{name}: {captions.kernels(out)} of {size}{seen}"


def layer_block(title: str, rows: dict[str, np.ndarray], labels: list[tuple], colormap: str) -> np.ndarray:
    """Return the tiles of one layer in nearly equally long lines, each preceded by the words of its rows."""
    out, field = len(labels), rows["maximized"].shape[-1]
    factor = max(1, round(TILE / field))
    side = field * factor + 2
    names = above(*(raster.middle(text(word, 13), side) for word in rows), gap=2, align=1)
    drawn = [tiles(array, factor, colormap) for array in rows.values()]
    fitting = max(1, (WIDEST - names.shape[1]) // (max(drawn[0].shape[2], NARROWEST) + 6))
    per_line = -(-out // -(-out // fitting))
    lines = []
    for start in range(0, out, per_line):
        kernels = range(start, min(start + per_line, out))
        columns = [column(i, [row[i] for row in drawn], *labels[i]) for i in kernels]
        lead = raster.padded(names, top=columns[0].shape[0] - names.shape[0])
        lines.append(beside(lead, *columns, gap=6))
    return above(text(title, 16, bold=True), *lines, gap=GAP // 2)


def column(index: int, drawn: list[np.ndarray], words: str, color) -> np.ndarray:
    """Return one kernel: its number, its gain or what is wrong with it, and its tiles."""
    width = max(drawn[0].shape[1], NARROWEST)
    top = [text(f"kernel {index}", 11, bold=True), text(words, 11, color)]
    return above(*(raster.centered(line, width) for line in top), above(*drawn, gap=2), gap=2, align=0.5)


def tiles(bank: np.ndarray, factor: int, colormap: str) -> np.ndarray:
    """Return each kernel (out, channels, h, w) with its frame, (out, H, W, 3); three channels in color, zero gray."""
    limit = raster.largest(bank, (1, 2, 3))[:, None, None, None]
    if bank.shape[1] == 3:
        levels = raster.signed(bank, limit, "gray")[..., 0].transpose(0, 2, 3, 1)
        finite = np.isfinite(bank).all(1)[..., None]
        flat = np.where(finite, levels, np.uint8(raster.NOT_FINITE))
    else:
        flat = raster.signed(np.concatenate([*bank.transpose(1, 0, 2, 3)], -1), limit[:, 0], colormap)
    large = raster.enlarged(flat, factor)
    framed = np.empty((len(large), large.shape[1] + 2, large.shape[2] + 2, 3), np.uint8)
    framed[:] = raster.SEPARATOR
    framed[:, 1:-1, 1:-1] = large
    return framed


def kernel_labels(norm: np.ndarray, response: np.ndarray, gain: np.ndarray) -> list[tuple[str, tuple]]:
    """Return the gain of each kernel in words, and their color: red if the kernel is dead, weak, or not finite."""
    alive = kernels.alive(norm, response)
    return [kernel_label(*kernel) for kernel in zip(norm, response, gain, alive, strict=True)]


def kernel_label(norm: float, response: float, gain: float, alive: bool) -> tuple[str, tuple]:
    """Return the words about one kernel, and their color."""
    if not (np.isfinite(norm) and np.isfinite(response)):
        return "not finite", raster.RED
    if not response > 0:
        return "dead", raster.RED
    words = "no patch" if np.isnan(gain) else f"{gain:.1f}×"
    return (words, raster.BLACK) if alive else (f"{words} weak", raster.RED)
